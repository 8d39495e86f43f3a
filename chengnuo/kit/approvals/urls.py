from django.urls import path

from . import views

app_name = "approvals"
urlpatterns = [
    path("", views.approval_list, name="list"),
    path("<int:pk>/", views.approval_page, name="approval"),
    path("<int:pk>/decide/", views.decide_step, name="decide"),
    path("<int:pk>/withdraw/", views.withdraw_request, name="withdraw"),
    path("<int:pk>/copy/", views.send_copy, name="copy"),
]
