"""Who may open what, kept by hand. A URL of the product without a row here fails the sweep.

A row: the URL's name, its method, what its address asks for (names of `World.ids`, or a literal), what is posted, and
the statuses for, in order: Suzhou's operator and manager; Hangzhou's operator; Beijing's operator, with whom the
client is shared; somebody of Suzhou whose role has ended; the centre; its head; the executive in charge; the chairman;
the administrator. The records are Suzhou's. Anonymous people and those who left are sent to sign in, but for PUBLIC.
"""

from dataclasses import dataclass, field
from typing import Any

ALL = "200 200 200 200 200 200 200 200 200 200"
DONE_ALL = ALL.replace("200", "302")
# A record of Suzhou: read by the branch, by who shares the client, by who oversees all branches.
SEEN = "200 200 404 200 404 200 200 200 200 404"
SEEN_DONE = SEEN.replace("200", "302")
# Seen is not handled: the branch acts, and the centre.
HANDLED = "200 200 404 403 404 200 200 403 403 404"
# Handled by the branch alone.
BY_BRANCH = "200 200 404 403 404 403 403 403 403 404"
# Passed on by its owner, who is another of the branch, or by the manager.
PASSED_ON = "403 200 404 403 404 403 403 403 403 404"
# A new record of nobody yet: whoever serves clients.
SERVES = "200 200 200 200 403 200 200 403 403 403"
BY_CENTRE = "403 403 404 403 404 200 200 403 403 404"
ADMINISTERS = "403 403 403 403 403 403 403 403 403 200"
ADMINISTERED = ADMINISTERS.replace("200", "302")
# Whoever reaches a branch prints one; Suzhou's only who reaches it.
PRINTS = "200 200 200 200 403 200 200 200 200 403"
PRINTED = "200 200 422 422 403 200 200 200 200 403"
ROSTERS = "403 200 403 403 403 403 200 403 403 403"
ROSTERED = ROSTERS.replace("200", "302")
SEEN_BY_REACH = "200 200 404 404 404 200 200 200 200 404"
MINE = "302 404 404 404 404 404 404 404 404 404"
NONE = ALL.replace("200", "404")
NO_TOKEN = ALL.replace("200", "401")


@dataclass(frozen=True)
class Row:
    name: str
    statuses: str
    method: str = "get"
    kwargs: dict[str, Any] = field(default_factory=dict)
    post: dict[str, Any] = field(default_factory=dict)
    # A second row of one URL says what else it answers to.
    query: str = ""


def pk(id_: str, /, **more: Any) -> dict[str, Any]:
    return {"pk": f"@{id_}", **more}


PUBLIC = {
    "healthz",
    "hotline:feed",
    "phone_hook",
    "hotline:ringing",
    "people:sign_in",
    "people:passkey_sign_in",
    "people:passkey_question",
    "people:provider",
    "people:provider_back",
    "people:provider_out",
    "api:openapi-json",
}

