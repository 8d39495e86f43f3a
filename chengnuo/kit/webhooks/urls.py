from django.urls import path

from . import views

app_name = "webhooks"
urlpatterns = [
    path("settings/webhooks/", views.hooks, name="hooks"),
    path("settings/webhooks/new/", views.hook_new, name="hook_new"),
    path("settings/webhooks/<int:pk>/", views.hook, name="hook"),
    path("settings/webhooks/<int:pk>/edit/", views.hook_edit, name="hook_edit"),
    path("settings/webhooks/<int:pk>/switch/", views.hook_switch, name="hook_switch"),
    path("settings/webhooks/<int:pk>/secret/", views.hook_secret, name="hook_secret"),
    path("settings/webhooks/<int:pk>/try/", views.hook_try, name="hook_try"),
    path("settings/webhooks/<int:pk>/again/", views.hook_again, name="hook_again"),
    path("settings/webhooks/deliveries/<int:pk>/", views.delivery, name="delivery"),
]
