from django.urls import path

from . import views
from .search import views as found

app_name = "kit"
urlpatterns = [
    path("bell/", views.bell, name="bell"),
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read_all, name="read_notices"),
    path("notices/<int:pk>/", views.notice, name="notice"),
    path("drafts/<path:key>/", views.draft, name="draft"),
    path("search/", found.search_page, name="search"),
    path("search/suggest/", found.suggest, name="suggest"),
    path("blobs/<int:pk>/", views.blob, name="blob"),
    path("jobs/<int:pk>/", views.job, name="job"),
    path("jobs/<int:pk>/retry/", views.retry_job, name="retry_job"),
    path("files/<str:type>/<int:pk>/", views.attach, name="attach"),
    path("lists/<slug:key>/columns/", views.choose_columns, name="choose_columns"),
    path("lists/<slug:key>/export/", views.export_list, name="export_list"),
    path("lists/<slug:key>/views/", views.save_view, name="save_view"),
    path("lists/<slug:key>/views/<int:pk>/drop/", views.drop_view, name="drop_view"),
]