PAGES = [
    # Site and kit
    Row("site:desk", ALL),
    Row("site:urge", SEEN_DONE, "post", pk("duty")),
    Row("kit:bell", DONE_ALL),
    Row("kit:notices", ALL),
    Row("kit:read_notices", DONE_ALL, "post"),
    Row("kit:notice", MINE, kwargs=pk("notice")),
    Row("kit:job", MINE.replace("302", "200"), kwargs=pk("job")),
    Row("kit:retry_job", MINE.replace("302", "409"), "post", pk("job")),
    Row("kit:draft", ALL, kwargs={"key": "call"}),
    Row("kit:search", ALL),
    Row("kit:blob", SEEN, kwargs=pk("blob")),
    Row("kit:attach", HANDLED, kwargs={"type": "hotline.call", "pk": "@call"}),
    Row("kit:attach", HANDLED, kwargs={"type": "clients.client", "pk": "@client"}),
    Row("kit:attach", BY_BRANCH, kwargs={"type": "claims.claim", "pk": "@claim"}),
    Row("kit:attach", ALL.replace("200", "404"), kwargs={"type": "people.staff", "pk": 1}),
    Row("kit:choose_columns", DONE_ALL, "post", {"key": "clients"}),
    Row("kit:export_list", DONE_ALL, "post", {"key": "clients"}),
    Row("kit:save_view", DONE_ALL, "post", {"key": "clients"}, {"name": "x"}),
    Row("kit:drop_view", MINE, "post", {"key": "clients", "pk": "@view"}),
    # Notices outward: channels and who is told are the administrator's, addresses one's own
    Row("outward:outlets", ADMINISTERS),
    Row("outward:outlet", ADMINISTERS, kwargs={"channel": "mail"}),
    Row("outward:try_out", ADMINISTERED, "post", {"channel": "mail"}),
    Row("outward:tellings", ADMINISTERS),
    Row("outward:telling", ADMINISTERS, kwargs={"moment": "duty.due"}),
    Row("outward:log", ADMINISTERS),
    Row("outward:send_again", ADMINISTERS.replace("200", "409"), "post", post={"all": "1"}),  # Nothing failed.
    Row("outward:mine", ALL),
    # Approvals: asked by the centre of the executive in charge. Overseers see it; who asked may not decide.
    Row("approvals:list", ALL),
    Row("approvals:approval", "404 404 404 404 404 200 200 200 200 404", kwargs=pk("approval")),
    Row(
        "approvals:decide",
        "404 404 404 404 404 403 403 302 403 404",
        "post",
        pk("approval"),
        {"step": "@step", "sha256": "@sha256", "decision": "approve", "opinion": "同意"},
    ),
    Row("approvals:withdraw", "404 404 404 404 404 302 403 403 403 404", "post", pk("approval"), {"reason": "不改了"}),
    # The procedure is everybody's to read
    Row("procedure:clauses", ALL),
    Row("procedure:clause", ALL, kwargs={"id": "3.1.5"}),
    Row("procedure:parameters", ALL),
    Row("procedure:parameter", ALL, kwargs={"key": "call_back.due"}),
    Row("procedure:calendar", ALL),
    Row("procedure:calendar_import", "403 403 403 403 403 403 200 403 403 200"),
    Row("procedure:calendar_year", ALL, kwargs={"year": 2026}),
    Row("procedure:why", SEEN, kwargs=pk("duty")),
    # People: accounts are the administrator's, one's own things one's own
    Row("people:sign_in", DONE_ALL),
    Row("people:second_step", DONE_ALL),
    Row("people:passkey_sign_in", ALL.replace("200", "422"), "post"),
    Row("people:passkey_question", ALL, "post"),
    Row("people:provider", NONE),  # None is set.
    Row("people:provider_back", NONE),
    Row("people:provider_out", NONE),
    Row("people:sign_out", DONE_ALL, "post"),
    Row("people:sessions", ALL),
    Row("people:end_other_sessions", DONE_ALL, "post"),
    Row("people:end_session", MINE, "post", pk("session")),
    Row("people:password", ALL),
    Row("people:own_password", DONE_ALL),
    # One's own way in; what changes it asks first who sits there.
    Row("people:prove", ALL),
    Row("people:security", ALL),
    Row("people:must_set_up", DONE_ALL),
    Row("people:totp", DONE_ALL),
    Row("people:passkey", DONE_ALL),
    Row("people:passkey_new_question", ALL, "post"),
    Row("people:recovery_codes", ALL, "post"),
    Row("people:factor_remove", ALL, "post", {"pk": 1}),
    Row("people:staff_factor_reset", ADMINISTERS, kwargs=pk("zhoumin")),
    Row("people:sign_in_settings", ADMINISTERS),
    Row("people:substitutes", ALL),
    Row("people:substitute_new", ALL),
    Row("people:substitute_revoke", "302 403 404 404 404 404 404 404 404 404", "post", pk("substitute")),
    Row("people:settings", DONE_ALL),
    Row("people:units", ALL),
    Row("people:unit_new", ADMINISTERS),
    Row("people:unit_edit", ADMINISTERS, kwargs=pk("spare")),
    Row("people:unit_close", ADMINISTERED, "post", pk("spare")),
    Row("people:staff", ALL),
    Row("people:staff_new", ADMINISTERS),
    Row("people:staff_member", "200 200 404 404 200 200 200 200 200 200", kwargs=pk("zhoumin")),
    Row("people:staff_edit", ADMINISTERS, kwargs=pk("zhoumin")),
    Row("people:staff_password", ADMINISTERS, kwargs=pk("zhoumin")),
    Row("people:staff_leave", ADMINISTERED, "post", pk("zhoumin")),
    Row("people:staff_end_sessions", ADMINISTERED, "post", pk("zhoumin")),
    Row("people:role_new", ADMINISTERS, kwargs=pk("zhoumin")),
    Row("people:role_end", ADMINISTERED, "post", pk("role")),
    Row("people:absence_new", "200 200 404 404 403 403 403 403 403 200", kwargs=pk("zhoumin")),
    Row("people:absence_end", "302 302 404 404 404 404 404 404 404 302", "post", pk("absence")),
    # Clients
    Row("clients:list", ALL),
    Row("clients:new", SERVES),
    # A branch's manager for his branch, and the centre; a check is its person's own.
    Row("clients:import", "403 200 403 403 403 200 200 403 403 403"),
    Row("clients:import_template", "403 200 403 403 403 200 200 403 403 403"),
    Row("clients:import_confirm", "403 404 403 403 403 404 404 403 403 403", kwargs=pk("job")),
    Row("clients:page", SEEN, kwargs=pk("client")),
    Row("clients:edit", HANDLED, kwargs=pk("client")),
    Row("clients:tick", BY_CENTRE, kwargs=pk("client", name="key")),
    Row("clients:unmask", "200 200 404 200 404 200 200 403 403 404", "post", pk("client")),
    Row("clients:unmask_phone", "200 200 404 200 404 200 200 403 403 404", "post", pk("contact", phone_pk="@phone")),
    Row("clients:contact_new", HANDLED, kwargs=pk("client")),
    Row("clients:contact_edit", HANDLED, kwargs=pk("contact")),
    Row("clients:contact_end", HANDLED, kwargs=pk("contact")),
    Row("clients:site_new", HANDLED, kwargs=pk("client")),
    Row("clients:site_edit", HANDLED, kwargs=pk("site")),
    Row("clients:policy_new", HANDLED, kwargs=pk("client")),
    Row("clients:policy_edit", HANDLED, kwargs=pk("policy")),
    Row("clients:agreement_new", HANDLED, kwargs=pk("client")),
    Row("clients:agreement_move", HANDLED, kwargs=pk("agreement", verb="sign")),
    # The hotline
    Row("hotline:list", ALL),
    Row("hotline:new", SERVES),
    Row("hotline:lookup", ALL, query="?caller=13800003212"),
    Row("hotline:when", ALL),
    Row("hotline:missed", SERVES),
    Row("hotline:duty", ALL),
    Row("hotline:mails", ALL),
    Row("hotline:mailboxes", ADMINISTERS),
    Row("hotline:mailbox_new", ADMINISTERS),
    Row("hotline:mailbox_edit", ADMINISTERS, kwargs=pk("mailbox")),
    # Lines and roster are the whole company's to read; the manager and the centre's head arrange them.
    Row("hotline:duty_cancel", ROSTERED, "post", pk("shift")),
    Row("hotline:lines", ALL),
    Row("hotline:line_new", ROSTERS, kwargs=pk("su")),
    Row("hotline:line_change", ROSTERS, kwargs=pk("line")),
    Row("hotline:line_withdraw", ROSTERED, "post", pk("line")),
    Row("hotline:coverage", ALL),
    Row("hotline:missed_on_duty", ALL),
    Row("hotline:feeds", ALL),
    Row("hotline:feeds", ALL, "post"),
    Row("hotline:feed_revoke", MINE, "post", pk("feed")),
    Row("hotline:feed", ALL.replace("200", "404"), kwargs={"secret": "guessed"}),
    Row("hotline:duty_fill", ALL.replace("200", "422"), "post"),
    Row("hotline:duty_day", SEEN_BY_REACH, kwargs=pk("day")),
    Row("hotline:pattern_new", ROSTERS, query="?unit=SU"),
    Row("hotline:pattern_stop", ROSTERED, "post", pk("pattern")),
    Row("hotline:swap_new", "200 200 403 403 403 403 200 403 403 403", kwargs=pk("shift")),
    Row("hotline:swap_agree", "403 302 404 404 404 403 302 403 403 404", "post", pk("swap")),
    Row("hotline:swap_decline", "403 302 404 404 404 403 403 403 403 404", "post", pk("swap")),
    Row("hotline:swap_call_off", "302 302 404 404 404 403 302 403 403 404", "post", pk("swap")),
    Row("hotline:hand_over", SERVES),
    Row("hotline:print_register", PRINTS),
    Row("hotline:print_register", PRINTED, "post", post={"unit": "@su", "since": "2026-09-28", "until": "2026-09-28"}),
    Row("hotline:print_roster", PRINTS),
    Row("hotline:print_roster", PRINTED, "post", post={"unit": "@su", "since": "2026-09-28", "until": "2026-09-28"}),
    Row("hotline:print_directory", ALL, "post"),
    Row("hotline:print_call", SEEN, "post", pk("call")),
    # Asked by the session's key alone: a session that no sign-in opened is none.
    Row("hotline:ringing", ALL.replace("200", "401")),
    Row("phone:systems", ADMINISTERS),
    Row("phone:system_new", ADMINISTERS),
    Row("phone:system_dial", ADMINISTERS, kwargs=pk("system")),
    Row("phone:system_revoke", ADMINISTERED, "post", pk("system")),
    # It rings at Suzhou's operator: her branch fills its row, and the centre.
    Row("hotline:take", HANDLED, kwargs=pk("ringing")),
    Row("hotline:recording", SEEN_DONE, kwargs=pk("ringing")),
    Row("hotline:dial_contact", "422 422 404 422 404 422 422 403 403 404", "post", pk("contact", phone_pk="@phone")),
    Row("hotline:dial", "422 422 404 403 404 422 422 403 403 404", "post", pk("ringing")),
    Row("hotline:call", SEEN, kwargs=pk("call")),
    Row("hotline:number", HANDLED, "post", pk("missed")),
    Row("hotline:call_back", HANDLED, kwargs=pk("missed")),
    Row("hotline:reply", HANDLED, kwargs=pk("waiting")),
    Row("hotline:know_caller", HANDLED, kwargs=pk("missed")),
    Row("hotline:open_case", HANDLED, kwargs=pk("waiting")),
    Row("hotline:void", HANDLED, kwargs=pk("waiting")),
    Row("hotline:promises", ALL),
    Row("hotline:promise", SEEN, kwargs=pk("promise")),
    Row("hotline:promise_answer", HANDLED, kwargs=pk("promise")),
    Row("hotline:promise_interim", HANDLED, kwargs=pk("promise")),
    Row("hotline:promise_move", HANDLED, kwargs=pk("promise")),
    Row("hotline:promise_withdraw", HANDLED, kwargs=pk("promise")),
    Row("hotline:promise_hand_over", HANDLED, kwargs=pk("promise")),
    # Cases
    *(
        row
        for room, name in (("visits", "visit"), ("claims", "claim"), ("complaints", "complaint"))
        for row in (
            Row(f"{room}:list", ALL),
            Row(f"{room}:page", SEEN, kwargs=pk(name)),
            Row(f"{room}:take_on", BY_BRANCH, kwargs=pk(name)),
            Row(f"{room}:hand_on", PASSED_ON, kwargs=pk(name)),
        )
    ),
    # Beside the pages
    Row("phone_hook", ALL.replace("200", "401"), "post"),
    Row("healthz", "503 503 503 503 503 503 503 503 503 503"),
    Row("api:openapi-json", ALL),
]

