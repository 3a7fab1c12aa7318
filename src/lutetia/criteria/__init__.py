"""Facts in, graded facts out: criteria of others, each with its version."""

from lutetia.criteria.ctcae import GradeRange, grade
from lutetia.criteria.interval import Interval
from lutetia.criteria.renal import FORMULAS, egfr

__all__ = ["FORMULAS", "GradeRange", "Interval", "egfr", "grade"]
