"""Electrons where densities differ: energy conserved, the kernel in uniform tissue, more out of lung than of bone."""

import numpy as np
import pytest

from lutetia.dosimetry import KernelEngine
from lutetia.dosimetry.energy import GY_G_PER_MBQ_H_KEV
from lutetia.dosimetry.voxel import dose_map
from lutetia.dosimetry.voxel.body import Body
from lutetia.dosimetry.voxel.electrons import spread
from lutetia.reference.nuclide import LU177
from lutetia.reference.point_kernel import point_kernel
from lutetia.reference.tissue import WATER
from lutetia.volume import Geometry, Volume

SINGLE_PRECISION = 1e-5
SAMPLED_BY_RAYS = 0.001
"""Of the self voxel; rays are a finite sample."""
SAMPLED_NEIGHBOUR = 0.02
CM = (0.48, 0.48, 0.48)


def layered(size=15, *, light=0.26):
    density = np.ones((size, size, size), dtype=np.float32)
    density[size // 2 + 1 :] = light
    return density


def slab(size, at):
    decays = np.zeros((size, size, size), dtype=np.float32)
    decays[at] = 1.0
    return decays


@pytest.mark.parametrize("spacing", [CM, (0.6, 0.4, 0.4), (0.3, 0.3, 0.3)])
def test_in_a_uniform_medium_it_is_the_voxel_kernel(spacing):
    decays = np.zeros((15, 15, 15), dtype=np.float32)
    decays[7, 7, 7] = 1.0
    kernel = KernelEngine("Lu-177", WATER).absorbed(decays, tuple(10 * d for d in spacing), "electron")
    mine = spread(decays, np.ones_like(decays), spacing, "Lu-177") * point_kernel("Lu-177").within_kev(0.2, "electron")
    assert mine[7, 7, 7] == pytest.approx(kernel[7, 7, 7], rel=2 * SAMPLED_BY_RAYS)
    for face in ((8, 7, 7), (7, 8, 7), (7, 7, 8), (6, 7, 7)):
        assert mine[face] == pytest.approx(kernel[face], rel=SAMPLED_NEIGHBOUR)
    assert mine.sum() == pytest.approx(kernel[5:10, 5:10, 5:10].sum(), rel=SAMPLED_BY_RAYS)


@pytest.mark.parametrize("light", [0.26, 0.5, 1.9, 0.15])
def test_no_energy_is_lost_at_an_interface(light):
    decays = np.zeros((15, 15, 15), dtype=np.float32)
    decays[6:10, 7, 7] = (1, 2, 3, 1)
    absorbed = spread(decays, layered(light=light), CM, "Lu-177")
    assert absorbed.sum(dtype=np.float64) == pytest.approx(7.0, rel=10 * SINGLE_PRECISION)
    assert (absorbed >= 0).all()


def test_what_a_voxel_sends_out_depends_on_its_own_density():
    """Lung of a quarter of the density sends out about four times the part; electrons from tissue stop beyond all the
    same."""
    size = 15
    middle = (slice(5, 10), slice(5, 10))
    from_tissue = spread(slab(size, 7), layered(), CM, "Lu-177")[(slice(None), *middle)].mean(axis=(1, 2))
    from_lung = spread(slab(size, 8), layered(), CM, "Lu-177")[(slice(None), *middle)].mean(axis=(1, 2))
    thick_against_the_range = 0.06
    assert from_lung[7] / from_tissue[8] == pytest.approx(1 / 0.26, rel=thick_against_the_range)


def test_where_dose_is_even_an_interface_does_not_show():
    """Activity in proportion to density gives the same energy per gram everywhere (Fano), also where densities jump."""
    density = layered()
    dose = (spread(density, density, CM, "Lu-177") / density)[3:12, 4:11, 4:11]
    rays_of_a_voxel = 0.006
    assert dose == pytest.approx(np.ones_like(dose), rel=rays_of_a_voxel)


def test_activity_seen_in_air_stays_there():
    density = np.full((9, 9, 9), 0.0012, dtype=np.float32)
    density[:4] = 1.0
    absorbed = spread(slab(9, 4), density, CM, "Lu-177")
    assert absorbed[4].sum() == pytest.approx(81.0)
    assert absorbed[:4].sum() == 0


def test_the_kernel_doses_lung_and_bone_by_what_a_gram_takes():
    """Even activity per gram: electrons give the same dose in lung, tissue and bone; photons cannot make it jump."""
    density = np.full((24, 24, 24), 1.04, dtype=np.float32)
    density[:, :, :8], density[:, :, 16:] = 0.26, 1.9
    grid = Geometry(shape=(24, 24, 24), spacing_mm=(4.8, 4.8, 4.8), origin_mm=(0.0, 0.0, 0.0))
    dose = dose_map(
        KernelEngine("Lu-177"),
        Volume(values=1e6 * density, geometry=grid, unit="Bq h/mL"),
        Volume(values=density, geometry=grid, unit="g/mL"),
    ).values[10:14, 10:14, 2:22]
    electrons_gy = LU177.electron_kev * GY_G_PER_MBQ_H_KEV
    photons_at_most = LU177.photon_kev / LU177.electron_kev
    assert (dose >= 0.99 * electrons_gy).all()
    assert (dose <= (1 + photons_at_most) * electrons_gy).all()


def test_an_engine_without_a_body_is_what_it_was():
    decays = slab(9, 4)
    engine = KernelEngine("Lu-177")
    assert np.array_equal(engine.in_body(None).absorbed(decays, (4.8,) * 3), engine.absorbed(decays, (4.8,) * 3))
    assert "densities of the CT" in engine.in_body(Body.uniform(decays.shape)).description
