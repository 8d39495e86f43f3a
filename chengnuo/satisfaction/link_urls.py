from django.urls import path

from .views import link

app_name = "rating"
urlpatterns = [
    path("thanks/", link.thanks, name="thanks"),
    path("<path:token>", link.page, name="page"),
]
