"""Whether a complaint is about the same matter as an earlier one of the same client (3.6.6)."""

from .finding import Near, Said, nearest
from .reading import Read, read
from .weighing import Likeness, likeness

__all__ = ["Likeness", "Near", "Read", "Said", "likeness", "nearest", "read"]
