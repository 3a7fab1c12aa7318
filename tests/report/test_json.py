"""The JSON form keeps its schema, carries every number in full, and names units."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from lutetia.report import RunResult, assessment_json, dose_json, report_json, report_schema

COMMITTED = Path(__file__).parents[2] / "docs" / "schema" / "report.schema.json"


@pytest.mark.parametrize("name", ["full", "stopped", "bare"])
def test_every_report_fits_the_schema(name: str, request: pytest.FixtureRequest) -> None:
    report = report_json(request.getfixturevalue(name))
    jsonschema.Draft202012Validator(report_schema(), format_checker=jsonschema.FormatChecker()).validate(report)
    json.dumps(report, allow_nan=False)


def test_the_committed_schema_is_up_to_date() -> None:
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == report_schema()


def test_numbers_are_not_rounded_and_verdicts_carry_their_trace(full: RunResult) -> None:
    report = report_json(full)
    left = report["dose"][0]["regions"][0]
    kernel = full.cycles[0].regions[0].corrected.total_dose_gy
    assert left["dose_gy"] == left["corrected"]["total_dose_gy"] == kernel
    assert left["dose_gy_per_gbq"] == pytest.approx(kernel / 7.432)
    assert left["samples"][0]["hours_after_administration"] == 2.1
    renal = next(a for a in report["assessments"][0]["answers"] if a["id"] == "AE-3")
    assert renal["status"] == "met"
    assert renal["evidence"][1] == {"item": "lab.egfr", "shown": "40 mL/min/{1.73_m2}", "on": "2026-06-01",
                                    "state": "used", "why": ""}  # fmt: skip
    assert report["assessments"][0]["decision"]["at_most"] == "reduced activity"


def test_a_refusal_says_so_and_gives_no_dose(full: RunResult) -> None:
    node = report_json(full)["dose"][0]["regions"][-1]
    assert node["corrected"]["kind"] == "refused"
    assert node["dose_gy"] is None
    assert node["corrected"]["offered"]


def test_parts_are_the_same_as_in_the_whole(full: RunResult) -> None:
    report = report_json(full)
    assert assessment_json(full.assessments[0]) == report["assessments"][0]
    assert dose_json(full.cycles[0]) == report["dose"][0]


def test_every_number_of_a_dose_names_its_unit_or_has_none(full: RunResult) -> None:
    unitless = {"cycle", "recovery", "tail_fraction", "relative_sigma"}
    endings = ("_mbq", "_ml", "_g", "_gy", "_gy_per_gbq", "_per_h", "_h", "_mbq_h", "hours_after_administration")

    def check(value: object, name: str) -> None:
        match value:
            case dict():
                for key, inner in value.items():
                    check(inner, key)
            case list():
                for inner in value:
                    check(inner, name)
            case bool() | None | str():
                return
            case _:
                known = name in unitless or name == "relative_residuals" or name.endswith(endings)
                assert known or name in {"bi-exponential"}, name

    check(report_json(full)["dose"], "")
