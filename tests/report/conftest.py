"""Hand-made results to build pages from: every kind of answer, dose, refusal and stop that a page must show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from pydantic import TypeAdapter

from lutetia.course import Course
from lutetia.dosimetry.result import (
    CycleDose,
    DoseValue,
    Exponential,
    FitRefusal,
    RegionDose,
    Sample,
    TimeActivityFit,
)
from lutetia.guideline.verdict import Assessment, Indication, Status
from lutetia.provenance import RunRecord
from lutetia.report.result import Picture, RunResult, Stop
from lutetia.volume import Geometry, Mask, Volume

KNOWN_ON = date(2026, 6, 4)
BOOK = {"book": "eanm_snmmi_2023", "book_title": "Joint EANM/SNMMI procedure guideline (2023)"}


def _example(name: str) -> Any:
    return yaml.safe_load((Path(__file__).parent / "examples" / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def course() -> Course:
    return Course.model_validate(_example("course.yaml"))


@pytest.fixture(scope="session")
def undetermined() -> Assessment:
    return TypeAdapter(Assessment).validate_python(_example("cycle_3.yaml"))


@pytest.fixture(scope="session")
def eligible(undetermined: Assessment) -> Assessment:
    clear = tuple(
        a
        for a in undetermined.answers
        if a.status in (Status.NOT_MET, Status.MET) and a.id not in ("AE-3", "CI-B-ECOG")
    )
    return Assessment(
        course="P-001",
        synthetic=True,
        question="selection",
        on=date(2026, 2, 27),
        known_on=date(2026, 2, 27),
        in_scope=True,
        scope="",
        answers=clear,
        indication=Indication(summary="IND-1 holds", holding=("IND-1",), possible=()),
        **BOOK,
    )


@pytest.fixture(scope="session")
def out_of_scope() -> Assessment:
    return Assessment(
        course="P-002",
        synthetic=False,
        question="cycle 1",
        on=date(2026, 3, 2),
        known_on=KNOWN_ON,
        in_scope=False,
        scope="The agent '[177Lu]Lu-DOTATATE' is not one of the two ligands that the guideline speaks about.",
        **BOOK,
    )


def region(
    code: str,
    label: str,
    start_mbq: float,
    half_life_h: float,
    mass_g: float,
    *,
    recovery: float | None = 0.82,
    wobble: int = 0,
) -> RegionDose:
    start = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
    rate = log(2) / half_life_h
    factor = 1.0 if recovery is None else recovery
    noise = np.random.default_rng(wobble).normal(0, 0.03, 4)
    hours = (2.1, 24.3, 71.8, 167.4)
    samples = tuple(
        Sample(
            hours=t,
            acquired_at=start + timedelta(hours=t),
            volume_ml=mass_g / 1.04,
            recovery=recovery,
            uncorrected_mbq=factor * start_mbq * exp(-rate * t) * (1 + e),
        )
        for t, e in zip(hours, noise, strict=True)
    )

    def value(scale: float) -> DoseValue:
        tia = scale * start_mbq / rate
        dose = tia * 0.0853 / mass_g
        fit = TimeActivityFit(
            model="mono-exponential",
            terms=(Exponential(scale * start_mbq, rate),),
            tia_mbq_h=tia,
            tail_fraction=exp(-rate * hours[-1]),
            effective_half_life_h=half_life_h,
            residuals=tuple(map(float, noise)),
            chosen_because="lowest AICc of the admissible models",
            alternatives={"bi-exponential": tia * 1.013},
        )
        return DoseValue(fit=fit, mean_dose_gy=dose, total_dose_gy=dose * 1.021)

    return RegionDose(
        region=code,
        label=label,
        samples=samples,
        mass_g=mass_g,
        mass_from="contour on CT, density 1.04 g/mL from HU",
        uncorrected=value(factor),
        corrected=None if recovery is None else value(1.0),
        notes=("contour moved by hand at the second scan",) if code == "kidney_right" else (),
    )


def refused(code: str, label: str) -> RegionDose:
    plain = region(code, label, 30, 100, 14, wobble=9)
    refusal = FitRefusal(
        reason="activity still rises from 24.3 h to 71.8 h; one exponential would fall from the start",
        offered=("bi-exponential with uptake needs one more scan", "a single-time-point dose with a stated half-life"),
    )
    rising = tuple(replace(s, uncorrected_mbq=10 + 4 * n) for n, s in enumerate(plain.samples))
    return replace(plain, samples=rising, uncorrected=refusal, corrected=refusal)


@pytest.fixture(scope="session")
def cycle_dose() -> CycleDose:
    regions = (
        region("kidney_left", "Kidney, left", 168, 38, 172, wobble=1),
        region("kidney_right", "Kidney, right", 159, 36.5, 165, wobble=2),
        region("liver", "Liver", 420, 31, 1720, recovery=0.97, wobble=3),
        region("spleen", "Spleen", 46, 30, 210, recovery=0.91, wobble=4),
        region("parotid_left", "Parotid, left", 22, 34, 24, recovery=0.61, wobble=5),
        region("parotid_right", "Parotid, right", 24, 33, 25, recovery=0.62, wobble=6),
        region("L1", "L1, L3 vertebra", 41, 62, 9.2, recovery=0.55, wobble=7),
        refused("L2", "L2, left iliac node"),
    )
    return CycleDose(
        cycle=1,
        agent="[177Lu]Lu-PSMA-617",
        given_mbq=7432.0,
        regions=regions,
        dose_map=None,
        engine="kernel: FFT convolution, 4.80 mm, ICRP-107 water kernel, density-scaled",
        assumptions=("The kidney keeps its mass over the cycle.", "No correction for scans of different duration."),
        warnings=("The stated resolution (12.4 mm) comes from the course file, not from a calibration.",),
    )


@pytest.fixture(scope="session")
def uncorrected_dose(cycle_dose: CycleDose) -> CycleDose:
    regions = (region("kidney_left", "Kidney, left", 168, 38, 172, recovery=None, wobble=1),)
    warning = "No resolution is stated: doses are not corrected for recovery and small regions are underestimated."
    return replace(cycle_dose, cycle=2, regions=regions, warnings=(warning,))


def _ellipsoid(points: np.ndarray, centre: tuple[float, ...], radii: tuple[float, ...]) -> np.ndarray:
    return (((points - np.asarray(centre)) / np.asarray(radii)) ** 2).sum(-1) <= 1


@pytest.fixture(scope="session")
def pictures() -> tuple[Picture, ...]:
    """A torso; the patient's left kidney is the hotter one, so that a mirrored picture would be seen."""
    spect = Geometry(shape=(90, 80, 100), spacing_mm=(4.8, 4.8, 4.8), origin_mm=(-240.0, -190.0, -260.0))
    ct = Geometry(shape=(108, 190, 240), spacing_mm=(4.0, 2.0, 2.0), origin_mm=(-239.0, -189.0, -258.0))

    def points(grid: Geometry) -> np.ndarray:
        return grid.to_patient(np.stack(np.meshgrid(*map(np.arange, grid.shape), indexing="ij"), -1))

    shapes = {
        "kidney_left": ((70, 50, -40), (28, 26, 55)),
        "kidney_right": ((-70, 50, -50), (28, 26, 55)),
        "liver": ((-70, -20, 60), (85, 75, 65)),
        "spleen": ((105, 40, 60), (30, 30, 45)),
        "L1": ((0, 75, -90), (15, 12, 14)),
    }
    level = {"kidney_left": 3.0, "kidney_right": 2.0, "liver": 0.7, "spleen": 0.8, "L1": 4.0}
    where, fine = points(spect), points(ct)
    activity = np.full(spect.shape, 0.01)
    hu = np.where(_ellipsoid(fine, (0, 0, 0), (190, 130, 1e6)), 40.0, -1000.0)
    hu[_ellipsoid(fine, (0, 75, 0), (20, 20, 1e6))] = 400.0
    masks = []
    for name, (centre, radii) in shapes.items():
        activity[_ellipsoid(where, centre, radii)] = level[name]
        masks.append(Mask(voxels=_ellipsoid(fine, centre, radii), geometry=ct, name=name))
    from scipy.ndimage import gaussian_filter

    blurred = Volume(values=gaussian_filter(activity, 1.2) * 1e6, geometry=spect, unit="Bq/mL")
    background = Volume(values=hu, geometry=ct, unit="HU")
    title = "Cycle 1, SPECT/CT 24 h after administration"
    return (
        Picture(title=title, background=background, overlay=blurred, masks=tuple(masks)),
        Picture(title=title, background=None, overlay=blurred, masks=tuple(masks), kind="mip"),
    )


