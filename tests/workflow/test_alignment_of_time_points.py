"""A patient who lies otherwise on each of four scans, with contours on one of them only; doses beside the truth."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydantic import ValidationError
from scipy import ndimage

from lutetia.course import Cycle, Scan
from lutetia.course.file import read_course, write_course
from lutetia.dosimetry.input import CycleInput, ScanInput
from lutetia.dosimetry.result import CycleDose, DoseValue, RegionDose
from lutetia.dosimetry.samples import measure_cycle
from lutetia.errors import InputError
from lutetia.fileform import MisfitError
from lutetia.quantification import covered_part
from lutetia.reference.nuclide import nuclide
from lutetia.simulation import acquisition
from lutetia.simulation import patient as simulated
from lutetia.simulation.anatomy import Structure
from lutetia.simulation.body import Body, paint, region_volumes
from lutetia.volume import Geometry, Mask, Rigid, Volume, moved_mask
from lutetia.workflow.dose.alignment import with_regions
from lutetia.workflow.dose.cycles import DoseOutcome, dose_folder
from lutetia.workflow.dose.imaging import ReadScan, read_scans, series_in
from lutetia.workflow.dose.one_grid import on_one_grid
from lutetia.workflow.progress import silently
from lutetia.workflow.record.opened import open_all
from lutetia.workflow.simulated.patient import Phantom, write_phantom

WITHIN_THE_CHAIN = 0.05
"""What four scans with noise, motion and a stated resolution allow; required of kidney, liver and spleen."""
MOVED_CONTOURS = 0.02
"""An organ's activity inside a contour half a millimetre off, on voxels of 4.8 mm, against its own contour."""
MOVED_AND_INTERPOLATED = 0.05
"""The same, where the image was laid on another grid of 4.8 mm: linear interpolation blurs it by 3 to 6 mm more, which
takes some per cent of a kidney's activity out of its contour."""
LITTLE_IS_LEFT = 0.005
"""Of an organ's first activity: what is left after a week is as dim as its surroundings, and spills in from them."""
SIXTEEN_CHARACTERS = 1e-9
"""A decimal string of DICOM keeps ten digits and more."""
SOURCE = 1
"""The contours are on the second of the four scans."""
LARGE = ("kidney_left", "kidney_right", "liver", "spleen")

CT_GRID = Geometry(shape=(157, 96, 134), spacing_mm=(5.0, 3.6, 3.6), origin_mm=(-239.4, -165.0, -195.0))
SPECT_GRID = Geometry(shape=(163, 84, 104), spacing_mm=(4.8, 4.8, 4.8), origin_mm=(-247.2, -193.2, -193.8))
PET_GRID = Geometry(shape=(131, 66, 86), spacing_mm=(6.0, 6.0, 6.0), origin_mm=(-254.0, -198.0, -195.0))
FINE = Geometry(shape=(330, 146, 202), spacing_mm=(2.4, 2.4, 2.4), origin_mm=(-241.8, -173.0, -197.6))


def lying(degrees: tuple[float, float, float], shift_mm: tuple[float, float, float]) -> Rigid:
    return Rigid.about((0.0, 0.0, 150.0), turned_degrees=degrees, shift_mm=shift_mm)


