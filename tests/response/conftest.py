"""Small PET made of balls, so that every volume and uptake is known without a simulation."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from lutetia.response import PsmaPet
from lutetia.response.pet import EXPECTED
from lutetia.volume import Geometry, Mask, Volume

STEP_MM = 4.0
GRID = Geometry(shape=(50, 50, 50), spacing_mm=(STEP_MM,) * 3, origin_mm=(-100.0, -100.0, -100.0))
BACKGROUND = 0.8
TRACER = "[68Ga]Ga-PSMA-11"


def _ball(centre, radius: float, geometry: Geometry = GRID) -> np.ndarray:
    index = np.stack(np.indices(geometry.shape), axis=-1)
    return np.linalg.norm(geometry.to_patient(index) - np.asarray(centre), axis=-1) <= radius


def _pet(
    *balls: tuple[tuple[float, float, float], float, float],
    organs: Mapping[str, tuple[tuple[float, float, float], float, float]] | None = None,
    regions: Mapping[str, np.ndarray] | None = None,
    tracer: str | None = TRACER,
    name: str = "PET",
    geometry: Geometry = GRID,
    drawn: Collection[str] | None = None,
) -> PsmaPet:
    """Make a PET of balls (centre, radius, SUV); organs are balls with a mask of their own.

    The organs of ``drawn``, by default all, lie in a corner and take up nothing.
    """
    drawn = EXPECTED if drawn is None else drawn
    values = np.full(geometry.shape, BACKGROUND)
    corner = np.zeros(geometry.shape, dtype=bool)
    corner[-1, -1, -1] = True
    masks = {code: Mask(voxels=corner, geometry=geometry, name=code) for code in drawn}
    for code, (centre, radius, suv) in (organs or {}).items():
        inside = _ball(centre, radius, geometry)
        values[inside] = suv
        masks[code] = Mask(voxels=inside, geometry=geometry, name=code)
    for centre, radius, suv in balls:
        values[_ball(centre, radius, geometry)] = suv
    for code, voxels in (regions or {}).items():
        masks[code] = Mask(voxels=voxels, geometry=geometry, name=code)
    return PsmaPet(suv=Volume(values=values, geometry=geometry, unit="g/mL"), organs=masks, tracer=tracer, name=name)


def _leaking(bladder_suv: float = 30.0) -> PsmaPet:
    """Make a PET whose only uptake is a bladder and what it spills out, less and less."""
    pet = _pet(organs={"bladder": ((0, 0, 0), 20, bladder_suv)})
    away = np.linalg.norm(GRID.to_patient(np.stack(np.indices(GRID.shape), axis=-1)), axis=-1)
    values = np.array(pet.suv.values)
    shell = (away > 20) & (away < 32)
    values[shell] = 12.0 - 0.5 * (away[shell] - 20)
    return replace(pet, suv=pet.suv.with_values(values))


@pytest.fixture
def made() -> SimpleNamespace:
    return SimpleNamespace(pet=_pet, leaking=_leaking, ball=_ball, grid=GRID, background=BACKGROUND, tracer=TRACER)
