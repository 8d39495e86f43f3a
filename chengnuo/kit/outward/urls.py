from django.urls import path

from . import views

app_name = "outward"
urlpatterns = [
    path("settings/channels/", views.outlets, name="outlets"),
    path("settings/channels/<slug:channel>/", views.outlet, name="outlet"),
    path("settings/channels/<slug:channel>/try/", views.try_out, name="try_out"),
    path("settings/tellings/", views.tellings, name="tellings"),
    path("settings/tellings/<str:moment>/", views.telling, name="telling"),
    path("settings/deliveries/", views.log, name="log"),
    path("settings/deliveries/again/", views.send_again, name="send_again"),
    path("me/notices/", views.mine, name="mine"),
]
