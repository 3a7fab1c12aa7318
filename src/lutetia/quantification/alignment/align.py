"""Which motion leads from one scan of a patient to another, and how far can it be trusted?

A rough shift by correlation over all shifts, a fine turn and shift by mutual information, and then an independent look
at what is left. A motion that no patient on a couch makes, or that leaves the two images apart, is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from lutetia.errors import RefusedError
from lutetia.quantification.alignment.check import DeformationCheck
from lutetia.quantification.alignment.prepared import Kind, Prepared, prepared
from lutetia.quantification.alignment.registration import best_motion, centre_mm
from lutetia.quantification.alignment.residual import LEAST_BLOCKS, Laid, Residual, laid, region_residual_mm, residual
from lutetia.quantification.alignment.start import best_shift
from lutetia.vocabulary.registration import Registration
from lutetia.volume import Deformation, Mask, Rigid, Volume

WORKING_MM: Final = 4.0
LARGEST_TURN_DEGREES: Final = 10.0
"""Lutetia's choice: on his back on a flat couch a patient lies within a few degrees of how he lay before."""
LARGEST_SHIFT_MM: Final = 100.0
"""Lutetia's choice, in one frame of reference only: there the same millimetres mean the same place."""
LARGEST_CORRECTION_MM: Final = 40.0
"""Lutetia's choice: rough and fine search find the same place, up to a coarse voxel or two and the turn."""
LEAST_OVERLAP: Final = 0.3
LEAST_CORRELATION: Final[dict[Kind, float]] = {"CT": 0.75, "SPECT": 0.6, "PET": 0.6}
"""Lutetia's choice: one man at two times reaches about 0.9."""
LARGEST_RESIDUAL_MM: Final[dict[Kind, float]] = {"CT": 6.0, "SPECT": 8.0, "PET": 8.0}
"""Lutetia's choice, in the median: about half the width to which a SPECT resolves; SPECT alone shows less."""

REMEDY: Final = "draw the regions on this scan itself, or check that both are of this patient and of this cycle"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Alignment:
    """How a scan (the target) lies to another (the source).

    Attributes
    ----------
    motion : Rigid
        From the source's coordinates to the target's.
    by : str
        ``CT``, ``SPECT`` or ``PET``: which images were compared.
    shift_mm : float
        How far the middle of the patient moved [mm]; between different frames of reference this has no meaning.
    residual : Residual
        What is left.
    images : Laid
        The two images, to look at single regions.
    deformation : Deformation or None
        From the source to the target, beginning with ``motion``; None where that alone is used.
    check : DeformationCheck or None
        How a deformation fared that was asked for and found, whether it is used or not.
    rigid : Alignment or None
        What a deformation began with, for regions that are not deformed; None where no deformation is used.
    """

    motion: Rigid
    by: Kind
    shift_mm: float
    residual: Residual
    images: Laid
    deformation: Deformation | None = None
    check: DeformationCheck | None = None
    rigid: Alignment | None = None

    @property
    def method(self) -> Registration:
        """Which of the two is used."""
        return "rigid" if self.deformation is None else "deformable"

    @property
    def turned_degrees(self) -> float:
        """The angle of the turn [degrees]."""
        return self.motion.turned_degrees

    def region_residual_mm(self, region: Mask) -> float | None:
        """Return how far a region still lies off [mm]; None where the images do not show it."""
        return region_residual_mm(self.images, region)

    def as_json(self) -> dict[str, Any]:
        """Return the motion and its checks as plain values, for other tools."""
        return {
            "by": self.by,
            "method": self.method,
            "rotation": [list(row) for row in self.motion.rotation],
            "translation_mm": list(self.motion.translation_mm),
            "turned_degrees": self.turned_degrees,
            "shift_mm": self.shift_mm,
            "residual_median_mm": self.residual.median_mm,
            "residual_90th_percentile_mm": self.residual.high_mm,
            "correlation": self.residual.correlation,
            "overlap": self.residual.overlap,
            "deformable": None if self.check is None else self.check.as_json(),
        }


