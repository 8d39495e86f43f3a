from django.urls import path

from .views import figures, lists, record

app_name = "satisfaction"
urlpatterns = [
    path("", lists.ratings, name="list"),
    path("figures/", figures.page, name="figures"),
    path("<int:pk>/", record.page, name="page"),
    path("<int:pk>/follow-up/", record.follow_up, name="follow_up"),
    path("<int:pk>/link/", record.link, name="link"),
    path("ask/<str:type>/<int:pk>/", record.ask, name="ask"),
]
