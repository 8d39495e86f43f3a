from django.urls import path

from . import views

app_name = "phrases"
urlpatterns = [
    path("me/phrases/", views.phrases, name="list"),
    path("me/phrases/new/", views.phrase_new, name="new"),
    path("me/phrases/pick/", views.pick, name="pick"),
    path("me/phrases/<int:pk>/", views.phrase_edit, name="edit"),
    path("me/phrases/<int:pk>/remove/", views.phrase_remove, name="remove"),
]
