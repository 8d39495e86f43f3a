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
# Of one branch alone: who shares a client of it sees nothing of it.
BY_REACH = "200 200 404 404 404 200 200 403 403 404"
WRITES = "403 403 403 403 403 200 200 403 403 403"
MINE = "302 404 404 404 404 404 404 404 404 404"
OWN = MINE.replace("302", "200")
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
    "rating:page",
    "rating:thanks",
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
    # Reports: of the units that one reaches; who reaches none sees that there is nothing
    Row("reports:compliance", ALL),
    Row("reports:clause", ALL, kwargs={"clause": "3.1.5"}),
    Row("reports:print", ALL, "post"),
    Row("reports:promises", ALL),
    Row("reports:response_all", ALL),
    Row("reports:response", ALL, kwargs={"metric": "kept"}),
    Row("reports:calls", ALL),
    Row("reports:fairness", ALL),
    Row("reports:duties", ALL),
    Row("reports:promise_list", ALL),
    Row("reports:call_list", ALL),
    Row("reports:duty", SEEN_BY_REACH.replace("200", "302"), kwargs=pk("duty")),
    Row("reports:export", DONE_ALL, "post", {"key": "compliance"}),
    Row("kit:bell", DONE_ALL),
    Row("kit:notices", ALL),
    Row("kit:read_notices", DONE_ALL, "post"),
    Row("kit:notice", MINE, kwargs=pk("notice")),
    Row("kit:job", MINE.replace("302", "200"), kwargs=pk("job")),
    Row("kit:retry_job", MINE.replace("302", "409"), "post", pk("job")),
    Row("kit:draft", ALL, kwargs={"key": "call"}),
    Row("kit:search", ALL),
    Row("kit:suggest", ALL),
    Row("kit:blob", SEEN, kwargs=pk("blob")),
    Row("kit:attach", HANDLED, kwargs={"type": "hotline.call", "pk": "@call"}),
    Row("kit:attach", HANDLED, kwargs={"type": "clients.client", "pk": "@client"}),
    Row("kit:attach", BY_BRANCH, kwargs={"type": "claims.claim", "pk": "@claim"}),
    Row("kit:attach", ALL.replace("200", "404"), kwargs={"type": "people.staff", "pk": 1}),
    Row("kit:choose_columns", DONE_ALL, "post", {"key": "clients"}),
    Row("kit:export_list", DONE_ALL, "post", {"key": "clients"}),
    Row("kit:save_view", DONE_ALL, "post", {"key": "clients"}, {"name": "x"}),
    Row("kit:drop_view", MINE, "post", {"key": "clients", "pk": "@view"}),
    Row("site:backups", ADMINISTERS),
    Row("site:let_out", ADMINISTERS.replace("200", "409"), "post"),  # Nothing is held.
    Row("site:backup_new", ADMINISTERS.replace("200", "409"), "post"),  # No folder is set.
    # Notices outward: channels and who is told are the administrator's, addresses one's own
    Row("outward:outlets", ADMINISTERS),
    Row("outward:outlet", ADMINISTERS, kwargs={"channel": "mail"}),
    Row("outward:try_out", ADMINISTERED, "post", {"channel": "mail"}),
    Row("outward:tellings", ADMINISTERS),
    Row("outward:telling", ADMINISTERS, kwargs={"moment": "duty.due"}),
    Row("outward:log", ADMINISTERS),
    Row("outward:send_again", ADMINISTERS.replace("200", "409"), "post", post={"all": "1"}),  # Nothing failed.
    Row("outward:mine", ALL),
    # Webhooks
    Row("webhooks:hooks", ADMINISTERS),
    Row("webhooks:hook_new", ADMINISTERS),
    Row("webhooks:hook", ADMINISTERS, kwargs=pk("hook")),
    Row("webhooks:hook_edit", ADMINISTERS, kwargs=pk("hook")),
    Row("webhooks:hook_switch", ADMINISTERED, "post", pk("hook"), {"on": "0"}),
    Row("webhooks:hook_secret", ADMINISTERS, kwargs=pk("hook")),
    Row("webhooks:hook_secret", ADMINISTERS, "post", pk("hook")),
    Row("webhooks:hook_try", ADMINISTERED, "post", pk("hook")),
    Row("webhooks:hook_again", ADMINISTERED, "post", pk("hook"), {"all": "1"}),
    Row("webhooks:delivery", ADMINISTERS, kwargs=pk("delivery")),
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
    Row("people:tokens", ALL),
    Row("people:token_revoke", "302 404 404 404 404 404 404 404 404 302", "post", pk("token")),
    Row("people:all_tokens", ADMINISTERS),
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
    Row("people:staff_access", ADMINISTERS, kwargs=pk("zhoumin")),
    Row("people:staff_access_ask", ADMINISTERS, "post", pk("zhoumin"), {"number": "@number"}),
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
    # Satisfaction: one rated low, one still to be answered
    Row("satisfaction:list", ALL),
    Row("satisfaction:figures", ALL),
    Row("satisfaction:page", SEEN, kwargs=pk("rating")),
    Row("satisfaction:follow_up", HANDLED, kwargs=pk("rating")),
    Row("satisfaction:link", HANDLED, "post", pk("rating_asked")),
    Row("satisfaction:ask", HANDLED, kwargs=pk("judged", type="hotline.promise")),
    Row("satisfaction:ask", ALL.replace("200", "404"), kwargs={"type": "people.staff", "pk": 1}),
    # Daily service
    Row("daily:list", ALL),
    Row("daily:new", SERVES),
    Row("daily:page", SEEN, kwargs=pk("daily")),
    Row("daily:answer", HANDLED, kwargs=pk("daily")),
    Row("daily:renewals", ALL),
    Row("daily:retention", ALL),
    Row("daily:renewal", SEEN, kwargs=pk("renewal")),
    *(Row(f"daily:renewal_{act}", HANDLED, kwargs=pk("renewal")) for act in ("contact", "quote", "decide")),
    *(Row(f"daily:renewal_{act}", HANDLED, kwargs=pk("renewal")) for act in ("hand_on", "again")),
    # Telephone rounds: a branch's list is the branch's; a call is read by who shares the client.
    Row("rounds:list", ALL),
    Row("rounds:new", SERVES),
    Row("rounds:page", SEEN_BY_REACH, kwargs=pk("round")),
    Row("rounds:start", BY_REACH.replace("200", "302"), "post", pk("round_draft")),
    Row("rounds:finish", BY_REACH, kwargs=pk("round")),
    Row("rounds:cancel", BY_REACH, kwargs=pk("round")),
    Row("rounds:add", BY_REACH, kwargs=pk("round")),
    Row("rounds:next", BY_REACH.replace("200", "302"), "post", pk("round")),
    Row("rounds:print", SEEN_BY_REACH, "post", pk("round")),
    Row("rounds:call", BY_REACH, kwargs=pk("on_list")),
    Row("rounds:take", BY_REACH.replace("200", "302"), "post", pk("on_list")),
    Row("rounds:leave_out", BY_REACH, kwargs=pk("on_list")),
    Row("rounds:spoken", SEEN, kwargs=pk("round_call")),
    Row("rounds:file", HANDLED, kwargs=pk("round_call")),
    Row("rounds:demand", SEEN, kwargs=pk("demand")),
    *(Row(f"rounds:demand_{act}", HANDLED, kwargs=pk("demand")) for act in ("told", "handled", "pass_on")),
    Row("rounds:scripts", ALL),
    Row("rounds:script", ALL, kwargs=pk("script")),
    Row("rounds:script_new", WRITES),
    Row("rounds:script_revise", WRITES, kwargs=pk("script")),
    # Clients open these without signing in; a guessed link is dead whoever opens it.
    Row("rating:page", ALL.replace("200", "404"), kwargs={"token": "guessed"}),
    Row("rating:thanks", ALL),
    # Beside the pages
    Row("phone_hook", ALL.replace("200", "401"), "post"),
    Row("healthz", "503 503 503 503 503 503 503 503 503 503"),
    Row("api:openapi-json", ALL),
]