@pytest.fixture(scope="session")
def record() -> RunRecord:
    return RunRecord(
        command="lutetia run P-001",
        started_at=datetime(2026, 6, 4, 8, 0, tzinfo=UTC),
        finished_at=datetime(2026, 6, 4, 8, 1, 12, tzinfo=UTC),
        python="3.11.9",
        packages={"numpy": "2.4.6"},
        datasets={"nuclide": "ICRP Publication 107 (2008), Lu-177", "kernel": "water, ICRP-107"},
        parameters={"book": "eanm_snmmi_2023"},
        inputs={"course.yaml": "ab" * 32, "imaging/ct.dcm": "cd" * 32},
    )


@pytest.fixture(scope="session")
def full(
    course: Course,
    undetermined: Assessment,
    eligible: Assessment,
    cycle_dose: CycleDose,
    uncorrected_dose: CycleDose,
    pictures: tuple[Picture, ...],
    record: RunRecord,
) -> RunResult:
    return RunResult(
        course=course,
        known_on=KNOWN_ON,
        assessments=(undetermined, eligible),
        cycles=(cycle_dose, uncorrected_dose),
        pictures=pictures,
        record=record,
        notes=("Clock times without an offset are read in Europe/Paris.",),
    )


@pytest.fixture(scope="session")
def stopped(out_of_scope: Assessment, record: RunRecord) -> RunResult:
    course = Course.model_validate(
        {
            "format": "lutetia-course/1",
            "id": "P-002",
            "cycles": [{"number": 1, "agent": "[177Lu]Lu-DOTATATE", "planned": "2026-03-02"}],
        }
    )
    stop = Stop(
        part="dosimetry, cycle 1",
        message="spect 1 (series ...0417): the header says decay-corrected to administration, and a decay factor of 1.",
        remedy="write 'decay: as-acquired' or 'decay: to-administration' under the scan in course.yaml",
    )
    return RunResult(course=course, known_on=KNOWN_ON, assessments=(out_of_scope,), stopped=(stop,), record=record)


@pytest.fixture(scope="session")
def bare(record: RunRecord) -> RunResult:
    """Nothing but an identity: no facts, no question, no dose."""
    return RunResult(course=Course(format="lutetia-course/1", id="P-003"), known_on=KNOWN_ON, record=record)
