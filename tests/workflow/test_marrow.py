"""Red marrow from the blood samples of a course, as the page and a program see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from math import log
from pathlib import Path

import pytest

from lutetia.dosimetry.result import MarrowDose, MarrowRefusal
from lutetia.errors import InputError
from lutetia.report.document import Section
from lutetia.report.dose import cycle_section
from lutetia.report.json_form import dose_json
from lutetia.workflow.dose.cycles import DoseOutcome, dose_folder

HEAD = "cycle,region,hours,activity_MBq,volume_mL,mass_g\n"
KIDNEY = "1,kidney_left,24,113.4,295,310\n1,kidney_left,96,28.3,295,310\n"
MARROW = "1,marrow,24,6,140,160\n1,marrow,96,1.2,140,160\n"
SELF = "  self_dose: {s_value: 1.15e-5, unit: mGy/(MBq s), mass_g: 1170, source: made up}\n"
RATIO_ONE = SELF + "  blood: {ratio: 1, source: 'Forrer 2009, after another peptide'}\n"
BY_HAEMATOCRIT = SELF + "  blood: {ratio: by haematocrit, extracellular_fraction: 0.19, source: Sgouros 1993}\n"
HALF_LIFE_H, FIRST_KBQ_ML = 10.0, 200.0
PRINTED_TO_SEVEN_DIGITS = 1e-5


COURSE = """\
format: lutetia-course/1
id: P-001
synthetic: true
{facts}cycles:
  - number: 1
    agent: "[177Lu]Lu-PSMA-617"
    planned: 2026-03-02
    administration:
      started_at: 2026-03-02T10:00+01:00
      reported: {{activity: {{value: 7.4, unit: GBq}}, source: letter}}
    blood:
{blood}
"""
HAEMATOCRIT = "facts:\n  lab.haematocrit:\n    - {value: 40, unit: '%', at: 2026-02-27}\n"
STARTED_AT = datetime.fromisoformat("2026-03-02T10:00+01:00")
KNOWN_ON = date(2026, 4, 1)


def with_blood(
    folder: Path, counted: str = "whole blood", hours: tuple[float, ...] = (1.0, 6.0, 24.0), facts: str = ""
) -> Path:
    lines = [
        f"      - {{drawn_at: {(STARTED_AT + timedelta(hours=h)).isoformat()}, counted: {counted}, "
        f"concentration: {{value: {FIRST_KBQ_ML * 2 ** (-h / HALF_LIFE_H):.6f}, unit: kBq/mL}}}}"
        for h in hours
    ]
    course = folder / "course"
    course.mkdir()
    text = COURSE.format(facts=facts, blood="\n".join(lines))
    (course / "course.yaml").write_text(text, encoding="utf-8")
    return course


def outcome(course: Path, *, marrow: str = RATIO_ONE) -> DoseOutcome:
    table, site = course.parent / "activities.csv", course.parent / "site"
    table.write_text(HEAD + KIDNEY + MARROW, encoding="utf-8")
    site.mkdir()
    (site / "site.yaml").write_text("format: lutetia-site/1\n", encoding="utf-8")
    own = f"marrow:\n{marrow}" if marrow else ""
    (site / "dosimetry.yaml").write_text(f"format: lutetia-dosimetry/1\n{own}", encoding="utf-8")
    return dose_folder(course, site_path=site, known_on=KNOWN_ON, table=table)


def test_blood_samples_of_the_course_become_a_dose_with_its_method_named(tmp_path: Path) -> None:
    (cycle,) = outcome(with_blood(tmp_path)).cycles
    (found,) = cycle.marrow
    assert isinstance(found, MarrowDose)
    decays_per_ml = FIRST_KBQ_ML * 1e3 * HALF_LIFE_H * 3600 / log(2)
    assert found.self_gy == pytest.approx(decays_per_ml * 1.15e-5 * 1e-9 * 1170, rel=PRINTED_TO_SEVEN_DIGITS)
    assert "3 blood samples" in found.rests_on
    assert "Forrer" in found.rests_on


def test_the_page_and_the_program_show_it_as_an_estimate(tmp_path: Path) -> None:
    (cycle,) = outcome(with_blood(tmp_path)).cycles
    section = next(b for b in cycle_section(cycle, figures=False).blocks if isinstance(b, Section) and "marrow" in b.id)
    assert section.title == "Red marrow"
    assert any("stops nothing" in getattr(block, "text", "") for block in section.blocks)
    (form,) = dose_json(cycle)["marrow"]
    assert form["kind"] == "estimate"
    assert form["cross_gy"] is None


def test_a_refused_region_is_not_stopped_beside_its_own_estimate(tmp_path: Path) -> None:
    (cycle,) = outcome(with_blood(tmp_path)).cycles
    said = [getattr(block, "text", "") for block in cycle_section(cycle, figures=False).blocks]
    assert not any("trabeculae" in text for text in said)
    told = [getattr(block, "text", "") for block in cycle_section(replace(cycle, marrow=()), figures=False).blocks]
    assert any("trabeculae" in text for text in told)


def test_samples_without_a_word_of_the_site_give_no_dose_and_no_section(tmp_path: Path) -> None:
    (cycle,) = outcome(with_blood(tmp_path), marrow="").cycles
    assert cycle.marrow == ()
    assert any("Blood samples are recorded" in text for text in cycle.warnings)


def test_plasma_is_brought_to_whole_blood_by_the_haematocrit_or_refused(tmp_path: Path) -> None:
    (found,) = outcome(with_blood(tmp_path, counted="plasma")).cycles[0].marrow
    assert isinstance(found, MarrowRefusal)
    assert "haematocrit is not known" in found.reason


def test_a_recorded_haematocrit_of_forty_percent_gives_both_steps(tmp_path: Path) -> None:
    """Plasma times (1 - H) times f / (1 - H): the haematocrit falls out, 0.19 of the plasma's concentration is left."""
    course = with_blood(tmp_path, counted="plasma", facts=HAEMATOCRIT)
    (found,) = outcome(course, marrow=BY_HAEMATOCRIT).cycles[0].marrow
    assert isinstance(found, MarrowDose)
    decays_per_ml = 0.19 * FIRST_KBQ_ML * 1e3 * HALF_LIFE_H * 3600 / log(2)
    assert found.self_gy == pytest.approx(decays_per_ml * 1.15e-5 * 1e-9 * 1170, rel=PRINTED_TO_SEVEN_DIGITS)
    assert "haematocrit 40 %" in found.rests_on


