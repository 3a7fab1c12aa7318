"""Which CTCAE grade does a result, or what a man says of a symptom, have? A range of the grades that are possible.

Without the laboratory's lower limit a platelet count of 120 is "at most grade 1": that decides whether it is grade 2
or worse. The limits stand in ``ctcae_5_0.yaml``; versions are never mixed. Where the first grade is bounded by a
laboratory limit that lies beyond the fixed limit of grade 2, the fixed limit is kept as printed.

Source: Common Terminology Criteria for Adverse Events v5.0, US National Cancer Institute, 27 November 2017.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal

from lutetia.criteria.ctcae_table import (
    VERSION,
    Answered,
    AnswerStep,
    GradeRange,
    Step,
    SymptomTerm,
    Term,
    VersionNotOfferedError,
    table,
    terms,
    versions,
)
from lutetia.criteria.interval import Interval

__all__ = [
    "VERSION", "GradeRange", "Step", "SymptomTerm", "Term", "VersionNotOfferedError", "grade", "grade_answers",
    "grade_term", "table", "terms", "versions",
]  # fmt: skip

_NORMAL = 0
_ABSENT = "none"

References = Mapping[str, float | None]


def _any_reached(steps: tuple[Step, ...], value: Interval, references: References) -> bool | None:
    reached = [step.reached(value, references) for step in steps]
    if True in reached:
        return True
    return None if None in reached else False


def _range(term: Term, grades: Mapping[int, tuple[Step, ...]], value: Interval, references: References) -> GradeRange:
    least = most = _NORMAL
    for number, steps in grades.items():
        reached = _any_reached(steps, value, references)
        if reached:
            least = number
        if reached is not False:
            most = number
    left_open = max((number for number in term.open if number - 1 <= most and most > _NORMAL), default=_NORMAL)
    return GradeRange(least, max(least, most, left_open))


@lru_cache(maxsize=4096)
def grade(
    item: str,
    value: Interval | float,
    *,
    lower: float | None = None,
    upper: float | None = None,
    baseline: float | None = None,
    computed_only: bool = False,
) -> GradeRange:
    """Grade a laboratory result by CTCAE v5.0, by the first term that its item has.

    Parameters
    ----------
    item : str
        The item of the vocabulary, e.g. ``lab.platelets``.
    value : Interval or float
        The result in the item's own unit.
    lower, upper : float, optional
        The laboratory's limits of normal, same unit; without them the range is wider.
    baseline : float, optional
        The value before treatment, same unit; decides which limits hold for the liver tests.
    computed_only : bool
        Leave out grades that no number tells (grade 4 anaemia), which otherwise are never excluded once the grade
        before them is possible.

    Returns
    -------
    GradeRange
        Every grade that the value may have.

    Raises
    ------
    KeyError
        If CTCAE v5.0 does not grade the item.
    """
    interval = value if isinstance(value, Interval) else Interval.point(value)
    return grade_term(terms()[item], interval, lower=lower, upper=upper, baseline=baseline, computed_only=computed_only)


def grade_term(
    term: Term,
    value: Interval,
    *,
    lower: float | None = None,
    upper: float | None = None,
    baseline: float | None = None,
    baseline_upper: float | Literal["as now"] | None = "as now",
    computed_only: bool = False,
) -> GradeRange:
    """Grade a result by one term of a table.

    Parameters
    ----------
    term : Term
    value : Interval
        The result in the term's unit.
    lower, upper, baseline : float, optional
        As for :func:`grade`.
    baseline_upper : float, ``"as now"`` or None
        The upper limit of normal that came with the baseline, by which it was normal or not; None where it did not.
    computed_only : bool
        As for :func:`grade`.
    """
    references = {"lower": lower, "upper": upper, "baseline": baseline}
    by_limit = _range(term, term.grades, value, references)
    if not term.abnormal_baseline:
        beyond = max((number for number in term.not_computable if number - 1 <= by_limit.most), default=_NORMAL)
        return by_limit if computed_only else GradeRange(by_limit.least, max(by_limit.most, beyond))
    limit_then = upper if baseline_upper == "as now" else baseline_upper
    if baseline is None:  # an abnormal baseline only makes a grade milder
        return GradeRange(_NORMAL, by_limit.most)
    by_baseline = _range(term, term.abnormal_baseline, value, references)
    if limit_then is not None:
        return by_limit if baseline <= limit_then else by_baseline
    return GradeRange(min(by_limit.least, by_baseline.least), max(by_limit.most, by_baseline.most))


def grade_answers(term: SymptomTerm, given: Mapping[str, Answered]) -> GradeRange:
    """Grade a symptom by the answers to its questions.

    Parameters
    ----------
    term : SymptomTerm
    given : mapping of str to str or float
        Item to answer; what was not answered is left out, and leaves open what it could decide. Where the symptom is
        denied and another answer says that it limits him, the grade is open between the two.
    """
    denied = given.get(term.asks[0]) == _ABSENT
    least = most = _NORMAL
    for number, ways in term.grades.items():
        reached = [_reached(way, given, term) for way in ways]
        if True in reached:
            least = number
        if True in reached or (None in reached and not denied):
            most = number
    contradicted = denied and not any(item in given for item in term.not_needed)
    return GradeRange(_NORMAL if contradicted else least, max(least, most))


def _reached(way: AnswerStep, given: Mapping[str, Answered], term: SymptomTerm) -> bool | None:
    reached = way.reached(given)
    return False if reached is None and set(way.answers) <= set(term.not_needed) else reached
