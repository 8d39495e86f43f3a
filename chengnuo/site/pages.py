from django.urls import path

from . import board, desk
from .backups import views as backups

app_name = "site"
urlpatterns = [
    path("", desk.desk, name="desk"),
    path("board/", board.board, name="board"),
    path("settings/backups/", backups.backups, name="backups"),
    path("settings/backups/let-out/", backups.let_out, name="let_out"),
    path("settings/backups/new/", backups.back_up, name="backup_new"),
    path("duties/<int:pk>/urge/", desk.urge_duty, name="urge"),
]
