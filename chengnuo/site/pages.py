from django.urls import path

from . import desk

app_name = "site"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("duties/<int:pk>/urge/", desk.urge_duty, name="urge"),
]
