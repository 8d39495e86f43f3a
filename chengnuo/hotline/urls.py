from django.urls import path

from .views import calls, duty, network, promises, register, rosters
from .views.list import calls_list, promises_list

app_name = "hotline"
urlpatterns = [
    path("", calls_list, name="list"),
    path("new/", register.new, name="new"),
    path("lookup/", register.lookup, name="lookup"),
    path("when/", register.when, name="when"),
    path("missed/", register.missed, name="missed"),
    path("lines/", network.lines, name="lines"),
    path("lines/new/<int:pk>/", network.line_new, name="line_new"),
    path("lines/<int:pk>/change/", network.line_change, name="line_change"),
    path("lines/<int:pk>/withdraw/", network.line_withdraw, name="line_withdraw"),
    path("duty/", rosters.week, name="duty"),
    path("duty/coverage/", rosters.coverage, name="coverage"),
    path("duty/fill/", rosters.fill, name="duty_fill"),
    path("duty/days/<int:pk>/", rosters.day, name="duty_day"),
    path("duty/patterns/new/", rosters.pattern_new, name="pattern_new"),
    path("duty/patterns/<int:pk>/stop/", rosters.pattern_stop, name="pattern_stop"),
    path("duty/swaps/<int:pk>/agree/", rosters.swap_answer, {"verb": "agree"}, name="swap_agree"),
    path("duty/swaps/<int:pk>/decline/", rosters.swap_answer, {"verb": "decline"}, name="swap_decline"),
    path("duty/swaps/<int:pk>/call-off/", rosters.swap_answer, {"verb": "call-off"}, name="swap_call_off"),
    path("duty/<int:pk>/swap/", rosters.swap_new, name="swap_new"),
    path("duty/<int:pk>/cancel/", rosters.cancel, name="duty_cancel"),
    path("hand-over/", duty.hand_over, name="hand_over"),
    path("<int:pk>/", calls.page, name="call"),
    path("<int:pk>/caller/", calls.know_caller, name="know_caller"),
    path("<int:pk>/number/", calls.number, name="number"),
    path("<int:pk>/call-back/", calls.call_back, name="call_back"),
    path("<int:pk>/reply/", calls.reply, name="reply"),
    path("<int:pk>/case/", calls.open_case, name="open_case"),
    path("<int:pk>/void/", calls.void, name="void"),
    path("promises/", promises_list, name="promises"),
    path("promises/<int:pk>/", promises.page, name="promise"),
    path("promises/<int:pk>/answer/", promises.answer, name="promise_answer"),
    path("promises/<int:pk>/interim/", promises.interim, name="promise_interim"),
    path("promises/<int:pk>/move/", promises.move, name="promise_move"),
    path("promises/<int:pk>/withdraw/", promises.withdraw, name="promise_withdraw"),
    path("promises/<int:pk>/hand-over/", promises.hand_over, name="promise_hand_over"),
]
