"""Service plan and emergency plan on paper. Beside each is its Typst template."""

from .emergency import emergency_form
from .plan import plan_form

__all__ = ["emergency_form", "plan_form"]
