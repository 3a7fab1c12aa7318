"""Where a number comes from: the source cited, and the run that made it."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from lutetia import __version__

MEASURED_PACKAGES = ("numpy", "scipy", "pydantic", "pydicom", "highdicom", "SimpleITK", "matplotlib", "typst")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document, data set or program that a number or rule was taken from."""

    title: str
    year: int
    identifier: str = ""  # a DOI, a standard's number, a commit
    licence: str = ""


def installed_versions() -> dict[str, str]:
    """Return the versions of the packages that touch a number; absent ones are left out."""
    versions = {}
    for name in MEASURED_PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """What has to be known to repeat a run and to trust that it was this run."""

    command: str
    started_at: datetime
    finished_at: datetime
    version: str = __version__
    python: str = field(default_factory=platform.python_version)
    packages: Mapping[str, str] = field(default_factory=installed_versions)
    datasets: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, object] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    """Relative file name to SHA-256."""


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as lower-case hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def now() -> datetime:
    """Return the present in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