def align(source: Volume, target: Volume, *, where: str = "alignment") -> Alignment:
    """Return the rigid motion from one image of a patient to another of the same kind.

    Parameters
    ----------
    source, target : Volume
        Two CT in HU, two SPECT in Bq/mL, or two PET in uptake values [g/mL], each on any grid in its own frame of
        reference. Coordinates are the
        patient's: a patient who lay feet first is not turned.
    where : str
        Names the pair in errors.

    Raises
    ------
    RefusedError
        If there is no patient, too little in common, a motion that no patient makes, or too much left between the two.
    lutetia.errors.MissingExtraError
        If SimpleITK is not installed.

    Notes
    -----
    Not for images that were stretched, or where the regions of interest moved against bones and skin: a rigid motion
    cannot follow a breath. What it leaves is in ``residual``.
    """
    if source.unit != target.unit:
        raise ValueError(f"two images of one kind are aligned, not {source.unit} and {target.unit}")
    first, second = (prepared(image, spacing_mm=WORKING_MM, where=where) for image in (source, target))
    return align_prepared(first, second, where)


def align_prepared(first: Prepared, second: Prepared, where: str) -> Alignment:
    """Return the rigid motion between two images reduced to what may decide; see :func:`align`."""
    start = best_shift(first, second)
    if start.correlation < LEAST_CORRELATION[first.kind] / 2:
        raise _refused(where, f"the two {first.kind} have nothing in common (correlation {start.correlation:.2f})")
    motion = best_motion(first, second, start.shift_mm)
    middle = centre_mm(first)
    _require_plausible(first, second, motion, start.shift_mm, where)
    images = laid(first, second, motion)
    left = residual(images)
    _require_matching(first.kind, left, where)
    return Alignment(
        motion=motion,
        by=first.kind,
        shift_mm=float(np.linalg.norm(motion.shift_mm(middle))),
        residual=left,
        images=images,
    )


def _require_plausible(
    source: Prepared, target: Prepared, motion: Rigid, start_mm: tuple[float, float, float], where: str
) -> None:
    """Refuse a motion that no patient on a couch makes."""
    if motion.turned_degrees > LARGEST_TURN_DEGREES:
        raise _refused(
            where,
            f"the best match turns the patient by {motion.turned_degrees:.0f} degrees; "
            f"more than {LARGEST_TURN_DEGREES:g} is implausible",
        )
    shift = motion.shift_mm(centre_mm(source))
    astray = float(np.linalg.norm(shift - np.asarray(start_mm)))
    if astray > LARGEST_CORRECTION_MM:
        raise _refused(where, f"rough and fine search disagree by {astray:.0f} mm")
    frames = {image.values.geometry.frame_of_reference for image in (source, target)}
    length = float(np.linalg.norm(shift))
    if len(frames) == 1 and length > LARGEST_SHIFT_MM:
        raise _refused(
            where,
            f"the best match moves the patient by {length:.0f} mm within one frame of reference; "
            f"more than {LARGEST_SHIFT_MM:g} is implausible",
        )


def _require_matching(kind: Kind, left: Residual, where: str) -> None:
    """Refuse an alignment that leaves the two images apart."""
    if left.overlap < LEAST_OVERLAP:
        raise _refused(where, f"only {left.overlap:.0%} of the patient is in both fields")
    if left.correlation < LEAST_CORRELATION[kind]:
        raise _refused(where, f"laid on one another, the two {kind} still differ (correlation {left.correlation:.2f})")
    if left.blocks < LEAST_BLOCKS:
        raise _refused(where, f"only {left.blocks} places in the two {kind} can be recognised in both")
    if left.median_mm > LARGEST_RESIDUAL_MM[kind]:
        raise _refused(
            where,
            f"after alignment half of the places still lie {left.median_mm:.1f} mm or more apart; "
            f"at most {LARGEST_RESIDUAL_MM[kind]:g} mm is taken",
        )


def _refused(where: str, found: str) -> RefusedError:
    return RefusedError(where, found, REMEDY, "a region laid on the wrong place has another activity without a trace")
