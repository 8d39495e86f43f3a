"""The only writers of units, staff and what each may be.

What concerns a person (roles, absences, substitutes, sessions, tokens) is done under that person's lock.
"""

from chengnuo.ledger.errors import Stale

from .absences import end_absence, name_substitute, report_absence, revoke_substitute
from .access import ask_access
from .factors import (
    add_passkey,
    make_recovery_codes,
    new_secret,
    remove_factor,
    reset_second_factor,
    set_factor_rules,
    set_up_totp,
)
from .proving import not_recognised, prove_code, prove_passkey, prove_password
from .roles import end_role, give_role
from .shares import end_share, share_client
from .signing_in import (
    check_sign_in,
    end_session,
    end_sessions,
    forget_old_tries,
    is_locked_out,
    note_attempt,
    open_session,
    renew_session,
)
from .staff import change_staff, hire, leave, set_password
from .tokens import make_token, revoke_token
from .units import change_unit, close_unit, open_unit

__all__ = [
    "Stale",
    "add_passkey",
    "ask_access",
    "change_staff",
    "change_unit",
    "check_sign_in",
    "close_unit",
    "end_absence",
    "end_role",
    "end_session",
    "end_sessions",
    "end_share",
    "forget_old_tries",
    "give_role",
    "hire",
    "is_locked_out",
    "leave",
    "make_recovery_codes",
    "make_token",
    "name_substitute",
    "new_secret",
    "not_recognised",
    "note_attempt",
    "open_session",
    "open_unit",
    "prove_code",
    "prove_passkey",
    "prove_password",
    "remove_factor",
    "renew_session",
    "report_absence",
    "reset_second_factor",
    "revoke_substitute",
    "revoke_token",
    "set_factor_rules",
    "set_password",
    "set_up_totp",
    "share_client",
]
