"""`lutetia suv` on a small made-up PET: rule and facts in words, regions, ratios, and what a course completes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import jsonschema
import numpy as np
import pydicom
import pytest

from lutetia.cli.main import main
from lutetia.course.file import read_course
from lutetia.course.pet import PetScan
from lutetia.dicom.write import Administered, Header, uid_of, write_pet, write_structures
from lutetia.volume import Geometry, Mask, Volume
from lutetia.workflow.image_schema import suv_schema

WIDTH = 80
STORED_TO_16_BITS = 1e-4
WINTER = timezone(timedelta(hours=1))
GIVEN = datetime(2026, 3, 3, 8, 30, tzinfo=WINTER)
SCAN = datetime(2026, 3, 3, 9, 30, tzinfo=WINTER)
HALF_LIFE_S = 4057.7
FLOATING_POINT = 1e-9
WEIGHT_KG, INJECTED_MBQ = 80.0, 150.0
PER_BECQUEREL = WEIGHT_KG * 1e3 / (INJECTED_MBQ * 1e6 * 2 ** (-3600 / HALF_LIFE_S))
UPTAKE = {"Leber": 4.0, "Parotis L": 12.0, "Parotis R": 10.0, "Blut": 1.5, "Knoten": 22.0}
CODES = {"Leber": "liver", "Parotis L": "parotid_left", "Parotis R": "parotid_right", "Blut": "blood_pool",
         "Knoten": "L1"}  # fmt: skip


LATE = (
    "{on: 2026-03-03, kind: fdg-pet, pet: {series_uid: a, injected_at: 2026-03-03T10:00, "
    "corrected_to: 2026-03-03T09:00}}"
)


@dataclass(frozen=True)
class Series:
    folder: Path
    uid: str

    def change(self, **attributes: object) -> None:
        """Set attributes in every slice; None deletes, a callable changes the injection."""
        for path in sorted((self.folder / "pet").glob("*.dcm")):
            dataset = pydicom.dcmread(path)
            for keyword, value in attributes.items():
                if callable(value):
                    value(dataset.RadiopharmaceuticalInformationSequence[0])
                elif value is None:
                    del dataset[keyword]
                else:
                    setattr(dataset, keyword, value)
            dataset.save_as(path, enforce_file_format=True)


@pytest.fixture
def series(tmp_path: Path) -> Series:
    grid = Geometry(shape=(8, 24, 40), spacing_mm=(4.0, 4.0, 4.0), frame_of_reference=uid_of("suv", "frame"))
    values, masks = np.full(grid.shape, 0.2), []
    for n, (name, uptake) in enumerate(UPTAKE.items()):
        voxels = np.zeros(grid.shape, dtype=bool)
        voxels[1:7, 4:20, 8 * n + 1 : 8 * n + 7] = True
        values[voxels] = uptake
        masks.append(Mask(voxels=voxels, geometry=grid, name=name))
    header = Header(
        patient_id="SIM-SUV", patient_name="Simulated^Patient", birth_date=date(1950, 5, 17), sex="M",
        weight_kg=WEIGHT_KG, height_m=1.76, study_uid=uid_of("suv", "study"), series_uid=uid_of("suv", "pet"),
        frame_of_reference=str(grid.frame_of_reference), study_at=SCAN, acquired_at=SCAN,
        study_description="Simulated", series_description="PET AC",
        administered=Administered(agent="[68Ga]Ga-PSMA-11", nuclide="Ga-68", activity_mbq=INJECTED_MBQ, at=GIVEN,
                                  half_life_s=HALF_LIFE_S),
    )  # fmt: skip
    activity = Volume(values=(values / PER_BECQUEREL).astype(np.float32), geometry=grid, unit="Bq/mL")
    drawn_on = write_pet(tmp_path / "scan" / "pet", activity, header)
    drawing = replace(header, series_uid=uid_of("suv", "rs"))
    write_structures(tmp_path / "scan" / "rs.dcm", masks, drawing, drawn_on=drawn_on)
    return Series(folder=tmp_path / "scan", uid=header.series_uid)


def asked(series: Series, *more: str) -> list[str]:
    return ["suv", str(series.folder), *more]


def regions(*names: str) -> list[str]:
    return [part for name in names for part in ("--region", f"{name}={CODES[name]}")]


def answer(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> dict:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refusal(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    assert main(arguments) == 2
    return " ".join(capsys.readouterr().err.split())


def course(folder: Path, examination: str) -> Path:
    path = folder / "record"
    path.mkdir()
    (path / "course.yaml").write_text(
        "format: lutetia-course/1\nid: SIM-SUV\nsynthetic: true\ntimezone: Europe/Paris\n"
        f"patient: {{dicom_patient_id: SIM-SUV}}\nexaminations:\n  entries:\n    - {examination}\n",
        encoding="utf-8",
    )
    return path


def test_every_contour_has_the_uptake_it_was_made_with(series: Series, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, asked(series))
    assert found["rule"]["factor"] == pytest.approx(PER_BECQUEREL, rel=FLOATING_POINT)
    assert (found["kind"], found["unit"], found["tracer"]) == ("bw", "g/mL", "[68Ga]Ga-PSMA-11")
    assert {one["region"]: one["mean"] for one in found["regions"]} == pytest.approx(UPTAKE, rel=STORED_TO_16_BITS)
    assert [one["volume_ml"] for one in found["regions"]] == pytest.approx([6 * 16 * 6 * 0.064] * len(UPTAKE))
    assert found["cautions"] == []


def test_the_text_fits_the_page_and_names_rule_facts_and_sources(
    series: Series, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(asked(series, *regions("Leber", "Knoten"))) == 0
    told = capsys.readouterr().out
    assert max(len(line) for line in told.splitlines() if series.uid not in line) <= WIDTH
    for words in (
        "Rule: BQML, START by series time", "activity injected", "150 MBq", "RadionuclideTotalDose", "80 kg",
        "injection to scan: 60.0 min", "IBSI", "QIBA", "liver", "L1",
    ):  # fmt: skip
        assert words in told


def test_lesions_are_compared_with_the_organ_of_the_tracer_and_with_both_parotids(
    series: Series, capsys: pytest.CaptureFixture[str]
) -> None:
    found = answer(capsys, asked(series, *regions(*CODES)))
    ratios = {one["organ"]: one["mean"] for one in found["ratios"]}
    assert ratios == pytest.approx({"liver": 22 / 4, "parotids": 22 / 11}, rel=STORED_TO_16_BITS)
    assert found["reference_organ"].startswith("liver: PROMISE V2")
    assert not any("inverted" in caution for caution in found["cautions"])


def test_a_tracer_that_the_liver_takes_up_is_not_compared_with_it(
    series: Series, capsys: pytest.CaptureFixture[str]
) -> None:
    series.change(injection=lambda item: setattr(item, "Radiopharmaceutical", "PSMA-1007"))
    found = answer(capsys, asked(series, *regions("Leber", "Knoten")))
    assert found["ratios"] == []
    assert found["reference_organ"].startswith("spleen: the liver takes PSMA-1007 up")


def test_inverted_organs_are_a_caution(series: Series, capsys: pytest.CaptureFixture[str]) -> None:
    swapped = ["--region", "Blut=liver", "--region", "Leber=blood_pool", "--region", "Knoten=L1"]
    found = answer(capsys, asked(series, *swapped))
    assert any("reference organs are inverted: 'blood_pool'" in caution for caution in found["cautions"])


def test_a_threshold_gives_the_volume_above_it(series: Series, capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, asked(series, "--at-least", "3", *regions("Knoten")))
    assert found["regions"][0]["at_least"] == 3.0


def test_a_region_below_the_threshold_has_no_volume_and_the_others_keep_theirs(
    series: Series, capsys: pytest.CaptureFixture[str]
) -> None:
    found = answer(capsys, asked(series, "--at-least", "10", *regions("Blut", "Leber", "Parotis L", "Knoten")))
    reaching = {one["region"] for one in found["regions"]}
    assert reaching == {"parotid_left", "L1"}
    assert any("no voxel of 'blood_pool' reaches 10" in note for note in found["notes"])
    assert {one["organ"] for one in found["ratios"]} == {"liver", "parotids"}, "organs are measured whole"
    assert answer(capsys, asked(series, "--at-least", "1000"))["regions"] == []


def test_the_answer_fits_its_schema(series: Series, capsys: pytest.CaptureFixture[str]) -> None:
    checks = jsonschema.Draft202012Validator(suv_schema())
    checks.validate(answer(capsys, asked(series, "--kind", "lbm", *regions("Leber", "Parotis L", "Knoten"))))
    checks.validate(answer(capsys, asked(series, "--at-least", "3")))
    committed = Path(__file__).parents[2] / "docs" / "schema" / "suv.schema.json"
    assert json.loads(committed.read_text(encoding="utf-8")) == suv_schema()


@pytest.mark.parametrize("kind", ["lbm", "ibw", "bsa"])
def test_the_other_kinds_say_by_which_formula(series: Series, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    found = answer(capsys, asked(series, "--kind", kind))
    names = {"lbm": "Janmahasatian", "ibw": "Sugawara", "bsa": "Du Bois"}
    assert names[kind] in found["rule"]["steps"][-1]
    assert found["unit"] == ("cm2/mL" if kind == "bsa" else "g/mL")


def test_an_activity_in_another_unit_waits_for_the_course_and_is_then_said_to_be_stated(
    series: Series, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    series.change(injection=lambda item: setattr(item, "RadionuclideTotalDose", "150"))
    words = refusal(capsys, asked(series))
    assert "RadionuclideTotalDose 150 is not used" in words
    assert "State 'injected' for this PET in the course" in words
    stated = course(
        tmp_path,
        f'{{on: 2026-03-03, kind: psma-pet, tracer: "[68Ga]Ga-PSMA-11", pet: {{series_uid: "{series.uid}", '
        "injected: {value: 150, unit: MBq}}}",
    )
    found = answer(capsys, asked(series, "--course", str(stated)))
    assert found["rule"]["factor"] == pytest.approx(PER_BECQUEREL, rel=FLOATING_POINT)
    facts = {one["name"]: one["origin"] for one in found["rule"]["facts"]}
    assert facts["activity injected"] == "stated for this PET"
    assert facts["weight"] == "header, PatientWeight"


def test_everything_a_course_states_is_used_before_the_header_and_the_difference_told(
    series: Series, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    stated = course(
        tmp_path,
        f'{{on: 2026-03-03, kind: psma-pet, pet: {{series_uid: "{series.uid}", injected: {{value: 0.2, unit: GBq}}, '
        "injected_at: 2026-03-03T08:00, corrected_to: 2026-03-03T09:30, decay: START, weight: {value: 90, unit: kg}, "
        "height: {value: 180, unit: cm}, sex: mean-of-both}}",
    )
    found = answer(capsys, asked(series, "--course", str(stated)))
    by_hand = 90e3 / (200e6 * 2 ** (-5400 / HALF_LIFE_S))
    assert found["rule"]["factor"] == pytest.approx(by_hand, rel=FLOATING_POINT)
    told = " ".join(found["notes"])
    assert "the weight stated, 90 kg, is used; the header has 80 kg" in told
    assert "the activity stated, 200 MBq, is used; the header has 150 MBq" in told
    assert "0.50 h away from the course's" in told


def test_what_the_documentation_says_a_course_may_state_can_be_stated(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "suv.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    head = "format: lutetia-course/1\nid: SIM-SUV\nsynthetic: true\ntimezone: Europe/Paris\n"
    (tmp_path / "course.yaml").write_text(head + example, encoding="utf-8")
    (examination,) = read_course(tmp_path / "course.yaml").examinations.entries
    assert examination.pet is not None
    assert all(getattr(examination.pet, name) is not None for name in PetScan.model_fields)
    assert (examination.pet.injected_mbq, examination.pet.weight_kg, examination.pet.height_m) == (152.0, 82.0, 1.76)


def test_a_course_that_does_not_know_the_series_is_refused(
    series: Series, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    stated = course(tmp_path, "{on: 2026-03-03, kind: psma-pet}")
    words = refusal(capsys, asked(series, "--course", str(stated)))
    assert "no examination of the course names PET series" in words


def test_a_tracer_of_another_nuclide_is_another_examination(
    series: Series, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    stated = course(
        tmp_path, f'{{on: 2026-03-03, kind: psma-pet, tracer: "[18F]PSMA-1007", pet: {{series_uid: "{series.uid}"}}}}'
    )
    words = refusal(capsys, asked(series, "--course", str(stated)))
    assert "the header names Ga-68, and the tracer stated is one of F-18" in words


@pytest.mark.parametrize(
    ("examination", "words"),
    [
        ("{on: 2026-03-03, kind: psma-pet, pet: {series_uid: a, weight: {value: 80, unit: g}}}",
         "80 g is no weight of a man"),
        ("{on: 2026-03-03, kind: psma-pet, pet: {series_uid: a, injected: {value: 150, unit: GBq}}}",
         "150 GBq is no activity of a PET"),
        ("{on: 2026-03-03, kind: psma-pet, pet: {series_uid: a, height: {value: 1.76, unit: cm}}}",
         "1.76 cm is no height of a man"),
        ("{on: 2026-03-03, kind: ct, pet: {series_uid: a}}", "of kind ct has no PET"),
        (LATE, "lies before the injection"),
    ],
)  # fmt: skip
def test_a_course_that_states_the_impossible_is_refused_at_its_line(
    series: Series, capsys: pytest.CaptureFixture[str], tmp_path: Path, examination: str, words: str
) -> None:
    assert words in refusal(capsys, asked(series, "--course", str(course(tmp_path, examination))))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Units": "PROPCPS"}, "Units is 'PROPCPS'"),
        ({"CorrectedImage": ["DECY", "SCAT"]}, "does not list ATTN"),
        ({"AttenuationCorrectionMethod": "NONE"}, "AttenuationCorrectionMethod is NONE"),
        ({"SeriesDescription": "PET WB NAC"}, "is that of an image without attenuation correction"),
        ({"SeriesDescription": "WB_NAC_3D"}, "is that of an image without attenuation correction"),
        ({"DecayFactor": "1.85"}, "is that of a correction to the injection"),
        ({"SeriesType": ["WHOLE BODY", "REPROJECTION"]}, "it is a projection"),
        ({"RescaleIntercept": "-5"}, "RescaleIntercept is -5"),
        ({"DecayCorrection": "NONE"}, "CorrectedImage lists a decay correction"),
        ({"DecayCorrection": "LATER"}, "DecayCorrection is 'LATER', which the standard does not define"),
        ({"Manufacturer": "SIEMENS NM"}, "a PET is needed, and this is PET or SPECT"),
    ],
)
def test_images_that_have_no_uptake_values_are_refused(
    series: Series, capsys: pytest.CaptureFixture[str], changes: dict, words: str
) -> None:
    series.change(**changes)
    assert words in refusal(capsys, asked(series))


def test_a_clock_time_after_the_scan_is_not_taken_for_yesterday(
    series: Series, capsys: pytest.CaptureFixture[str]
) -> None:
    def late(item: pydicom.Dataset) -> None:
        del item.RadiopharmaceuticalStartDateTime
        item.RadiopharmaceuticalStartTime = "094500"
        item.RadionuclideHalfLife = "45720"
        item.RadionuclideCodeSequence[0].CodeMeaning = "64Cu"

    series.change(injection=late)
    assert "is a clock time without its day, and the last such time lies 23.8 h before" in refusal(
        capsys, asked(series)
    )


def test_two_injections_in_one_header_are_asked_about(series: Series, capsys: pytest.CaptureFixture[str]) -> None:
    for path in sorted((series.folder / "pet").glob("*.dcm")):
        dataset = pydicom.dcmread(path)
        dataset.RadiopharmaceuticalInformationSequence.append(dataset.RadiopharmaceuticalInformationSequence[0])
        dataset.save_as(path, enforce_file_format=True)
    assert "the header describes 2 injections" in refusal(capsys, asked(series))


def test_slices_of_two_weights_are_refused(series: Series, capsys: pytest.CaptureFixture[str]) -> None:
    path = sorted((series.folder / "pet").glob("*.dcm"))[3]
    dataset = pydicom.dcmread(path)
    dataset.PatientWeight = "70"
    dataset.save_as(path, enforce_file_format=True)
    assert "its slices differ in PatientWeight" in refusal(capsys, asked(series))


def test_a_weight_that_makes_far_too_much_of_the_image_is_refused_for_safety(
    series: Series, capsys: pytest.CaptureFixture[str]
) -> None:
    series.change(RescaleSlope="1000")
    assert main(asked(series)) == 3
    assert "times the activity injected" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--region", "Milz=spleen"], "no contour drawn on this PET has this name"),
        (["--region", "=L1"], "names no region"),
        (["--series", "1.2.3"], "there is no series 1.2.3"),
        (["--timezone", "Paris"], "is not an IANA time zone"),
    ],
)
def test_what_is_asked_for_wrongly_is_said(
    series: Series, capsys: pytest.CaptureFixture[str], more: list[str], words: str
) -> None:
    assert words in refusal(capsys, asked(series, *more))


def test_a_folder_without_pet_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    assert "it holds 0 PET series" in refusal(capsys, ["suv", str(tmp_path / "empty")])


def test_without_any_time_zone_one_clock_is_read_and_said(series: Series, capsys: pytest.CaptureFixture[str]) -> None:
    series.change(
        TimezoneOffsetFromUTC=None,
        injection=lambda item: setattr(item, "RadiopharmaceuticalStartDateTime", "20260303083000"),
    )
    found = answer(capsys, asked(series))
    assert found["rule"]["factor"] == pytest.approx(PER_BECQUEREL, rel=FLOATING_POINT)
    assert any("no time zone is stated: all times are read off one clock" in note for note in found["notes"])
