"""Which voxels does qPSMA call PSMA-positive: one threshold in bone, the liver's in soft tissue?

Bone marrow takes up little, so a fixed SUV of 3 serves there; soft tissue is judged by the patient's own liver, see
:mod:`lutetia.quantification.segmentation.liver`. Volumes of bone and soft tissue are reported apart.

Source: Gafita et al., J Nucl Med 2019;60:1277 (qPSMA), PMC6735278.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from lutetia.quantification.segmentation.liver import liver_threshold, reference_sphere
from lutetia.quantification.segmentation.threshold import require_grid, threshold_at
from lutetia.volume import Mask, Volume

BONE_FROM_SUV: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QpsmaMask:
    """What qPSMA calls PSMA-positive, organs not yet taken out.

    Attributes
    ----------
    mask : Mask
        Bone and soft tissue together.
    soft_tissue_from : float
        The threshold that this liver gave [SUV].
    """

    mask: Mask
    soft_tissue_from: float


def qpsma_mask(suv: Volume, *, bone: Mask, liver: Mask) -> QpsmaMask:
    """Return every voxel that reaches the threshold of its tissue.

    Parameters
    ----------
    suv : Volume
        Standardised uptake values by body weight.
    bone, liver : Mask
        The skeleton and the whole liver, on the same grid; what is not bone is soft tissue.

    Raises
    ------
    lutetia.units.UnitError
        If the image holds no such uptake values.
    lutetia.errors.InputError
        If the liver does not hold the reference sphere, or takes nothing up.
    """
    require_grid(suv, bone)
    limit = liver_threshold(suv, reference_sphere(liver))
    in_bone = threshold_at(suv, at_least=BONE_FROM_SUV, unit=suv.unit, within=bone)
    elsewhere = threshold_at(suv, at_least=limit, unit=suv.unit)
    voxels = in_bone.voxels | (elsewhere.voxels & ~bone.voxels)
    return QpsmaMask(mask=replace(elsewhere, voxels=voxels, name="qPSMA"), soft_tissue_from=limit)
