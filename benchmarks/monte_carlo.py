"""How fast does the Monte Carlo engine know the dose of organs, and what does its estimator gain?

    python benchmarks/monte_carlo.py [--seconds 15] [--threads N]

A patient of 128 x 128 x 128 voxels of 4 mm (trunk, lungs, spine, kidneys, liver, spleen, salivary glands, lesions) is
followed for as long as asked on every core that this process may use; then, in the same run and on one core by CPU
time, expected-value scores are compared with analog ones. Asked on two cores in 15 s: the photon part of every organ's
mean below 1 % (one standard uncertainty), the whole below 0.2 %. Where there is a CUDA device the same patient is
followed there too, in the same run; asked is 50 times the rate of the cores.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lutetia.dosimetry.monte_carlo.batches import threads
from lutetia.dosimetry.monte_carlo.cuda import SIMULATOR, usable_device
from lutetia.dosimetry.monte_carlo.run import Stopping, Transported, sources_of, transport, weights_of
from lutetia.dosimetry.monte_carlo.tables import emission, photon_tables
from lutetia.dosimetry.monte_carlo.transport import grid_of
from lutetia.dosimetry.voxel import MonteCarloEngine
from lutetia.dosimetry.voxel.body import Body
from lutetia.reference.photon import photon_lines

N, MM = 128, 4.0
ORGANS = {  # centre and half-axes (z, y, x) [mm], activity relative to the liver
    "kidney_left": ((200, 300, 330), (55, 30, 30), 6.0),
    "kidney_right": ((190, 300, 180), (55, 30, 30), 6.0),
    "liver": ((270, 240, 190), (70, 70, 80), 1.0),
    "spleen": ((270, 300, 340), (50, 25, 35), 1.5),
    "parotid_left": ((490, 250, 300), (14, 12, 10), 6.0),
    "parotid_right": ((490, 250, 212), (14, 12, 10), 6.0),
    "L1": ((120, 330, 256), (12, 12, 12), 15.0),
    "L2": ((380, 330, 256), (10, 10, 10), 15.0),
}


def ellipsoid(centre: tuple[float, ...], half: tuple[float, ...]) -> NDArray[np.bool_]:
    """Return the voxels inside."""
    axis = (np.arange(N) + 0.5) * MM
    z, y, x = np.meshgrid(axis, axis, axis, indexing="ij", sparse=True)
    return sum(((a - c) / h) ** 2 for a, c, h in zip((z, y, x), centre, half, strict=True)) <= 1


def patient() -> tuple[Body, NDArray[np.float32], dict[str, NDArray[np.bool_]]]:
    """Return body, decays and organs."""
    axis = (np.arange(N) + 0.5) * MM
    y, x = np.meshgrid(axis, axis, indexing="ij")
    trunk = ((y - 256) / 110) ** 2 + ((x - 256) / 170) ** 2 <= 1
    density = np.where(trunk, 1.04, 0.0012).astype(np.float32)[None].repeat(N, axis=0)
    for side in (175, 337):
        density[ellipsoid((400, 256, side), (90, 70, 60)) & (density > 1)] = 0.26
    density[:, ((y - 340) / 20) ** 2 + ((x - 256) / 20) ** 2 <= 1] = 1.4
    organs = {name: ellipsoid(centre, half) for name, (centre, half, _) in ORGANS.items()}
    decays = (0.02 * (density > 0.2)).astype(np.float32)
    for name, inside in organs.items():
        density[inside] = 1.05
        decays[inside] = ORGANS[name][2]
    return Body.from_density(density), decays, organs


def whole(seconds: float, workers: int) -> None:
    """Follow photons for a time, and say how well organs are known."""
    body, decays, organs = patient()
    engine = MonteCarloEngine(nuclide="Lu-177", relative_sigma=1e-9, body=body, regions=organs, workers=workers)
    replace(engine, most_histories=1).followed(decays, (MM,) * 3)  # compiled, and its time estimated
    begin = time.perf_counter()
    tried = replace(engine, most_histories=1).followed(decays, (MM,) * 3)
    took = time.perf_counter() - begin
    electrons = -time.perf_counter()
    engine.absorbed(np.zeros_like(decays), (MM,) * 3)
    electrons += time.perf_counter()
    most = int(tried.histories * max(1.0, seconds / took))
    begin = time.perf_counter()
    found = replace(engine, most_histories=most).followed(decays, (MM,) * 3)
    took = time.perf_counter() - begin
    print(
        f"{found.histories:.3g} photons in {took:.1f} s on {workers} threads: {found.histories / took:.3g} per second,"
    )
    print(f"electrons and maps included. Energy: {100 * (balance(found) - 1):+.4f} %")
    print(f"{'organ':>14} {'photon part':>12} {'sigma':>8} {'of the whole':>13}")
    for name, inside in organs.items():
        kev, sigma = found.regions[name]
        total = kev + float(found.electron[inside].sum(dtype=np.float64))
        print(f"{name:>14} {100 * kev / total:10.2f} % {100 * sigma:6.2f} % {100 * sigma * kev / total:11.4f} %")

    on_cuda(engine, decays, found, seconds, found.histories / took)


def on_cuda(engine: MonteCarloEngine, decays: NDArray[np.float32], by_cores, seconds: float, per_second: float) -> None:
    """Follow photons on a CUDA device for a time, and compare rate and result with those of the cores."""
    if usable_device() in (None, SIMULATOR):
        print("CUDA device: none was found; nothing is said about its speed.")
        return
    there = replace(engine, device="cuda", seed=engine.seed + 1)
    replace(there, most_histories=1).followed(decays, (MM,) * 3)  # compiled
    most, took = int(seconds * per_second), 0.0
    while took < seconds / 3:
        most *= 4
        begin = time.perf_counter()
        found = replace(there, most_histories=most).followed(decays, (MM,) * 3)
        took = time.perf_counter() - begin
    rate = found.histories / took
    print(f"{found.device}: {found.histories:.3g} photons in {took:.1f} s: {rate:.3g} per second,")
    print(f"{rate / per_second:.1f} times the cores, electrons and maps included.")
    print(f"Energy: {100 * (balance(found) - 1):+.4f} %")
    apart = [
        (kev - by_cores.regions[name][0]) / np.hypot(sigma * kev, np.prod(by_cores.regions[name]))
        for name, (kev, sigma) in found.regions.items()
    ]
    print("organs, device less cores, in standard uncertainties: " + ", ".join(f"{one:+.1f}" for one in apart))


def balance(found) -> float:
    return (float(found.photon.sum(dtype=np.float64)) + found.escaped) / found.emitted


def estimators(histories: int) -> None:
    """Compare figures of merit, 1 / (sigma^2 t), with t in seconds of one core."""
    body, decays, organs = patient()
    grid = grid_of(body.density_g_ml, body.material, (MM / 10,) * 3)
    tissue = body.density_g_ml.reshape(-1) > 0.2
    regions = {organ: weights_of(inside) for organ, inside in organs.items()}
    runs: dict[str, tuple[Transported, float]] = {}
    for name, analog in (("analog", True), ("expected value", False)):
        begin = time.process_time()
        found = transport(
            grid, sources_of(decays, regions), emission(photon_lines("Lu-177")),
            photon_tables(body.materials, grid.densest(len(body.materials))), seed=1,
            regions=regions,
            stopping=Stopping(relative_sigma=1e-9, most_histories=histories), workers=1, analog=analog,
        )  # fmt: skip
        runs[name] = found, time.process_time() - begin
        print(f"{name}: {found.histories / runs[name][1]:.3g} photons per second of one core")
    (a, a_s), (b, b_s) = runs["analog"], runs["expected value"]
    print("figure of merit over that of analog scores:")
    for organ in organs:
        gain = (a.regions[organ][1] / b.regions[organ][1]) ** 2 * a_s / b_s
        print(f"{organ:>14} {gain:6.2f}")
    variance = [float(np.mean(one.sigma_kev[tissue] ** 2 / np.maximum(b.kev[tissue], 1e-12))) for one in (a, b)]
    print(f"{'one voxel':>14} {variance[0] / variance[1] * a_s / b_s:6.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--threads", type=int, default=threads())
    parser.add_argument("--photons", type=float, default=4e6, help="for the comparison of estimators")
    chosen = parser.parse_args()
    whole(chosen.seconds, chosen.threads)
    estimators(int(chosen.photons))


if __name__ == "__main__":
    main()
