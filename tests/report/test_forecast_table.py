"""The page shows a forecast only for a cycle whose activity is prescribed, and says that it prescribes nothing."""

from __future__ import annotations

import pytest

from lutetia.course.file import parse_course
from lutetia.dosimetry.cumulative import cumulative
from lutetia.dosimetry.result import CycleDose, DoseValue, Exponential, RegionDose, TimeActivityFit
from lutetia.report.document import Note, Table
from lutetia.report.forecast import forecast_blocks

COURSE = """
format: lutetia-course/1
id: TEST
timezone: Europe/Paris
synthetic: true
cycles:
  - number: 1
    agent: "[177Lu]Lu-PSMA-617"
    planned: 2026-01-12
    administration:
      started_at: 2026-01-12T10:00
      reported: {activity: {value: 7.4, unit: GBq}, source: letter}
  - number: 2
    agent: "[177Lu]Lu-PSMA-617"
    planned: 2026-02-23
    prescription: {activity: {value: 5.92, unit: GBq}, by: Dr Example, on: 2026-02-20}
"""


@pytest.fixture
def cycles() -> tuple[CycleDose, ...]:
    fit = TimeActivityFit(
        model="mono-exponential", terms=(Exponential(100.0, 0.02),), tia_mbq_h=5000.0, tail_fraction=0.1,
        effective_half_life_h=34.7, residuals=(0.0,), chosen_because="told",
    )  # fmt: skip
    region = RegionDose(
        region="kidney_left", label="Left kidney", samples=(), mass_g=150.0, mass_from="stated",
        uncorrected=DoseValue(fit=fit, mean_dose_gy=4.0), corrected=None,
    )  # fmt: skip
    return (
        CycleDose(
            cycle=1, agent="[177Lu]Lu-PSMA-617", given_mbq=7400.0, regions=(region,), dose_map=None, engine="none"
        ),
    )


def blocks(text: str, cycles: tuple[CycleDose, ...], *, references: bool = True) -> list:
    course = parse_course(text, name="course.yaml")
    return forecast_blocks(course, cycles, cumulative(cycles, given=[1]), references=references)


def test_a_prescribed_cycle_has_its_expected_dose_and_the_cycles_up_to_quoted_ones(
    cycles: tuple[CycleDose, ...],
) -> None:
    table, note = blocks(COURSE, cycles)
    assert isinstance(table, Table)
    assert "cycle 2 is given as prescribed, 5.92 GBq" in table.caption
    (row,) = table.rows
    assert row[:4] == ("Left kidney", "1", "3.20", "–")
    assert "5, 23 Gy" in row[5]
    assert isinstance(note, Note)
    assert "prescribes nothing" in note.text
    assert "No deviation is stated" in note.text


def test_without_a_prescription_nothing_is_forecast(cycles: tuple[CycleDose, ...]) -> None:
    bare = "\n".join(line for line in COURSE.splitlines() if "prescription" not in line)
    assert blocks(bare, cycles) == []


def test_where_quoted_doses_are_hidden_no_cycles_are_counted_up_to_them(cycles: tuple[CycleDose, ...]) -> None:
    table = blocks(COURSE, cycles, references=False)[0]
    assert isinstance(table, Table)
    assert len(table.rows[0]) == len(table.columns) == 5
