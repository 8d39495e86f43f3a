"""Plans: drawn up, submitted, approved, delivered, carried out; emergency plans."""

from .carrying import carry_out, drop_for_emergency

__all__ = ["carry_out", "drop_for_emergency"]
