"""Write the doses of the ICRP 110 adult male, computed now, beside OpenDose to ``docs/validation/phantom.md``.

Usage: ``python scripts/validate_phantom.py FOLDER``, where FOLDER holds the GATE input of OpenDose (a zip with the
phantom, CC BY 4.0 by its repository) and ``opendose_svalues_lu177/od_AM_*.json``. Neither is part of the project.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lutetia import __version__
from lutetia.dosimetry import KernelEngine
from lutetia.dosimetry.energy import DECAYS_PER_MBQ_H, GY_G_PER_MBQ_H_KEV
from lutetia.reference.point_kernel import point_kernel

PAGE = Path(__file__).resolve().parents[1] / "docs" / "validation" / "phantom.md"
SHAPE, SPACING_MM = (222, 127, 254), (8.0, 2.137, 2.137)
VOXEL_ML = 8.0 * 2.137 * 2.137 / 1000
ORGANS = {  # name in the S-value tables: organ numbers of the phantom
    "Liver": (95,),
    "Spleen": (127,),
    "Left kidney C+M+P": (89, 90, 91),
    "Right kidney C+M+P": (92, 93, 94),
}
SOURCES = {"liver": "Liver", "spleen": "Spleen"}
_DENSITY = re.compile(r"^(\S+)\s*:\s*d\s*=\s*([\d.]+)\s*(mg|g)/cm3", re.MULTILINE)


@dataclass(frozen=True)
class Phantom:
    """Organ numbers, axes (z, y, x), and the density of each number [g/mL]."""

    organs: NDArray[np.uint16]
    density: NDArray[np.float64]

    def inside(self, organ: str) -> NDArray[np.bool_]:
        """Return the voxels of an organ."""
        return np.isin(self.organs, ORGANS[organ])


class Compared(NamedTuple):
    """One S-value [mGy/(MBq s)] beside that of OpenDose, with its relative uncertainty and the target's masses [g]."""

    source: str
    target: str
    mine: float
    theirs: float
    relative_sigma: float
    gram: float
    their_gram: float

    @property
    def off(self) -> float:
        """Relative difference."""
        return self.mine / self.theirs - 1


def read_phantom(folder: Path) -> Phantom:
    """Read the adult male from the zip of OpenDose's GATE input."""
    archive = next(folder.glob("opendose_icrp110*.zip"))
    with zipfile.ZipFile(archive) as files:
        organs = np.frombuffer(files.read("data/AM_UINT16_254_127_222.raw"), dtype="<u2").reshape(SHAPE)
        materials = files.read("data/AM_GateMaterials.db").decode()
        labels = files.read("data/AM_LabelsToMaterials.txt").decode()
    known = {name: float(value) * (1e-3 if unit == "mg" else 1) for name, value, unit in _DENSITY.findall(materials)}
    density = np.full(int(organs.max()) + 1, np.nan)
    for line in labels.splitlines():
        words = line.split()
        if len(words) >= 3 and words[0].isdigit():
            density[int(words[0]) : int(words[1])] = known[words[2]]
    return Phantom(organs, density)


def compared(folder: Path) -> list[Compared]:
    """Return the S-values of liver and spleen as sources."""
    phantom, engine, found = read_phantom(folder), KernelEngine("Lu-177"), []
    for file, source in SOURCES.items():
        table = json.loads((folder / "opendose_svalues_lu177" / f"od_AM_{file}.json").read_text())
        published = {name: (float(s), float(sigma), float(gram)) for name, s, sigma, gram in table}
        emitting = phantom.inside(source)
        kev = engine.absorbed((emitting / emitting.sum()).astype(np.float32), SPACING_MM)
        for target in ORGANS:
            inside = phantom.inside(target)
            gram = float(phantom.density[phantom.organs[inside]].sum()) * VOXEL_ML
            mine = float(kev[inside].sum(dtype=np.float64)) * GY_G_PER_MBQ_H_KEV / gram
            theirs, sigma, their_gram = published[target]
            mine *= 1000 / (DECAYS_PER_MBQ_H / 1e6)
            found.append(Compared(file, target, mine, theirs, sigma / theirs, gram, their_gram))
    return found


def page(found: list[Compared]) -> str:
    """Return the page."""
    rows = [
        f"| {one.source} | {one.target} | {one.gram:.1f} / {one.their_gram:.1f} | {one.mine:.4e} | {one.theirs:.4e} "
        f"| {100 * one.relative_sigma:.2f} % | {100 * one.off:+.2f} % | "
        f"{'within 2 %' if one.target.lower() == one.source else 'shown'} |"
        for one in found
    ]
    kernel = point_kernel("Lu-177").dataset
    return f"""# The ICRP 110 adult male

Written by `scripts/validate_phantom.py`, Lutetia {__version__}; kernel `{kernel.name}` {kernel.sha256[:12]}.
Nothing on this page is typed by hand.

177Lu spread evenly in one organ of the phantom (2.137 x 2.137 x 8 mm), the `kernel` engine on the phantom's own grid,
the energy in each organ divided by the organ's mass; beside it the S-values of OpenDose (opendose.org, Monte Carlo in
the same phantom).

| source | target | mass, here / OpenDose, g | S, mGy/(MBq s) | OpenDose | its sigma | difference | asked |
|---|---|---|---|---|---|---|---|
{chr(10).join(rows)}

Self-dose is held to 2 % by `golden/test_icrp110_phantom.py`, where the files are there. Cross-dose is shown and not
held: the kernel spreads photons in soft tissue without end, while the phantom has lungs, bones and air around it, from
which less is scattered back. Between organs far apart the kernel is therefore too high, by up to a third here, of a
dose that is less than a hundredth of the source's own.
"""


def main() -> None:
    PAGE.write_text(page(compared(Path(sys.argv[1]))), encoding="utf-8")
    print(f"written: {PAGE}")


if __name__ == "__main__":
    main()
