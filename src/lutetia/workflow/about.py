"""What this installation is: versions, data sets, books, engines, the machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from importlib import util
from textwrap import wrap

from lutetia import __version__
from lutetia.guideline import books, coverage
from lutetia.provenance import installed_versions
from lutetia.site.dosimetry import presets

EXTRAS = {"imaging": ("pydicom", "highdicom", "SimpleITK"), "transport": ("numba",), "gpu": ("numba", "numba_cuda")}


def about() -> dict[str, dict[str, str]]:
    """Return what there is, by heading."""
    return {
        "Lutetia": {"version": __version__, "licence": "Apache-2.0", "medical device": "no"},
        "Packages": {**installed_versions(), **{f"{name} extra": _extra(name) for name in EXTRAS}},
        "Data sets": _datasets(),
        "Books": {name: _book(name) for name in books()},
        "Voxel engines": {
            "kernel": "complete 177Lu point kernel, FFT",
            "monte_carlo": "photons followed through the CT's tissues, electrons by density; needs the transport extra",
            "local": "electrons where they arise",
        },
        "Dosimetry presets": {one.name: f"{' '.join(one.reason.split())} {one.as_yaml()}" for one in presets()},
        "Machine": {
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "cores": str(os.cpu_count()),
            "CUDA device": _cuda_device(),
        },
    }


def about_text(found: Mapping[str, Mapping[str, str]]) -> str:
    """Return what there is, by heading, as text of 80 columns."""
    lines: list[str] = []
    for title, entries in found.items():
        lines.append(title)
        for name, value in entries.items():
            head = f"  {name:<25} "
            lines += wrap(value, 80, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False)
    return "\n".join(lines)


def _extra(extra: str) -> str:
    missing = [name for name in EXTRAS[extra] if util.find_spec(name) is None]
    return "installed" if not missing else f"not installed ({', '.join(missing)}): pip install 'lutetia[{extra}]'"


def _cuda_device() -> str:
    """Return its name; numba is slow to ask, and is not asked without what it needs."""
    from lutetia.dosimetry.monte_carlo.cuda import usable_device

    if util.find_spec("numba_cuda") is None:
        return "not looked for without the gpu extra"
    return usable_device() or "none that can be used"


def _datasets() -> dict[str, str]:
    from lutetia.reference.photon import photon_lines, photon_tables
    from lutetia.reference.point_kernel import point_kernel

    found = (point_kernel("Lu-177").dataset, photon_lines("Lu-177").dataset, *photon_tables())
    return {one.name: f"{one.source.title} ({one.source.year}); sha256 {one.sha256[:12]}" for one in found}


def _book(name: str) -> str:
    found = coverage(name)
    return f"{found.title}: {found.counts['executable']} of {len(found.statements)} statements executable"
