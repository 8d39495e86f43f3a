from django.urls import path

from .views import listing, plan

app_name = "annual"
urlpatterns = [
    path("", listing.plans, name="list"),
    path("compare/", listing.comparison, name="compare"),
    path("call/", listing.call, name="call"),
    path("calls/<int:pk>/", listing.call_edit, name="call_edit"),
    path("call-for/<int:pk>/", listing.call_for, name="call_for"),
    path("<int:pk>/", plan.page, name="page"),
    path("<int:pk>/edit/", plan.edit, name="edit"),
    path("<int:pk>/print/", plan.print_, name="print"),
    path("<int:pk>/submit/", plan.submit, name="submit"),
    path("<int:pk>/take-back/", plan.take_back, name="take_back"),
    path("<int:pk>/return/", plan.send_back, name="send_back"),
    path("<int:pk>/excuse/", plan.excuse, name="excuse"),
    path("<int:pk>/analyse/", plan.analyse, name="analyse"),
    path("<int:pk>/arrange/", plan.arrange, name="arrange"),
    path("<int:pk>/carry-out/", plan.carry_out, name="carry_out"),
    path("<int:pk>/report/", plan.report, name="report"),
]
