"""A reported eGFR that contradicts its creatinine is not used, and not passed over in silence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lutetia.course import Course
from lutetia.course.file import parse_course
from lutetia.guideline import Selection, assess
from lutetia.guideline.verdict import Status
from lutetia.site import Site
from lutetia.workflow.response.kidney import reported_beside_computed

DAY = "2026-02-27"


def course(*, egfr: float, creatinine: float, at: str = DAY, born: bool = True) -> Course:
    patient = "patient: {birth_date: 1954-01-15}" if born else ""
    text = f"""
format: lutetia-course/1
id: P-1
{patient}
facts:
  lab.egfr: [{{value: {egfr}, unit: "mL/min/{{1.73_m2}}", at: {DAY}}}]
  lab.creatinine: [{{value: {creatinine}, unit: mg/dL, at: {at}}}]
"""
    return parse_course(text, name="course.yaml")


def test_a_reported_value_of_29_beside_a_normal_creatinine_is_told() -> None:
    told = reported_beside_computed(course(egfr=29, creatinine=1.0))
    assert told is not None
    assert "reported eGFR of 29" in told
    assert "unknown until the record is put right" in told


@pytest.mark.parametrize(
    "facts",
    [
        {"egfr": 29, "creatinine": 2.33},
        {"egfr": 80, "creatinine": 1.0},
        {"egfr": 29, "creatinine": 1.0, "at": "2026-02-26"},
        {"egfr": 29, "creatinine": 1.0, "born": False},
    ],
)
def test_values_that_agree_or_cannot_be_compared_are_not_told(facts: dict[str, Any]) -> None:
    assert reported_beside_computed(course(**facts)) is None


@pytest.mark.parametrize(("source", "status"), [(None, Status.UNKNOWN), ("reported", Status.MET)])
def test_a_site_that_chooses_the_reported_value_is_judged_by_it(source: str | None, status: Status) -> None:
    both = course(egfr=29, creatinine=1.0)
    if source is not None:
        site = Site.model_validate({"settings": {"setting.egfr_source": {"value": source, "since": "2026-01-01"}}})
        both = both.with_facts(site.facts(), where_silent=True)
        assert reported_beside_computed(both) is None
    answered = assess(both, Selection(date(2026, 2, 27)))
    assert answered.answer("CI-B-GFR").status is status


def test_a_choice_made_later_does_not_hold_yet() -> None:
    site = Site.model_validate({"settings": {"setting.egfr_source": {"value": "reported", "since": "2026-03-01"}}})
    later = course(egfr=29, creatinine=1.0).with_facts(site.facts(), where_silent=True)
    assert assess(later, Selection(date(2026, 2, 27))).answer("CI-B-GFR").status is Status.UNKNOWN
