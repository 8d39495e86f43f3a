from django.urls import path

from .views import acts, between, record

app_name = "complaints"
urlpatterns = [
    *record.pages.urls(),
    *acts.steps.urls(),
    path("<int:pk>/print/<slug:form>/", record.print_paper, name="print"),
    path("new/", record.new, name="new"),
    path("near/", record.near, name="near"),
    path("referrals/<int:pk>/report/", between.report, name="report"),
    path("referrals/<int:pk>/acknowledge/", between.acknowledge, name="acknowledge"),
    path("referrals/<int:pk>/instruct/", between.instruct, name="instruct"),
    path("referrals/<int:pk>/release/", between.release, name="release"),
    path("repeats/<int:pk>/confirm/", between.confirm, name="confirm"),
    path("repeats/<int:pk>/reject/", between.reject, name="reject"),
]
