"""Deformable registration, from a line of dosimetry.yaml to regions, notes and objects; rigid where it is not used."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pydicom
import pytest

from lutetia.course import Scan
from lutetia.course.file import read_course, write_course
from lutetia.dosimetry.result import RegionDose
from lutetia.quantification import covered_part
from lutetia.quantification.alignment import Alignment, align_deformably
from lutetia.reference.nuclide import nuclide
from lutetia.simulation import acquisition
from lutetia.simulation import patient as simulated
from lutetia.simulation.anatomy import Structure
from lutetia.simulation.body import Body, paint, region_volumes
from lutetia.simulation.motion import SmoothMotion, painted_after
from lutetia.simulation.patient import Progress, SimulatedPatient, simulate
from lutetia.volume import Geometry, Volume
from lutetia.workflow.dose import registration
from lutetia.workflow.dose.alignment import with_regions
from lutetia.workflow.dose.cycles import DoseOutcome, dose_folder
from lutetia.workflow.dose.imaging import ReadScan, scans_of, series_in
from lutetia.workflow.dose.one_grid import on_one_grid
from lutetia.workflow.progress import silently
from lutetia.workflow.record.opened import open_all
from lutetia.workflow.simulated import patient as phantom
from lutetia.workflow.simulated.patient import Phantom, write_phantom

CT_GRID = Geometry(shape=(131, 68, 96), spacing_mm=(6.0, 5.0, 5.0), origin_mm=(-237.0, -165.0, -195.0))
MOTION = SmoothMotion.drawn(3)
WRITTEN_MM = 1e-4
"""What single precision and decimal strings leave of some hundred millimetres."""
ONE_AND_A_HALF_MILLIMETRES_OFF = 0.05
"""An organ's activity inside a contour that lies so far off, against its own contour, on voxels of 6 mm."""
INTERPOLATED = 0.03
"""Of a liver's mean: linear interpolation on voxels of 6 mm blurs its edge."""
LARGE = ("kidney_left", "kidney_right", "liver", "spleen")


@dataclass(frozen=True)
class Case:
    """One patient on disk: two scans of one cycle, between which he breathed, bent and turned."""

    phantom: Phantom

    def course(self, folder: Path, *, own: bool = False) -> Path:
        """Put his record and images into a new folder; contours on the second scan only, unless each has its own."""
        course = read_course(self.phantom.course / "course.yaml")
        first = course.cycles[0]
        moved, drawn = first.scans[:2]
        bare: dict[str, object] = {"structure_series_uid": None, "regions": {}, "regions_from": drawn.series_uid}
        scans: tuple[Scan, ...] = (moved if own else moved.model_copy(update=bare), drawn)
        changed = course.model_copy(update={"cycles": (first.model_copy(update={"scans": scans}),)})
        folder.mkdir()
        (folder / "course.yaml").write_text(write_course(changed), encoding="utf-8")
        (folder / "imaging").symlink_to(self.phantom.course / "imaging")
        return folder

    def site(self, folder: Path, registration: str) -> Path:
        folder.mkdir()
        for path in self.phantom.site.rglob("*.yaml"):
            target = folder / path.relative_to(self.phantom.site)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
        text = f"format: lutetia-dosimetry/1\nengine: none\nregistration: {registration}\n"
        (folder / "dosimetry.yaml").write_text(text, encoding="utf-8")
        return folder

    def dosed(self, folder: Path, registration: str, objects: Path | None = None, **how: bool) -> DoseOutcome:
        site = self.site(folder / "site", registration)
        course = self.course(folder / "course", **how)
        return dose_folder(course, site_path=site, known_on=self.phantom.known_on, objects=objects)


def two_scans(seed: int, progress: Progress | None = None) -> SimulatedPatient:
    """Simulate him as he is seen in the two scans alone: the others repeat the second."""
    made: list[Volume] = []

    def seen(*given: Any) -> Volume:
        made.append(spect_of(*given) if len(made) < 2 else made[1])
        return made[-1]

    spect_of = acquisition.spect_of
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acquisition, "spect_of", seen)
        patch.setattr(acquisition, "pet_of", lambda body, *_: Volume(
            values=np.ones(body.geometry.shape), geometry=body.geometry, unit="Bq/mL"
        ))  # fmt: skip
        patient = simulate(seed, progress)
    return replace(patient, scans=patient.scans[:2], cts=patient.cts[:2], pets=())


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    lies = iter((MOTION,))

    def lain(structures: tuple[Structure, ...], geometry: Geometry, *, shift_mm: tuple[float, float, float]) -> Body:
        if geometry.spacing_mm == CT_GRID.spacing_mm and (motion := next(lies, None)) is not None:
            return painted_after(structures, geometry, motion)
        return paint(structures, geometry, shift_mm=shift_mm)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acquisition, "CT_GRID", CT_GRID)
        patch.setattr(acquisition, "SPECT_GRID", CT_GRID)
        patch.setattr(acquisition, "PET_GRID", CT_GRID)
        patch.setattr(simulated, "paint", lain)
        patch.setattr(phantom, "simulate", two_scans)
        patch.setattr(simulated, "region_volumes", partial(region_volumes, fine_mm=3.0, most_voxels=100_000))
        return Case(write_phantom(tmp_path_factory.mktemp("deformed") / "patient", seed=177))


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("objects") / "new"


