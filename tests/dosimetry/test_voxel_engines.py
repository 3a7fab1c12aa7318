import numpy as np
import pytest

from lutetia.dosimetry import KernelEngine, LocalEngine, mean_dose_gy
from lutetia.dosimetry.energy import GY_G_PER_MBQ_H_KEV
from lutetia.dosimetry.organ import absorbed_kev
from lutetia.dosimetry.voxel import dose_map
from lutetia.dosimetry.voxel.sampling import average
from lutetia.reference.nuclide import LU177
from lutetia.reference.point_kernel import point_kernel
from lutetia.reference.tissue import SOFT_TISSUE
from lutetia.volume import Geometry, Volume

BEYOND_THE_GRID = 0.001
"""A thousandth of the electrons' energy may leave the grid of the test."""
ROUNDING_OF_FLOATS = 1e-12
DIVIDED_IN_SINGLE_PRECISION = 1e-5
TWO_TRANSFORMS_KEV = 2e-4
ROUNDED_CONSTANT = 0.0001
"""0.08532 Gy g/(MBq h) is printed with four digits."""

SINGLE_PRECISION = 1e-6
"""Relative to the largest value: the transforms carry 24 bits."""


def delta(shape, at):
    grid = np.zeros(shape, dtype=np.float32)
    grid[at] = 1.0
    return grid


@pytest.mark.parametrize("size_mm", [(4.8, 4.8, 4.8), (10.0, 4.0, 4.0), (2.0, 3.0, 5.0)])
def test_a_single_voxel_gives_a_kernel_centred_on_it(size_mm):
    shape, at = (24, 33, 28), (11, 16, 13)
    absorbed = KernelEngine("Lu-177").absorbed(delta(shape, at), size_mm)
    assert np.unravel_index(absorbed.argmax(), shape) == at
    for axis, centre in enumerate(at):
        reach = min(centre, shape[axis] - 1 - centre)
        line = np.moveaxis(absorbed, axis, 0)[(slice(None), *(c for a, c in enumerate(at) if a != axis))]
        around = line[centre - reach : centre + reach + 1]
        of_a_third_photon_voxel = 0.005
        assert around == pytest.approx(
            around[::-1], rel=of_a_third_photon_voxel, abs=SINGLE_PRECISION * float(line.max())
        )


def test_a_source_at_a_corner_does_not_come_back_at_the_opposite_one():
    shape = (40, 40, 40)
    absorbed = KernelEngine("Lu-177").absorbed(delta(shape, (0, 0, 0)), (4.8, 4.8, 4.8))
    along = absorbed[0, 0]
    assert along[1] > along[5] > along[20] > along[39] > 0
    assert absorbed[39, 39, 39] < absorbed[20, 20, 20]


def test_a_grid_smaller_than_the_kernel_gets_what_falls_inside():
    large = KernelEngine("Lu-177").absorbed(delta((41, 41, 41), (20, 20, 20)), (4.8, 4.8, 4.8))
    small = KernelEngine("Lu-177").absorbed(delta((5, 5, 5), (2, 2, 2)), (4.8, 4.8, 4.8))
    of_the_coarse_grid = 0.005
    assert small == pytest.approx(large[18:23, 18:23, 18:23], rel=of_the_coarse_grid)


def test_electrons_and_photons_add_up():
    source, size_mm = delta((20, 20, 20), (9, 10, 8)), (4.0, 4.0, 4.0)
    engine = KernelEngine("Lu-177")
    parts = engine.absorbed(source, size_mm, "electron") + engine.absorbed(source, size_mm, "photon")
    assert parts == pytest.approx(engine.absorbed(source, size_mm), abs=TWO_TRANSFORMS_KEV)


def test_a_long_plate_of_activity_holds_its_electrons():
    """Inside uniform activity every voxel absorbs what it emits, but for photons that leave the grid."""
    full = np.ones((20, 20, 20), dtype=np.float32)
    middle = KernelEngine("Lu-177").absorbed(full, (4.8, 4.8, 4.8), "electron")[10, 10, 10]
    assert middle == pytest.approx(point_kernel("Lu-177").whole_kev("electron"), rel=BEYOND_THE_GRID)


def test_local_deposition_keeps_electrons_in_place_and_says_that_photons_are_left_out():
    engine, source = LocalEngine(LU177), delta((4, 4, 4), (1, 2, 3))
    assert engine.absorbed(source, (4.8, 4.8, 4.8))[1, 2, 3] == pytest.approx(LU177.electron_kev, rel=SINGLE_PRECISION)
    assert engine.absorbed(source, (4.8, 4.8, 4.8), "photon").sum() == 0
    assert "photon dose is left out" in engine.description


def test_the_kernel_says_which_table_it_is_made_of():
    text = KernelEngine("Lu-177").description
    assert "point_kernel_lu177_water" in text
    assert point_kernel("Lu-177").dataset.sha256[:12] in text
    assert "1.04 g/mL" in text


def volume(values, unit):
    grid = Geometry(shape=values.shape, spacing_mm=(4.8, 4.8, 4.8))
    return Volume(values=values, geometry=grid, unit=unit)


