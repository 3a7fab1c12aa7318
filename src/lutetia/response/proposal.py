"""Why may a lesion be new, and what speaks for looking twice?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from lutetia.response.lesion import FoundLesion, Point
from lutetia.response.place import OtherScan, points_mm
from lutetia.volume import Geometry, Rigid

SMALL_ML: Final = 0.5
"""Below this noise makes and unmakes lesions (Lutetia's choice; some centres drop what is smaller)."""
NEAR_ORGAN_MM: Final = 15.0
"""From an organ with uptake of its own: bowel moves, a bladder fills, a ureter lies beside both."""
NEAR_LESION_MM: Final = 10.0
"""From a lesion that was there: it may have grown, or be laid a little aside."""
JUST_ABOVE: Final = 1.3
"""Times the threshold."""
HIDDEN: Final = 0.2
"""Part of the place that an organ covered at baseline."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NewLesion:
    """A lesion of the follow-up that is proposed as new; a fact only when a reader says so.

    Attributes
    ----------
    lesion : FoundLesion
    baseline : OtherScan
        What the baseline shows at its place.
    reason : str
        Why it is proposed.
    doubts : tuple of str
        What speaks for looking twice; a proposal with any is uncertain.
    confirmed : bool or None
        What a reader says; None while he has said nothing.
    """

    lesion: FoundLesion
    baseline: OtherScan
    reason: str
    doubts: tuple[str, ...]
    confirmed: bool | None = None

    @property
    def uncertain(self) -> bool:
        """Whether anything speaks for looking twice."""
        return bool(self.doubts)

    @property
    def at_baseline_mm(self) -> Point:
        """Its place in the baseline (x, y, z) [mm]."""
        return self.baseline.at_mm

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "lesion": self.lesion.id,
            "centre_mm": list(self.lesion.centre_mm),
            "centre_at_baseline_mm": list(self.at_baseline_mm),
            "volume_ml": self.lesion.volume_ml,
            "suv_max": self.lesion.suv_max,
            "suv_max_at_baseline": self.baseline.suv_max,
            "reason": self.reason,
            "uncertain": self.uncertain,
            "doubts": list(self.doubts),
            "confirmed": self.confirmed,
        }


def proposed(
    lesion: FoundLesion,
    baseline: OtherScan,
    before: tuple[FoundLesion, ...],
    grids: tuple[Geometry, Geometry],
    motion: Rigid,
    level_suv: float | None,
) -> NewLesion:
    """Return a proposal with its reason and its doubts.

    Parameters
    ----------
    lesion : FoundLesion
        Of the follow-up.
    baseline : OtherScan
        What the baseline shows at its place.
    before : tuple of FoundLesion
        Of the baseline.
    grids : tuple of Geometry
        Of the two scans.
    motion : Rigid
        From the baseline to the follow-up.
    level_suv : float or None
        The threshold.
    """
    shown = "nothing" if baseline.suv_max is None else f"SUVmax {baseline.suv_max:.1f}"
    reason = (
        f"no lesion of the baseline belongs to it; there its place shows {shown}, now SUVmax {lesion.suv_max:.1f} "
        f"in {lesion.volume_ml:.1f} mL"
    )
    doubts = tuple(_doubts(lesion, baseline, before, grids, motion, level_suv))
    return NewLesion(lesion=lesion, baseline=baseline, reason=reason, doubts=doubts)


def _doubts(
    lesion: FoundLesion,
    baseline: OtherScan,
    before: tuple[FoundLesion, ...],
    grids: tuple[Geometry, Geometry],
    motion: Rigid,
    level_suv: float | None,
) -> Iterator[str]:
    if lesion.volume_ml < SMALL_ML:
        yield f"small: below {SMALL_ML:g} mL"
    if level_suv is not None and lesion.suv_max < JUST_ABOVE * level_suv:
        yield f"just above the threshold of SUV {level_suv:.1f}"
    if lesion.beside is not None and lesion.beside.mm <= NEAR_ORGAN_MM:
        yield f"{lesion.beside.mm:.0f} mm from {lesion.beside.organ.replace('_', ' ')}, which takes up by itself"
    if baseline.in_organs >= HIDDEN:
        yield f"{baseline.in_organs:.0%} of its place was covered by an organ at baseline"
    nearest = _nearest(lesion, before, grids, motion)
    if nearest is not None:
        yield f"{nearest[0]:.0f} mm from {nearest[1]} of the baseline"


def _nearest(
    lesion: FoundLesion, before: tuple[FoundLesion, ...], grids: tuple[Geometry, Geometry], motion: Rigid
) -> tuple[float, str] | None:
    from scipy.spatial import cKDTree

    tree = cKDTree(points_mm(lesion, grids[1]))
    gaps = [(float(np.min(tree.query(motion.point(points_mm(one, grids[0])))[0])), one.id) for one in before]
    gap = min(gaps, default=None)
    return gap if gap is not None and gap[0] <= NEAR_LESION_MM else None
