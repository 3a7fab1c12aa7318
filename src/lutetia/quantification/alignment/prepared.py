"""What of an image may decide how a patient lies?

The patient, not the couch he lies on: a couch stays where it is while he moves, and would hold the alignment back.
Bones and soft tissue rather than lung, whose density follows the breath. In a SPECT the pattern of uptake on a scale
on which decay and washout are a change of level.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from lutetia.errors import RefusedError
from lutetia.volume import Geometry, Mask, Volume
from lutetia.volume.blur import FWHM_PER_SIGMA

Kind = Literal["CT", "SPECT", "PET"]
"""A PET in uptake values [g/mL]; everything said of a SPECT holds for it."""

KINDS: Final[dict[str, Kind]] = {"HU": "CT", "Bq/mL": "SPECT", "g/mL": "PET"}
"""By the unit of the image."""
TISSUE_ABOVE_HU: Final = -350.0
"""Between foam and carbon of a couch, lung and air on one side, and fat and muscle on the other."""
LOWEST_HU, HIGHEST_HU = -250.0, 350.0
"""Lung counts as air, and dense bone as bone: neither breath nor metal decides."""
COUCH_THICKNESS_MM: Final = 12.0
"""A board or blanket thinner than this does not belong to the patient, even where he lies on it."""
SMOOTHED_FWHM_MM: Final = 12.0
"""Of a SPECT before it is compared, about its resolution: noise has no place in the patient."""
DECADES: Final = 2.0
"""A SPECT is compared from its highest uptake (the 99.5th percentile in the patient) down to a hundredth of it."""
LEAST_PATIENT_ML: Final = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prepared:
    """An image reduced to what may decide.

    Attributes
    ----------
    values : Volume
        Between 0 (air, or no uptake) and 1.
    patient : Mask
        Where the patient is, on the same grid.
    kind : str
    """

    values: Volume
    patient: Mask
    kind: Kind

    def coarser(self, spacing_mm: float) -> Prepared:
        """Return it on voxels of about a width."""
        values = shrunk(self.values, spacing_mm)
        share = shrunk(self.values.with_values(self.patient.voxels.astype(np.float32)), spacing_mm)
        mask = Mask(voxels=share.values > 0.5, geometry=share.geometry, name=self.patient.name)
        return Prepared(values=values, patient=mask, kind=self.kind)


def prepared(image: Volume, *, spacing_mm: float, where: str) -> Prepared:
    """Return what of an image may decide.

    Parameters
    ----------
    image : Volume
        A CT in HU, a SPECT in Bq/mL, or a PET in uptake values [g/mL].
    spacing_mm : float
        Voxels are joined to about this width.
    where : str
        Names the scan in errors.

    Raises
    ------
    RefusedError
        If there is no patient in the image.
    """
    if image.unit not in KINDS:
        raise ValueError(f"a CT in HU, a SPECT in Bq/mL or a PET in g/mL is aligned, not {image.unit}")
    small = shrunk(image, spacing_mm)
    found = _of_ct(small) if image.unit == "HU" else _of_uptake(small, KINDS[image.unit])
    if found.patient.volume_ml < LEAST_PATIENT_ML:
        raise RefusedError(
            where,
            f"no patient can be told from his surroundings: {found.patient.volume_ml:.0f} mL stand out",
            "check the image, or draw the regions on this scan",
            "what is not seen cannot be aligned",
        )
    return found


def shrunk(volume: Volume, spacing_mm: float) -> Volume:
    """Return the means of neighbouring voxels, as many along each axis as make about a width.

    A rest of voxels at the far end that fills no whole block is left out.
    """
    old = volume.geometry
    c, b, a = (
        min(size, max(1, round(spacing_mm / step))) for size, step in zip(old.shape, old.spacing_mm, strict=True)
    )
    if (c, b, a) == (1, 1, 1):
        return volume
    shape = (old.shape[0] // c, old.shape[1] // b, old.shape[2] // a)
    whole = volume.values[: shape[0] * c, : shape[1] * b, : shape[2] * a]
    means = whole.reshape(shape[0] * c, shape[1] * b, shape[2], a).mean(axis=3, dtype=np.float32)
    means = means.reshape(shape[0] * c, shape[1], b, shape[2]).mean(axis=2, dtype=np.float32)
    means = means.reshape(shape[0], c, shape[1], shape[2]).mean(axis=1, dtype=np.float32)
    x, y, z = (float(v) for v in old.to_patient([(c - 1) / 2, (b - 1) / 2, (a - 1) / 2]))
    spacing = (old.spacing_mm[0] * c, old.spacing_mm[1] * b, old.spacing_mm[2] * a)
    geometry = replace(old, shape=shape, spacing_mm=spacing, origin_mm=(x, y, z))
    return Volume(values=means, geometry=geometry, unit=volume.unit)


def _of_ct(image: Volume) -> Prepared:
    from scipy import ndimage

    patient = _largest(_opened(image.values > TISSUE_ABOVE_HU, image.geometry))
    for n, plane in enumerate(patient):
        patient[n] = ndimage.binary_fill_holes(plane)
    scaled = (np.clip(image.values, LOWEST_HU, HIGHEST_HU) - LOWEST_HU) / (HIGHEST_HU - LOWEST_HU)
    return _joined(image, scaled, patient, "CT")


def _opened(tissue: NDArray[np.bool_], geometry: Geometry) -> NDArray[np.bool_]:
    """Take off what is thin."""
    from scipy import ndimage

    steps = [round(COUCH_THICKNESS_MM / 2 / step) for step in geometry.spacing_mm]
    size = [1 + 2 * steps[0], 1 + 2 * steps[1], 1 + 2 * steps[2]]
    ball = np.ones(size, dtype=np.bool_)
    grid = np.meshgrid(*[np.linspace(-1, 1, n) if n > 1 else np.zeros(1) for n in size], indexing="ij")
    ball &= sum(axis**2 for axis in grid) <= 1.0 + 1e-9
    return np.asarray(ndimage.binary_opening(tissue, ball), dtype=np.bool_)


def _largest(found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    from scipy import ndimage

    labels, count = ndimage.label(found)
    if count == 0:
        return found
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return np.asarray(labels == sizes.argmax(), dtype=np.bool_)


def _of_uptake(image: Volume, kind: Kind) -> Prepared:
    from scipy import ndimage

    sigma = [SMOOTHED_FWHM_MM / FWHM_PER_SIGMA / step for step in image.geometry.spacing_mm]
    smooth = ndimage.gaussian_filter(np.clip(image.values, 0, None), sigma)
    high = float(np.percentile(smooth[smooth > smooth.mean()], 99.5)) if smooth.any() else 0.0
    if high <= 0:
        nobody = np.zeros(smooth.shape, dtype=np.bool_)
        return _joined(image, smooth, nobody, kind)
    scaled = np.clip(1 + np.log10(np.maximum(smooth / high, 1e-12)) / DECADES, 0, 1)
    return _joined(image, scaled, scaled > 0, kind)


def _joined(image: Volume, scaled: NDArray[np.floating], patient: NDArray[np.bool_], kind: Kind) -> Prepared:
    values = np.where(patient, scaled, 0.0)
    return Prepared(
        values=image.with_values(values, "1"),
        patient=Mask(voxels=patient, geometry=image.geometry, name="patient"),
        kind=kind,
    )