@pytest.fixture(scope="module")
def found() -> list[Alignment]:
    """What was found when the deformed result was made."""
    return []


@pytest.fixture(scope="module")
def deformed(
    case: Case, objects: Path, found: list[Alignment], tmp_path_factory: pytest.TempPathFactory
) -> DoseOutcome:
    def kept(*given: Volume, **named: Any) -> Alignment:
        found.append(align_deformably(*given, **named))
        return found[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registration, "align_deformably", kept)
        outcome = case.dosed(tmp_path_factory.mktemp("deformable"), "deformable", objects)
    assert not outcome.stopped
    return outcome


@pytest.fixture(scope="module")
def own(case: Case, tmp_path_factory: pytest.TempPathFactory) -> DoseOutcome:
    return case.dosed(tmp_path_factory.mktemp("own"), "rigid", own=True)


@pytest.fixture(scope="module")
def rigid(case: Case, tmp_path_factory: pytest.TempPathFactory) -> DoseOutcome:
    return case.dosed(tmp_path_factory.mktemp("rigid"), "rigid")


def region(outcome: DoseOutcome, name: str) -> RegionDose:
    return next(one for one in outcome.cycles[0].regions if one.region == name)


def off(outcome: DoseOutcome, own: DoseOutcome, name: str) -> float:
    """By which part an organ's activity on the first scan differs from that inside its own contour."""
    seen, true = (region(one, name).samples[0].uncorrected_mbq for one in (outcome, own))
    return abs(seen / true - 1)


@pytest.mark.parametrize("name", LARGE)
def test_a_deformed_contour_holds_the_activity_that_its_own_contour_holds(
    deformed: DoseOutcome, own: DoseOutcome, name: str
) -> None:
    assert off(deformed, own, name) < ONE_AND_A_HALF_MILLIMETRES_OFF


def test_it_does_better_than_a_contour_that_was_moved_rigidly(
    deformed: DoseOutcome, rigid: DoseOutcome, own: DoseOutcome
) -> None:
    assert sum(off(deformed, own, name) for name in LARGE) < sum(off(rigid, own, name) for name in LARGE) / 2


@pytest.mark.parametrize("name", [*LARGE, "L1", "L2"])
def test_the_mass_stays_that_of_the_contour_where_it_was_drawn(
    deformed: DoseOutcome, rigid: DoseOutcome, name: str
) -> None:
    assert region(deformed, name).mass_g == region(rigid, name).mass_g
    assert len({sample.volume_ml for sample in region(deformed, name).samples}) == 2


def test_the_result_names_the_method_its_checks_and_every_change_of_volume(deformed: DoseOutcome) -> None:
    (scan,) = [text for text in deformed.cycles[0].assumptions if "registration: " in text]
    assert "regions propagated from scan 2 by deformable CT registration: parts displaced by up to" in scan
    assert "changed in volume by factors from 0." in scan
    assert "rigid left" in scan
    notes = " ".join(region(deformed, "liver").notes)
    assert "by deformable CT registration (scan 1, residual" in notes
    assert ", volume -" in notes
    assert any(one.what == "registration between scans of a cycle" and one.value == "deformable" and
               one.whose == "the site's" for one in deformed.choices)  # fmt: skip


def test_rigid_is_the_choice_where_nobody_chose(own: DoseOutcome, case: Case, tmp_path: Path) -> None:
    (said,) = [one for one in own.choices if one.what == "registration between scans of a cycle"]
    assert said.value == "rigid"
    settings = case.site(tmp_path / "site", "rigid") / "dosimetry.yaml"
    settings.write_text("format: lutetia-dosimetry/1\n", encoding="utf-8")
    assert open_all(case.phantom.course, tmp_path / "site").site.dosimetry.chosen("registration").value == "rigid"


def test_the_deformation_is_written_as_dicom_nifti_and_json_and_all_say_the_same(
    deformed: DoseOutcome, objects: Path
) -> None:
    folder = objects / "cycle-1"
    assert not list(folder.glob("registration-scan-*.dcm"))
    dataset = pydicom.dcmread(folder / "deformation-scan-1.dcm")
    assert dataset.SOPClassUID == "1.2.840.10008.5.1.4.1.1.66.3"
    assert str(dataset.SeriesDescription).startswith("SYNTHETIC")
    grid = dataset.DeformableRegistrationSequence[1].DeformableRegistrationGridSequence[0]
    columns, rows, planes = (int(n) for n in grid.GridDimensions)
    vectors = np.frombuffer(grid.VectorGridData, dtype="<f4").reshape(planes, rows, columns, 3)
    image = nibabel.load(folder / "nifti" / "displacement_scan-1_mm.nii.gz")
    assert image.header.get_intent()[0] == "displacement vector"
    assert image.shape == (columns, rows, planes, 1, 3)
    ras = np.asarray(image.dataobj)[:, :, :, 0].transpose(2, 1, 0, 3)
    assert np.allclose(ras * [-1, -1, 1], vectors, atol=WRITTEN_MM)
    assert np.allclose(
        (image.affine @ [0, 0, 0, 1])[:3] * [-1, -1, 1], np.array(grid.ImagePositionPatient, dtype=float)
    )
    (said,) = json.loads((folder / "registrations.json").read_text(encoding="utf-8"))
    assert said["method"] == "deformable"
    assert said["deformable"]["used"] is True
    assert said["regions"]["liver"]["method"] == "deformable"
    assert said["regions"]["liver"]["change"] < 0


