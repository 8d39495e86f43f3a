from .approvals import Approval, ApprovalStep
from .desk import Blob, Draft, ListChoice, Notice, SavedView
from .jobs import Job, JobState

__all__ = ["Approval", "ApprovalStep", "Blob", "Draft", "Job", "JobState", "ListChoice", "Notice", "SavedView"]
