"""Laws of convolution: what must hold for every grid and every kernel."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import convolve

from lutetia.dosimetry.voxel.convolution import Convolution

SINGLE_PRECISION = 1e-6
"""Relative to the largest value: the transforms carry 24 bits."""
MANY = settings(max_examples=60, deadline=None)

shapes = st.tuples(*[st.integers(1, 14)] * 3)
reaches = st.tuples(*[st.integers(0, 9)] * 3)
seeds = st.integers(0, 2**32 - 1)


@MANY
@given(shape=shapes, reach=reaches, seed=seeds)
def test_a_convolution_is_the_direct_sum_and_nothing_wraps(shape, reach, seed) -> None:
    draw = np.random.default_rng(seed)
    values, kernel = draw.random(shape, dtype=np.float32), draw.random([2 * n + 1 for n in reach])
    whole = convolve(values.astype(np.float64), kernel, method="direct")
    direct = whole[tuple(slice(n, n + size) for n, size in zip(reach, shape, strict=True))]
    found = Convolution.with_kernel(kernel, shape).of(values)
    assert np.abs(found - direct).max() <= SINGLE_PRECISION * direct.max()


@MANY
@given(shape=shapes, reach=reaches, seed=seeds)
def test_with_an_even_kernel_what_one_voxel_gives_another_it_gets_back(shape, reach, seed) -> None:
    draw = np.random.default_rng(seed)
    kernel = draw.random([2 * n + 1 for n in reach])
    convolution = Convolution.with_kernel(kernel + np.flip(kernel), shape)
    one, other = draw.random(shape, dtype=np.float32), draw.random(shape, dtype=np.float32)
    given_and_taken = float((convolution.of(one) * other).sum(dtype=np.float64))
    taken_and_given = float((one * convolution.of(other)).sum(dtype=np.float64))
    assert abs(given_and_taken - taken_and_given) <= SINGLE_PRECISION * given_and_taken
