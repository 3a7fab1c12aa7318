"""What do the organs take up that lesions are compared with?

The liver is measured in a sphere of 3 cm where it is thickest, the others without their rim, which the camera blurs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from lutetia.errors import InputError
from lutetia.quantification.segmentation import reference_sphere
from lutetia.response.pet import BLOOD_POOL, PsmaPet
from lutetia.volume import Mask

RIM_MM: Final = 4.0
LEAST_ML: Final = 1.0
"""Of an organ without its rim; where less is left, the whole organ is taken."""
ORGANS: Final = {
    "liver": ("liver",),
    "parotid": ("parotid_left", "parotid_right"),
    "spleen": ("spleen",),
    "blood pool": (BLOOD_POOL,),
}
"""What is called how, and of which masks it consists."""


def reference_uptake(pet: PsmaPet) -> dict[str, float]:
    """Return the mean uptake of the reference organs that were drawn [SUV]; both parotids together."""
    found = {}
    for name, codes in ORGANS.items():
        values = [pet.suv.values[core.voxels] for core in _cores(pet, codes)]
        together = np.concatenate(values) if values else np.zeros(0, dtype=np.float32)
        if together.size and (mean := float(together.mean(dtype=np.float64))) > 0:
            found[name] = mean
    return found


def _cores(pet: PsmaPet, codes: tuple[str, ...]) -> Iterator[Mask]:
    for code in codes:
        organ = pet.organ(code)
        if organ is not None and organ.voxels.any():
            yield _core(organ, sphere=code == "liver")


def _core(organ: Mask, *, sphere: bool) -> Mask:
    from scipy.ndimage import distance_transform_edt

    if sphere:
        try:
            return reference_sphere(organ)
        except InputError:  # a liver of which too little lies in the field; its inside will do
            pass
    box, inside = organ.cut()
    depth = np.asarray(distance_transform_edt(np.pad(inside, 1), sampling=organ.geometry.spacing_mm))[1:-1, 1:-1, 1:-1]
    core = depth > RIM_MM
    if int(core.sum()) * organ.geometry.voxel_ml < LEAST_ML:
        return organ
    voxels = np.zeros(organ.geometry.shape, dtype=np.bool_)
    voxels[box] = core
    return Mask(voxels=voxels, geometry=organ.geometry, name=organ.name)
