from django.urls import path

from . import views

app_name = "kit"
urlpatterns = [
    path("bell/", views.bell, name="bell"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read_all, name="read_notices"),
    path("notices/<int:pk>/", views.notice, name="notice"),
    path("drafts/<path:key>/", views.draft, name="draft"),
]
