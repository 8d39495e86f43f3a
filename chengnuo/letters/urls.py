from django.urls import path

from .views import campaigns, entering, letters, lists, printing, replies

app_name = "letters"
urlpatterns = [
    path("", lists.campaigns, name="list"),
    path("new/", campaigns.new, name="new"),
    path("enter/", entering.enter, name="enter"),
    path("letters/", lists.letters, name="letters"),
    path("letters/<int:pk>/", letters.page, name="letter"),
    path("letters/<int:pk>/include/", letters.include, name="include"),
    path("letters/<int:pk>/reply/", letters.reply, name="enter_reply"),
    path("replies/", lists.replies, name="replies"),
    path("replies/<int:pk>/", replies.page, name="reply"),
    path("replies/<int:pk>/handle/", replies.handle, name="handle"),
    path("replies/<int:pk>/tell/", replies.tell, name="tell"),
    path("replies/<int:pk>/pass/", replies.pass_on, name="pass_on"),
    path("replies/<int:pk>/file/", replies.file, name="file_reply"),
    path("<int:pk>/", campaigns.page, name="page"),
    path("<int:pk>/edit/", campaigns.edit, name="edit"),
    path("<int:pk>/text/<str:key>/", campaigns.text, name="text"),
    path("<int:pk>/choose/", campaigns.choose, name="choose"),
    path("<int:pk>/exclude/", campaigns.exclude, name="exclude"),
    path("<int:pk>/fix/", campaigns.fix, name="fix"),
    path("<int:pk>/make/", campaigns.make, name="make"),
    path("<int:pk>/post/", campaigns.post, name="post"),
    path("<int:pk>/close/", campaigns.close, name="close"),
    path("<int:pk>/file/", campaigns.file, name="file"),
    path("<int:pk>/cancel/", campaigns.cancel, name="cancel"),
    path("<int:pk>/figures/", campaigns.figures, name="figures"),
    path("<int:pk>/plan/", printing.plan, name="print_plan"),
]
