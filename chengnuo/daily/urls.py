from django.urls import path

from .views import contacts, renewals, retention

app_name = "daily"
urlpatterns = [
    path("", contacts.contacts, name="list"),
    path("new/", contacts.new, name="new"),
    path("<int:pk>/", contacts.page, name="page"),
    path("<int:pk>/answer/", contacts.answer, name="answer"),
    path("renewals/", renewals.renewals, name="renewals"),
    path("renewals/retention/", retention.page, name="retention"),
    path("renewals/<int:pk>/", renewals.page, name="renewal"),
    path("renewals/<int:pk>/contact/", renewals.contact, name="renewal_contact"),
    path("renewals/<int:pk>/quote/", renewals.quote, name="renewal_quote"),
    path("renewals/<int:pk>/decide/", renewals.decide, name="renewal_decide"),
    path("renewals/<int:pk>/hand-on/", renewals.hand_on, name="renewal_hand_on"),
    path("renewals/<int:pk>/again/", renewals.again, name="renewal_again"),
]
