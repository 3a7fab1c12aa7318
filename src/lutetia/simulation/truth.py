"""What is true of the simulated patient: volumes, activities, decays and doses, none of them from an image."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from lutetia.simulation.kinetics import LU177_DECAY_PER_H, LU177_HALF_LIFE_H, Kinetics
from lutetia.simulation.sphere import TABLE, absorbed_kev, self_dose_gy

APPROXIMATIONS: Final = (
    "Time-integrated activities are exact: closed integrals of the kinetics assigned to each region.",
    "A dose is the self-dose of a sphere of the region's mass with its time-integrated activity spread evenly.",
    "The energy absorbed per decay is interpolated in a Monte Carlo table for unit-density soft tissue.",
    "Above 1000 g that table is continued along its last interval; this concerns the liver.",
    "Cross-fire from other regions and from the rest of the body is left out: photons alone reach that far.",
    "The shape is ignored: photons leave a long or flat organ sooner than a sphere, at most about 1 % of the dose.",
    "Marrow, bladder, small bowel, lacrimal glands and the rest of the body have no dose: a sphere says nothing there.",
    "This truth tests the chain from images to dose; it is no reference for a dose engine.",
)
"""Printed with the truth wherever it is shown."""

WITHOUT_DOSE: Final = frozenset({"marrow", "bladder", "small_bowel", "lacrimal_left", "lacrimal_right", "remainder"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueTerm:
    """One term ``amplitude * exp(-rate * t)`` of a time-activity curve [MBq, 1/h]; the rate includes decay."""

    amplitude_mbq: float
    rate_per_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueRegion:
    """One region in one cycle.

    Attributes
    ----------
    region : str
        Organ code, lesion id, or ``small_bowel``, ``remainder``.
    volume_ml, mass_g : float or None
        Counted on a grid of about a millimetre; None for the remainder.
    terms : tuple of TrueTerm
        The assigned time-activity curve.
    effective_half_life_h : float
        Of its slowest term.
    activity_mbq : tuple of float
        At the start of each scan of the cycle.
    tia_mbq_h : float
        From administration to infinity.
    absorbed_kev_per_decay, dose_gy, dose_gy_per_gbq : float or None
        By the mass-matched sphere; None where that would say nothing useful.
    """

    region: str
    volume_ml: float | None
    mass_g: float | None
    terms: tuple[TrueTerm, ...]
    effective_half_life_h: float
    activity_mbq: tuple[float, ...]
    tia_mbq_h: float
    absorbed_kev_per_decay: float | None
    dose_gy: float | None
    dose_gy_per_gbq: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueCycle:
    """One cycle: the activity given, when it was scanned, and every region."""

    number: int
    given_mbq: float
    scan_hours: tuple[float, ...]
    regions: tuple[TrueRegion, ...]

    def region(self, name: str) -> TrueRegion:
        """Return a region by its name."""
        return next(region for region in self.regions if region.region == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """All that is true of one simulated patient.

    Attributes
    ----------
    seed : int
    half_life_h : float
        Physical half-life of the nuclide used throughout.
    energies_from : str
        The table of absorbed energies.
    camera, shifts_mm : mapping
        The camera's figures; how far he lay from the drawing, by scan (x, y, z).
    pet_lesion_ml : mapping
        Volume of each lesion on each PET day, as it was drawn.
    pet_shown_ml : mapping
        What the scanner shows of all lesions together at SUV 3 on each PET day, without noise: blur carries a hot
        lesion beyond its edge.
    approximations : tuple of str
    cycles : tuple of TrueCycle
    """

    seed: int
    half_life_h: float
    energies_from: str
    camera: Mapping[str, float]
    shifts_mm: Mapping[str, tuple[float, float, float]]
    pet_lesion_ml: Mapping[str, Mapping[str, float]]
    pet_shown_ml: Mapping[str, float]
    approximations: tuple[str, ...]
    cycles: tuple[TrueCycle, ...]
    synthetic: bool = True

    def cycle(self, number: int) -> TrueCycle:
        """Return a cycle by its number."""
        return self.cycles[number - 1]

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain dictionaries and lists."""
        return asdict(self)

    def to_json(self) -> str:
        """Write it as JSON, the same text for the same patient."""
        return json.dumps(self.as_dict(), indent=2, ensure_ascii=False) + "\n"


def true_cycle(
    number: int,
    given_mbq: float,
    scan_hours: tuple[float, ...],
    kinetics: Kinetics,
    sizes: Mapping[str, tuple[float, float]],
) -> TrueCycle:
    """Work out one cycle from the assigned kinetics.

    Parameters
    ----------
    number : int
    given_mbq : float
    scan_hours : tuple of float
    kinetics : Kinetics
    sizes : mapping of str to (mL, g)
        Volume and mass of every region.
    """
    regions = tuple(_true_region(name, given_mbq, scan_hours, kinetics, sizes.get(name)) for name in kinetics.curves)
    return TrueCycle(number=number, given_mbq=given_mbq, scan_hours=scan_hours, regions=regions)


def _true_region(
    name: str,
    given_mbq: float,
    scan_hours: tuple[float, ...],
    kinetics: Kinetics,
    size: tuple[float, float] | None,
) -> TrueRegion:
    curve = kinetics.curves[name]
    tia = curve.tia_mbq_h(given_mbq)
    volume, mass = size if size is not None else (None, None)
    with_dose = mass is not None and name not in WITHOUT_DOSE
    dose = self_dose_gy(tia, mass) if with_dose and mass is not None else None
    return TrueRegion(
        region=name,
        volume_ml=volume,
        mass_g=mass,
        terms=tuple(
            TrueTerm(amplitude_mbq=given_mbq * p.share, rate_per_h=p.rate_per_h + LU177_DECAY_PER_H)
            for p in curve.phases
        ),
        effective_half_life_h=curve.slowest_effective_half_life_h(),
        activity_mbq=tuple(float(a) for a in curve.activity_mbq(scan_hours, given_mbq)),
        tia_mbq_h=tia,
        absorbed_kev_per_decay=absorbed_kev(mass) if with_dose and mass is not None else None,
        dose_gy=dose,
        dose_gy_per_gbq=None if dose is None else dose / (given_mbq / 1000),
    )


def energies_from() -> str:
    """Say where the absorbed energies come from."""
    return f"{TABLE}: Monte Carlo (EGSnrc), uniform spheres, ICRP-107 emissions; half-life {LU177_HALF_LIFE_H:.3f} h"
