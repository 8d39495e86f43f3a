from django.urls import path

from .views import acts, record

app_name = "complaints"
urlpatterns = [
    *record.pages.urls(),
    *acts.steps.urls(),
    path("<int:pk>/print/<slug:form>/", record.print_paper, name="print"),
    path("new/", record.new, name="new"),
    path("near/", record.near, name="near"),
    path("referrals/<int:pk>/report/", acts.report, name="report"),
    path("referrals/<int:pk>/acknowledge/", acts.acknowledge, name="acknowledge"),
    path("referrals/<int:pk>/instruct/", acts.instruct, name="instruct"),
    path("referrals/<int:pk>/release/", acts.release, name="release"),
    path("repeats/<int:pk>/confirm/", acts.confirm, name="confirm"),
    path("repeats/<int:pk>/reject/", acts.reject, name="reject"),
]
