from django.urls import path

from .views import calls, duty, mail, printing, promises, register, ringing
from .views.list import calls_list, promises_list

app_name = "hotline"
urlpatterns = [
    path("", calls_list, name="list"),
    path("new/", register.new, name="new"),
    path("lookup/", register.lookup, name="lookup"),
    path("when/", register.when, name="when"),
    path("missed/", register.missed, name="missed"),
    path("ringing/", ringing.poll, name="ringing"),
    path("duty/", duty.shifts, name="duty"),
    path("duty/<int:pk>/cancel/", duty.cancel, name="duty_cancel"),
    path("mails/", mail.mails, name="mails"),
    path("mailboxes/", mail.mailboxes, name="mailboxes"),
    path("mailboxes/new/", mail.mailbox_new, name="mailbox_new"),
    path("mailboxes/<int:pk>/", mail.mailbox_edit, name="mailbox_edit"),
    path("hand-over/", duty.hand_over, name="hand_over"),
    path("print/register/", printing.register, name="print_register"),
    path("print/roster/", printing.roster, name="print_roster"),
    path("print/directory/", printing.directory, name="print_directory"),
    path("print/calls/<int:pk>/", printing.call, name="print_call"),
    path("<int:pk>/", calls.page, name="call"),
    path("<int:pk>/take/", ringing.take, name="take"),
    path("<int:pk>/recording/", ringing.recording, name="recording"),
    path("contacts/<int:pk>/<int:phone_pk>/dial/", ringing.dial_contact, name="dial_contact"),
    path("<int:pk>/dial/", ringing.dial, name="dial"),
    path("<int:pk>/caller/", calls.know_caller, name="know_caller"),
    path("<int:pk>/number/", calls.number, name="number"),
    path("<int:pk>/call-back/", calls.call_back, name="call_back"),
    path("<int:pk>/reply/", calls.reply, name="reply"),
    path("<int:pk>/case/", calls.open_case, name="open_case"),
    path("<int:pk>/void/", calls.void, name="void"),
    path("promises/", promises_list, name="promises"),
    path("promises/<int:pk>/", promises.page, name="promise"),
    path("promises/<int:pk>/answer/", promises.answer, name="promise_answer"),
    path("promises/<int:pk>/interim/", promises.interim, name="promise_interim"),
    path("promises/<int:pk>/move/", promises.move, name="promise_move"),
    path("promises/<int:pk>/withdraw/", promises.withdraw, name="promise_withdraw"),
    path("promises/<int:pk>/hand-over/", promises.hand_over, name="promise_hand_over"),
]
