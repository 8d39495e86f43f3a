from django.urls import path
from django.views.decorators.http import require_GET

from .views import acts, feeds, figures, phone, planning, printing, record

app_name = "visits"
_list, urge_several, hand_on_several, _page, take_on, hand_on = record.pages.urls()
urlpatterns = [
    path("", require_GET(record.visit_list), name="list"),
    urge_several,
    hand_on_several,
    path("new/", planning.new, name="new"),
    path("plan/", planning.plan, name="plan"),
    path("plan/print/", printing.plan, name="print_plan"),
    path("figures/", figures.figures, name="figures"),
    path("inspection/", figures.inspection, name="inspection"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/<int:pk>/revoke/", feeds.revoke, name="feed_revoke"),
    path("feeds/<str:secret>.ics", feeds.feed, name="feed"),
    path("phone/", phone.shell, name="phone"),
    path("phone/worker.js", phone.worker, name="phone_worker"),
    path("phone/today/", phone.today, name="phone_today"),
    path("phone/send/", phone.send, name="phone_send"),
    path("wishes/<int:pk>/", acts.wish, name="wish"),
    path("<int:pk>/", record.page, name="page"),
    take_on,
    hand_on,
    path("<int:pk>/move/", acts.move, name="move"),
    path("<int:pk>/prepare/", acts.prepare, name="prepare"),
    path("<int:pk>/arrive/", acts.arrive, name="arrive"),
    path("<int:pk>/carry-out/", acts.carry_out, name="carry_out"),
    path("<int:pk>/explain/", acts.explain, name="explain"),
    path("<int:pk>/miss/", acts.miss, name="miss"),
    path("<int:pk>/cancel/", acts.cancel, name="cancel"),
    path("<int:pk>/survey/", acts.survey, name="survey"),
    path("<int:pk>/survey/again/", acts.ask_again, name="ask_again"),
    path("<int:pk>/survey/print/", printing.survey, name="print_survey"),
    path("<int:pk>/follow-up/", acts.follow_up, name="follow_up"),
    path("<int:pk>/file/", acts.file, name="file"),
]
