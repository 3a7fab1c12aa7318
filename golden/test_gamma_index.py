"""Gamma index against pymedphys on pairs of Gaussian doses.

Source: golden/physics/gamma_pymedphys.csv, made by scripts/gamma_with_pymedphys.py with the versions in its first line.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from lutetia.dosimetry.gamma import GammaCriterion, gamma_index
from lutetia.volume import Geometry, Volume

TABLE = Path(__file__).parent / "physics" / "gamma_pymedphys.csv"
SEARCHED_ON_DIFFERENT_POINTS = 0.02
"""Both search a finite set of places, pymedphys on spheres, here a lattice: an index may differ by a few hundredths."""
ONE_VOXEL_IN_A_HUNDRED = 0.015
"""Part of the voxels whose index lies so near to 1 that the places searched decide."""

GRID = Geometry(
    shape=(26, 28, 30), spacing_mm=(4.0, 3.0, 3.5), origin_mm=(-50.0, -40.0, -50.0), frame_of_reference="1.2.3"
)


def gaussian(shift_mm: tuple[float, float, float], scale: float) -> Volume:
    index = np.stack(np.meshgrid(*[np.arange(n) for n in GRID.shape], indexing="ij"), axis=-1)
    square = ((GRID.to_patient(index) - np.array(shift_mm)[::-1]) ** 2).sum(axis=-1)
    return Volume(values=scale * 10.0 * np.exp(-square / (2 * 18.0**2)), geometry=GRID, unit="Gy")


def rows() -> list[dict[str, str]]:
    with TABLE.open() as stream:
        return list(csv.DictReader(line for line in stream if not line.startswith("#")))


@pytest.mark.parametrize(
    "row", rows(), ids=lambda r: f"{r['scale']}-{r['shift_y_mm']}-{r['dose_percent']}-{r['local']}"
)
def test_the_gamma_index_agrees_with_pymedphys(row: dict[str, str]) -> None:
    shift = (float(row["shift_z_mm"]), float(row["shift_y_mm"]), float(row["shift_x_mm"]))
    criterion = GammaCriterion(
        dose_percent=float(row["dose_percent"]), distance_mm=float(row["distance_mm"]), local=row["local"] == "1"
    )
    found = gamma_index(gaussian((0.0, 0.0, 0.0), 1.0), gaussian(shift, float(row["scale"])), criterion)
    assert found.points == int(row["points"])
    assert found.mean == pytest.approx(float(row["mean"]), abs=SEARCHED_ON_DIFFERENT_POINTS)
    assert found.percentile(95) == pytest.approx(float(row["p95"]), abs=2 * SEARCHED_ON_DIFFERENT_POINTS)
    assert found.passing == pytest.approx(float(row["passing"]), abs=ONE_VOXEL_IN_A_HUNDRED)
