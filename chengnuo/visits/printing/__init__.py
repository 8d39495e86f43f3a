"""Visits on paper: plan table and survey. Beside each is its Typst template.

The words of a form are Chinese whoever prints it.
"""

from .plan import plan_table
from .survey import survey_form

__all__ = ["plan_table", "survey_form"]
