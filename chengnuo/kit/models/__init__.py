from .approvals import Approval, ApprovalCopy, ApprovalStep
from .desk import Blob, Draft, ListChoice, Notice, SavedView
from .jobs import Job, JobState
from .limits import ApiCount
from .outward import (
    Address,
    Channel,
    Delivery,
    DeliveryState,
    Mailing,
    MailState,
    Outlet,
    Security,
    Telling,
    masked,
)
from .phrases import Phrase
from .search import SearchBuild, SearchRow
from .webhooks import SendingState, Webhook, WebhookDelivery

__all__ = [
    "Address",
    "ApiCount",
    "Approval",
    "ApprovalCopy",
    "ApprovalStep",
    "Blob",
    "Channel",
    "Delivery",
    "DeliveryState",
    "Draft",
    "Job",
    "JobState",
    "ListChoice",
    "MailState",
    "Mailing",
    "Notice",
    "Outlet",
    "Phrase",
    "SavedView",
    "SearchBuild",
    "SearchRow",
    "Security",
    "SendingState",
    "Telling",
    "Webhook",
    "WebhookDelivery",
    "masked",
]
