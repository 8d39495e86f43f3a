from django.urls import path

from .views import calling, demands, rounds, scripts

app_name = "rounds"
urlpatterns = [
    path("", rounds.rounds, name="list"),
    path("new/", rounds.new, name="new"),
    path("<int:pk>/", rounds.page, name="page"),
    path("<int:pk>/start/", rounds.start, name="start"),
    path("<int:pk>/finish/", rounds.finish, name="finish"),
    path("<int:pk>/cancel/", rounds.cancel, name="cancel"),
    path("<int:pk>/add/", rounds.add, name="add"),
    path("<int:pk>/next/", rounds.call_next, name="next"),
    path("<int:pk>/print/", rounds.print_plan, name="print"),
    path("clients/<int:pk>/", calling.call, name="call"),
    path("clients/<int:pk>/take/", calling.take, name="take"),
    path("clients/<int:pk>/leave-out/", rounds.leave_out, name="leave_out"),
    path("calls/<int:pk>/", calling.spoken, name="spoken"),
    path("calls/<int:pk>/file/", calling.file, name="file"),
    path("demands/<int:pk>/", demands.demand, name="demand"),
    path("demands/<int:pk>/told/", demands.told, name="demand_told"),
    path("demands/<int:pk>/handled/", demands.handled, name="demand_handled"),
    path("demands/<int:pk>/pass-on/", demands.passed_on, name="demand_pass_on"),
    path("scripts/", scripts.scripts, name="scripts"),
    path("scripts/new/", scripts.new, name="script_new"),
    path("scripts/<int:pk>/", scripts.script, name="script"),
    path("scripts/<int:pk>/revise/", scripts.revise, name="script_revise"),
]