AGREED = {"client_agreed": {"who": "罗咏仪", "how": "电话"}}


def id_(name: str) -> dict[str, Any]:
    return {"id": f"@{name}"}


# The same people with their tokens; a session without a token asks the API nothing (401).
API = [
    Row("api:api-root", "404 404 404 404 404 404 404 404 404 404"),
    Row("api:list_clients", ALL),
    Row("api:enter_client", "422 422 422 422 422 422 422 422 422 422", "post", post={}),
    Row("api:get_client", SEEN, kwargs=id_("client")),
    Row("api:list_calls", ALL),
    Row(
        "api:register_call",
        SERVES.replace("200", "201"),
        "post",
        post={"line": "SU", "rang_at": "@now", "answered_at": "@now", "content": "问"},
    ),
    Row("api:get_call", SEEN, kwargs=id_("call")),
    Row("api:call_back", HANDLED, "post", id_("missed"), {"at": "@now", "content": "问"}),
    Row(
        "api:know_caller", HANDLED.replace("200", "409"), "post", id_("missed"), {"client_id": "@client"}
    ),  # It is known.
    Row("api:reply", HANDLED, "post", id_("waiting"), {"answer": "是"}),
    Row("api:get_promise", SEEN, kwargs=id_("promise")),
    Row("api:answer_promise", HANDLED, "post", id_("promise"), {"text": "好了"}),
    Row("api:tell_interim", HANDLED, "post", id_("promise"), {"text": "在查"}),
    Row("api:move_promise", HANDLED, "post", id_("promise"), {"to": "@later", **AGREED}),
    Row("api:withdraw_promise", HANDLED, "post", id_("promise"), {"text": "不用了", **AGREED}),
    Row("api:list_duty_lines", ALL),
    Row(
        "api:register_duty_line",
        ROSTERS.replace("200", "201"),
        "post",
        post={"unit": "SU", "number": "0512-65551239"},
    ),
    Row("api:withdraw_duty_line", ROSTERS, "post", id_("line"), {}),
    Row("api:list_shifts", ALL),
    Row(
        "api:enter_shift",
        ROSTERS.replace("200", "201"),
        "post",
        post={"unit": "SU", "staff_id": "@xuning", "starts_at": "@now", "ends_at": "@later"},
    ),
    Row("api:cancel_shift", ROSTERS, "post", id_("shift"), {}),
    Row("api:ask_swap", "409 403 403 403 403 403 403 403 403 403", "post", id_("shift"), {"of_id": "@xuning"}),
    Row("api:answer_swap", "403 200 404 404 404 403 200 403 403 404", "post", id_("swap") | {"answer": "agree"}, {}),
    Row("api:get_coverage", ALL),
    Row("api:hand_over_promise", HANDLED, "post", id_("promise"), {"to_id": "@xuning"}),
]