MOTIONS = (
    lying((1.0, -0.5, -1.5), (4.0, -3.0, 6.0)),
    lying((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
    lying((-1.0, 1.0, 2.6), (-8.0, 4.0, -7.0)),
    lying((0.5, 0.5, -2.0), (6.0, 5.0, 9.0)),
    lying((0.0, 0.0, 1.0), (2.0, 2.0, 0.0)),
)
"""Up to 3 degrees and 12 mm; four scans of the first cycle, one of the second."""


@lru_cache(maxsize=1)
def _drawn(structures: tuple[Structure, ...]) -> Body:
    return paint(structures, FINE)


def moved(structures: tuple[Structure, ...], geometry: Geometry, motion: Rigid) -> Body:
    """The man after a motion: each voxel of a grid has the label of where it was before."""
    before = motion.inverse()
    start = FINE.to_index(before.point(geometry.to_patient((0, 0, 0))))
    steps = FINE.to_index(before.point(geometry.to_patient(np.eye(3)))) - start
    labels = ndimage.affine_transform(
        _drawn(structures).labels, steps.T, start, output_shape=geometry.shape, order=0, mode="constant"
    )
    return Body(structures, labels, geometry)


@dataclass(frozen=True)
class Case:
    """One patient on disk, and his true doses of the first cycle."""

    phantom: Phantom
    true_gy: dict[str, float]

    def course(self, folder: Path, edit: object = None) -> Path:
        """Put his record, changed by ``edit`` (scans to scans), and his images into a new folder."""
        course = read_course(self.phantom.course / "course.yaml")
        first = course.cycles[0]
        scans = first.scans if edit is None else edit(first.scans)  # type: ignore[operator]
        changed = course.model_copy(update={"cycles": (first.model_copy(update={"scans": scans}),)})
        folder.mkdir()
        (folder / "course.yaml").write_text(write_course(changed), encoding="utf-8")
        (folder / "imaging").symlink_to(self.phantom.course / "imaging")
        return folder

    def dosed(self, folder: Path, edit: object = None, objects: Path | None = None) -> DoseOutcome:
        return dose_folder(
            self.course(folder, edit), site_path=self.phantom.site, known_on=self.phantom.known_on, objects=objects
        )


def from_one(scans: tuple[Scan, ...]) -> tuple[Scan, ...]:
    """Leave the contours on one scan; the others take them from there."""
    source = scans[SOURCE].series_uid
    bare = {"structure_series_uid": None, "regions": {}, "regions_from": source}
    return tuple(scan if n == SOURCE else scan.model_copy(update=bare) for n, scan in enumerate(scans))


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    motions = iter(MOTIONS)

    def lain(structures: tuple[Structure, ...], geometry: Geometry, *, shift_mm: tuple[float, float, float]) -> Body:
        if geometry.spacing_mm != CT_GRID.spacing_mm or geometry.frame_of_reference in pets:
            return paint(structures, geometry, shift_mm=shift_mm)
        return moved(structures, geometry, next(motions, Rigid()))

    pets = {simulated.uid(177, f"pet {n} frame") for n in (1, 2)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acquisition, "CT_GRID", CT_GRID)
        patch.setattr(acquisition, "SPECT_GRID", SPECT_GRID)
        patch.setattr(acquisition, "PET_GRID", PET_GRID)
        patch.setattr(simulated, "paint", lain)
        patch.setattr(simulated, "region_volumes", partial(region_volumes, fine_mm=1.5, most_voxels=1_000_000))
        phantom = write_phantom(tmp_path_factory.mktemp("moved") / "patient", seed=177)
    truth = json.loads(phantom.truth.read_text(encoding="utf-8"))
    true = {region["region"]: region["dose_gy"] for region in truth["cycles"][0]["regions"]}
    return Case(phantom, true)


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("objects") / "new"


@pytest.fixture(scope="module")
def propagated(case: Case, objects: Path, tmp_path_factory: pytest.TempPathFactory) -> CycleDose:
    outcome = case.dosed(tmp_path_factory.mktemp("one") / "course", from_one, objects)
    assert not outcome.stopped
    return outcome.cycles[0]


@pytest.fixture(scope="module")
def own(case: Case, tmp_path_factory: pytest.TempPathFactory) -> CycleDose:
    return case.dosed(tmp_path_factory.mktemp("each") / "course").cycles[0]


def region(dose: CycleDose, name: str) -> RegionDose:
    return next(one for one in dose.regions if one.region == name)


@pytest.mark.parametrize("name", LARGE)
def test_contours_on_one_of_four_scans_give_the_true_dose(case: Case, propagated: CycleDose, name: str) -> None:
    found = region(propagated, name).corrected
    assert isinstance(found, DoseValue)
    assert found.mean_dose_gy == pytest.approx(case.true_gy[name], rel=WITHIN_THE_CHAIN)


@pytest.mark.parametrize("name", LARGE)
def test_a_moved_contour_holds_the_activity_that_its_own_contour_holds(
    propagated: CycleDose, own: CycleDose, name: str
) -> None:
    here = region(own, name).samples
    off = LITTLE_IS_LEFT * here[0].uncorrected_mbq
    for there, sample in zip(region(propagated, name).samples, here, strict=True):
        assert there.uncorrected_mbq == pytest.approx(sample.uncorrected_mbq, rel=MOVED_CONTOURS, abs=off)


def test_a_moved_contour_keeps_its_volume_on_every_scan(propagated: CycleDose) -> None:
    assert {one.region for one in propagated.regions} >= set(LARGE)
    for one in propagated.regions:
        assert len({round(sample.volume_ml, 6) for sample in one.samples}) == 1


def test_the_mass_is_that_of_the_one_contour_that_was_drawn(propagated: CycleDose, own: CycleDose) -> None:
    assert region(propagated, "liver").mass_from.startswith("contoured volume")
    assert region(own, "liver").mass_from.startswith("mean contoured volume of 4 scans")


def test_every_region_says_from_where_its_contour_came(propagated: CycleDose) -> None:
    for one in propagated.regions:
        notes = " ".join(one.notes)
        assert "propagated from scan 2 by rigid CT registration" in notes
        assert "drawn on this scan (scan 2)" in notes
        assert "residual" in notes


def test_every_motion_is_written_as_dicom_and_json_and_leads_into_the_scan_it_names(
    case: Case, propagated: CycleDose, objects: Path
) -> None:
    assert len(propagated.regions) > 0
    said = json.loads((objects / "cycle-1" / "registrations.json").read_text(encoding="utf-8"))
    by_series = {path.parent: pydicom.dcmread(path) for path in (case.phantom.course / "imaging").rglob("spect.dcm")}
    names = {str(image.SeriesInstanceUID): image for image in by_series.values()}
    files = sorted((objects / "cycle-1").glob("registration-scan-*.dcm"))
    assert [path.name for path in files] == [f"registration-scan-{n}.dcm" for n in (1, 3, 4)]
    for path, one in zip(files, said, strict=True):
        dataset = pydicom.dcmread(path)
        fixed, moved_ = dataset.RegistrationSequence
        assert fixed.ReferencedImageSequence[0].ReferencedSOPInstanceUID == names[one["to_series"]].SOPInstanceUID
        assert moved_.ReferencedImageSequence[0].ReferencedSOPInstanceUID == names[one["from_series"]].SOPInstanceUID
        assert dataset.FrameOfReferenceUID == names[one["to_series"]].FrameOfReferenceUID
        stored = moved_.MatrixRegistrationSequence[0].MatrixSequence[0].FrameOfReferenceTransformationMatrix
        rows = np.array([float(x) for x in stored]).reshape(4, 4)
        assert np.allclose(rows[:3, :3], one["rotation"], atol=SIXTEEN_CHARACTERS)
        assert np.allclose(rows[:3, 3], one["translation_mm"], atol=1000 * SIXTEEN_CHARACTERS)


def test_every_scan_is_laid_where_the_reference_scan_lies(case: Case, own: CycleDose, tmp_path: Path) -> None:
    """Inside the contour of the second scan, each later or earlier scan holds what its own contour holds on it."""
    opened = open_all(case.course(tmp_path / "course"), case.phantom.site)
    cycle = opened.course.cycles[0]
    scans = read_scans(opened, cycle, nuclide("Lu-177"), series_in(opened.folder, silently), silently)
    laid = on_one_grid(scans, SOURCE)
    assert laid.reference == SOURCE
    for name in LARGE:
        here = region(own, name).samples
        off = LITTLE_IS_LEFT * here[0].uncorrected_mbq
        for volume, sample in zip(laid.activities, here, strict=True):
            inside = covered_part(volume, scans[SOURCE].given.regions[name])
            seen = inside.mean(volume) * inside.volume_ml * 1e-6
            assert seen == pytest.approx(sample.uncorrected_mbq, rel=MOVED_AND_INTERPOLATED, abs=off), name


def test_contours_of_each_scan_are_called_so(own: CycleDose) -> None:
    assert own.regions
    assert all("Contours: per time point." in one.notes for one in own.regions)


def test_every_moved_scan_says_how_well_it_was_aligned(propagated: CycleDose) -> None:
    said = [text for text in propagated.assumptions if "rigid CT registration" in text]
    assert len(said) == 3
    assert all("in the median" in text and "degrees" in text for text in said)


def test_without_a_ct_the_spect_are_aligned(case: Case, tmp_path: Path) -> None:
    def bare(scans: tuple[Scan, ...]) -> tuple[Scan, ...]:
        drawn, later = from_one(scans)[SOURCE : SOURCE + 2]
        return drawn, later.model_copy(update={"ct_series_uid": None})

    outcome = case.dosed(tmp_path / "course", bare)
    liver = region(outcome.cycles[0], "liver")
    assert "propagated from scan 1 by rigid SPECT registration" in " ".join(liver.notes)
    assert len(liver.samples) == 2


SMALL = Geometry(shape=(20, 20, 20), spacing_mm=(5.0,) * 3, frame_of_reference="1")


def ball(name: str, at_mm: float) -> Mask:
    index = np.stack(np.meshgrid(*[np.arange(n) for n in SMALL.shape], indexing="ij"), axis=-1)
    away = np.linalg.norm(SMALL.to_patient(index) - np.array([40.0 + at_mm / 2, 45.0, 45.0]), axis=-1)
    return Mask(voxels=away < 18, geometry=SMALL, name=name)


def test_a_region_that_moved_out_of_a_scan_is_left_out_there_with_a_warning() -> None:
    read = ReadScan(
        scan=Scan(series_uid="1"),
        given=ScanInput(
            activity=Volume(values=np.ones((20, 20, 20)), geometry=SMALL, unit="Bq/mL"),
            hours=24.0,
            acquired_at=datetime(2026, 1, 1, tzinfo=UTC),
            regions={"kidney_left": ball("kidney_left", 40.0), "liver": ball("liver", 0.0)},
        ),
        ct=None,
        notes=(),
    )
    out = moved_mask(read.given.regions["kidney_left"], Rigid(translation_mm=(30.0, 0.0, 0.0)), frame_of_reference="1")
    given = replace(
        read.given, regions={**read.given.regions, "kidney_left": out}, moved_here=frozenset({"kidney_left"})
    )
    cycle = CycleInput(cycle=1, agent="[177Lu]Lu-PSMA-617", given_mbq=7400, nuclide=nuclide("Lu-177"), scans=(given,))
    measured = measure_cycle(cycle)
    assert set(measured.regions) == {"liver"}
    assert any("kidney_left" in said and "outside the scan at 24.0 h" in said for said in measured.warnings)


def test_scans_whose_contours_came_later_than_the_day_asked_for_are_refused() -> None:
    later = ReadScan(
        scan=Scan(series_uid="2", regions_from="1"),
        given=ScanInput(
            activity=Volume(values=np.ones((20, 20, 20)), geometry=SMALL, unit="Bq/mL"),
            hours=4.0,
            acquired_at=datetime(2026, 1, 1, tzinfo=UTC),
            regions={},
        ),
        ct=None,
        notes=(),
    )
    with pytest.raises(InputError, match="not known on that day"):
        with_regions((later,))


def cycle_of(*scans: Scan) -> Cycle:
    return Cycle(number=1, agent="[177Lu]Lu-PSMA-617", planned=date(2026, 1, 12), scans=scans)


DRAWN = Scan(series_uid="1", structure_series_uid="1.5", regions={"Liver": "liver"})


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (lambda: Scan(series_uid="2", regions_from="2"), "from itself"),
        (lambda: Scan(series_uid="2", regions_from="1", regions={"Liver": "liver"}), "keep one of the two"),
        (lambda: Scan(series_uid="2", regions_from="1", structure_series_uid="1.5"), "keep one of the two"),
        (lambda: cycle_of(DRAWN, Scan(series_uid="2", regions_from="9")), "'9' is no scan of cycle 1"),
        (
            lambda: cycle_of(DRAWN, Scan(series_uid="2", regions_from="1"), Scan(series_uid="3", regions_from="2")),
            "'2' has no contours of its own",
        ),
    ],
    ids=["itself", "regions of both", "structures of both", "no such scan", "a chain"],
)
def test_from_where_regions_come_is_never_ambiguous(build: Callable[[], object], says: str) -> None:
    with pytest.raises((MisfitError, ValidationError), match=re.escape(says)):
        build()


def test_the_course_keeps_from_where_regions_come(case: Case, tmp_path: Path) -> None:
    folder = case.course(tmp_path / "course", from_one)
    scans = read_course(folder / "course.yaml").cycles[0].scans
    assert [scan.regions_from for scan in scans] == [
        scans[1].series_uid,
        None,
        scans[1].series_uid,
        scans[1].series_uid,
    ]
