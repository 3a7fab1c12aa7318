"""How do lesions compare with the organs that a tracer is compared with, where both were drawn?

Regions named ``liver``, ``spleen``, ``parotid_left``, ``parotid_right`` and ``blood_pool`` are organs; both parotids
count as one. Every other region that is no organ code is a lesion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lutetia.quantification.uptake import Uptake, measure_uptake, with_at_least
from lutetia.quantification.uptake_ratio import UptakeRatio, inverted_organs, ratio
from lutetia.reference.psma_tracer import reference_organ
from lutetia.vocabulary.region import GROUPS, ORGANS
from lutetia.volume import Mask, Volume

BLOOD_POOL: Final = "blood_pool"
PAROTIDS: Final = "parotids"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Ratios of lesions to organs.

    Attributes
    ----------
    ratios : tuple of UptakeRatio
    why : str
        Which organ serves for this tracer, and why; empty without a lesion and an organ to compare.
    """

    ratios: tuple[UptakeRatio, ...] = ()
    why: str = ""
    cautions: tuple[str, ...] = ()


def compared_uptake(
    suv: Volume, masks: tuple[Mask, ...], tracer: str | None, *, at_least: float | None = None
) -> Compared:
    """Compare the lesions among some regions with the organs among them.

    Parameters
    ----------
    suv : Volume
        Uptake values.
    masks : tuple of Mask
        On its grid, named by organ code or lesion id.
    tracer : str or None
        On it depends the organ.
    at_least : float, optional
        Only voxels of a lesion with at least this uptake count; organs are measured whole.
    """
    organs = {mask.name: mask for mask in masks if mask.name in ORGANS or mask.name == BLOOD_POOL}
    marked = [mask for mask in masks if mask.name not in organs]
    if at_least is not None:
        marked = [mask for mask in marked if with_at_least(suv, mask, at_least).voxels.any()]
    lesions = [measure_uptake(suv, mask, at_least=at_least) for mask in marked]
    choice = reference_organ(tracer)
    parotids = _together(suv, [organs[name] for name in GROUPS[PAROTIDS] if name in organs])
    between = None if choice.organ is None else _one(suv, organs.get(choice.organ))
    blood = _one(suv, organs.get(BLOOD_POOL))
    references = [one for one in (between, parotids) if one is not None]
    turned = inverted_organs(blood, between, parotids)
    if not lesions or not (references or organs):
        return Compared(cautions=(turned,) if turned else ())
    return Compared(
        ratios=tuple(ratio(lesion, organ) for organ in references for lesion in lesions),
        why=f"{choice.organ}: {choice.why}" if choice.organ else choice.why,
        cautions=(turned,) if turned else (),
    )


def _one(suv: Volume, mask: Mask | None) -> Uptake | None:
    return None if mask is None else measure_uptake(suv, mask)


def _together(suv: Volume, masks: list[Mask]) -> Uptake | None:
    if not masks:
        return None
    voxels = masks[0].voxels.copy()
    for mask in masks[1:]:
        voxels |= mask.voxels
    return measure_uptake(suv, Mask(voxels=voxels, geometry=suv.geometry, name=PAROTIDS))
