"""Whatever a page does, the API does: every page names its operation, or says by hand why it has none."""

from importlib import import_module
from importlib.util import find_spec

from tests.sweeps import claims_rows, complaints_rows, plans_rows, proposals_rows
from tests.sweeps.access_table import API, PAGES

# Why a page has no operation.
NO_TWIN = {
    "visits:feed": "is read by calendar programs; its address is made by make_visit_feed",
    "visits:phone_worker": "is the service worker of the telephone's page",
    "hotline:feed": "is read by calendar programs; its address is made by make_roster_feed",
    "phone_hook": "is the exchange's own, signed by it",
    "healthz": "is asked by machines as it is",
    "api:openapi-json": "describes the API",
}

# What a page does by API: one operation or several.
TWINS = {
    # Clients
    "clients:list": "list_clients export_clients",
    "clients:new": "enter_client",
    "clients:import": "list_client_imports check_client_import",
    "clients:import_template": "get_client_import_template",
    "clients:import_confirm": "confirm_client_import",
    "clients:page": "get_client list_running",
    "clients:edit": "change_client",
    "clients:tick": "tick_client untick_client",
    "clients:unmask": "show_resident_id",
    "clients:unmask_phone": "show_phone",
    "clients:contact_new": "add_contact",
    "clients:contact_edit": "change_contact",
    "clients:contact_end": "end_contact",
    "clients:site_new": "add_site",
    "clients:site_edit": "change_site",
    "clients:policy_new": "add_policy",
    "clients:policy_edit": "change_policy",
    "clients:agreement_new": "draft_agreement",
    "clients:agreement_move": "sign_agreement activate_agreement expire_agreement terminate_agreement",
    # Calls
    "hotline:list": "list_calls",
    "hotline:new": "register_call",
    "hotline:lookup": "find_callers list_running",
    "hotline:when": "get_promise_times",
    "hotline:missed": "register_call",
    "hotline:call": "get_call get_ring list_call_mails",
    "hotline:know_caller": "know_caller find_callers",
    "hotline:number": "show_caller_number",
    "hotline:call_back": "call_back",
    "hotline:reply": "reply",
    "hotline:open_case": "open_case",
    "hotline:void": "void_call",
    # A call that rings
    "hotline:ringing": "get_ringing",
    "hotline:take": "hold_ring take_ring",
    "hotline:recording": "open_recording",
    "hotline:dial": "dial_caller",
    "hotline:dial_contact": "dial_contact",
    # Promises
    "hotline:promises": "list_promises",
    "hotline:promise": "get_promise list_promise_acts",
    "hotline:promise_answer": "answer_promise",
    "hotline:promise_interim": "tell_interim",
    "hotline:promise_move": "move_promise",
    "hotline:promise_withdraw": "withdraw_promise",
    "hotline:promise_hand_over": "hand_over_promise",
    "hotline:hand_over": "hand_over_shift",
    # Lines and roster
    "hotline:lines": "list_duty_lines",
    "hotline:line_new": "register_duty_line",
    "hotline:line_change": "change_duty_line",
    "hotline:line_withdraw": "withdraw_duty_line",
    "hotline:duty": "list_shifts enter_shift get_coverage list_swaps list_roster_patterns",
    "hotline:coverage": "get_coverage",
    "hotline:missed_on_duty": "get_attendance",
    "hotline:duty_fill": "fill_gap",
    "hotline:duty_day": "list_duty_days get_duty_day explain_duty_day",
    "hotline:duty_cancel": "cancel_shift",
    "hotline:pattern_new": "preview_roster_pattern start_roster_pattern",
    "hotline:pattern_stop": "stop_roster_pattern",
    "hotline:swap_new": "ask_swap reassign_shift",
    "hotline:swap_agree": "answer_swap",
    "hotline:swap_decline": "answer_swap",
    "hotline:swap_call_off": "answer_swap",
    "hotline:feeds": "list_roster_feeds make_roster_feed",
    "hotline:feed_revoke": "revoke_roster_feed",
    # Printed
    "hotline:print_register": "print_register",
    "hotline:print_roster": "print_roster",
    "hotline:print_directory": "print_directory",
    "hotline:print_call": "print_call",
    # Mail and telephone systems
    "hotline:mails": "list_mails",
    "hotline:mailboxes": "list_mailboxes",
    "hotline:mailbox_new": "set_up_mailbox",
    "hotline:mailbox_edit": "change_mailbox",
    "phone:systems": "list_phone_systems list_lost_calls",
    "phone:system_new": "connect_phone_system",
    "phone:system_dial": "change_phone_system",
    "phone:system_revoke": "revoke_phone_system",
    # Letters
    "letters:list": "list_letter_campaigns",
    "letters:new": "draft_letter_campaign",
    "letters:page": "get_letter_campaign",
    "letters:figures": "get_letter_figures",
    "letters:edit": "change_letter_campaign",
    "letters:text": "set_letter_text",
    "letters:choose": "choose_letter_addressees",
    "letters:exclude": "exclude_letters",
    "letters:fix": "fix_letter_campaign",
    "letters:make": "make_letters",
    "letters:post": "post_letters",
    "letters:close": "close_letter_campaign",
    "letters:file": "file_letter_campaign",
    "letters:cancel": "cancel_letter_campaign",
    "letters:print_plan": "print_letter_plan",
    "letters:enter": "enter_letter_outcomes",
    "letters:letters": "list_letters",
    "letters:letter": "get_letter",
    "letters:include": "include_letter",
    "letters:enter_reply": "enter_letter_reply",
    "letters:replies": "list_letter_replies",
    "letters:reply": "get_letter_reply",
    "letters:handle": "handle_letter_reply",
    "letters:tell": "tell_letter_client",
    "letters:pass_on": "pass_on_letter_reply",
    "letters:file_reply": "file_letter_reply",
    # Cases
    "visits:list": "list_visits",
    "visits:page": "get_visit",
    "visits:take_on": "confirm_visit",
    "visits:hand_on": "hand_on_visit",
    "visits:hand_on_several": "hand_on_visit",
    "visits:urge_several": "urge_duty",
    "visits:new": "plan_visit list_clients",
    "visits:move": "move_visit",
    "visits:prepare": "prepare_visit",
    "visits:arrive": "arrive_at_visit",
    "visits:carry_out": "carry_out_visit",
    "visits:explain": "explain_visit_lateness",
    "visits:miss": "miss_visit",
    "visits:cancel": "cancel_visit",
    "visits:survey": "record_survey",
    "visits:ask_again": "ask_again_for_signature",
    "visits:print_survey": "print_survey",
    "visits:follow_up": "follow_up_visit",
    "visits:file": "file_visit",
    "visits:wish": "list_visit_wishes settle_wish tell_wish pass_on_wish",
    "visits:plan": "get_visit_plan",
    "visits:print_plan": "print_visit_plan",
    "visits:figures": "get_visit_figures",
    "visits:inspection": "draw_visits",
    "visits:feeds": "list_visit_feeds make_visit_feed",
    "visits:feed_revoke": "revoke_visit_feed",
    "visits:phone": "get_visit_plan",
    "visits:phone_today": "get_visit_plan",
    "visits:phone_send": "arrive_at_visit finish_visit",
}

# Operations that no page of its own stands behind, and why.
BESIDE: dict[str, str] = {}

HOUSE = "tests.sweeps.api_twins_house"
OPERATIONS = {row.name.removeprefix("api:") for row in API} - {"api-root"}


def table(name: str) -> dict[str, str]:
    """A table of this file with the rows of the house's rooms, where those are written."""
    house = getattr(import_module(HOUSE), name, {}) if find_spec(HOUSE) else {}
    parts = (plans_rows, proposals_rows, claims_rows, complaints_rows)
    return {**globals()[name], **house, **{key: one for part in parts for key, one in getattr(part, name, {}).items()}}


def test_every_page_names_its_operation_or_why_it_has_none():
    answered = table("TWINS").keys() | table("NO_TWIN").keys()
    assert answered == {row.name for row in PAGES}


def test_no_page_is_both_done_by_api_and_excused():
    assert table("TWINS").keys() & table("NO_TWIN").keys() == set()


def test_every_operation_that_is_named_is_there_and_every_one_there_is_some_pages():
    named = {operation for operations in table("TWINS").values() for operation in operations.split()}
    assert named - OPERATIONS == set()
    assert OPERATIONS - named == table("BESIDE").keys()
