"""The hotline on paper: register, roster, duty directory, a call's record. Beside each is its Typst template.

The words of a form are Chinese whoever prints it; values that a language is chosen for are told in Chinese too.
"""

from .call import call_record
from .directory import duty_directory
from .long import register_by_worker
from .register import MOST_AT_ONCE, MOST_ROWS, printed_rows, register_form
from .roster import roster_form

__all__ = [
    "MOST_AT_ONCE",
    "MOST_ROWS",
    "call_record",
    "duty_directory",
    "printed_rows",
    "register_by_worker",
    "register_form",
    "roster_form",
]
