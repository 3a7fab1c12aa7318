"""The whole chain on the simulated patient: DICOM in, doses beside his truth, one page out."""

from __future__ import annotations

import json
from datetime import date

import jsonschema
import pytest

from lutetia.guideline.verdict import Outcome
from lutetia.report import report_schema
from lutetia.workflow.disease.course import course_beside
from lutetia.workflow.disease.find import DiseaseOptions, find_disease
from lutetia.workflow.disease.uptake import SuvReader
from lutetia.workflow.simulated.demo import AgainstTruth, DemoOutcome

WITHIN_THE_CHAIN = 0.05
"""What four scans with noise, motion and a stated resolution allow; required of kidney, liver and spleen."""
OF_SMALL_REGIONS = 0.10
"""The same of salivary glands and of lesions of 10 mL or more, which lose a third or more over the edge."""
EDGE_LOSS_AT_LEAST = 0.05
"""At 11 mm resolution every organ loses more than this out of its contour; else the correction tests nothing."""


SHOWN_WITHIN = 0.03
"""Noise at the edge of the lesions, and what the margin of an organ beside a lesion takes away."""


def of(demo: DemoOutcome, region: str, cycle: int = 1) -> AgainstTruth:
    return next(one for one in demo.compared if one.region == region and one.cycle == cycle)


@pytest.mark.parametrize("region", ["kidney_left", "kidney_right", "liver", "spleen"])
def test_four_scans_and_true_contours_give_the_true_dose(demo: DemoOutcome, region: str) -> None:
    one = of(demo, region)
    assert one.corrected_gy == pytest.approx(one.true_gy, rel=WITHIN_THE_CHAIN)


@pytest.mark.parametrize(
    "region",
    ["parotid_left", "parotid_right", "submandibular_left", "submandibular_right", "L1", "L2", "L3", "L4"],
)
def test_small_regions_get_the_true_dose_too(demo: DemoOutcome, region: str) -> None:
    one = of(demo, region)
    assert one.corrected_gy == pytest.approx(one.true_gy, rel=OF_SMALL_REGIONS)


@pytest.mark.parametrize("region", ["kidney_left", "kidney_right", "liver", "spleen"])
def test_without_recovery_the_dose_is_printed_too_and_is_too_low(demo: DemoOutcome, region: str) -> None:
    one = of(demo, region)
    assert one.uncorrected_gy is not None
    assert one.uncorrected_gy < one.true_gy * (1 - EDGE_LOSS_AT_LEAST)


def test_one_scan_after_a_measured_cycle_takes_its_kinetics_and_is_called_what_it_is(demo: DemoOutcome) -> None:
    second = demo.files.result.cycles[1]
    models = {region.corrected.fit.model for region in second.regions if hasattr(region.corrected, "fit")}
    assert models == {"single time point, earlier cycle"}


@pytest.mark.parametrize("region", ["kidney_left", "kidney_right", "liver", "spleen"])
def test_one_scan_with_the_kinetics_of_the_cycle_before_gives_the_true_dose(demo: DemoOutcome, region: str) -> None:
    one = next(one for one in demo.compared if one.cycle == 2 and one.region == region)
    assert one.corrected_gy == pytest.approx(one.true_gy, rel=WITHIN_THE_CHAIN)


def test_the_decision_is_undetermined_and_one_fact_decides(demo: DemoOutcome) -> None:
    decision = demo.files.result.assessments[0].decision
    assert decision is not None
    assert decision.outcome is Outcome.UNDETERMINED
    assert decision.at_most is Outcome.GO
    assert [ask.item for ask in decision.decides] == ["lab.neutrophils"]


def test_the_run_writes_a_page_a_pdf_a_json_and_a_record(demo: DemoOutcome) -> None:
    names = {path.name for path in demo.files.written}
    assert {"report.html", "report.pdf", "report.json", "run.json", "figures"} <= names
    assert demo.files.pdf is not None
    assert demo.files.pdf.read_bytes().startswith(b"%PDF")


def test_the_json_of_the_run_follows_its_schema(demo: DemoOutcome) -> None:
    report = json.loads((demo.files.folder / "report.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, report_schema())


def test_the_page_reaches_for_nothing_outside_itself(demo: DemoOutcome) -> None:
    html = demo.files.html.read_text(encoding="utf-8")
    assert "http://" not in html.replace("http://www.w3.org/", "")
    assert "https://" not in html
    assert "SYNTHETIC" in html


def test_the_run_record_names_every_series_it_used(demo: DemoOutcome) -> None:
    record = json.loads((demo.files.folder / "run.json").read_text(encoding="utf-8"))
    scans = [scan for cycle in demo.files.result.course.cycles for scan in cycle.scans]
    for scan in scans:
        assert any(scan.series_uid in name for name in record["inputs"])
    assert {"course.yaml", "site/site.yaml"} <= record["inputs"].keys()


def test_the_patient_is_told_as_of_the_day_before_the_third_cycle(demo: DemoOutcome) -> None:
    planned = demo.files.result.course.cycles[2].planned
    assert demo.phantom.known_on < planned
    assert demo.phantom.known_on >= date(planned.year, planned.month, planned.day - 5)


def test_disease_of_his_pet_is_what_the_scanner_shows_of_his_lesions_and_no_organ(demo: DemoOutcome) -> None:
    pytest.importorskip("SimpleITK")
    course = demo.phantom.course
    beside = course_beside(course, None)
    reader, options = SuvReader(opened=beside.opened), DiseaseOptions(course=beside.told)
    run = find_disease(course, read_uptake=reader, options=options)
    shown = json.loads(demo.phantom.truth.read_text(encoding="utf-8"))["pet_shown_ml"]
    assert [day.acquired_at.date().isoformat() for day in run.days] == list(shown)
    for disease, true_ml in zip(run.diseases, shown.values(), strict=True):
        assert disease.settled
        assert disease.volume_ml == pytest.approx(true_ml, rel=SHOWN_WITHIN)
        assert sorted(lesion.kind or "" for lesion in disease.counted) == ["", "", "bone", "bone", "bone"]
    assert not any("no examination of the course names this PET" in note for note in run.notes)


def test_the_end_of_the_demonstration_says_where_to_look(demo: DemoOutcome) -> None:
    text = demo.text()
    assert str(demo.files.html) in text
    assert "SYNTHETIC" in text
    assert "Neutrophils" in text
