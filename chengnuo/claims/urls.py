from django.urls import path

from .views import acts, papers, record, several

app_name = "claims"
urlpatterns = [
    *record.pages.urls(),
    *acts.steps.urls(),
    path("<int:pk>/print/<slug:form>/", record.print_paper, name="print"),
    path("remind/", several.remind_several, name="remind_several"),
    path("print-reminders/", several.print_reminders, name="print_reminders"),
    path("new/", record.new, name="new"),
    path("escalations/<int:pk>/report/", acts.report, name="report"),
    path("escalations/<int:pk>/acknowledge/", acts.acknowledge, name="acknowledge"),
    path("escalations/<int:pk>/guide/", acts.guide, name="guide"),
    path("escalations/<int:pk>/release/", acts.release, name="release"),
    path("guidance/<int:pk>/done/", acts.guidance_done, name="guidance_done"),
    path("papers/<int:pk>/receive/", papers.receive, name="paper_receive"),
    path("papers/<int:pk>/accept/", papers.accept, name="paper_accept"),
    path("papers/<int:pk>/refuse/", papers.refuse, name="paper_refuse"),
    path("papers/<int:pk>/waive/", papers.waive, name="paper_waive"),
    path("papers/<int:pk>/need/", papers.need, name="paper_need"),
    path("payments/<int:pk>/void/", papers.void_payment, name="void_payment"),
    path("lists/", papers.lists, name="paper_lists"),
    path("lists/<slug:line>/", papers.set_list, name="set_list"),
]
