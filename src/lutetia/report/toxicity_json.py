"""Which form have the side effects of a course as plain values? Described in ``docs/toxicity.md``."""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

from lutetia.criteria.ctcae import GradeRange
from lutetia.criteria.interval import Interval
from lutetia.criteria.renal_trajectory import Slope, unit_of
from lutetia.criteria.toxicity_cycle import InPeriod, Period, TermByCycle
from lutetia.report.course_page import FOOT
from lutetia.report.toxicity_result import ToxicityResult

FORMAT: Final = "lutetia-toxicity/1"


def toxicity_json(result: ToxicityResult) -> dict[str, Any]:
    """Return everything that the page shows as plain values."""
    toxicity, renal, advice = result.toxicity, result.renal, result.advice
    return {
        "format": FORMAT,
        "notice": FOOT,
        "course": result.course.id,
        "synthetic": result.course.synthetic,
        "known_on": result.known_on.isoformat(),
        "ctcae": toxicity.version,
        "periods": [_period(one) for one in toxicity.periods],
        "terms": [_term(one) for one in toxicity.terms],
        "other_versions": list(toxicity.other_versions),
        "needs": list(toxicity.needs),
        "renal": {
            "decides": result.equation,
            "values": [
                {
                    "on": point.on.isoformat(),
                    "creatinine": point.creatinine,
                    "estimates": {
                        name: {**_interval(found), "unit": unit_of(name)} for name, found in point.estimates.items()
                    },
                }
                for point in renal.points
            ],
            "reported": [
                {"on": one.day.isoformat(), "shown": one.shown(), "equation": one.method} for one in renal.reported
            ],
            "slopes": {name: _slope(found) for name, found in renal.slopes.items()},
            "needs": list(renal.needs),
        },
        "reported": [
            {
                "instrument": one.name,
                "version": one.version,
                "items": [
                    {"item": item.item, "scores": [[on.isoformat(), score] for on, score in item.scores]}
                    for item in one.items
                ],
                "needs": one.needs,
            }
            for one in result.instruments
        ],
        "advice": None
        if advice is None
        else {
            "source": advice.source,
            "question": advice.question,
            "notes": list(advice.graded),
            "answers": [
                {"id": one.id, "status": one.status.value, "strength": one.strength.value, "says": one.says,
                 "consequence": one.consequence, "citation": one.citation}
                for one in advice.answers
            ],
        },
    }  # fmt: skip


def _period(one: Period) -> dict[str, Any]:
    days = {"after": one.after, "until": one.until, "next_planned": one.next_planned}
    return {"name": one.name, "cycle": one.number, **{k: d and d.isoformat() for k, d in days.items()}}


def _term(one: TermByCycle) -> dict[str, Any]:
    return {
        "term": one.term,
        "from": one.grades.origin,
        "baseline": _grade(one.baseline),
        "worst": _grade(one.worst),
        "emergent": one.emergent,
        "by_period": [_in_period(found) for found in one.periods],
        "grades": [
            {"on": day.on.isoformat(), "grade": _grade(day.grade), "shown": day.shown, "needs": list(day.needs)}
            for day in one.grades.grades
        ],
    }


def _in_period(one: InPeriod) -> dict[str, Any]:
    return {
        "period": one.period, "worst": _grade(one.worst), "emergent": one.emergent,
        "had_to_recover": one.had_to_recover, "recovered": one.recovered,
        "recovered_by": one.recovered_by and one.recovered_by.isoformat(),
    }  # fmt: skip


def _grade(grade: GradeRange | None) -> dict[str, int] | None:
    return None if grade is None else {"least": grade.least, "most": grade.most}


def _interval(found: Interval) -> dict[str, float | None]:
    return {"low": found.low, "high": found.high if isfinite(found.high) else None}


def _slope(found: Slope | str) -> dict[str, Any]:
    if isinstance(found, str):
        return {"none_because": found}
    return {
        "per_year": found.per_year, "standard_error": found.standard_error, "values": found.values,
        "span_days": found.span_days,
    }  # fmt: skip