UNMASKED = "200 200 404 200 404 200 200 403 403 404"
COVER = {
    "line": "property",
    "insurer": "屿安财产保险股份有限公司",
    "sum_insured": "100.00",
    "premium": "1.00",
    "start": "2026-10-01",
    "end": "2027-09-30",
}
PATTERN = {
    "unit": "SU",
    "starts_on": "2026-11-01",
    "slots": [{"name": "夜班", "starts": "20:00", "ends": "08:00", "staff": ["@xuning"]}],
}
PRINTED_DAYS = {"unit": "SU", "since": "2026-09-28", "until": "2026-09-28"}
MAILBOX = {"unit": "SU", "keeper_id": "@zhoumin", "host": "127.0.0.1", "is_on": False}
AGREED = {"client_agreed": {"who": "罗咏仪", "how": "电话"}}

HOOK = {"name": "仓库", "url": "https://hooks.invalid/", "verbs": ["call.registered"]}

CONTACT = {"client_id": "@client", "kind": "care", "channel": "wecom", "dialogue": "寄礼品", "basis": "client"}
ROUND = {
    "unit": "SU",
    "aim": "回访",
    "script_id": "@script",
    "starts_on": "2026-09-28",
    "ends_on": "2026-09-30",
    "chosen_by": {},
}


