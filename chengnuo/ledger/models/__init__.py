from .books import CalendarDay, CalendarTable, Heartbeat, Idem, Link, ParameterVersion, Series, Stamp
from .duties import LIVE, Obligation, Occasion, Rung
from .trail import Kept, Ref, Seal, TrailEvent, TrailHead, TrailLook, TrailMention, TrailText, kept_models, ref

__all__ = [
    "LIVE",
    "CalendarDay",
    "CalendarTable",
    "Heartbeat",
    "Idem",
    "Kept",
    "Link",
    "Obligation",
    "Occasion",
    "ParameterVersion",
    "Ref",
    "Rung",
    "Seal",
    "Series",
    "Stamp",
    "TrailEvent",
    "TrailHead",
    "TrailLook",
    "TrailMention",
    "TrailText",
    "kept_models",
    "ref",
]