def test_one_blood_sample_is_refused(tmp_path: Path) -> None:
    (found,) = outcome(with_blood(tmp_path, hours=(4.0,))).cycles[0].marrow
    assert isinstance(found, MarrowRefusal)
    assert "one time point" in found.reason


VOIDING = """\
bladder:
  excretion: [{share: 0.6, half_life: {value: 2, unit: h}}]
  voiding_interval: {value: 3, unit: h}
  urine_per_hour: {value: 80, unit: mL}
  residual: {value: 20, unit: mL}
  initial: {value: 100, unit: mL}
  source: made up
"""


def test_voiding_that_the_site_states_gives_a_section_of_its_own(tmp_path: Path) -> None:
    (cycle,) = outcome(with_blood(tmp_path), marrow=RATIO_ONE + VOIDING).cycles
    assert cycle.bladder is not None
    section = next(
        b for b in cycle_section(cycle, figures=False).blocks if isinstance(b, Section) and "bladder" in b.id
    )
    assert section.title == "Bladder wall"
    assert dose_json(cycle)["bladder"]["total_gy"] == cycle.bladder.total_gy


def test_the_choices_behind_both_are_listed_with_their_sources(tmp_path: Path) -> None:
    told = {choice.what: choice.source for choice in outcome(with_blood(tmp_path), marrow=RATIO_ONE + VOIDING).choices}
    assert told["red marrow: S-value to itself"] == "made up"
    assert "Forrer" in told["red marrow: ratio to blood"]
    assert told["bladder: voiding"] == "made up"


@pytest.mark.parametrize(
    ("marrow", "words"),
    [
        (SELF, "Neither 'blood' nor 'image' stands here"),
        (SELF + "  blood: {ratio: by haematocrit, source: x}\n", "'extracellular_fraction' is missing"),
        (SELF + "  blood: {ratio: 1, extracellular_fraction: 0.19, source: x}\n", "by haematocrit"),
        (RATIO_ONE.replace("1.15e-5", "1.15e-2"), "self_dose.s_value"),
        (RATIO_ONE + VOIDING.replace("share: 0.6", "share: 1.6"), "bladder.excretion"),
        (RATIO_ONE + VOIDING.replace("{value: 3, unit: h}", "{value: 0, unit: h}"), "'0 h' is nothing"),
    ],
)
def test_a_statement_that_cannot_be_right_is_refused_with_its_field(tmp_path: Path, marrow: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        outcome(with_blood(tmp_path), marrow=marrow)