def id_(name: str) -> dict[str, Any]:
    return {"id": f"@{name}"}


# The same people with their tokens; a session without a token asks the API nothing (401).
API = [
    Row("api:api-root", "404 404 404 404 404 404 404 404 404 404"),
    Row("api:list_webhooks", ADMINISTERS),
    Row("api:list_webhook_verbs", ADMINISTERS),
    Row("api:register_webhook", ADMINISTERS.replace("200", "422"), "post", post=HOOK),  # The name is unknown.
    Row("api:get_webhook", ADMINISTERS, kwargs=id_("hook")),
    Row("api:change_webhook", ADMINISTERS.replace("200", "422"), "post", id_("hook"), HOOK),
    Row("api:switch_webhook", ADMINISTERS, "post", id_("hook"), {"is_on": False}),
    Row("api:replace_webhook_secret", ADMINISTERS, "post", id_("hook"), {"at_once": True}),
    Row("api:try_webhook", ADMINISTERS.replace("200", "202"), "post", id_("hook"), {}),
    Row("api:list_webhook_deliveries", ADMINISTERS, kwargs=id_("hook")),
    Row("api:send_webhook_again", ADMINISTERS.replace("200", "202"), "post", id_("hook"), {}),
    Row("api:get_access", ADMINISTERS, kwargs=id_("zhoumin")),
    Row("api:ask_access", ADMINISTERS, "post", id_("zhoumin"), {"number": "@number"}),
    # The desk
    Row("api:list_duties", ALL),
    Row("api:get_duty", SEEN, kwargs=id_("duty")),
    Row("api:why_duty", SEEN, kwargs=id_("duty")),
    Row("api:urge_duty", SEEN, "post", id_("duty")),
    Row("api:list_notices", ALL),
    Row("api:read_notice", OWN, "post", id_("notice")),
    Row("api:read_notices", ALL, "post", post={"up_to": 1}),
    Row("api:list_files", SEEN, kwargs={"type": "clients.client", "pk": "@client"}),
    Row("api:attach_file", ALL.replace("200", "422"), "post", {"type": "clients.client", "pk": "@client"}),  # No file.
    Row("api:download_file", SEEN, kwargs=id_("blob")),
    Row("api:get_list", ALL, kwargs={"key": "clients"}),
    Row("api:choose_columns", ALL, "post", {"key": "clients"}, {"columns": ["name"]}),
    Row("api:save_view", ALL, "post", {"key": "clients"}, {"name": "x"}),
    Row("api:drop_view", OWN, "post", {"key": "clients", "id": "@view"}),
    Row("api:export_list", ALL.replace("200", "201"), "post", {"key": "clients"}, {}),
    Row("api:list_jobs", ALL),
    Row("api:get_job", OWN, kwargs=id_("job")),
    Row("api:retry_job", OWN.replace("200", "409"), "post", id_("job")),
    # Approvals and the procedure
    Row("api:list_approvals", ALL),
    Row("api:get_approval", "404 404 404 404 404 200 200 200 200 404", kwargs=id_("approval")),
    Row(
        "api:decide_approval",
        "404 404 404 404 404 403 403 200 403 404",
        "post",
        id_("approval"),
        {"step": "@step", "sha256": "@sha256", "decision": "approve", "opinion": "同意"},
    ),
    Row(
        "api:withdraw_approval", "404 404 404 404 404 200 403 403 403 404", "post", id_("approval"), {"reason": "不改"}
    ),
    Row("api:list_clauses", ALL),
    Row("api:get_clause", ALL, kwargs={"id": "3.1.5"}),
    Row("api:list_parameters", ALL),
    Row("api:get_parameter", ALL, kwargs={"key": "call_back.due"}),
    Row(
        "api:propose",
        "403 403 403 403 403 201 201 403 403 403",
        "post",
        {"key": "ring.given_up"},
        {"value": "41", "reason": "偏紧"},
    ),
    Row("api:list_calendar", ALL),
    Row("api:get_year", ALL, kwargs={"year": 2026}),
    Row(
        "api:import_year",
        "403 403 403 403 403 403 201 403 403 201",
        "post",
        {"year": 2031},
        {"source": "国务院办公厅", "days": [{"date": "2031-01-01", "kind": "holiday", "name": "元旦"}]},
    ),
    # Notices outward
    Row("api:list_channels", ADMINISTERS),
    Row("api:set_channel", ADMINISTERS, "post", {"channel": "mail"}, {"is_on": False}),
    Row("api:try_channel", ADMINISTERS.replace("200", "422"), "post", {"channel": "mail"}),  # It is not set up.
    Row("api:list_tellings", ADMINISTERS),
    Row("api:set_telling", ADMINISTERS, "post", {"moment": "duty.due"}, {"also": ["manager"], "channels": ["mail"]}),
    Row("api:list_deliveries", ADMINISTERS),
    Row("api:send_deliveries_again", ADMINISTERS.replace("200", "409"), "post", post={}),  # Nothing failed.
    Row("api:list_addresses", ALL),
    Row("api:set_address", ALL, "post", {"channel": "mail"}, {"value": "a@example.com"}),
    # People
    Row("api:get_me", ALL),
    Row("api:list_sessions", ALL),
    Row("api:end_session", OWN, "post", id_("session")),
    Row("api:end_sessions", ALL, "post"),
    Row("api:list_tokens", ALL),
    Row("api:revoke_token", "200 404 404 404 404 404 404 404 404 200", "post", id_("token")),
    Row("api:list_units", ALL),
    Row("api:get_unit", "200 200 404 404 200 200 200 200 200 200", kwargs=id_("su")),
    Row("api:open_unit", ADMINISTERS.replace("200", "201"), "post", post={"code": "YY", "name": "盐城分公司"}),
    Row("api:change_unit", ADMINISTERS, "post", id_("spare"), {"name": "空的分公司"}),
    Row("api:close_unit", ADMINISTERS, "post", id_("spare")),
    Row("api:list_staff", ALL),
    Row("api:get_staff", "200 200 404 404 200 200 200 200 200 200", kwargs=id_("zhoumin")),
    Row(
        "api:hire",
        ADMINISTERS.replace("200", "201"),
        "post",
        post={"username": "newcomer", "name": "新人", "unit_id": "@su"},
    ),
    Row("api:change_staff", ADMINISTERS, "post", id_("zhoumin"), {"name": "周敏", "unit_id": "@su", "phone": "1234"}),
    Row("api:reset_password", ADMINISTERS, "post", id_("zhoumin"), {"password": "a long way to go home"}),
    Row("api:leave", ADMINISTERS, "post", id_("zhoumin")),
    Row("api:end_staff_sessions", ADMINISTERS, "post", id_("zhoumin")),
    Row(
        "api:give_role",
        ADMINISTERS.replace("200", "201"),
        "post",
        id_("zhoumin"),
        {"kind": "custodian", "unit_id": "@su"},
    ),
    Row("api:end_role", ADMINISTERS, "post", id_("role")),
    Row("api:list_absences", ALL),
    Row(
        "api:report_absence",
        "201 201 404 404 403 403 403 403 403 201",
        "post",
        id_("zhoumin"),
        {"starts_at": "@now", "ends_at": "@soon", "reason": "外出"},
    ),
    Row("api:end_absence", "200 200 404 404 404 404 404 404 404 200", "post", id_("absence")),
    Row("api:list_substitutes", ALL),
    Row(
        "api:name_substitute",
        "201 422 422 422 201 201 201 201 201 201",
        "post",
        post={"staff_id": "@xuning", "ends_at": "@soon", "reason": "外出"},
    ),
    Row("api:revoke_substitute", "200 403 404 404 404 404 404 404 404 404", "post", id_("substitute")),
    # Clients
    Row("api:list_clients", ALL),
    Row("api:enter_client", "422 422 422 422 422 422 422 422 422 422", "post", post={}),
    Row("api:export_clients", ALL.replace("200", "202"), "post", post={}),
    Row("api:get_client", SEEN, kwargs=id_("client")),
    Row("api:list_running", SEEN, kwargs=id_("client")),
    Row(
        "api:change_client",
        HANDLED,
        "post",
        id_("client"),
        {"version": 1, "name": "罗咏仪", "kind": "person", "since": "2026-09-28"},
    ),
    Row("api:tick_client", BY_CENTRE, "post", id_("client") | {"name": "key"}, {"reason": "大户"}),
    Row(
        "api:untick_client",
        BY_CENTRE.replace("200", "409"),  # Nobody ticked him.
        "post",
        id_("client") | {"name": "key"},
        {"reason": "大户"},
    ),
    Row("api:show_resident_id", UNMASKED, "post", id_("client"), {}),
    Row("api:show_phone", UNMASKED, "post", id_("contact") | {"phone_id": "@phone"}, {}),
    Row("api:add_contact", HANDLED.replace("200", "201"), "post", id_("client"), {"name": "新来"}),
    Row("api:change_contact", HANDLED, "post", id_("contact"), {"version": 1, "name": "罗咏仪"}),
    Row("api:end_contact", HANDLED, "post", id_("contact"), {"reason": "离职"}),
    Row("api:add_site", HANDLED.replace("200", "201"), "post", id_("client"), {"name": "厂", "address": "路1号"}),
    Row("api:change_site", HANDLED, "post", id_("site"), {"version": 1, "name": "厂", "address": "路1号"}),
    Row("api:add_policy", HANDLED.replace("200", "201"), "post", id_("client"), {**COVER, "no": "P-1"}),
    Row("api:change_policy", HANDLED, "post", id_("policy"), {**COVER, "no": "P-1", "version": 1}),
    Row(
        "api:draft_agreement",
        HANDLED.replace("200", "201"),
        "post",
        id_("client"),
        {"number": "WT-2", "start": "2026-10-01", "end": "2027-09-30"},
    ),
    Row("api:sign_agreement", HANDLED, "post", id_("agreement"), {"signed_on": "2026-09-28"}),
    # Its first day has not come; it is a draft.
    Row("api:activate_agreement", HANDLED.replace("200", "409"), "post", id_("agreement"), {}),
    Row("api:expire_agreement", HANDLED.replace("200", "409"), "post", id_("agreement"), {}),
    Row("api:terminate_agreement", HANDLED.replace("200", "409"), "post", id_("agreement"), {"reason": "x"}),
    Row("api:list_client_imports", "403 200 403 403 403 200 200 403 403 403"),
    Row("api:get_client_import_template", "403 200 403 403 403 200 200 403 403 403"),
    Row("api:check_client_import", ALL.replace("200", "422"), "post", post={}),  # No file.
    Row("api:confirm_client_import", "403 404 403 403 403 404 404 403 403 403", "post", {"job_id": "@job"}, {}),
    # Calls
    Row("api:list_calls", ALL),
    Row("api:find_callers", ALL, query="?q=13800003212"),
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
    Row("api:open_case", HANDLED.replace("200", "201"), "post", id_("waiting"), {"kind": "complaint", "account": "慢"}),
    Row("api:void_call", HANDLED, "post", id_("waiting"), {"reason": "登记错了"}),
    Row("api:show_caller_number", HANDLED, "post", id_("missed"), {}),
    # Ringing
    Row("api:get_ringing", ALL),
    Row("api:get_ring", SEEN, kwargs=id_("ringing")),
    Row("api:hold_ring", HANDLED, "post", id_("ringing"), {}),
    Row("api:take_ring", HANDLED, "post", id_("ringing"), {"content": "问"}),
    Row("api:open_recording", SEEN, "post", id_("ringing"), {}),
    Row("api:dial_caller", "422 422 404 403 404 422 422 403 403 404", "post", id_("ringing"), {}),
    Row(
        "api:dial_contact",
        "422 422 404 422 404 422 422 403 403 404",
        "post",
        id_("contact") | {"phone_id": "@phone"},
        {},
    ),
    # Promises
    Row("api:list_promises", ALL),
    Row("api:get_promise_times", ALL, query="?at=2026-10-01T10:00:00%2B08:00"),
    Row("api:get_promise", SEEN, kwargs=id_("promise")),
    Row("api:list_promise_acts", SEEN, kwargs=id_("promise")),
    Row("api:answer_promise", HANDLED, "post", id_("promise"), {"text": "好了"}),
    Row("api:tell_interim", HANDLED, "post", id_("promise"), {"text": "在查"}),
    Row("api:move_promise", HANDLED, "post", id_("promise"), {"to": "@later", **AGREED}),
    Row("api:withdraw_promise", HANDLED, "post", id_("promise"), {"text": "不用了", **AGREED}),
    Row("api:hand_over_promise", HANDLED, "post", id_("promise"), {"to_id": "@xuning"}),
    Row("api:hand_over_shift", "200 200 422 422 403 200 200 403 403 403", "post", post={"to_id": "@xuning"}),
    # Lines and roster
    Row("api:list_duty_lines", ALL),
    Row(
        "api:register_duty_line",
        ROSTERS.replace("200", "201"),
        "post",
        post={"unit": "SU", "number": "0512-65551239"},
    ),
    Row("api:change_duty_line", ROSTERS.replace("200", "201"), "post", id_("line"), {"number": "0512-65551239"}),
    Row("api:withdraw_duty_line", ROSTERS, "post", id_("line"), {}),
    Row("api:list_shifts", ALL),
    Row(
        "api:enter_shift",
        ROSTERS.replace("200", "201"),
        "post",
        post={"unit": "SU", "staff_id": "@xuning", "starts_at": "@now", "ends_at": "@later"},
    ),
    Row("api:cancel_shift", ROSTERS, "post", id_("shift"), {}),
    Row("api:reassign_shift", ROSTERS, "post", id_("shift"), {"to_id": "@xuning"}),
    Row("api:get_coverage", ALL),
    Row(
        "api:fill_gap",
        ROSTERS.replace("200", "201"),
        "post",
        post={"unit": "SU", "staff_id": "@xuning", "starts_at": "@now", "ends_at": "@later"},
    ),
    Row("api:list_duty_days", ALL),
    Row("api:get_duty_day", SEEN_BY_REACH, kwargs=id_("day")),
    Row(
        "api:explain_duty_day", "403 409 404 404 404 403 409 403 403 404", "post", id_("day"), {"reason": "x"}
    ),  # It lies ahead.
    Row("api:list_swaps", ALL),
    Row("api:ask_swap", "409 403 403 403 403 403 403 403 403 403", "post", id_("shift"), {"of_id": "@xuning"}),
    Row("api:answer_swap", "403 200 404 404 404 403 200 403 403 404", "post", id_("swap") | {"answer": "agree"}, {}),
    Row("api:get_coverage", ALL),
    Row("api:list_reports", ALL),
    Row("api:get_report", ALL, kwargs={"key": "compliance"}),
    Row("api:list_ratings", ALL),
    Row("api:get_rating", SEEN, kwargs=id_("rating")),
    Row("api:follow_up_rating", HANDLED, "post", id_("rating"), {"found": "漏了", "said": "道歉"}),
    Row(
        "api:ask_for_rating",
        HANDLED.replace("200", "201"),
        "post",
        post={"subject_type": "hotline.promise", "subject_id": "@judged", "reason": "没收到"},
    ),
    Row("api:search_everything", ALL, query="?q=1021"),
    Row("api:hand_over_promise", HANDLED, "post", id_("promise"), {"to_id": "@xuning"}),
    Row("api:list_roster_patterns", ALL),
    Row("api:preview_roster_pattern", ROSTERS, "post", post=PATTERN),
    Row("api:start_roster_pattern", ROSTERS.replace("200", "201"), "post", post=PATTERN),
    Row("api:stop_roster_pattern", ROSTERS, "post", id_("pattern"), {}),
    Row("api:get_attendance", ALL),
    Row("api:list_roster_feeds", ALL),
    Row("api:make_roster_feed", ALL.replace("200", "201"), "post", post={}),
    Row("api:revoke_roster_feed", MINE.replace("302", "200"), "post", id_("feed"), {}),
    # Printed
    Row("api:print_register", PRINTED, "post", post=PRINTED_DAYS),
    Row("api:print_roster", PRINTED, "post", post=PRINTED_DAYS),
    Row("api:print_directory", ALL, "post", post={}),
    Row("api:print_call", SEEN, "post", id_("call"), {}),
    # Mail and telephone systems
    Row("api:list_mails", ALL),
    Row("api:list_call_mails", SEEN, kwargs=id_("call")),
    Row("api:list_mailboxes", ADMINISTERS),
    Row("api:set_up_mailbox", ADMINISTERS.replace("200", "201"), "post", post={**MAILBOX, "username": "kf"}),
    Row("api:change_mailbox", ADMINISTERS, "post", id_("mailbox"), {**MAILBOX, "username": "su", "version": 2}),
    Row("api:list_phone_systems", ADMINISTERS),
    Row("api:connect_phone_system", ADMINISTERS.replace("200", "201"), "post", post={"name": "总机2"}),
    Row("api:change_phone_system", ADMINISTERS, "post", id_("system"), {"dial_url": ""}),
    Row("api:revoke_phone_system", ADMINISTERS, "post", id_("system"), {}),
    Row("api:list_lost_calls", ADMINISTERS),
    # Cases
    *(
        row
        for plural, name, verb in (
            ("visits", "visit", "confirm"),
            ("claims", "claim", "register"),
            ("complaints", "complaint", "register"),
        )
        for row in (
            Row(f"api:list_{plural}", ALL),
            Row(f"api:get_{name}", SEEN, kwargs=id_(name)),
            Row(
                f"api:{verb}_{name}",
                BY_BRANCH,
                "post",
                id_(name),
                {"agreed_at": "@later", "agreed_with": "罗咏仪"} if verb == "confirm" else {},
            ),
            Row(f"api:hand_on_{name}", PASSED_ON, "post", id_(name), {"to_id": "@zhoumin"}),
        )
    ),
    # Daily service
    Row("api:list_daily_contacts", ALL),
    Row("api:enter_daily_contact", "201 201 422 201 422 201 201 403 403 422", "post", post=CONTACT),  # Whom one sees.
    Row("api:get_daily_contact", SEEN, kwargs=id_("daily")),
    Row("api:answer_daily_contact", HANDLED, "post", id_("daily"), {"text": "寄出"}),
    Row("api:list_renewals", ALL),
    Row("api:get_retention", ALL),
    Row("api:get_renewal", SEEN, kwargs=id_("renewal")),
    Row("api:contact_renewal", HANDLED, "post", id_("renewal"), {"text": "愿意"}),
    Row("api:quote_renewal", HANDLED, "post", id_("renewal"), {"insurer": "屿安", "premium": "1.00"}),
    Row("api:renew_policy", HANDLED, "post", id_("renewal"), {"no": "N-1", "insurer": "屿安", "premium": "1.00"}),
    Row("api:lose_renewal", HANDLED, "post", id_("renewal"), {"reason": "price", "text": "贵"}),
    Row("api:close_renewal", HANDLED, "post", id_("renewal"), {"text": "厂房已卖"}),
    Row("api:hand_on_renewal", HANDLED, "post", id_("renewal"), {"to_id": "@zhoumin"}),
    # It is not decided yet.
    Row("api:reopen_renewal", HANDLED.replace("200", "409"), "post", id_("renewal"), {"text": "改"}),
    # Telephone rounds
    Row("api:list_rounds", ALL),
    Row("api:open_round", "201 201 422 422 422 201 201 422 422 422", "post", post=ROUND),
    Row("api:get_round", SEEN_BY_REACH, kwargs=id_("round")),
    Row("api:start_round", BY_REACH, "post", id_("round_draft"), {}),
    Row("api:finish_round", BY_REACH, "post", id_("round"), {"because": "够了"}),
    Row("api:cancel_round", BY_REACH, "post", id_("round"), {"because": "不打了"}),
    Row("api:print_round", SEEN_BY_REACH, "post", id_("round"), {}),
    Row("api:list_round_clients", SEEN_BY_REACH, kwargs=id_("round")),
    # He is on the list already.
    Row(
        "api:add_round_client",
        "409 409 404 404 404 409 409 403 403 404",
        "post",
        id_("round"),
        {"client_id": "@client"},
    ),
    Row("api:claim_round_client", BY_REACH, "post", id_("round"), {}),
    Row("api:take_round_client", BY_REACH, "post", id_("on_list"), {}),
    Row("api:leave_out_round_client", BY_REACH, "post", id_("on_list"), {"reason": "刚来过"}),
    Row("api:record_round_call", BY_REACH.replace("200", "201"), "post", id_("on_list"), {"outcome": "unreached"}),
    Row("api:list_round_calls", ALL),
    Row("api:get_round_call", SEEN, kwargs=id_("round_call")),
    Row("api:file_round_call", HANDLED, "post", id_("round_call"), {"filed_as": "第3卷"}),
    Row("api:list_call_demands", ALL),
    Row("api:get_call_demand", SEEN, kwargs=id_("demand")),
    Row("api:tell_call_demand", HANDLED, "post", id_("demand"), {"text": "在办"}),
    Row("api:handle_call_demand", HANDLED, "post", id_("demand"), {"text": "办了"}),
    Row("api:pass_on_call_demand", HANDLED, "post", id_("demand"), {"to_id": "@xuning", "department": "理赔"}),
    Row("api:list_call_scripts", ALL),
    Row("api:get_call_script", ALL, kwargs=id_("script")),
    Row("api:write_call_script", WRITES.replace("200", "201"), "post", post={"name": "续保", "words": "您好"}),
    Row("api:revise_call_script", WRITES.replace("200", "201"), "post", id_("script"), {"words": "您好"}),
]
