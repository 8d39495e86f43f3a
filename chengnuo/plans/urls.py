from django.urls import path

from .views import emergencies, plans, services

app_name = "plans"
urlpatterns = [
    path("", plans.plan_list, name="list"),
    path("new/<int:pk>/", plans.new, name="new"),
    path("agreement/<int:pk>/", plans.new_for, name="new_for"),
    path("<int:pk>/", plans.plan_page, name="page"),
    path("<int:pk>/edit/", plans.edit, name="edit"),
    path("<int:pk>/items/", plans.item, name="add_item"),
    path("<int:pk>/items/<int:line>/", plans.item, name="edit_item"),
    path("<int:pk>/items/<int:line>/remove/", plans.remove_item, name="remove_item"),
    path("<int:pk>/submit/", plans.submit, name="submit"),
    path("<int:pk>/deliver/", plans.deliver, name="deliver"),
    path("<int:pk>/next/", plans.next_edition, name="next"),
    path("<int:pk>/close/", plans.close, name="close"),
    path("<int:pk>/print/", plans.print_plan, name="print"),
    path("services/", services.service_list, name="services"),
    path("services/<int:pk>/give/", services.give, name="give"),
    path("services/<int:pk>/drop/", services.drop, name="drop"),
    path("services/year/", services.break_down, name="break_down"),
    path("against/", services.plan_against_done, name="against"),
    path("emergency/", emergencies.emergency_list, name="emergencies"),
    path("emergency/new/<int:pk>/", emergencies.emergency_new, name="new_emergency"),
    path("emergency/<int:pk>/", emergencies.emergency_page, name="emergency"),
    path("emergency/<int:pk>/edit/", emergencies.emergency_edit, name="edit_emergency"),
    path("emergency/<int:pk>/force/", emergencies.emergency_force, name="force_emergency"),
    path("emergency/<int:pk>/drill/", emergencies.emergency_drill, name="drill"),
    path("emergency/<int:pk>/review/", emergencies.emergency_review, name="review"),
    path("emergency/<int:pk>/print/", emergencies.print_emergency, name="print_emergency"),
]
