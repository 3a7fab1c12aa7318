"""Which table is this, who made it, and is it the file that was checked in?

A table is a CSV file beside a YAML file of the same name that states title, source, licence, version and SHA-256.
The hash is compared at every load: a table that was changed by accident is refused, never used.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import numpy as np
import yaml
from numpy.typing import NDArray

from lutetia.errors import RefusedError
from lutetia.provenance import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """What a table is and where it comes from.

    Attributes
    ----------
    name : str
        File name without suffix.
    sha256 : str
        Of the CSV file.
    source : Source
    made_with : str
        Code, version and physics settings.
    beyond_range : str
        What the table leaves out, in words.
    """

    name: str
    sha256: str
    source: Source
    made_with: str
    beyond_range: str


class ChangedTableError(RefusedError):
    """A reference table is not the one whose hash was recorded."""


@cache
def load(name: str) -> tuple[Dataset, dict[str, NDArray[np.float64]]]:
    """Read a reference table with its description.

    Parameters
    ----------
    name : str
        File name in ``lutetia/reference/data`` without suffix.

    Returns
    -------
    tuple
        The description, and the columns by their heading; the arrays are read-only.

    Raises
    ------
    ChangedTableError
        If the file's SHA-256 is not the recorded one.
    """
    described, text = _read(name)
    return described, _columns(text)


@cache
def load_rows(name: str) -> tuple[Dataset, tuple[Mapping[str, str], ...]]:
    """Read a reference table that holds words as well as numbers, row by row.

    Parameters
    ----------
    name : str
        File name in ``lutetia/reference/data`` without suffix.

    Raises
    ------
    ChangedTableError
        If the file's SHA-256 is not the recorded one.
    """
    described, text = _read(name)
    return described, tuple(MappingProxyType(row) for row in csv.DictReader(text.splitlines()))


def _read(name: str) -> tuple[Dataset, str]:
    folder = files("lutetia.reference") / "data"
    about = yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8"))
    raw = (folder / f"{name}.csv").read_bytes()
    found = hashlib.sha256(raw).hexdigest()
    if found != about["sha256"]:
        raise ChangedTableError(
            f"reference table {name}.csv",
            f"its SHA-256 is {found[:12]}…, recorded is {about['sha256'][:12]}…",
            "reinstall Lutetia, or record the new hash together with the table's source",
            why="doses would rest on numbers that nobody has checked",
        )
    described = Dataset(
        name=name,
        sha256=found,
        source=Source(**about["source"]),
        made_with=about["made_with"],
        beyond_range=about["beyond_range"],
    )
    return described, raw.decode("utf-8")


def _columns(text: str) -> dict[str, NDArray[np.float64]]:
    rows = list(csv.reader(text.splitlines()))
    values = np.array([[float(cell) for cell in row] for row in rows[1:]], dtype=np.float64)
    values.flags.writeable = False
    return {heading: values[:, column] for column, heading in enumerate(rows[0])}