@pytest.fixture(scope="module")
def scans(case: Case, tmp_path_factory: pytest.TempPathFactory) -> tuple[ReadScan, ...]:
    """Both scans, the first still without regions."""
    opened = open_all(case.course(tmp_path_factory.mktemp("read") / "course"), case.phantom.site)
    cycle, series = opened.course.cycles[0], series_in(opened.folder, silently)
    taken, drawn = scans_of(opened, cycle, nuclide("Lu-177"), series, silently)
    few = {name: drawn.given.regions[name] for name in ("liver", "kidney_left")}
    return taken, replace(drawn, given=replace(drawn.given, regions=few))


def test_without_a_ct_the_rigid_motion_is_used_and_that_is_told(scans: tuple[ReadScan, ...]) -> None:
    moved, _ = with_regions((replace(scans[0], ct=None), scans[1]), "deformable")
    assert moved.regions_said == "propagated from scan 2 by rigid SPECT registration"
    assert "asked for and needs a CT with both scans; the rigid motion is used" in " ".join(moved.notes)


def test_where_the_deformation_fails_its_checks_the_rigid_motion_is_used_and_what_failed_is_told(
    deformed: DoseOutcome, found: list[Alignment], scans: tuple[ReadScan, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found[0].rigid is not None
    assert found[0].check is not None
    folded = replace(found[0].rigid, check=replace(found[0].check, smallest_factor=-0.3))
    monkeypatch.setattr(registration, "align_deformably", lambda *_, **__: folded)
    moved, _ = with_regions(scans, "deformable")
    assert moved.regions_said == "propagated from scan 2 by rigid CT registration"
    said = "deformable registration was asked for and is not used: tissue folds (Jacobian determinant down to -0.30)."
    assert f"{said} The rigid motion is used." in " ".join(moved.notes)
    assert not moved.given.drawn_ml
    volumes = [one.given.regions["liver"].volume_ml for one in (moved, scans[1])]
    assert volumes[0] == volumes[1]


def test_a_region_whose_volume_would_change_too_much_is_moved_rigidly_and_the_others_are_deformed(
    deformed: DoseOutcome, found: list[Alignment], scans: tuple[ReadScan, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    change = {name: one.change for name, one in _moved(found[0], scans).items() if one.change is not None}
    monkeypatch.setattr(registration, "LARGEST_VOLUME_CHANGE", (abs(change["liver"]) + abs(change["kidney_left"])) / 2)
    moved = _moved(found[0], scans)
    assert abs(change["kidney_left"]) < abs(change["liver"])
    assert moved["kidney_left"].deformed
    assert not moved["liver"].deformed
    assert moved["liver"].mask.volume_ml == scans[1].given.regions["liver"].volume_ml
    assert moved["bladder"].deformed
    monkeypatch.setattr(registration, "align_deformably", lambda *_, **__: found[0])
    taken, _ = with_regions(scans, "deformable")
    assert "liver was moved rigidly: the deformation would change its volume by -" in " ".join(taken.notes)
    assert "liver" not in taken.given.drawn_ml
    assert "kidney_left" in taken.given.drawn_ml


def _moved(alignment: Alignment, scans: tuple[ReadScan, ...]) -> dict[str, registration.MovedRegion]:
    drawn = scans[1].given.regions
    full = {**drawn, "bladder": drawn["liver"]}
    return registration.moved_regions(full, alignment, scans[0].given.activity.geometry.frame_of_reference)


def test_scans_are_laid_on_one_another_for_curves_of_voxels_by_the_same_choice(
    deformed: DoseOutcome, found: list[Alignment], scans: tuple[ReadScan, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The contour's own scan is laid on the other: inside the deformed contour it shows what it shows in its own."""
    taken, drawn = scans
    monkeypatch.setattr(registration, "align_deformably", lambda *_, **__: found[0])
    three = (taken, drawn, replace(drawn, given=replace(drawn.given, hours=drawn.given.hours + 24)))
    laid = on_one_grid(three, 0, "deformable")
    assert laid.told[0].endswith("laid on it by deformable CT registration.")
    assert len(laid.told) == 2
    there = _moved(found[0], scans)["liver"].mask
    own = covered_part(drawn.given.activity, drawn.given.regions["liver"]).mean(drawn.given.activity)
    seen = covered_part(laid.activities[1], there).mean(laid.activities[1])
    assert seen == pytest.approx(own, rel=INTERPOLATED)
