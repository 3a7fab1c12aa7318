"""A whole patient from a number: images, contours, course, site and truth."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

import numpy as np

from lutetia.course import Course
from lutetia.simulation import acquisition
from lutetia.simulation.anatomy import Build, Structure, structures
from lutetia.simulation.bloods import LAST_DAY
from lutetia.simulation.body import paint, region_volumes
from lutetia.simulation.camera import Camera, Ring
from lutetia.simulation.centre import centre
from lutetia.simulation.chart import PetReading, chart
from lutetia.simulation.images import CONTOURS, Contours, SimulatedCt, SimulatedPet, SimulatedSpect, uid
from lutetia.simulation.kinetics import LU177_HALF_LIFE_H, Habit, Kinetics, kinetics
from lutetia.simulation.organs import SKELETON, organs_with_uptake, skeleton
from lutetia.simulation.response_pairs import THRESHOLD_SUV
from lutetia.simulation.schedule import PET_STARTS, Given, cycles
from lutetia.simulation.truth import APPROXIMATIONS, Truth, energies_from, true_cycle
from lutetia.site import Site

Progress = Callable[[str, float], None]
"""Called with what is being done and how much of the whole is done, 0 to 1."""

LESION_VOLUME = (1.0, 0.82)
LESION_SHARE = (1.0, 0.85)
"""Volume and uptake per gram of the lesions in each cycle, relative to the first."""

PET_LESION_VOLUME = (1.0, 0.5)
PET_LESION_UPTAKE = (1.0, 0.6)
MOTION_MM = 3.0
"""No scan lies further than this from the drawing along any axis."""

WEIGHT_KG, HEIGHT_M = 82.0, 1.75
GA68_HALF_LIFE_S = 4062.6
"""67.71 min, ICRP Publication 107."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SimulatedPatient:
    """A made-up man whose every number is known.

    Attributes
    ----------
    seed : int
    course : Course
        His record, marked synthetic.
    site : Site
        His made-up centre: calibration, half-lives, densities.
    known_on : date
        The day on which his story stands, that before the third cycle.
    cts : tuple of SimulatedCt
        One for each SPECT.
    scans : tuple of SimulatedSpect
        Four in the first cycle, one in the second.
    pets : tuple of SimulatedPet
        Before the first cycle and after the second.
    truth : Truth
    """

    seed: int
    course: Course
    site: Site
    cts: tuple[SimulatedCt, ...]
    scans: tuple[SimulatedSpect, ...]
    pets: tuple[SimulatedPet, ...]
    known_on: date
    truth: Truth


