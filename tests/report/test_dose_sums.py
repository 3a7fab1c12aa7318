"""Does the page show sums, plan, spread and choices of the doses, and nothing where there is nothing?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from lutetia.course import Course
from lutetia.dosimetry.radiobiology.dvh import of_values
from lutetia.dosimetry.result import CycleDose
from lutetia.report import RunResult, build, report_json
from lutetia.report.cumulative import plan_tables, sums_section
from lutetia.report.document import Figure, Section, Table
from lutetia.report.dose_choices import choices_fold
from lutetia.report.dose_volume import histograms
from lutetia.site import Choice

CHOICES = (
    Choice(what="voxel engine", value="kernel", whose="Lutetia's"),
    Choice(what="half-life of other patients: Liver", value="22.9 h", whose="the site's", source="own series"),
    Choice(what="half-life of other patients: Spleen", value="16.8 h", whose="the site's", source="own series"),
)


def planned(**doses: float) -> Course:
    cycle = {"number": 1, "agent": "[177Lu]Lu-PSMA-617", "planned": "2026-03-02"}
    plan = {region: {"value": gy, "unit": "Gy"} for region, gy in doses.items()}
    return Course.model_validate(
        {"format": "lutetia-course/1", "id": "P-009", "cycles": [{**cycle, "planned_doses": plan}]}
    )


def test_every_choice_stands_with_whose_it_is_and_its_source_once() -> None:
    (fold,) = choices_fold(CHOICES)
    table = fold.content[0]
    assert isinstance(table, Table)
    assert [row[2] for row in table.rows] == ["Lutetia's", "the site's", "the site's"]
    assert [row[3] for row in table.rows] == ["–", "own series", "the same"]
    assert "3 choices" in fold.summary
    assert "2 of them stated" in fold.summary
    assert choices_fold(()) == []


def test_the_page_holds_the_choices_and_the_json_too(full: RunResult) -> None:
    result = replace(full, choices=CHOICES)
    text = str(build(result, figures=False))
    assert "half-life of other patients: Spleen" in text
    assert [choice["value"] for choice in report_json(result)["choices"]] == ["kernel", "22.9 h", "16.8 h"]


def test_delivered_doses_stand_beside_planned_ones(cycle_dose: CycleDose) -> None:
    (table,) = plan_tables(planned(kidney_left=5.0, liver=1.0), (cycle_dose,))
    assert [row[1] for row in table.rows] == ["Kidney, left", "Liver"]
    assert [row[5] for row in table.rows] == ["not known", "not known"]
    assert plan_tables(planned(), (cycle_dose,)) == []


def test_a_dose_of_the_plan_that_is_no_region_is_refused() -> None:
    text = {"format": "lutetia-course/1", "id": "P-009", "cycles": [
        {"number": 1, "agent": "[177Lu]Lu-PSMA-617", "planned": "2026-03-02",
         "planned_doses": {"kidny": {"value": 5.0, "unit": "Gy"}}}]}  # fmt: skip
    with pytest.raises(ValueError, match="'kidny' is neither an organ code nor a listed lesion"):
        Course.model_validate(text)


def test_sums_name_the_cycles_that_are_in_them(course: Course, cycle_dose: CycleDose) -> None:
    section = sums_section(course, (cycle_dose, replace(cycle_dose, cycle=2)))
    assert isinstance(section, Section)
    table = section.blocks[0]
    assert isinstance(table, Table)
    assert table.rows[0][1].startswith("1, 2")


def test_quoted_doses_are_left_out_where_the_site_hides_them(course: Course, cycle_dose: CycleDose) -> None:
    assert "reference, not a stop" in str(sums_section(course, (cycle_dose,)))
    assert "reference, not a stop" not in str(sums_section(course, (cycle_dose,), references=False))


def test_histograms_are_drawn_of_organs_and_lesions_with_their_numbers(cycle_dose: CycleDose) -> None:
    spread = of_values([1.0, 3.0, 5.0], [10.0, 20.0, 10.0])
    regions = tuple(replace(r, dvh=spread) if r.region in ("liver", "L1") else r for r in cycle_dose.regions)
    (figure,) = histograms(replace(cycle_dose, regions=regions), {"L1"})
    assert isinstance(figure, Figure)
    assert b"Lesions" in figure.svg
    assert b"Organs" in figure.svg
    assert "blur" in figure.caption
    assert figure.data is not None
    assert [row[0] for row in figure.data.rows] == ["Liver", "L1, L3 vertebra"]
    assert histograms(cycle_dose, {"L1"}) == []