def test_dose_is_energy_per_mass_of_the_voxel():
    tia = volume(np.full((6, 6, 6), 1e6, dtype=np.float32), "Bq h/mL")
    heavy = dose_map(LocalEngine(LU177), tia, volume(np.full((6, 6, 6), 2.08, dtype=np.float32), "g/mL"))
    plain = dose_map(LocalEngine(LU177), tia)
    assert plain.unit == "Gy"
    assert plain.values == pytest.approx(
        LU177.electron_kev * GY_G_PER_MBQ_H_KEV / SOFT_TISSUE.density_g_ml, rel=SINGLE_PRECISION
    )
    assert heavy.values == pytest.approx(plain.values / 2, rel=SINGLE_PRECISION)


def test_no_dose_is_stated_for_air():
    density = np.full((6, 6, 6), 1.04, dtype=np.float32)
    density[0] = 0.00121
    dose = dose_map(
        KernelEngine("Lu-177"), volume(np.ones((6, 6, 6), np.float32) * 1e6, "Bq h/mL"), volume(density, "g/mL")
    )
    assert (dose.values[0] == 0).all()
    assert (dose.values[1:] > 0).all()


def test_activity_is_not_taken_for_its_integral():
    with pytest.raises(ValueError, match="not Bq/mL"):
        dose_map(LocalEngine(LU177), volume(np.ones((2, 2, 2), np.float32), "Bq/mL"))


def test_density_on_another_grid_is_refused():
    tia = volume(np.ones((2, 2, 2), np.float32), "Bq h/mL")
    with pytest.raises(ValueError, match="on the grid of the activity"):
        dose_map(LocalEngine(LU177), tia, volume(np.ones((2, 2, 3), np.float32), "g/mL"))


def test_small_lesions_lose_electrons_and_large_organs_stop_photons():
    assert absorbed_kev(0.01) < 0.9 * LU177.electron_kev
    assert absorbed_kev(1000, "electron") > 0.99 * LU177.electron_kev
    assert absorbed_kev(2000, "photon") > absorbed_kev(200, "photon") > absorbed_kev(20, "photon")
    assert absorbed_kev(300) == pytest.approx(
        absorbed_kev(300, "electron") + absorbed_kev(300, "photon"), rel=ROUNDING_OF_FLOATS
    )


@pytest.mark.parametrize("mass_g", [0.0, -1.0, float("nan"), float("inf")])
def test_an_impossible_mass_is_refused(mass_g):
    with pytest.raises(ValueError, match="positive grams"):
        mean_dose_gy(100, mass_g)


@pytest.mark.parametrize("tia", [-1.0, float("nan")])
def test_an_impossible_activity_is_refused(tia):
    with pytest.raises(ValueError, match="at least 0 MBq h"):
        mean_dose_gy(tia, 100)


def test_inflated_lung_gets_a_dose():
    density = np.full((6, 6, 6), 0.2, dtype=np.float32)
    dose = dose_map(
        LocalEngine(LU177), volume(np.ones((6, 6, 6), np.float32) * 1e6, "Bq h/mL"), volume(density, "g/mL")
    )
    assert dose.values == pytest.approx(0.08532 / 0.2, rel=ROUNDED_CONSTANT)


@pytest.mark.parametrize("size_mm", [(4.8, 4.8, 4.8), (5.0, 2.0, 2.0), (3.0, 4.42, 4.42)])
def test_a_kernel_that_grows_with_the_square_is_averaged_exactly(size_mm):
    """The mean square distance between points of two boxes: that of their centres plus a sixth of each edge squared."""
    places = [np.arange(4) * d for d in size_mm]
    z, y, x = np.meshgrid(*places, indexing="ij")
    exact = (z**2 + y**2 + x**2 + np.sum(np.square(size_mm)) / 6) * np.prod(size_mm)
    assert average(np.square, size_mm, places) == pytest.approx(exact, rel=ROUNDING_OF_FLOATS)
    fourth = average(lambda r: r**4, (1.0, 1.0, 1.0), [np.array([0.0])] * 3)
    # of the difference of two points of an edge 1: mean square 1/6, mean fourth power 1/15
    assert fourth.item() == pytest.approx(3 / 15 + 6 / 36, rel=ROUNDING_OF_FLOATS)


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 3, 1), (7, 8, 9), (64, 5, 6)])
@pytest.mark.parametrize("size_mm", [(5.0, 2.0, 2.0), (3.0, 4.42, 4.42)])
def test_odd_even_flat_and_tiny_grids_see_the_same_kernel(shape, size_mm):
    at = tuple(n // 2 for n in shape)
    wide = KernelEngine("Lu-177").absorbed(delta((65, 65, 65), (32, 32, 32)), size_mm)
    seen = KernelEngine("Lu-177").absorbed(delta(shape, at), size_mm)
    same = wide[tuple(slice(32 - a, 32 - a + n) for a, n in zip(at, shape, strict=True))]
    of_the_coarse_grid = 0.005
    assert seen == pytest.approx(same, rel=of_the_coarse_grid, abs=SINGLE_PRECISION * float(wide.max()))
