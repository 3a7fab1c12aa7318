"""Conditions over the facts of a course, in strong Kleene logic, with a trace and the facts that would decide."""

from lutetia.guideline.logic.condition import (
    Condition,
    all_of,
    always,
    any_of,
    choice,
    for_any,
    named,
    no,
    not_,
    yes,
)
from lutetia.guideline.logic.context import Context, Question, Settings
from lutetia.guideline.logic.finding import Finding, Reading
from lutetia.guideline.logic.limit import limit
from lutetia.guideline.logic.quantity import Quantity, latest

__all__ = [
    "Condition",
    "Context",
    "Finding",
    "Quantity",
    "Question",
    "Reading",
    "Settings",
    "all_of",
    "always",
    "any_of",
    "choice",
    "for_any",
    "latest",
    "limit",
    "named",
    "no",
    "not_",
    "yes",
]
