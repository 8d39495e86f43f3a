from django.urls import path

from . import views

app_name = "reports"
urlpatterns = [
    path("compliance/", views.compliance_page, name="compliance"),
    path("compliance/print/", views.print_compliance, name="print"),
    path("compliance/<str:clause>/", views.compliance_page, name="clause"),
    path("promises/", views.promises_page, name="promises"),
    path("promises/records/", views.promise_list, name="promise_list"),
    path("response/", views.response_page, name="response_all"),
    path("response/<slug:metric>/", views.response_page, name="response"),
    path("calls/", views.calls_page, name="calls"),
    path("calls/records/", views.call_list, name="call_list"),
    path("claims/", views.claims_page, name="claims"),
    path("claims/records/", views.claim_list, name="claim_list"),
    path("complaints/", views.complaints_page, name="complaints"),
    path("complaints/records/", views.complaint_list, name="complaint_list"),
    path("fairness/", views.fairness_page, name="fairness"),
    path("duties/", views.duty_list, name="duties"),
    path("duties/<int:pk>/", views.duty, name="duty"),
    path("export/<slug:key>/", views.export_report, name="export"),
]
