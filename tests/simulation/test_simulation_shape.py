"""Shapes lie where they say and have the volume that geometry gives them."""

from math import pi

import numpy as np
import pytest

from lutetia.simulation.anatomy import Structure
from lutetia.simulation.body import paint, region_volumes
from lutetia.simulation.shape import Bands, Beyond, Common, Ellipsoid, Joined, Trunk, Tube, window
from lutetia.simulation.tissue import MUSCLE
from lutetia.volume import Geometry

COUNTED_IN_CUBES_OF_A_MILLIMETRE = 0.01


def _ml(*shapes):
    return region_volumes((Structure(MUSCLE, shapes, "it"),))["it"][0]


def test_an_ellipsoid_has_its_volume_however_it_is_turned():
    expected = 4 / 3 * pi * 20 * 30 * 45 / 1000
    for turned in ((0, 0, 0), (30, -20, 70)):
        found = _ml(Ellipsoid((5, -7, 100), (20, 30, 45), turned))
        assert found == pytest.approx(expected, rel=COUNTED_IN_CUBES_OF_A_MILLIMETRE)


def test_a_turn_about_z_by_ninety_degrees_exchanges_x_and_y():
    turned = Ellipsoid((0, 0, 0), (30, 10, 10), (0, 0, 90))
    points = [np.array(v, dtype=np.float32) for v in ((0, 25), (25, 0), (0, 0))]
    assert turned.inside(*points).tolist() == [True, False]


def test_a_straight_tube_is_a_cylinder_with_two_half_spheres():
    expected = (pi * 10**2 * 80 + 4 / 3 * pi * 10**3) / 1000
    assert _ml(Tube(((0, 0, 0), (0, 0, 80)), 10)) == pytest.approx(expected, rel=COUNTED_IN_CUBES_OF_A_MILLIMETRE)


def test_a_trunk_of_constant_elliptic_section_is_a_cylinder():
    trunk = Trunk(((0, 40, 25, 3), (50, 40, 25, 3), (100, 40, 25, 3)), power=2)
    assert _ml(trunk) == pytest.approx(pi * 40 * 25 * 100 / 1000, rel=COUNTED_IN_CUBES_OF_A_MILLIMETRE)


def test_bands_cover_their_share_and_fall_to_the_front():
    bands = Bands(period_mm=20, thickness_mm=5, slope=0.5)
    z = np.arange(0, 2000, dtype=np.float32)
    zero = np.zeros_like(z)
    assert bands.inside(zero, zero, z).mean() == pytest.approx(0.25, abs=0.01)
    back, front = np.float32(40), np.float32(-40)
    assert np.array_equal(bands.inside(zero, zero + back, z + 20), bands.inside(zero, zero + front, z - 20))


def test_common_takes_away_and_joined_puts_together():
    ball = Ellipsoid((0, 0, 0), (20, 20, 20))
    half = Common(of=(ball, Beyond((1, 0, 0), 0)))
    rest = Common(of=(ball,), without=(Beyond((1, 0, 0), 0),))
    whole = 4 / 3 * pi * 20**3 / 1000
    assert _ml(half) == pytest.approx(whole / 2, rel=COUNTED_IN_CUBES_OF_A_MILLIMETRE)
    assert _ml(half) + _ml(rest) == pytest.approx(_ml(Joined((half, rest))), rel=1e-3)


def test_what_is_painted_later_hides_what_lies_below():
    outer, inner = Ellipsoid((0, 0, 0), (20, 20, 20)), Ellipsoid((0, 0, 0), (10, 10, 10))
    sizes = region_volumes((Structure(MUSCLE, (outer,), "outer"), Structure(MUSCLE, (inner,), "inner")))
    assert sizes["outer"][0] + sizes["inner"][0] == pytest.approx(
        4 / 3 * pi * 8, rel=2 * COUNTED_IN_CUBES_OF_A_MILLIMETRE
    )


def test_a_shape_outside_the_grid_paints_nothing():
    grid = Geometry(shape=(4, 4, 4), spacing_mm=(1, 1, 1))
    body = paint((Structure(MUSCLE, (Ellipsoid((500, 0, 0), (5, 5, 5)),), "far"),), grid)
    assert not body.labels.any()
    axes = (np.zeros((1, 1, 3), np.float32), np.zeros((1, 3, 1), np.float32), np.zeros((3, 1, 1), np.float32))
    assert window(axes, (9.0, 9.0, 9.0), (10.0, 10.0, 10.0)) is None


def test_a_shift_moves_the_man_to_his_left_his_back_and_his_head():
    grid = Geometry(shape=(30, 30, 30), spacing_mm=(2, 2, 2))
    ball = (Structure(MUSCLE, (Ellipsoid((20, 20, 20), (8, 8, 8)),), "ball"),)
    still = np.argwhere(paint(ball, grid).labels).mean(axis=0)
    moved = np.argwhere(paint(ball, grid, shift_mm=(2, 4, 6)).labels).mean(axis=0)
    assert moved - still == pytest.approx([3, 2, 1], abs=0.01)


def test_a_grid_along_other_axes_is_refused():
    grid = Geometry(shape=(4, 4, 4), spacing_mm=(1, 1, 1), axes=((0, 0, -1), (0, 1, 0), (1, 0, 0)))
    with pytest.raises(ValueError, match="along his own axes"):
        paint((), grid)
