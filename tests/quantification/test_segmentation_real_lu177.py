"""Thresholds on two real 177Lu SPECT, against a second, naive way to find the same voxels; nothing is kept here."""

from __future__ import annotations

import os
import zipfile
from collections import deque
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from lutetia.dicom.read import Stated, read_spect, read_structures, scan_folder
from lutetia.quantification.segmentation import seed_on, steepest_edge, threshold_of_maximum, widened
from lutetia.volume import rasterise

ARCHIVE = "lu177_dotatate_xspect_2tp_CC-BY-NC.zip"
DATA = os.environ.get("LUTETIA_REAL_DATA")
pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not DATA or not (Path(DATA) / ARCHIVE).is_file(), reason=f"LUTETIA_REAL_DATA names no folder with {ARCHIVE}"
    ),
]
DRAWN_ML = {"lesion1": (106.98, 107.90), "lesion2": (2.86, 2.91)}
"""Of the contours, read once with other code."""
STATED = Stated(timezone=ZoneInfo("America/Detroit"))
READ_INDEPENDENTLY = 0.005
STEPS = [step for step in product((-1, 0, 1), repeat=3) if any(step)]


@pytest.fixture(scope="module")
def scans(tmp_path_factory):
    folder = tmp_path_factory.mktemp("real")
    with zipfile.ZipFile(Path(DATA) / ARCHIVE) as packed:
        packed.extractall(folder)
    found = []
    for scan in ("SCAN_001", "SCAN_002"):
        (image,) = scan_folder(next(folder.rglob(scan)) / "image")
        (drawn,) = scan_folder(next(folder.rglob(scan)) / "mask")
        spect = read_spect(image, stated=STATED)
        contours = read_structures(drawn, image=spect, stated=STATED).regions
        masks = {name: rasterise(contour, spect.volume.geometry) for name, contour in contours.items()}
        found.append((spect.volume, masks))
    return found


def flooded(values, start, least, room):
    """Grow from one voxel through all 26 neighbours, one by one."""
    seen, waiting = {start}, deque([start])
    while waiting:
        at = waiting.popleft()
        for step in STEPS:
            near = tuple(a + b for a, b in zip(at, step, strict=True))
            if near not in seen and room[near] and values[near] >= least:
                seen.add(near)
                waiting.append(near)
    return seen


@pytest.mark.parametrize("lesion", DRAWN_ML)
@pytest.mark.parametrize("number", [0, 1])
def test_a_part_of_the_maximum_finds_the_voxels_that_a_flood_finds(scans, lesion, number):
    volume, masks = scans[number]
    drawn = next(mask for name, mask in masks.items() if name.lower().startswith(lesion))
    assert drawn.volume_ml == pytest.approx(DRAWN_ML[lesion][number], rel=READ_INDEPENDENTLY)
    seed = seed_on(drawn, volume.geometry)
    room = widened(seed, 10.0)
    inside = np.where(seed.voxels, volume.values, 0)
    top = tuple(int(n) for n in np.unravel_index(inside.argmax(), inside.shape))
    for fraction in (0.41, 0.5):
        least = np.float32(fraction) * volume.values[top]
        found = threshold_of_maximum(volume, fraction=fraction, seed=seed, within=room)
        assert set(map(tuple, np.argwhere(found.voxels).tolist())) == flooded(volume.values, top, least, room.voxels)


@pytest.mark.parametrize("number", [0, 1])
def test_the_edge_of_the_small_lesion_lies_around_its_maximum_and_within_its_room(scans, number):
    volume, masks = scans[number]
    drawn = next(mask for name, mask in masks.items() if name.lower().startswith("lesion2"))
    seed = seed_on(drawn, volume.geometry)
    room = widened(seed, 20.0)
    edge = steepest_edge(volume, seed=seed, within=room, smoothing_fwhm_mm=4.0)
    outside = edge.voxels & ~room.voxels
    assert not outside.any()
    shared = (edge.voxels & seed.voxels).sum()
    assert shared > 0.5 * min(edge.voxels.sum(), seed.voxels.sum())
