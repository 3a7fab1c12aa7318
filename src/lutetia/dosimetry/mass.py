"""What does a region weigh, and where is that known from?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from lutetia.dosimetry.input import CycleInput, ScanInput
from lutetia.errors import InputError
from lutetia.quantification import CUT_OFF_BELOW, cover, visible_fraction
from lutetia.reference.tissue import ICRP_110, ORGAN_DENSITY_G_ML, SCHNEIDER_2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mass:
    """A region's mass [g] and, in words, where it comes from."""

    gram: float
    origin: str


def mass_of(region: str, given: CycleInput, scans: Sequence[ScanInput]) -> Mass:
    """Return the mass of a region: stated, or its volume times a density stated, read from CT, or published.

    The volume is the geometric mean over the scans, because errors of volumes are factors; the density from CT is the
    mean. Scans to which the region was moved from another one show nothing new of it and are left out; where there is
    no other, its volume is that where it was drawn.

    Parameters
    ----------
    region : str
    given : CycleInput
    scans : sequence of ScanInput
        Those that show the region; at least one.

    Raises
    ------
    InputError
        If neither mass nor density can be known, or a stated one is not positive.
    """
    if region in given.stated_mass_g:
        return Mass(gram=_positive(given.stated_mass_g[region], region, "mass", "g"), origin="stated")
    scans = [scan for scan in scans if region not in scan.moved_here] or scans
    volumes_ml = [_drawn_ml(scan, region) for scan in scans]
    volume_ml = float(np.exp(np.mean(np.log(volumes_ml))))
    of_volume = "contoured volume" if len(scans) == 1 else f"mean contoured volume of {len(scans)} scans"
    density, origin = _density(region, given, scans)
    return Mass(gram=volume_ml * density, origin=f"{of_volume}, density {density:.3f} g/mL {origin}")


def _drawn_ml(scan: ScanInput, region: str) -> float:
    here = scan.regions[region].volume_ml
    return scan.drawn_ml.get(region, here) if region in scan.moved_here else here


def _density(region: str, given: CycleInput, scans: Sequence[ScanInput]) -> tuple[float, str]:
    if region in given.stated_density_g_ml:
        return _positive(given.stated_density_g_ml[region], region, "density", "g/mL"), "stated"
    from_ct = [_density_on(scan, region) for scan in scans if _on_ct(scan, region)]
    if from_ct:
        return float(np.mean(from_ct)), f"from CT ({SCHNEIDER_2000.title.split(':')[0]}, {SCHNEIDER_2000.year})"
    if region in ORGAN_DENSITY_G_ML:
        return ORGAN_DENSITY_G_ML[region], f"of the organ ({ICRP_110.title.split(':')[0]})"
    if given.density_elsewhere_g_ml is not None:
        return _positive(given.density_elsewhere_g_ml, region, "density", "g/mL"), "stated for all other regions"
    raise InputError(
        f"mass of {region}",
        "there is no CT that shows it, no stated mass and no stated density",
        "name the CT of the scan, or state the density of the region in g/mL",
        why="a dose is energy per mass",
    )


def _on_ct(scan: ScanInput, region: str) -> bool:
    """Tell whether a scan's CT shows the region; a CT may be shorter than its SPECT."""
    if scan.density is None:
        return False
    return visible_fraction(scan.regions[region], scan.density.geometry) >= CUT_OFF_BELOW


def _density_on(scan: ScanInput, region: str) -> float:
    assert scan.density is not None
    if scan.density.unit != "g/mL":
        raise ValueError(f"a density in g/mL is needed, not {scan.density.unit}")
    mask = scan.regions[region]
    if mask.geometry.matches(scan.density.geometry):
        return mask.mean(scan.density)
    return cover(mask, scan.density.geometry).mean(scan.density)


def _positive(value: float, region: str, what: str, unit: str) -> float:
    if not (isfinite(value) and value > 0):
        raise InputError(f"{what} of {region}", f"{value} {unit} is impossible", f"state a positive {what} in {unit}")
    return value
