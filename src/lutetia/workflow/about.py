"""What this installation is: versions, data sets, books, engines, the machine."""

from __future__ import annotations

import os
import platform
from importlib import util

from lutetia import __version__
from lutetia.guideline import books, coverage
from lutetia.provenance import installed_versions

IMAGING = ("pydicom", "highdicom", "SimpleITK")


def about() -> dict[str, dict[str, str]]:
    """Return what there is, by heading."""
    return {
        "Lutetia": {"version": __version__, "licence": "Apache-2.0", "medical device": "no"},
        "Packages": {**installed_versions(), "imaging extra": _imaging()},
        "Data sets": _datasets(),
        "Books": {name: _book(name) for name in books()},
        "Voxel engines": {"kernel": "complete 177Lu point kernel, FFT", "local": "electrons where they arise"},
        "Machine": {
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "cores": str(os.cpu_count()),
        },
    }


def _imaging() -> str:
    missing = [name for name in IMAGING if util.find_spec(name) is None]
    return "installed" if not missing else f"not installed ({', '.join(missing)}): pip install 'lutetia[imaging]'"


def _datasets() -> dict[str, str]:
    from lutetia.reference.point_kernel import point_kernel

    kernel = point_kernel("Lu-177").dataset
    return {kernel.name: f"{kernel.source.title} ({kernel.source.year}); sha256 {kernel.sha256[:12]}"}


def _book(name: str) -> str:
    found = coverage(name)
    return f"{found.title}: {found.counts['executable']} of {len(found.statements)} statements executable"
