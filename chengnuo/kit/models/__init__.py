from .desk import Blob, Draft, ListChoice, Notice, SavedView

__all__ = ["Blob", "Draft", "ListChoice", "Notice", "SavedView"]
