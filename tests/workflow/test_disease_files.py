"""Two simulated PET as files: read, measured, aligned by CT, compared, read by a person, written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lutetia.errors import InputError, RefusedError
from lutetia.report.figures.mip_new import MOST_ROWS
from lutetia.workflow.disease.files import NUMBERS, write_disease
from lutetia.workflow.disease.find import DiseaseOptions, compare_disease
from lutetia.workflow.disease.images import UptakeImage, read_days, require_two, series_below
from lutetia.workflow.disease.pictures import close_ups_of
from lutetia.workflow.disease.run import recip_of
from lutetia.workflow.disease.uptake import SuvReader

pydicom = pytest.importorskip("pydicom")
pytest.importorskip("highdicom")
pytest.importorskip("SimpleITK")

COARSE_VOXELS = 0.1
"""Of volumes counted in voxels of 6 mm."""


read_uptake = SuvReader()


@pytest.fixture(scope="module")
def folder(psma_pair) -> Path:
    return psma_pair


@pytest.fixture(scope="module")
def run(folder):
    return compare_disease(folder / "course", read_uptake=read_uptake)


@pytest.fixture(scope="module")
def written(folder, run):
    return write_disease(folder / "out", run)


@pytest.fixture(scope="module")
def truth(folder) -> dict:
    return json.loads((folder / "course" / "truth.json").read_text(encoding="utf-8"))


def test_volumes_come_through_files_as_they_were_made(run, truth) -> None:
    facts = run.pair.recip
    assert facts.baseline_ml == pytest.approx(truth["baseline_ml"], rel=COARSE_VOXELS)
    assert facts.follow_up_ml == pytest.approx(truth["follow_up_ml"], rel=COARSE_VOXELS)


def test_the_two_are_aligned_by_their_ct(run) -> None:
    assert run.pair.alignment is not None
    assert run.pair.alignment.by == "CT"


def test_the_new_lesion_is_proposed_and_its_bone_is_known(run, truth) -> None:
    (proposal,) = run.pair.proposals
    assert truth["new"] == ["ilium-left"]
    assert proposal.lesion.kind == "bone"


def test_until_a_reader_speaks_the_class_is_open(run) -> None:
    assert run.recip.response is None
    assert run.recip.could_be == ("SD", "PD")


def test_the_readers_word_makes_it_progression(folder, run) -> None:
    lesion = run.pair.proposals[0].lesion
    text = (
        "format: lutetia reading 1\nby: Dr. A\non: 2026-04-02\nlesions:\n"
        f"  - at_mm: [{', '.join(f'{v:.1f}' for v in lesion.centre_mm)}]\n"
        f"    volume: {{value: {lesion.volume_ml:.2f}, unit: mL}}\n    new: true\n"
    )
    path = folder / "reading.yaml"
    path.write_text(text, encoding="utf-8")
    options = DiseaseOptions(readings=(None, path))
    read = compare_disease(folder / "course", read_uptake=read_uptake, options=options)
    assert read.recip.response == "PD"
    kinds = [name.split(" series ")[0] for name in read.record.inputs]
    assert sorted(kinds) == ["CT", "CT", "PET", "PET", "reading.yaml", "segmentation", "segmentation"]
    assert recip_of(read.pair).because.startswith("volume +")


def test_everything_is_written_and_says_how_it_was_made(written) -> None:
    names = {path.name for path in written}
    assert names == {
        NUMBERS, "report.html", "report.pdf", "mips.svg", "new-lesions-1.svg", "lesions-baseline.dcm",
        "lesions-follow-up.dcm", "reading-baseline.yaml", "reading-follow-up.yaml",
    }  # fmt: skip
    said = json.loads(next(path for path in written if path.suffix == ".json").read_text(encoding="utf-8"))
    assert said["baseline"]["method"].startswith("fixed threshold 3 g/mL (definition 1); [68Ga]Ga-PSMA-11; without ")
    assert said["recip_1_0"]["class"] is None
    assert said["recip_1_0"]["needs"]


def test_every_proposal_has_its_picture(run) -> None:
    many = replace(run.pair, proposals=run.pair.proposals * (MOST_ROWS + 1))
    pictures = close_ups_of(many)
    assert len(pictures) == 2
    assert sum(picture.count(b"baseline 2025-12-16, axial") for picture in pictures) == MOST_ROWS + 1


def test_the_segmentation_holds_the_lesions_that_count(written, run) -> None:
    from lutetia.dicom.read import read_segmentation, scan_folder

    (series,) = scan_folder(next(path for path in written if path.name == "lesions-follow-up.dcm"))
    found = read_segmentation(series)
    assert set(found.masks) == {lesion.id for lesion in run.pair.follow_up.counted}
    largest = run.pair.follow_up.counted[0]
    assert found.masks["D1"].volume_ml == pytest.approx(largest.volume_ml)
    assert "Lutetia, fixed threshold" in found.automatic["D1"]


def test_a_folder_without_two_pet_is_refused(folder, tmp_path) -> None:
    with pytest.raises(InputError, match="0 PET are in question"):
        compare_disease(tmp_path, read_uptake=read_uptake)
    series = series_below(folder / "course")
    one = [other for other in series if other.kind != "PET"] + [other for other in series if other.kind == "PET"][:1]
    with pytest.raises(InputError, match="1 PET is in question"):
        require_two(read_days(tuple(one), read_uptake=read_uptake, chosen=None, organs={}, where="folder"), "folder")


def test_a_contour_that_is_no_organ_is_told_and_left_out(folder) -> None:
    series = series_below(folder / "course")
    days = read_days(series, read_uptake=read_uptake, chosen=None, organs={"liver": "GTV 1"}, where="folder")
    assert "liver" not in days[0].pet.organs
    assert any("'liver' bears no code of an organ" in note for note in days[0].notes)


def test_two_regions_of_one_organ_are_refused(folder) -> None:
    with pytest.raises(InputError, match="two regions are called spleen"):
        read_days(series_below(folder / "course"), read_uptake=read_uptake, chosen=None,
                  organs={"liver": "spleen"}, where="folder")  # fmt: skip


def test_another_tracer_at_follow_up_is_refused(folder) -> None:
    seen: list[str] = []

    def other(series) -> UptakeImage:
        seen.append(series.series_uid)
        return replace(read_uptake(series), tracer=f"tracer {len(seen)}")

    with pytest.raises(RefusedError, match="the tracer: tracer"):
        compare_disease(folder / "course", read_uptake=other)


def test_nothing_is_written_into_a_folder_that_holds_something(folder, run) -> None:
    with pytest.raises(InputError, match="there is something in it already"):
        write_disease(folder, run)
