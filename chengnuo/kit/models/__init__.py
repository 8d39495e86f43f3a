from .approvals import Approval, ApprovalStep
from .desk import Blob, Draft, ListChoice, Notice, SavedView
from .jobs import Job, JobState
from .outward import Address, Channel, Delivery, DeliveryState, Outlet, Security, Telling, masked
from .search import SearchBuild, SearchRow

__all__ = [
    "Address",
    "Approval",
    "ApprovalStep",
    "Blob",
    "Channel",
    "Delivery",
    "DeliveryState",
    "Draft",
    "Job",
    "JobState",
    "ListChoice",
    "Notice",
    "Outlet",
    "SavedView",
    "SearchBuild",
    "SearchRow",
    "Security",
    "Telling",
    "masked",
]
