"""How is a grid convolved with a kernel so that nothing wraps into it, and no line is transformed that is only padding?

The grid is padded by the reach of the kernel: what wraps around falls into the padding, which is cut away. An axis is
padded when its turn comes on the way in and cut as soon as it is done on the way out, so lines of padding are neither
transformed nor stored; along the first axis both ways and the product are one step, slab by slab, within the cache.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Shape = tuple[int, int, int]

_SLAB_VALUES = 2**16
"""Complex numbers of a slab: half a megabyte, which the cache of a core holds."""


@dataclass(frozen=True, eq=False)
class Convolution:
    """Linear convolution of grids of one shape with one kernel, in single precision.

    Attributes
    ----------
    shape : tuple of int
        Of the grids.
    padded : tuple of int
        Lengths of the transforms along axes 0, 1, 2.
    transform : ndarray, axes (z, y, half of x)
        Of the padded kernel, its centre at index 0.
    """

    shape: Shape
    padded: Shape
    transform: NDArray[np.complex64]

    @classmethod
    def with_kernel(cls, kernel: NDArray[np.floating], shape: Shape) -> Convolution:
        """Transform a kernel for grids of a shape.

        Parameters
        ----------
        kernel : ndarray, axes (z, y, x)
            Centred, so odd along each axis. Parts that reach across the whole grid are left out, as are zeros outside.
        shape : tuple of int
        """
        from scipy import fft

        if not all(n % 2 for n in kernel.shape):
            raise ValueError(f"a centred kernel is odd along each axis, not {kernel.shape}")
        half = [min(reach, size - 1) for reach, size in zip(_reach(kernel), shape, strict=True)]
        cut = kernel[tuple(slice(n // 2 - h, n // 2 + h + 1) for n, h in zip(kernel.shape, half, strict=True))]
        z, y, x = (fft.next_fast_len(n + h, real=True) for n, h in zip(shape, half, strict=True))
        field = np.zeros((z, y, x))
        field[tuple(slice(0, n) for n in cut.shape)] = cut
        transform = np.asarray(fft.rfftn(np.roll(field, [-h for h in half], axis=(0, 1, 2))), dtype=np.complex64)
        transform.flags.writeable = False
        return cls(shape, (z, y, x), transform)

    def of(self, values: NDArray[np.float32], workers: int = 1) -> NDArray[np.float32]:
        """Return a grid convolved with the kernel.

        Parameters
        ----------
        values : ndarray, axes (z, y, x)
            Of the shape for which the kernel was transformed.
        workers : int
            Threads.
        """
        from scipy import fft

        if values.shape != self.shape:
            raise ValueError(f"the kernel was transformed for grids of {self.shape}, not {values.shape}")
        (nz, ny, nx), (pz, py, px) = self.shape, self.padded
        half = np.empty((nz, py, px // 2 + 1), dtype=np.complex64)
        convolved = np.empty(self.shape, dtype=np.float32)

        def forth(slab: slice) -> None:
            half[slab] = fft.fft(fft.rfft(values[slab], px), py, axis=1)

        def through(slab: slice) -> None:
            spectrum = fft.fft(half[:, slab], pz, axis=0)
            spectrum *= self.transform[:, slab]
            half[:, slab] = fft.ifft(spectrum, axis=0, overwrite_x=True)[:nz]

        def back(slab: slice) -> None:
            convolved[slab] = fft.irfft(fft.ifft(half[slab], axis=1, overwrite_x=True)[:, :ny], px)[:, :, :nx]

        in_slabs(forth, nz, py * half.shape[2], workers)
        in_slabs(through, py, pz * half.shape[2], workers)
        in_slabs(back, nz, py * half.shape[2], workers)
        return convolved


def in_slabs(work: Callable[[slice], None], planes: int, plane_values: int, workers: int) -> None:
    """Do a piece of work on all planes of a grid, some at a time.

    Parameters
    ----------
    work : callable
        Takes the range of planes; slabs do not depend on each other.
    planes, plane_values : int
        Number of planes, and of values in each.
    workers : int
        Threads.
    """
    size = max(1, _SLAB_VALUES // plane_values)
    slabs = [slice(begin, min(begin + size, planes)) for begin in range(0, planes, size)]
    if workers == 1 or len(slabs) == 1:
        for slab in slabs:
            work(slab)
        return
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(work, slabs))


def _reach(kernel: NDArray[np.floating]) -> list[int]:
    """Return how far from its centre a kernel has values other than 0, along each axis."""
    places = np.nonzero(kernel)
    return [int(abs(at - n // 2).max(initial=0)) for at, n in zip(places, kernel.shape, strict=True)]
