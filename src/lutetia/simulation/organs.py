"""What would be drawn on the CT of a PET: organs with uptake of their own, skeleton, large vessels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from lutetia.simulation import tissue
from lutetia.simulation.anatomy import LESIONS
from lutetia.simulation.body import Body
from lutetia.simulation.tissue import Tissue
from lutetia.volume import Mask

BLOOD: Final = "blood_pool"
SKELETON: Final = "skeleton"
_BONES: Final = frozenset({tissue.CORTEX, tissue.SPONGIOSA, tissue.CARTILAGE, tissue.SCLEROSIS})
_NO_ORGANS: Final = frozenset({"marrow", *(lesion.id for lesion in LESIONS)})


def organs_with_uptake(body: Body) -> Mapping[str, Mask]:
    """Return the organs that take up the radioligand, each by its code; no lesion is among them."""
    return {region: body.mask(region) for region in body.regions if region not in _NO_ORGANS}


def skeleton(body: Body) -> Mask:
    """Return the bones, with the sclerosis of their metastases."""
    return of_tissues(body, _BONES, SKELETON)


def vessels(body: Body) -> Mask:
    """Return the large vessels."""
    return of_tissues(body, frozenset({tissue.BLOOD}), BLOOD)


def of_tissues(body: Body, of: frozenset[Tissue], name: str) -> Mask:
    """Return the voxels of some tissues."""
    labels = [n for n, one in enumerate(body.tissues) if one in of]
    return Mask(voxels=np.isin(body.labels, labels), geometry=body.geometry, name=name)
