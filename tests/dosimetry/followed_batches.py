"""Follow a few batches and write what they left: ``python followed_batches.py cpu|cuda OUT [THREADS BLOCKS]``.

Run by ``test_monte_carlo_on_cuda.py``: compiled on the cores, and line by line in numba's simulator of CUDA.
"""

import sys
import warnings

import numpy as np
from numba import njit

from lutetia.dosimetry.monte_carlo import run
from lutetia.dosimetry.monte_carlo.batches import OnCores, Problem
from lutetia.dosimetry.monte_carlo.run import Stopping, sources_of, transport, weights_of
from lutetia.dosimetry.monte_carlo.tables import emission, photon_tables
from lutetia.dosimetry.monte_carlo.transport import _add, grid_of, histories
from lutetia.dosimetry.voxel.body import Body
from lutetia.reference.photon import photon_lines

SEED, HISTORIES, BATCHES, FEW = 7, 150, 2, 20


def problem(analog):
    density = np.full((10, 9, 8), 0.0012, dtype=np.float32)
    density[1:9, 1:8, 1:7] = 1.04
    density[3:5, 2:4, 2:4] = 1.5
    density[6:8, 3:6, 2:5] = 0.26
    decays = np.zeros_like(density)
    decays[4:6, 4:6, 3:5] = 1.0
    decays[7, 5, 5] = 3.0
    body = Body.from_density(density)
    grid = grid_of(body.density_g_ml, body.material, (1.5, 2.0, 2.5))
    regions = {"hot": weights_of(decays > 0.5), "bone": weights_of((density == np.float32(1.5)) * 0.5)}
    return Problem(
        seed=SEED, count=HISTORIES, analog=analog, grid=grid, sources=sources_of(decays, regions), regions=regions,
        emission=emission(photon_lines("Lu-177")),
        tables=photon_tables(body.materials, grid.densest(len(body.materials))),
    )  # fmt: skip


@njit
def one_by_one(count, seed, analog, grid, sources, emitted, tables):
    """Return what every history of the first batch carries out, and where its random numbers end."""
    score = np.zeros(len(grid.density_g_ml), np.float32)
    counter = np.empty(1, np.uint64)
    escaped, ended = np.empty(count), np.empty(count, np.uint64)
    for n in range(count):
        escaped[n] = histories(counter, seed, 0, n, n + 1, count, analog, grid, sources, emitted, tables, score, _add)
        ended[n] = counter[0]
    return escaped, ended


def given(groups):
    """Return every array that is looked up, as it lies on the device where it lies there."""
    fields = {f"{type(one).__name__}.{name}": value for one in groups for name, value in one._asdict().items()}
    return {name: value.copy_to_host() if hasattr(value, "copy_to_host") else value for name, value in fields.items()}


def batches(device, analog, name):
    p = problem(analog)
    looked_up = (p.grid, p.sources, p.emission, p.tables)
    escaped, ended = one_by_one(p.count, np.uint64(p.seed), p.analog, *looked_up)
    if device == "cuda":
        from lutetia.dosimetry.monte_carlo.device import OnDevice

        follower = OnDevice(p)
        energies = list(follower.followed(range(1)))
        escaped, looked_up = follower._escaped.copy_to_host(), follower._tables
    else:
        follower = OnCores(p, 2)
        energies = list(follower.followed(range(1)))
    energies += follower.followed(range(1, BATCHES))
    total, square = follower.maps()
    found = {
        "escaped": escaped, "ended": ended, "total": total, "square": square,
        "energies": np.array([[*one.regions, one.absorbed, one.escaped] for one in energies]),
    }  # fmt: skip
    return {f"{name} {key}": value for key, value in found.items()} | given(looked_up)


def whole_run(device):
    run.SMALLEST_BATCH = FEW
    p = problem(analog=False)
    found = transport(
        p.grid, p.sources, p.emission, p.tables, seed=SEED, regions=p.regions, device=device,
        stopping=Stopping(relative_sigma=1e-9, most_histories=1),
    )  # fmt: skip
    return {
        "run device": found.device, "run counted": [found.histories, found.batches, found.reached],
        "run regions": list(found.regions.values()), "run kev": found.kev, "run sigma": found.sigma_kev,
        "run balance": found.balance,
    }  # fmt: skip


def main(device, out, threads="128", blocks="1024"):
    warnings.filterwarnings("ignore", "overflow encountered", RuntimeWarning)  # interpreted, 64 bits overflow aloud
    if device == "cuda":
        from lutetia.dosimetry.monte_carlo import device as there

        there.THREADS, there.MOST_BLOCKS = int(threads), int(blocks)
    found = batches(device, analog=False, name="expected") | batches(device, analog=True, name="analog")
    np.savez(out, **found, **whole_run(device))


if __name__ == "__main__":
    main(*sys.argv[1:])
