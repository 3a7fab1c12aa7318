"""Does the eGFR that the laboratory reported agree with the one that is computed from its creatinine?

The guideline part computes the eGFR, so that every patient is judged by one equation. Where a reported value
says something that no equation explains, one of the two numbers is wrong: what they decide differently is unknown
there, and this note says so once for the whole answer.
"""

from __future__ import annotations

from lutetia.course import Course
from lutetia.criteria import Interval, egfr
from lutetia.criteria.renal import age_years
from lutetia.guideline.logic.context import Settings
from lutetia.guideline.logic.graded import contradict


def reported_beside_computed(course: Course) -> str | None:
    """Return a sentence where the last reported eGFR and the one computed for its day lie far apart, else None.

    Parameters
    ----------
    course : Course
        As known on the day of the question.
    """
    reported = course.facts_of("lab.egfr")[-1:]
    birth = course.patient.birth_date
    if not reported or birth is None:
        return None
    day = reported[0].day
    formula = Settings.of(course, day).egfr
    if formula == "reported":
        return None
    measured = [fact for fact in course.facts_of("lab.creatinine") if fact.day == day and fact.comparator is None]
    if not measured:
        return None
    computed = egfr(measured[-1].quantity, age_years(birth, day), formula=formula)
    stated = reported[0].quantity
    if not contradict(Interval.point(computed), Interval.point(stated)):
        return None
    return (
        f"The reported eGFR of {stated:g} ({day}) does not fit the creatinine of that day, which gives {computed:.0f} "
        f"mL/min/1.73 m² by {formula}. What the two decide differently is unknown until the record is put right."
    )
