"""Time the complete voxel kernel on 128 x 128 x 128 voxels beside an ordinary FFT convolution, in one run.

``python benchmarks/convolution.py`` times the kernel engine as it is used (single precision, two workers, transforms
kept from the first call) and ``scipy.signal.fftconvolve`` with a kernel of 51 x 51 x 51 in double precision, which is
how dose kernels are usually applied. The latter's kernel ends 12 cm from the source.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from statistics import median
from time import perf_counter

import numpy as np
import scipy
from scipy.signal import fftconvolve

from lutetia.dosimetry import KernelEngine
from lutetia.dosimetry.voxel.parts import near_part
from lutetia.reference.point_kernel import point_kernel
from lutetia.reference.tissue import SOFT_TISSUE

SHAPE = (128, 128, 128)
SPACING_MM = (4.8, 4.8, 4.8)
REPEATS = 5


def seconds(call: Callable[[], object]) -> list[float]:
    times = []
    for _ in range(REPEATS):
        start = perf_counter()
        call()
        times.append(perf_counter() - start)
    return times


def processor() -> str:
    try:
        with open("/proc/cpuinfo") as stream:
            return next(line.split(":", 1)[1].strip() for line in stream if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def kernel_of_51() -> np.ndarray:
    """Return the near part of the kernel amid 51 voxels along each axis; values do not matter for the time."""
    near = near_part(point_kernel("Lu-177"), (0.48, 0.48, 0.48), SOFT_TISSUE, "total")
    pad = (51 - near.shape[0]) // 2
    return np.pad(near, pad)


def main() -> None:
    decays = np.random.default_rng(1).random(SHAPE, dtype=np.float32)
    engine = KernelEngine("Lu-177", workers=2)
    start = perf_counter()
    engine.absorbed(decays, SPACING_MM)
    first = perf_counter() - start
    kernel, double = kernel_of_51(), decays.astype(np.float64)
    complete = seconds(lambda: engine.absorbed(decays, SPACING_MM))
    ordinary = seconds(lambda: fftconvolve(double, kernel, mode="same"))

    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{processor()}, {os.cpu_count()} cores, load {load:.2f}; Python {platform.python_version()}, "
          f"numpy {np.__version__}, scipy {scipy.__version__}")  # fmt: skip
    print(f"{'128 x 128 x 128, 4.8 mm':58s} {'median s':>9s} {'least s':>9s}")
    for name, times in (
        ("Lutetia, complete kernel to 60 cm, float32, 2 workers", complete),
        ("scipy.signal.fftconvolve, kernel of 51^3, float64", ordinary),
    ):
        print(f"{name:58s} {median(times):9.3f} {min(times):9.3f}")
    print(f"First call, with making and transforming the kernel: {first:.2f} s. Median of {REPEATS}.")
    print(f"Ratio of medians: {median(ordinary) / median(complete):.1f}")


if __name__ == "__main__":
    main()
