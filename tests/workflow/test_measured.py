"""Do regions of several objects share one grid without any of them being cut?"""

from __future__ import annotations

import numpy as np
import pytest

from lutetia.volume import Geometry, Mask
from lutetia.workflow.dose.measured import on_one_grid

WHOLE = Geometry(shape=(40, 20, 20), spacing_mm=(2.0, 2.0, 2.0), frame_of_reference="1.2")
CUT = Geometry(shape=(10, 20, 20), spacing_mm=(2.0, 2.0, 2.0), frame_of_reference="1.2")
"""As of a segmentation that holds only the slices its regions are on."""
SPECT = Geometry(shape=(20, 10, 10), spacing_mm=(4.0, 4.0, 4.0), origin_mm=(1.0, 1.0, 1.0), frame_of_reference="1.2")


def block(grid: Geometry, name: str, first: int, last: int) -> Mask:
    voxels = np.zeros(grid.shape, dtype=bool)
    voxels[first:last, 2:5, 2:5] = True
    return Mask(voxels=voxels, geometry=grid, name=name)


@pytest.mark.parametrize("at", [(1, 4), (12, 15)], ids=["beside it", "beyond its end"])
def test_a_lesion_on_the_spect_is_whole_beside_organs_of_a_cut_segmentation(at: tuple[int, int]) -> None:
    kidney, lesion = block(CUT, "kidney_left", 2, 6), block(SPECT, "L1", *at)
    together = on_one_grid([kidney, lesion], WHOLE)
    assert together[0].geometry.matches(together[1].geometry)
    assert [mask.volume_ml for mask in together] == pytest.approx([kidney.volume_ml, lesion.volume_ml])
    assert [mask.name for mask in together] == ["kidney_left", "L1"]