@dataclass(frozen=True, slots=True)
class _Man:
    """What was drawn for one seed."""

    seed: int
    build: Build
    habit: Habit
    given: tuple[Given, ...]
    camera: Camera

    def random(self, name: str) -> np.random.Generator:
        """Return the random numbers that belong to one name, whatever else was drawn."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])

    def structures(self, cycle: int) -> tuple[Structure, ...]:
        return structures(self.build, lesion_volume=LESION_VOLUME[cycle - 1])

    def shift(self, name: str) -> tuple[float, float, float]:
        x, y, z = (round(float(s), 2) for s in self.random(f"lie {name}").uniform(-MOTION_MM, MOTION_MM, 3))
        return x, y, z


def simulate(seed: int = 177, progress: Progress | None = None) -> SimulatedPatient:
    """Make a patient; the same seed gives the same patient.

    Parameters
    ----------
    seed : int
        Not negative.
    progress : callable, optional
        Told what is being done and how much is done.
    """
    tell = progress or _silent
    tell("drawing the man", 0.0)
    man = _man(seed)
    sizes = {given.number: region_volumes(man.structures(given.number)) for given in man.given}
    flows = {
        given.number: kinetics(_masses(sizes[given.number]), man.habit, lesion_share=LESION_SHARE[given.number - 1])
        for given in man.given
    }
    cts: list[SimulatedCt] = []
    scans: list[SimulatedSpect] = []
    for given in man.given:
        for n, (started_at, hours) in enumerate(zip(given.scans, given.hours, strict=True), start=1):
            tell(f"cycle {given.number}, SPECT/CT {n}", 0.1 + 0.15 * len(scans))
            ct, scan = _spect_ct(man, given, n, started_at, hours, flows[given.number])
            cts.append(ct)
            scans.append(scan)
    tell("PSMA PET", 0.85)
    pets = tuple(_pet(man, n, started_at) for n, started_at in enumerate(PET_STARTS))
    tell("record", 0.95)
    truth = _truth(man, sizes, flows, tuple(scans), pets)
    course = chart(man.seed, man.random("laboratory"), man.given, tuple(scans), tuple(_reading(pet) for pet in pets))
    return SimulatedPatient(
        seed=seed,
        course=course,
        site=centre(man.camera),
        known_on=LAST_DAY,
        cts=tuple(cts),
        scans=tuple(scans),
        pets=pets,
        truth=truth,
    )


def _silent(_what: str, _done: float) -> None:
    """Tell nobody."""


def _man(seed: int) -> _Man:
    def random(name: str) -> np.random.Generator:
        return np.random.default_rng([seed, zlib.crc32(name.encode())])

    build = Build.drawn(random("build"))
    regions = tuple(dict.fromkeys(s.region for s in structures(build) if s.region not in {None, "bladder"}))
    return _Man(seed, build, Habit.drawn(regions, random("habit")), cycles(random("schedule")), Camera())


def _masses(sizes: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    return {region: mass for region, (_, mass) in sizes.items() if region != "bladder"}


def _spect_ct(
    man: _Man, given: Given, n: int, started_at: datetime, hours: float, flow: Kinetics
) -> tuple[SimulatedCt, SimulatedSpect]:
    name = f"cycle {given.number} scan {n}"
    study, frame = uid(man.seed, f"{name} study"), uid(man.seed, f"{name} frame")
    shift = man.shift(name)
    body = paint(man.structures(given.number), acquisition.framed(acquisition.CT_GRID, frame), shift_mm=shift)
    ct = SimulatedCt(
        volume=acquisition.ct_of(body, man.random(f"{name} ct")),
        acquired_at=started_at - timedelta(minutes=4),
        series_uid=uid(man.seed, f"{name} ct"),
        study_uid=study,
        frame_of_reference=frame,
        cycle=given.number,
    )
    mbq_per_ml = acquisition.concentration(body, flow, hours, man.camera.duration_s, given.mbq)
    scan = SimulatedSpect(
        counts=acquisition.spect_of(mbq_per_ml, body.geometry, man.camera, man.random(f"{name} spect")),
        started_at=started_at,
        duration_s=man.camera.duration_s,
        hours=hours,
        cycle=given.number,
        series_uid=uid(man.seed, f"{name} spect"),
        study_uid=study,
        ct_series_uid=ct.series_uid,
        structure_series_uid=uid(man.seed, f"{name} structures"),
        frame_of_reference=frame,
        regions=Contours(body),
        shift_mm=shift,
    )
    return ct, scan


def _pet(man: _Man, n: int, started_at: datetime) -> SimulatedPet:
    name = f"pet {n + 1}"
    frame = uid(man.seed, f"{name} frame")
    build = structures(man.build, lesion_volume=PET_LESION_VOLUME[n])
    shift = man.shift(name)
    body = paint(build, acquisition.framed(acquisition.CT_GRID, frame), shift_mm=shift)
    rng = man.random(name)
    injected_at = started_at - timedelta(minutes=int(rng.integers(57, 68)))
    injected_mbq = round(float(rng.uniform(145, 165)), 1)
    decayed = 2.0 ** (-(started_at - injected_at).total_seconds() / GA68_HALF_LIFE_S)
    bq_ml_per_suv = injected_mbq * 1e6 * decayed / (WEIGHT_KG * 1000)
    suv = acquisition.suv_of_labels(body, man.habit.share, lesion_uptake=PET_LESION_UPTAKE[n])
    mean = acquisition.pet_without_noise(body, suv, Ring())
    here = paint(build, mean.geometry, shift_mm=shift)
    return SimulatedPet(
        activity=acquisition.pet_of(mean, bq_ml_per_suv, Ring(), rng),
        started_at=started_at,
        injected_at=injected_at,
        injected_mbq=injected_mbq,
        weight_kg=WEIGHT_KG,
        height_m=HEIGHT_M,
        tracer="[68Ga]Ga-PSMA-11",
        nuclide="Ga-68",
        half_life_s=GA68_HALF_LIFE_S,
        series_uid=uid(man.seed, name),
        study_uid=uid(man.seed, f"{name} study"),
        structure_series_uid=uid(man.seed, f"{name} structures"),
        frame_of_reference=frame,
        regions=Contours(here),
        organs={**organs_with_uptake(here), SKELETON: skeleton(here)},
        shown_ml=acquisition.shown_ml(mean, body, suv, Ring(), at_least=THRESHOLD_SUV),
    )


def _reading(pet: SimulatedPet) -> PetReading:
    """Read a PET as a careful reader with the true contours would."""
    factor = pet.suv_per_bq_ml()
    lesions: dict[str, tuple[float, float, float]] = {}
    organs: dict[str, tuple[float, float, float]] = {}
    for name, region in CONTOURS.items():
        values = pet.activity.values[pet.regions[name].voxels] * factor
        seen = (pet.regions[name].volume_ml, float(values.max()), float(values.mean()))
        (lesions if region.startswith("L") else organs)[region] = seen
    return PetReading(pet.started_at, pet.study_uid, pet.series_uid, pet.tracer, lesions, organs)


def _truth(
    man: _Man,
    sizes: Mapping[int, Mapping[str, tuple[float, float]]],
    flows: Mapping[int, Kinetics],
    scans: tuple[SimulatedSpect, ...],
    pets: tuple[SimulatedPet, ...],
) -> Truth:
    lesions = [region for region in sizes[1] if region.startswith("L")]
    return Truth(
        seed=man.seed,
        half_life_h=LU177_HALF_LIFE_H,
        energies_from=energies_from(),
        camera=asdict(man.camera),
        shifts_mm={f"{scan.cycle}/{scan.series_uid}": scan.shift_mm for scan in scans},
        pet_lesion_ml={
            pet.started_at.date().isoformat(): {region: sizes[1][region][0] * volume for region in lesions}
            for pet, volume in zip(pets, PET_LESION_VOLUME, strict=True)
        },
        pet_shown_ml={pet.started_at.date().isoformat(): pet.shown_ml for pet in pets},
        approximations=APPROXIMATIONS,
        cycles=tuple(
            true_cycle(given.number, given.mbq, given.hours, flows[given.number], sizes[given.number])
            for given in man.given
        ),
    )
