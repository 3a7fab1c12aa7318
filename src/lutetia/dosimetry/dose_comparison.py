"""How far apart are two results on the same regions? B minus A; in percent of A; in standard uncertainties of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot

from lutetia.dosimetry.gamma import GammaResult
from lutetia.dosimetry.region_table import RegionRow
from lutetia.quantification import CUT_OFF_BELOW, cover, visible_fraction
from lutetia.volume import Mask, Volume


@dataclass(frozen=True, slots=True)
class Pair:
    """One quantity in both results; None where a result does not state it."""

    a: float | None
    b: float | None

    @property
    def difference(self) -> float | None:
        """B minus A."""
        return None if self.a is None or self.b is None else self.b - self.a

    @property
    def percent(self) -> float | None:
        """B minus A in percent of A; None where A is 0."""
        return 100 * self.difference / self.a if self.difference is not None and self.a else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRegion:
    """One region that both results name."""

    a: RegionRow
    b: RegionRow

    @property
    def dose_gy(self) -> Pair:
        """Mean absorbed dose [Gy]."""
        return Pair(self.a.dose_gy, self.b.dose_gy)

    @property
    def volume_ml(self) -> Pair:
        """Volume [mL]."""
        return Pair(self.a.volume_ml, self.b.volume_ml)

    @property
    def mass_g(self) -> Pair:
        """Mass [g]."""
        return Pair(self.a.mass_g, self.b.mass_g)

    @property
    def tia_mbq_h(self) -> Pair:
        """Time-integrated activity [MBq h]."""
        return Pair(self.a.tia_mbq_h, self.b.tia_mbq_h)

    @property
    def sigmas(self) -> float | None:
        """Difference of the doses in standard uncertainties of that difference; None unless both state theirs.

        The two are taken as independent. They are not where they share images, calibration or contours: then the same
        difference means more.
        """
        if self.dose_gy.difference is None or self.a.sigma_gy is None or self.b.sigma_gy is None:
            return None
        together = hypot(self.a.sigma_gy, self.b.sigma_gy)
        return self.dose_gy.difference / together if together else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MapMeans:
    """Means of both dose maps over one and the same region [Gy], and whose contour it is."""

    region: str
    drawn_in: str
    dose_gy: Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleComparison:
    """What both say of one cycle.

    Attributes
    ----------
    cycle : int or None
        None where neither says.
    regions : tuple of ComparedRegion
    only_in_a, only_in_b : tuple of str
    means : tuple of MapMeans
        Over the same regions on both maps; empty without two maps in one frame of reference.
    gamma : tuple of GammaResult
    notes : tuple of str
    """

    cycle: int | None
    regions: tuple[ComparedRegion, ...]
    only_in_a: tuple[str, ...]
    only_in_b: tuple[str, ...]
    means: tuple[MapMeans, ...]
    gamma: tuple[GammaResult, ...]
    notes: tuple[str, ...]


def paired(a: Sequence[RegionRow], b: Sequence[RegionRow]) -> tuple[ComparedRegion, ...]:
    """Return the regions that both name, in the order of A."""
    others = {row.region: row for row in b}
    return tuple(ComparedRegion(a=row, b=others[row.region]) for row in a if row.region in others)


def only_in(a: Sequence[RegionRow], b: Sequence[RegionRow]) -> tuple[str, ...]:
    """Return the regions that A names and B does not."""
    known = {row.region for row in b}
    return tuple(row.region for row in a if row.region not in known)


def map_means(
    a: Volume, b: Volume, regions_a: Mapping[str, Mask], regions_b: Mapping[str, Mask]
) -> tuple[MapMeans, ...]:
    """Return the means of two maps over the same regions: A's contour where it has one, else B's.

    A difference here is one of activity, curve or transport, since volume and contour are the same. Regions that are
    cut off by either map are left out.

    Parameters
    ----------
    a, b : Volume
        [Gy], in one frame of reference.
    regions_a, regions_b : mapping of str to Mask
    """
    found = []
    for region in dict.fromkeys((*regions_a, *regions_b)):
        drawn_in, mask = ("A", regions_a[region]) if region in regions_a else ("B", regions_b[region])
        means = Pair(mean_over(mask, a), mean_over(mask, b))
        if means.difference is not None:
            found.append(MapMeans(region=region, drawn_in=drawn_in, dose_gy=means))
    return tuple(found)


def mean_over(mask: Mask, dose: Volume) -> float | None:
    """Return the mean of a map over a region, edge voxels by their covered part; None where the map cuts it off."""
    if visible_fraction(mask, dose.geometry) < CUT_OFF_BELOW:
        return None
    return cover(mask, dose.geometry).mean(dose)
