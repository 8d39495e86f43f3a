from django.urls import path
from django.views.generic import RedirectView

from .views import access, seats, signing_in, staff, tokens, units

app_name = "people"
urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("me/sessions/", signing_in.sessions, name="sessions"),
    path("me/sessions/end-others/", signing_in.end_other_sessions, name="end_other_sessions"),
    path("me/sessions/<int:pk>/end/", signing_in.end_session, name="end_session"),
    path("me/password/", signing_in.password, name="password"),
    path("me/tokens/", tokens.tokens, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("me/substitutes/", seats.substitutes, name="substitutes"),
    path("me/substitutes/new/", seats.substitute_new, name="substitute_new"),
    path("me/substitutes/<int:pk>/revoke/", seats.substitute_revoke, name="substitute_revoke"),
    path("settings/", RedirectView.as_view(pattern_name="people:units"), name="settings"),
    path("settings/units/", units.units, name="units"),
    path("settings/units/new/", units.unit_new, name="unit_new"),
    path("settings/units/<int:pk>/", units.unit_edit, name="unit_edit"),
    path("settings/units/<int:pk>/close/", units.unit_close, name="unit_close"),
    path("settings/staff/", staff.staff, name="staff"),
    path("settings/staff/new/", staff.staff_new, name="staff_new"),
    path("settings/staff/<int:pk>/", staff.staff_member, name="staff_member"),
    path("settings/staff/<int:pk>/access/", access.staff_access, name="staff_access"),
    path("settings/staff/<int:pk>/access/ask/", access.staff_access_ask, name="staff_access_ask"),
    path("settings/staff/<int:pk>/edit/", staff.staff_edit, name="staff_edit"),
    path("settings/staff/<int:pk>/password/", staff.staff_password, name="staff_password"),
    path("settings/staff/<int:pk>/leave/", staff.staff_leave, name="staff_leave"),
    path("settings/staff/<int:pk>/sessions/end/", staff.staff_end_sessions, name="staff_end_sessions"),
    path("settings/tokens/", tokens.all_tokens, name="all_tokens"),
    path("settings/staff/<int:pk>/roles/new/", seats.role_new, name="role_new"),
    path("settings/roles/<int:pk>/end/", seats.role_end, name="role_end"),
    path("settings/staff/<int:pk>/absences/new/", seats.absence_new, name="absence_new"),
    path("settings/absences/<int:pk>/end/", seats.absence_end, name="absence_end"),
]
