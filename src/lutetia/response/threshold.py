"""Disease by a rule: a fixed uptake, one taken from the liver, or a part of each lesion's maximum.

A fixed threshold of SUV 3 is the default: its number needs no organ, and does not drift where the liver's uptake falls
because tumour took the ligand. By qPSMA bone has SUV 3 and soft tissue the liver's threshold. Sources: Gafita et al., J
Nucl Med 2019;60:1277 (qPSMA); Gafita et al., J Nucl Med 2022;63:74, 10.2967/jnumed.121.261906 (tumour sink). No
standard is agreed upon. That organs are widened, and by how much, is Lutetia's choice, told with every volume.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from lutetia.errors import InputError
from lutetia.quantification.segmentation import (
    Method,
    components,
    liver_threshold,
    reference_sphere,
    threshold_at,
    threshold_of_maximum,
    widened,
    without,
)
from lutetia.response.pet import SKELETON, UPTAKE_UNIT, PsmaPet
from lutetia.response.segmenter import Found
from lutetia.volume import Mask

ThresholdRule = Literal["fixed threshold", "liver threshold", "percent of maximum"]

FIXED_SUV: Final = 3.0
PART_OF_MAXIMUM: Final = 0.41
MARGIN_MM: Final = 5.0
"""Around organs: as far as a scanner of 6 mm carries the uptake of a kidney above SUV 3."""
AT_LEAST_ML: Final = 0.2
"""Smaller components are mostly noise and what is left at the edge of an organ."""
DISEASE: Final = "PSMA-positive"


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdSegmenter:
    """Disease is what takes up enough and belongs to no organ.

    Attributes
    ----------
    rule : str
    suv : float
        Fixed threshold; by the liver, that of bone; by part of the maximum, that of the lesion looked for.
    part : float
        Of a lesion's maximum.
    margin_mm : float
        By how much organs are widened [mm].
    at_least_ml : float
        Smaller components are left out [mL].
    """

    rule: ThresholdRule = "fixed threshold"
    suv: float = FIXED_SUV
    part: float = PART_OF_MAXIMUM
    margin_mm: float = MARGIN_MM
    at_least_ml: float = AT_LEAST_ML

    def find(self, pet: PsmaPet) -> Found:
        """Return what takes up enough and belongs to no organ."""
        organs = pet.physiological
        level, high = self._high(pet)
        left = without(high, organs, margin_mm=self.margin_mm)
        mask = left.mask if self.rule != "percent of maximum" else self._by_maximum(pet, left.mask)
        taken = np.zeros(high.voxels.shape, dtype=np.bool_)
        for organ in organs:
            taken |= widened(organ, self.margin_mm).voxels
        return Found(
            mask=components(mask, at_least_ml=self.at_least_ml).together(DISEASE),
            method=self._method(pet, tuple(organ.name for organ in organs)),
            level_suv=level,
            organs=Mask(voxels=taken, geometry=high.geometry, name="organs"),
            removed=left.removed,
            by_masks=True,
        )

    def _method(self, pet: PsmaPet, organs: tuple[str, ...]) -> Method:
        number = {"fixed threshold": self.suv, "liver threshold": None, "percent of maximum": self.part}[self.rule]
        return Method(
            name=self.rule,
            threshold=number,
            unit="1" if self.rule == "percent of maximum" else UPTAKE_UNIT,
            tracer=pet.tracer,
            excluded=organs,
            margin_mm=self.margin_mm if organs else 0.0,
            at_least_ml=self.at_least_ml,
        )

    def _high(self, pet: PsmaPet) -> tuple[float, Mask]:
        """Return the uptake from which on a voxel may count, and those voxels."""
        if self.rule != "liver threshold":
            return self.suv, threshold_at(pet.suv, at_least=self.suv, unit=UPTAKE_UNIT, name=DISEASE)
        liver, bones = pet.organ("liver"), pet.organ(SKELETON)
        if liver is None or bones is None:
            raise InputError(
                f"liver threshold on {pet.name}",
                "liver and skeleton are needed, and one of them was not drawn",
                "draw both, or take a fixed threshold",
            )
        level = liver_threshold(pet.suv, reference_sphere(liver))
        soft = threshold_at(pet.suv, at_least=level, unit=UPTAKE_UNIT, name=DISEASE)
        bone = threshold_at(pet.suv, at_least=self.suv, unit=UPTAKE_UNIT, within=bones, name=DISEASE)
        both = soft.voxels & ~bones.voxels | bone.voxels
        return min(level, self.suv), Mask(voxels=both, geometry=soft.geometry, name=DISEASE)

    def _by_maximum(self, pet: PsmaPet, left: Mask) -> Mask:
        found = np.zeros(left.voxels.shape, dtype=np.bool_)
        for piece in components(left, at_least_ml=self.at_least_ml):
            found |= threshold_of_maximum(pet.suv, fraction=self.part, seed=piece).voxels
        return Mask(voxels=found, geometry=left.geometry, name=left.name)
