from django.urls import path

from .views import entry, imports, lists, masks, page, parts

app_name = "clients"
urlpatterns = [
    path("", lists.clients, name="list"),
    path("new/", entry.new, name="new"),
    path("import/", imports.upload, name="import"),
    path("import/template/", imports.template, name="import_template"),
    path("import/<int:pk>/", imports.confirm, name="import_confirm"),
    path("<int:pk>/", page.page, name="page"),
    path("<int:pk>/edit/", entry.edit, name="edit"),
    path("<int:pk>/tick/<slug:name>/", entry.tick, name="tick"),
    path("<int:pk>/resident-id/", masks.resident_id, name="unmask"),
    path("<int:pk>/contacts/new/", parts.contact_new, name="contact_new"),
    path("contacts/<int:pk>/edit/", parts.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/end/", parts.contact_end, name="contact_end"),
    path("contacts/<int:pk>/phones/<int:phone_pk>/", masks.phone, name="unmask_phone"),
    path("<int:pk>/sites/new/", parts.site_new, name="site_new"),
    path("sites/<int:pk>/edit/", parts.site_edit, name="site_edit"),
    path("<int:pk>/policies/new/", parts.policy_new, name="policy_new"),
    path("policies/<int:pk>/edit/", parts.policy_edit, name="policy_edit"),
    path("<int:pk>/agreements/new/", parts.agreement_new, name="agreement_new"),
    path("agreements/<int:pk>/<slug:verb>/", parts.agreement_move, name="agreement_move"),
]
