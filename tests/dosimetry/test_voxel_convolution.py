from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from scipy import fft

from lutetia.dosimetry import KernelEngine
from lutetia.dosimetry.voxel.convolution import Convolution
from lutetia.dosimetry.voxel.nodes import Nodes, spline_weights

SINGLE_PRECISION = 1e-6
"""Relative to the largest value: the transforms carry 24 bits."""


def drawn(shape, seed=1):
    return np.random.default_rng(seed).random(shape, dtype=np.float32)


@pytest.mark.parametrize("shape", [(13, 7, 31), (1, 9, 1), (5, 64, 17)])
def test_transforms_axis_by_axis_are_those_of_the_whole_padded_grid(shape):
    values, convolution = drawn(shape), Convolution.with_kernel(drawn((7, 5, 9), seed=2), shape)
    spectrum = fft.rfftn(values.astype(np.float64), convolution.padded) * convolution.transform
    z, y, x = shape
    whole = fft.irfftn(spectrum, convolution.padded)[:z, :y, :x]
    assert convolution.of(values) == pytest.approx(whole, abs=SINGLE_PRECISION * whole.max())


def test_a_kernel_of_one_voxel_leaves_the_grid_as_it_is():
    values = drawn((6, 11, 4))
    assert Convolution.with_kernel(np.ones((1, 1, 1)), values.shape).of(values) == pytest.approx(
        values, abs=SINGLE_PRECISION
    )


def test_zeros_around_a_kernel_cost_nothing():
    kernel = drawn((3, 5, 7))
    bare, wide = (Convolution.with_kernel(k, (20, 20, 20)) for k in (kernel, np.pad(kernel, 4)))
    assert bare.padded == wide.padded
    assert np.array_equal(bare.transform, wide.transform)


def test_threads_change_no_digit():
    values = drawn((70, 60, 90))
    convolution = Convolution.with_kernel(drawn((9, 9, 9), seed=2), values.shape)
    assert np.array_equal(convolution.of(values, workers=1), convolution.of(values, workers=3))


def test_one_engine_serves_several_callers_at_once():
    engine, grids = KernelEngine("Lu-177"), [drawn((24, 30, 28), seed) for seed in range(6)]
    with ThreadPoolExecutor(3) as callers:
        at_once = list(callers.map(lambda decays: engine.absorbed(decays, (4.8, 4.8, 4.8)), grids))
    for decays, absorbed in zip(grids, at_once, strict=True):
        assert np.array_equal(absorbed, engine.absorbed(decays, (4.8, 4.8, 4.8)))


def test_a_kernel_without_a_middle_is_refused():
    with pytest.raises(ValueError, match="odd along each axis"):
        Convolution.with_kernel(np.ones((3, 4, 3)), (8, 8, 8))


def test_a_grid_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="transformed for grids"):
        Convolution.with_kernel(np.ones((3, 3, 3)), (8, 8, 8)).of(drawn((8, 8, 9)))


@pytest.mark.parametrize("shape", [(9, 20, 13), (1, 5, 2)])
def test_the_weights_of_a_voxel_at_all_nodes_add_up_to_one(shape):
    nodes, values = Nodes.of_grid(shape, (2, 3, 1)), drawn(shape)
    assert nodes.gather(values).sum() == pytest.approx(values.sum(), rel=SINGLE_PRECISION)
    back = values.copy()
    nodes.add(np.ones(nodes.shape, dtype=np.float32), back, workers=2)
    assert back == pytest.approx(values + 1, rel=SINGLE_PRECISION)


def test_gathering_multiplies_each_axis_by_its_weights():
    shape, factor = (9, 20, 13), (2, 3, 1)
    values, nodes = drawn(shape), Nodes.of_grid(shape, factor)
    z, y, x = (spline_weights(n, f) for n, f in zip(shape, factor, strict=True))
    expected = np.einsum("ai,bj,ck,ijk->abc", z, y, x, values)
    assert nodes.gather(values) == pytest.approx(expected, rel=SINGLE_PRECISION)
    read = np.zeros(shape, dtype=np.float32)
    nodes.add(expected, read, workers=1)
    assert read == pytest.approx(np.einsum("ai,bj,ck,abc->ijk", z, y, x, expected), rel=SINGLE_PRECISION)
