"""Claims: noticed, registered, known better day by day, sent to the centre at once where they belong there, and helped
on from the survey to the file."""

from .escalating import (
    Report,
    acknowledge,
    carry_out_guidance,
    client_complained,
    guide,
    release,
    report_to_centre,
    weigh,
)
from .facts import Sum, count_casualties, declare_difficult, join_occurrence, revise_estimate
from .money import pay, void_payment
from .opening import Loss, claims_of, enter_claim, open_claim, policies_on, register_claim, state_loss
from .papers import WITH_REASON, add_papers, move_paper, set_papers
from .speaking import remind_insurer, remind_of_late, secure_limitation, speak
from .stages import (
    advise,
    agree,
    ask_again,
    close,
    collect,
    decide,
    dispute,
    file_claim,
    give_up,
    refusal_told,
    reopen,
    submit,
    survey,
)

__all__ = [
    "WITH_REASON",
    "Loss",
    "Report",
    "Sum",
    "acknowledge",
    "add_papers",
    "advise",
    "agree",
    "ask_again",
    "carry_out_guidance",
    "claims_of",
    "client_complained",
    "close",
    "collect",
    "count_casualties",
    "decide",
    "declare_difficult",
    "dispute",
    "enter_claim",
    "file_claim",
    "give_up",
    "guide",
    "join_occurrence",
    "move_paper",
    "open_claim",
    "pay",
    "policies_on",
    "refusal_told",
    "register_claim",
    "release",
    "remind_insurer",
    "remind_of_late",
    "reopen",
    "report_to_centre",
    "revise_estimate",
    "secure_limitation",
    "set_papers",
    "speak",
    "state_loss",
    "submit",
    "survey",
    "void_payment",
    "weigh",
]
