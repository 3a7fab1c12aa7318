"""Time the voxel kernel on 128 x 128 x 128 voxels beside an ordinary FFT convolution, call by call, in one run.

    python benchmarks/convolution.py [--repeats 15] [--threads 2]

``scipy.signal.fftconvolve`` in double precision is how dose kernels are usually applied, here with 51 x 51 x 51 voxels,
which end 12 cm from the source. Beside it stand the same 51 x 51 x 51 voxels as the kernel engine convolves (single
precision, the kernel's transform kept from the first call) and the engine itself with its complete kernel. All are
called in turn, each turn beginning with another, so that whatever else the machine does slows all of them.
SciPy's call has one thread unless told; it is shown with as many as the engine too.
"""

from __future__ import annotations

import argparse
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter, process_time

import numpy as np
import scipy
from scipy.fft import set_workers
from scipy.signal import fftconvolve

from lutetia.dosimetry import KernelEngine
from lutetia.dosimetry.voxel.convolution import Convolution

SHAPE = (128, 128, 128)
EXTENT = (51, 51, 51)
SPACING_MM = (4.8, 4.8, 4.8)


@dataclass
class Candidate:
    """What is timed, and the times of its calls."""

    name: str
    call: Callable[[], object]
    wall_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)

    def time(self) -> None:
        """Call it once more."""
        wall, cpu = perf_counter(), process_time()
        self.call()
        self.wall_s.append(perf_counter() - wall)
        self.cpu_s.append(process_time() - cpu)


def processor() -> str:
    try:
        with open("/proc/cpuinfo") as stream:
            return next(line.split(":", 1)[1].strip() for line in stream if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def kernel_of_51(engine: KernelEngine) -> np.ndarray:
    """Return what one decay in the middle of 51 voxels along each axis gives to every one of them."""
    decays = np.zeros(EXTENT, dtype=np.float32)
    decays[tuple(n // 2 for n in EXTENT)] = 1.0
    return engine.absorbed(decays, SPACING_MM).astype(np.float64)


def table(candidates: Sequence[Candidate]) -> str:
    ordinary = candidates[0]
    columns = f"{'median':>8s}{'least':>8s}{'CPU':>8s}"
    lines = [
        f"{'128 x 128 x 128, 4.8 mm':50s}{'seconds':>24s}{'times as fast':>27s}",
        f"{'':50s}{columns}   {columns}",
    ]
    for it in candidates:
        took = (median(it.wall_s), min(it.wall_s), median(it.cpu_s))
        beside = (median(ordinary.wall_s), min(ordinary.wall_s), median(ordinary.cpu_s))
        ratios = "".join(f"{a / b:8.1f}" for a, b in zip(beside, took, strict=True))
        lines.append(f"{it.name:50s}" + "".join(f"{s:8.3f}" for s in took) + "   " + ratios)
    return "\n".join(lines)


def main() -> None:
    options = argparse.ArgumentParser(description="Time the voxel kernel beside scipy.signal.fftconvolve.")
    options.add_argument("--repeats", type=int, default=15)
    options.add_argument("--threads", type=int, default=2)
    given = options.parse_args()

    decays = np.random.default_rng(1).random(SHAPE, dtype=np.float32)
    engine, double = KernelEngine("Lu-177", workers=given.threads), decays.astype(np.float64)
    start = perf_counter()
    engine.absorbed(decays, SPACING_MM)
    first = perf_counter() - start
    kernel = kernel_of_51(engine)
    same_extent = Convolution.with_kernel(kernel, SHAPE)

    def ordinary() -> np.ndarray:
        return fftconvolve(double, kernel, mode="same")

    def ordinary_with_threads() -> np.ndarray:
        with set_workers(given.threads):
            return ordinary()

    threads = f"{given.threads} threads"
    candidates = (
        Candidate("scipy.signal.fftconvolve, 51^3, float64, 1 thread", ordinary),
        Candidate(f"scipy.signal.fftconvolve, 51^3, float64, {threads}", ordinary_with_threads),
        Candidate(f"Lutetia, 51^3, float32, {threads}", lambda: same_extent.of(decays, given.threads)),
        Candidate(f"Lutetia, complete (60 cm), float32, {threads}", lambda: engine.absorbed(decays, SPACING_MM)),
    )
    expected = ordinary()
    differs = np.abs(same_extent.of(decays, given.threads) - expected).max() / expected.max()
    for turn in range(given.repeats):
        first_up = turn % len(candidates)
        for it in candidates[first_up:] + candidates[:first_up]:
            it.time()

    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"{processor()}, {os.cpu_count()} cores, load {load:.2f}; Python {platform.python_version()}, "
          f"numpy {np.__version__}, scipy {scipy.__version__}")  # fmt: skip
    print(table(candidates))
    print(f"{given.repeats} calls of each, in turn. First call of the engine, which makes the kernel: {first:.2f} s.")
    print(f"Both kernels of 51^3 agree within {differs:.1e} of the largest value.")


if __name__ == "__main__":
    main()
