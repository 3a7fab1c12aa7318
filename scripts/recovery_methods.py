"""Write how recovery by volume compares with recovery by resolution to ``docs/validation/recovery.md``.

The four SPECTs of the simulated patient's first cycle, true contours, true calibration and resolution; the recovery
curve is fitted to spheres of a phantom in cold surroundings seen by the same camera, in closed form. Every number on
the page comes from this script; nothing is typed.

    python scripts/recovery_methods.py
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from coverage_images import CALIBRATION, CONTOUR, DENSITY_SIGMA, FWHM_SIGMA_MM, Patient

from lutetia import __version__
from lutetia.dosimetry import CycleInput, ScanInput, dose_of_cycle, mean_dose_gy
from lutetia.dosimetry.result import CycleDose, DoseValue
from lutetia.dosimetry.uncertainty import StatedNoise, UncertaintyInput
from lutetia.quantification import RecoveryByVolume, fit_recovery
from lutetia.quantification.sphere import sphere_recovery
from lutetia.reference.nuclide import LU177

PAGE = Path(__file__).resolve().parents[1] / "docs" / "validation" / "recovery.md"
SEED = 177
SPHERES_ML = (0.52, 1.15, 2.57, 5.58, 11.5, 26.5)
"""Inner volumes of fillable spheres of the usual phantoms."""
SPHERE_SIGMA = 0.03
TOLD = """# Recovery by resolution and by volume

Written by `scripts/recovery_methods.py`; nothing here is typed. One set of images of the simulated patient's first
cycle ({width:g} mm resolution), true contours, calibration and resolution. The curve: `R = 1 - 1/(1 + (V/b)^a)` with
a = {a:.3g} and b = {b:.3g} mL, fitted to spheres of {spheres} mL in cold surroundings, each known
to {sigma:g}. R by resolution holds what neighbours and background bring in; R by volume does not.
"""
MEANT = """
By resolution is meant for organs and lesions alike. By volume is meant for compact lesions of the spheres' volumes in
surroundings like the phantom's. Flat glands and organs lose more over their longer edge than a sphere of their volume
does, and their doses come out too low by more than the stated uncertainty, in which the shape is not: a region outside
the spheres' volumes says so, a flat one within them does not.
"""
STATED = UncertaintyInput(
    calibration_relative_sigma=CALIBRATION,
    calibration="study",
    fwhm_sigma_mm=FWHM_SIGMA_MM,
    contour=CONTOUR,
    density_relative_sigma=DENSITY_SIGMA,
    noise=StatedNoise(relative_sigma=0.02),
)


def doses(patient: Patient, scans: tuple[ScanInput, ...], method: str) -> CycleDose:
    truth = {region.region: region for region in patient.truth.regions}
    density = {name: (truth[name].mass_g or 0) / (truth[name].volume_ml or 1) for name in patient.names}
    return dose_of_cycle(
        CycleInput(
            cycle=1, agent="[177Lu]Lu-PSMA-617", given_mbq=patient.truth.given_mbq, nuclide=LU177, scans=scans,
            stated_density_g_ml=density, density_elsewhere_g_ml=1.04, uncertainty=STATED, recovery=method,  # type: ignore[arg-type]
        )
    )  # fmt: skip


def by_method(patient: Patient, curve: RecoveryByVolume) -> dict[str, CycleDose]:
    """Return the doses of the same images by both methods."""
    generator = np.random.default_rng(SEED)
    width = patient.camera.fwhm_mm
    scans = tuple(
        ScanInput(
            activity=patient.activity(at, width, generator), hours=scan.hours, acquired_at=scan.started_at,
            regions=patient.masks[at], fwhm_mm=width,
        )
        for at, scan in enumerate(patient.scans)
    )  # fmt: skip
    with_curve = tuple(replace(scan, fwhm_mm=None, recovery_curve=curve) for scan in scans)
    return {
        "by resolution": doses(patient, scans, "by resolution"),
        "by volume": doses(patient, with_curve, "by volume"),
    }


def rows(patient: Patient, found: dict[str, CycleDose], curve: RecoveryByVolume) -> list[str]:
    truth = {region.region: region for region in patient.truth.regions}
    lines = []
    for name in sorted(patient.names, key=lambda n: truth[n].volume_ml or 0):
        volume_ml, mass_g = truth[name].volume_ml, truth[name].mass_g
        assert volume_ml is not None
        assert mass_g is not None
        true_gy = mean_dose_gy(truth[name].tia_mbq_h, mass_g)
        cells = [name, f"{volume_ml:.3g}", "yes" if curve.smallest_ml <= volume_ml <= curve.largest_ml else "no"]
        for result in found.values():
            region = next(r for r in result.regions if r.region == name)
            value = region.corrected
            if not isinstance(value, DoseValue) or value.budget is None:
                cells += ["–", "refused", "–"]
                continue
            recovery = np.mean([sample.recovery for sample in region.samples if sample.recovery is not None])
            cells += [
                f"{recovery:.2f}",
                f"{100 * (value.mean_dose_gy / true_gy - 1):+.1f} %",
                f"{100 * value.budget.relative_sigma:.0f} %",
            ]
        lines.append("| " + " | ".join(cells).replace("-", "−") + " |")
    return lines


def page() -> str:
    """Return the page."""
    patient = Patient(SEED)
    width = patient.camera.fwhm_mm
    seen = sphere_recovery(np.array(SPHERES_ML), width)
    curve = fit_recovery(
        SPHERES_ML, seen.tolist(), sigmas=[SPHERE_SIGMA] * len(SPHERES_ML), name="spheres of the study"
    )
    head = (
        "| region | mL | within the spheres | R by resolution | error of the dose | stated | R by volume | "
        "error of the dose | stated |"
    )
    lines = rows(patient, by_method(patient, curve), curve)
    told = TOLD.format(
        width=width,
        a=curve.exponent,
        b=curve.half_ml,
        spheres=", ".join(f"{v:g}" for v in SPHERES_ML),
        sigma=SPHERE_SIGMA,
    )
    table = "\n".join([head, "|" + "---|" * 9, *lines])
    return f"{told}\n{table}\n{MEANT}\nLutetia {__version__}, seed {SEED}.\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
