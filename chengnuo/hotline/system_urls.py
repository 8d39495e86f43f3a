"""The administrator's pages of telephone systems, beside his other settings."""

from django.urls import path

from .views import systems

app_name = "phone"
urlpatterns = [
    path("", systems.systems, name="systems"),
    path("new/", systems.system_new, name="system_new"),
    path("<int:pk>/dial/", systems.system_dial, name="system_dial"),
    path("<int:pk>/revoke/", systems.system_revoke, name="system_revoke"),
]
