from .approvals import Approval, ApprovalStep
from .desk import Blob, Draft, ListChoice, Notice, SavedView

__all__ = ["Approval", "ApprovalStep", "Blob", "Draft", "ListChoice", "Notice", "SavedView"]
