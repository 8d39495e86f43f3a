from django.urls import path

from .views import going, listing, paper

app_name = "support"
urlpatterns = [
    path("", listing.requests, name="list"),
    path("new/", paper.new, name="new"),
    path("<int:pk>/", paper.page, name="page"),
    path("<int:pk>/edit/", paper.edit, name="edit"),
    path("<int:pk>/print/", paper.print_, name="print"),
    path("<int:pk>/submit/", going.submit, name="submit"),
    path("<int:pk>/take-back/", going.take_back, name="take_back"),
    path("<int:pk>/return/", going.send_back, name="send_back"),
    path("<int:pk>/analyse/", going.analyse, name="analyse"),
    path("<int:pk>/carry-out/", going.carry_out, name="carry_out"),
    path("<int:pk>/spend/", going.spend, name="spend"),
    path("spendings/<int:pk>/void/", going.void, name="void_spending"),
    path("<int:pk>/report/", going.report, name="report"),
]
