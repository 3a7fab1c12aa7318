"""What do the kernels for CUDA devices need of a device? Compiled and assembled here without one.

    python scripts/cuda_kernels.py [--capability 8.0 ...]

Each kernel of ``lutetia.dosimetry.monte_carlo.kernels`` is compiled to PTX for the compute capabilities asked for, with
the types that a run has; where ``ptxas`` is found it is also assembled, which tells registers, stack and spills. Needs
the extra ``gpu``; nothing runs on a device, so nothing is said about speed.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import numpy as np

DOUBLE = re.compile(r"^\s+(?:add|sub|mul|div|fma|sqrt|rcp|neg|abs|min|max|setp|cvt)\S*\.f64", re.MULTILINE)
NEEDED = re.compile(r"(\d+) bytes stack frame, (\d+) bytes spill stores|Used (\d+) registers")


def signatures() -> dict[str, tuple[object, ...]]:
    """Return each kernel's name and the types of a run."""
    from numba import typeof, types

    from lutetia.dosimetry.monte_carlo.kernels import Scores
    from lutetia.dosimetry.monte_carlo.run import sources_of
    from lutetia.dosimetry.monte_carlo.tables import emission, photon_tables
    from lutetia.dosimetry.monte_carlo.transport import grid_of
    from lutetia.dosimetry.voxel.body import Body
    from lutetia.reference.photon import photon_lines

    body = Body.uniform((2, 2, 2))
    grid = grid_of(body.density_g_ml, body.material, (0.4, 0.4, 0.4))
    tables = photon_tables(body.materials, grid.densest(len(body.materials)))
    given = (grid, sources_of(np.ones((2, 2, 2)), {}), emission(photon_lines("Lu-177")), tables)
    units, kev = types.int64[::1], types.float64[::1]
    scores = typeof(Scores(np.zeros(8, np.int64), 1.0))
    return {
        "follow": (types.uint64, types.int64, types.boolean, *map(typeof, given), scores, kev),
        "measure": (scores, units, units, kev, units),
        "collect": (scores, kev, kev, kev, units),
    }


def compiled(name: str, signature: tuple[object, ...], capability: tuple[int, int]) -> str:
    """Return a kernel as PTX."""
    from numba import cuda, types

    from lutetia.dosimetry.monte_carlo import kernels

    # numba asks the device at hand what functions called by a kernel are compiled for; here there is none to ask
    sys.modules["numba.cuda.dispatcher"].get_current_device = lambda: SimpleNamespace(compute_capability=capability)
    text, _ = cuda.compile_ptx(getattr(kernels, name).py_func, types.void(*signature), cc=capability)
    return text


def assembler() -> str | None:
    """Return the path of ptxas, from the extra ``gpu`` or the system."""
    found = find_spec("nvidia")
    folders = [] if found is None else list(found.submodule_search_locations or [])
    own = [path for folder in folders for path in Path(folder).glob("*/bin/ptxas")]
    return str(own[0]) if own else shutil.which("ptxas")


def needs(ptx: str, capability: tuple[int, int], ptxas: str) -> str:
    """Return registers, stack and spills of a kernel."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "kernel.ptx"
        source.write_text(ptx)
        arch = f"-arch=sm_{capability[0]}{capability[1]}"
        call = [ptxas, "-v", arch, str(source), "-o", str(Path(folder) / "kernel.cubin")]
        said = subprocess.run(call, capture_output=True, text=True, check=True).stderr
    found = NEEDED.findall(said.replace("\n", " "))
    registers = max(int(one) for _, _, one in found if one)
    stack, spilled = max((int(a), int(b)) for a, b, one in found if not one)
    return f"{registers} registers, {stack} bytes of stack, {spilled} bytes spilled"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--capability", nargs="+", default=["7.5", "8.0", "9.0"])
    chosen = parser.parse_args()
    if find_spec("numba_cuda") is None:
        print("numba-cuda is not installed: pip install 'lutetia[gpu]'")
        return 2
    ptxas = assembler()
    print("Compiled and not run: nothing is measured here.")
    for asked in chosen.capability:
        major, minor = map(int, asked.split("."))
        for name, signature in signatures().items():
            ptx = compiled(name, signature, (major, minor))
            found = "no ptxas" if ptxas is None else needs(ptx, (major, minor), ptxas)
            atoms, doubles = len(re.findall(r"\batom\.|\bred\.", ptx)), len(DOUBLE.findall(ptx))
            print(f"sm_{major}{minor} {name:>8}: {doubles} instructions in double precision, {atoms} atomic; {found}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
