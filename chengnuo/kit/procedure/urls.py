from django.urls import path

from . import views

app_name = "procedure"
urlpatterns = [
    path("", views.clause_list, name="clauses"),
    path("clauses/<str:id>/", views.clause_page, name="clause"),
    path("parameters/", views.parameter_list, name="parameters"),
    path("parameters/<str:key>/", views.parameter_page, name="parameter"),
    path("calendar/", views.calendar_list, name="calendar"),
    path("calendar/import/", views.calendar_import, name="calendar_import"),
    path("calendar/<int:year>/", views.calendar_year, name="calendar_year"),
    path("why/<int:pk>/", views.why, name="why"),
]
