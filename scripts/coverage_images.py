"""Runs of the coverage study with whole images of the simulated patient; called by ``coverage_study.py``.

Each run takes the man's four SPECTs of cycle 1 anew: another true resolution, other noise, another calibration,
contours whose surface is moved to another volume about the true one, other densities. ``dose_of_cycle`` gets what is
stated. Noise is declared as counts with a variance factor, measured beforehand on repeated images that are used for
nothing else. What is drawn once in a run is drawn in layers (one value from each of as many equal parts of its
distribution as there are runs, in random order), because all regions share it: fifty plain draws of a calibration of
4 % have a mean that is itself unsure by 0.6 %, more than any fault that is looked for.

Runs with nothing drawn but the noise show what of an error is the chain's own: the curve, neighbours, shape.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt
from scipy.stats import norm

from lutetia.dosimetry import CycleInput, ScanInput, dose_of_cycle, mean_dose_gy
from lutetia.dosimetry.input import BODY
from lutetia.dosimetry.result import DoseValue, FitModel
from lutetia.dosimetry.uncertainty import Contour, CountNoise, UncertaintyInput
from lutetia.quantification import Sensitivity, counts_to_activity, measure_together
from lutetia.reference.nuclide import LU177
from lutetia.simulation import acquisition, simulate
from lutetia.simulation.body import region_volumes
from lutetia.simulation.kinetics import Curve, Kinetics, Phase, kinetics
from lutetia.simulation.patient import LESION_SHARE, _man, _masses
from lutetia.volume import Mask, Volume

CALIBRATION, FWHM_SIGMA_MM, DENSITY_SIGMA = 0.04, 0.6, 0.02
CONTOUR = Contour(drawn="per cycle", voxel_mm=1.5, fwhm_mm=2.0)
REPEATS = 10
FORMS: tuple[FitModel, FitModel] = ("mono-exponential", "bi-exponential with uptake")
"""Of organs and of lesions, where every region has one washout."""
KINDS = {"kidney": "kidney", "liver": "liver", "spleen": "spleen", "parotid": "parotid", "L": "lesion"}


def one_washout(flow: Kinetics) -> Kinetics:
    """Return kinetics whose every region has one washout; lesions keep their uptake, which four scans show.

    Asked for by its name, the curve has the form of the truth, and its choice is neither an error of these runs nor a
    part of the budget.
    """
    return Kinetics({name: _simpler(curve, rises=kind_of(name) == "lesion") for name, curve in flow.curves.items()})


def _simpler(curve: Curve, *, rises: bool) -> Curve:
    bound = sum(phase.share for phase in curve.phases if phase.share > 0)
    slowest = min(phase.rate_per_h for phase in curve.phases if phase.share > 0)
    fastest = max(phase.rate_per_h for phase in curve.phases)
    return Curve((Phase(bound, slowest), *((Phase(-bound, fastest),) if rises else ())))


class Patient:
    """The man, what he holds in each scan, and where his contours and his skin lie.

    Parameters
    ----------
    seed : int
    simple : bool
        One washout in every region, see :func:`one_washout`; otherwise as he is simulated.
    """

    def __init__(self, seed: int, *, simple: bool = False) -> None:
        self.man = _man(seed)
        self.simulated = simulate(seed)
        self.truth = self.simulated.truth.cycles[0]
        self.scans = [scan for scan in self.simulated.scans if scan.cycle == 1]
        sizes = region_volumes(self.man.structures(1))
        flow = kinetics(_masses(sizes), self.man.habit, lesion_share=LESION_SHARE[0])
        flow = one_washout(flow) if simple else flow
        given = self.truth.given_mbq
        self.camera = self.man.camera
        self.names = [
            r.region for r in self.truth.regions if r.dose_gy is not None and not r.region.startswith("submandibular")
        ]
        self.tia_mbq_h = {name: flow.curves[name].tia_mbq_h(given) for name in self.names}
        self.held = [
            acquisition.concentration(s.regions.body, flow, s.hours, self.camera.duration_s, given) for s in self.scans
        ]
        self.models: dict[str, FitModel] = {name: FORMS[kind_of(name) == "lesion"] for name in self.names if simple}
        self.masks = [{name: scan.regions.body.mask(name) for name in self._drawn(scan)} for scan in self.scans]
        self.bodies = [scan.regions.body.mask("body") for scan in self.scans]
        self.edges = [{name: Edge(mask) for name, mask in masks.items() if name in self.names} for masks in self.masks]

    def _drawn(self, scan) -> list[str]:  # type: ignore[no-untyped-def]
        return [name for name in scan.regions.names.values() if name in scan.regions.body.regions]

    def activity(self, at: int, fwhm_mm: float, generator: np.random.Generator) -> Volume:
        """Return one scan as another camera of this resolution would have seen it [Bq/mL]."""
        scan, camera = self.scans[at], replace(self.camera, fwhm_mm=fwhm_mm)
        counts = acquisition.spect_of(self.held[at], scan.regions.body.geometry, camera, generator)
        stated = Sensitivity(cps_per_mbq=self.camera.cps_per_mbq)
        return counts_to_activity(counts, sensitivity=stated, duration_s=scan.duration_s, half_life_h=LU177.half_life_h)


class Edge:
    """A contour that can be moved to any volume by moving its whole surface by the same distance."""

    def __init__(self, mask: Mask, margin: int = 8) -> None:
        box, _ = mask.cut()
        size = mask.geometry.shape
        self.box = tuple(
            slice(max(0, s.start - margin), min(n, s.stop + margin)) for s, n in zip(box, size, strict=True)
        )
        self.mask = mask
        inside = mask.voxels[self.box]
        spacing = mask.geometry.spacing_mm
        self.distance: NDArray[np.float32] = (
            distance_transform_edt(~inside, sampling=spacing) - distance_transform_edt(inside, sampling=spacing)
        ).astype(np.float32)
        jitter = np.random.default_rng(1).uniform(-0.5, 0.5, self.distance.shape) * min(spacing)
        self.distance += jitter.astype(np.float32)

    def of_volume(self, volume_ml: float) -> Mask:
        """Return the contour of another volume [mL]."""
        wanted = max(1, round(volume_ml / self.mask.geometry.voxel_ml))
        flat = self.distance.ravel()
        chosen = np.zeros(flat.size, dtype=bool)
        chosen[np.argpartition(flat, min(wanted, flat.size - 1))[:wanted]] = True
        voxels = np.zeros(self.mask.geometry.shape, dtype=bool)
        voxels[self.box] = chosen.reshape(self.distance.shape)
        return Mask(voxels=voxels, geometry=self.mask.geometry, name=self.mask.name)


def variance_factors(patient: Patient, generator: np.random.Generator) -> dict[str, float]:
    """Measure how much larger the variance of each region is than the number of its counts."""
    factors: dict[str, list[float]] = {name: [] for name in patient.names}
    for at, scan in enumerate(patient.scans):
        found: dict[str, list[float]] = {name: [] for name in patient.names}
        counts: dict[str, list[float]] = {name: [] for name in patient.names}
        for _ in range(REPEATS):
            image = patient.activity(at, patient.camera.fwhm_mm, generator)
            measured = measure_together(
                image, patient.masks[at], fwhm_mm=patient.camera.fwhm_mm, body=patient.bodies[at]
            )
            for name in patient.names:
                found[name].append(measured[name].corrected_mbq or 0.0)
                counts[name].append(measured[name].uncorrected_mbq * patient.camera.cps_per_mbq * scan.duration_s)
        for name in patient.names:
            relative = np.std(found[name], ddof=1) / np.mean(found[name])
            factors[name].append(float(relative**2 * np.mean(counts[name])))
    return {name: float(np.mean(values)) for name, values in factors.items()}


@dataclass(frozen=True)
class Drawn:
    """The errors of one run, each in standard deviations."""

    calibration: float
    resolution: float
    contour: dict[str, float]
    density: dict[str, float]


def in_layers(names: list[str], runs: int, generator: np.random.Generator) -> list[Drawn]:
    """Return the errors of all runs, each drawn in layers."""

    def layers() -> NDArray[np.float64]:
        places = (generator.permutation(runs) + generator.uniform(size=runs)) / runs
        return np.asarray(norm.ppf(places), dtype=np.float64)

    calibration, resolution = layers(), layers()
    contour, density = ({name: layers() for name in names} for _ in range(2))
    return [
        Drawn(
            calibration=float(calibration[n]),
            resolution=float(resolution[n]),
            contour={name: float(values[n]) for name, values in contour.items()},
            density={name: float(values[n]) for name, values in density.items()},
        )
        for n in range(runs)
    ]


def nothing(names: list[str]) -> Drawn:
    """Return a run without errors but the noise."""
    none = dict.fromkeys(names, 0.0)
    return Drawn(calibration=0.0, resolution=0.0, contour=none, density=none)


def one_run(
    patient: Patient, stated: UncertaintyInput, drawn: Drawn, generator: np.random.Generator
) -> dict[str, tuple[float, float, tuple[float, ...]]]:
    """Return ln(found/true), the stated relative uncertainty and its shares, by region."""
    stated_mm = patient.camera.fwhm_mm
    true_mm = stated_mm * float(np.exp(drawn.resolution * FWHM_SIGMA_MM / stated_mm))
    gain = float(np.exp(drawn.calibration * CALIBRATION))
    truth = {region.region: region for region in patient.truth.regions}
    volumes, density = {}, {}
    for name in patient.names:
        volume_ml, mass_g = truth[name].volume_ml, truth[name].mass_g
        assert volume_ml is not None
        assert mass_g is not None
        volumes[name] = volume_ml * float(np.exp(drawn.contour[name] * CONTOUR.relative_sigma(volume_ml)))
        density[name] = mass_g / volume_ml * float(np.exp(drawn.density[name] * DENSITY_SIGMA))
    scans = []
    for at, scan in enumerate(patient.scans):
        image = patient.activity(at, true_mm, generator)
        moved = {name: edge.of_volume(volumes[name]) for name, edge in patient.edges[at].items()}
        at_time: datetime = scan.started_at
        scans.append(
            ScanInput(
                activity=image.with_values(image.values * gain), hours=scan.hours, acquired_at=at_time,
                regions=patient.masks[at] | moved | {BODY: patient.bodies[at]}, fwhm_mm=stated_mm,
            )
        )  # fmt: skip
    result = dose_of_cycle(
        CycleInput(
            cycle=1, agent="[177Lu]Lu-PSMA-617", given_mbq=patient.truth.given_mbq, nuclide=LU177, scans=tuple(scans),
            stated_density_g_ml=density, density_elsewhere_g_ml=1.04, uncertainty=stated, models=patient.models,
        )
    )  # fmt: skip
    found = {}
    for region in result.regions:
        value = region.corrected
        if region.region not in patient.names or not isinstance(value, DoseValue) or value.budget is None:
            continue
        mass_g = truth[region.region].mass_g
        assert mass_g is not None
        true_gy = mean_dose_gy(patient.tia_mbq_h[region.region], mass_g)
        error = float(np.log(value.mean_dose_gy / true_gy))
        found[region.region] = (error, value.budget.relative_sigma, value.budget.shares)
    return found


def kind_of(region: str) -> str:
    """Return the group a region is counted in."""
    return next((kind for start, kind in KINDS.items() if region.startswith(start)), region)


Rows = dict[str, list[tuple[float, float, tuple[float, ...]]]]


def image_runs(runs: int, seed: int, *, simple: bool) -> tuple[Rows, dict[str, float]]:
    """Return the runs by region, and the mean error of each where nothing but the noise was drawn.

    ``simple`` gives every region one washout.
    """
    generator = np.random.default_rng(seed)
    patient = Patient(seed, simple=simple)
    stated = UncertaintyInput(
        calibration_relative_sigma=CALIBRATION, calibration="study", fwhm_sigma_mm=FWHM_SIGMA_MM, contour=CONTOUR,
        density_relative_sigma=DENSITY_SIGMA,
        noise=CountNoise(
            cps_per_mbq=patient.camera.cps_per_mbq, duration_s=patient.camera.duration_s, variance_factor=1.0,
            by_region=variance_factors(patient, generator),
        ),
    )  # fmt: skip
    rows, own = Rows(), Rows()
    for drawn in in_layers(patient.names, runs, generator):
        for region, row in one_run(patient, stated, drawn, generator).items():
            rows.setdefault(region, []).append(row)
    for _ in range(REPEATS):
        for region, row in one_run(patient, stated, nothing(patient.names), generator).items():
            own.setdefault(region, []).append(row)
    return rows, {region: float(np.mean([error for error, _, _ in found])) for region, found in own.items()}
