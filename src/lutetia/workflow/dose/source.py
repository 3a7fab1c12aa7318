"""One side of a comparison: a result of Lutetia, a table of region doses, or a dose map with regions made by others."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from pathlib import Path
from typing import Any, Final

from lutetia.dosimetry.region_table import RegionRow, dose_from
from lutetia.errors import InputError
from lutetia.vocabulary.region import ORGANS
from lutetia.volume import Mask, Volume
from lutetia.workflow.dose.dicom_dose import read_dicom_side
from lutetia.workflow.dose.tables import DOSES

REPORT, OBJECTS, TABLE, CONTENTS = "report.json", "objects", "doses.csv", "contents.json"
FORMAT: Final = "lutetia-report/1"
_NUMBERS: Final = {column: name for column, name in DOSES.items() if name.endswith(("_gy", "_ml", "_g", "_h"))}
_BY_LABEL: Final = {label.casefold(): code for code, label in ORGANS.items()}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SideCycle:
    """What one side says of one cycle.

    Attributes
    ----------
    cycle : int or None
        None where the source does not say.
    rows : tuple of RegionRow
    dose : Volume or None
        [Gy].
    masks : mapping of str to Mask
        Regions, by the same names as the rows.
    patient_id : str or None
    """

    cycle: int | None
    rows: tuple[RegionRow, ...]
    dose: Volume | None = None
    masks: Mapping[str, Mask] = field(default_factory=dict)
    patient_id: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Side:
    """One side of a comparison.

    Attributes
    ----------
    name : str
        Of the file or folder.
    kind : str
        What it is, in words.
    course : str or None
        Id of the course, where it is a result of Lutetia.
    synthetic : bool
    """

    name: str
    kind: str
    cycles: tuple[SideCycle, ...]
    course: str | None = None
    synthetic: bool = False
    notes: tuple[str, ...] = ()


def read_side(
    path: Path, *, regions: Path | None = None, names: Mapping[str, str] | None = None, of_radionuclide: bool = False
) -> Side:
    """Read one side.

    Parameters
    ----------
    path : Path
        A result folder or report.json of Lutetia; its objects folder; a CSV table; an RTDOSE, or a folder of one with
        SEG or RTSTRUCT.
    regions : Path, optional
        SEG or RTSTRUCT, where they lie elsewhere than the RTDOSE.
    names : mapping of str to str, optional
        Name of a region in the source to organ code or lesion id.
    of_radionuclide : bool
        See :func:`lutetia.dicom.read.read_dose`.

    Raises
    ------
    InputError
        If it is none of these, or contradicts itself.
    """
    if not path.exists():
        raise InputError(str(path), "there is no such file or folder", "give a result, an RTDOSE or a table")
    side = _read(path, regions, of_radionuclide=of_radionuclide)
    side = replace(side, cycles=tuple(_renamed(cycle, names or {}, path.name) for cycle in side.cycles))
    if not any(cycle.rows or cycle.dose is not None for cycle in side.cycles):
        raise InputError(path.name, "it holds no dose", "give a result in which a dose was computed")
    return side


def _read(path: Path, regions: Path | None, *, of_radionuclide: bool) -> Side:
    if path.is_dir() and (path / REPORT).is_file():
        return _with_objects(_report(path / REPORT, path.name), path / OBJECTS)
    if path.is_dir() and (path / TABLE).is_file():
        return _with_objects(_objects(path), path)
    if path.suffix.lower() == ".json":
        return _with_objects(_report(path, path.name), path.parent / OBJECTS)
    if path.suffix.lower() == ".csv":
        return Side(name=path.name, kind="table of region doses", cycles=_table(path))
    dose, rows, masks, notes = read_dicom_side(path, regions, of_radionuclide=of_radionuclide)
    cycle = SideCycle(cycle=None, rows=rows, dose=dose.volume, masks=masks, patient_id=dose.patient_id)
    return Side(
        name=path.name,
        kind=f"RTDOSE by {dose.maker or 'an unnamed maker'}",
        cycles=(cycle,),
        synthetic=dose.description.startswith("SYNTHETIC"),
        notes=notes,
    )


def _objects(path: Path) -> Side:
    contents = _json(path / CONTENTS) if (path / CONTENTS).is_file() else {}
    return Side(
        name=path.name,
        kind="objects of Lutetia",
        cycles=_table(path / TABLE),
        course=contents.get("course"),
        synthetic=bool(contents.get("synthetic")),
    )


def _with_objects(side: Side, objects: Path) -> Side:
    """Add dose maps and regions of a result of Lutetia, where they were written."""
    cycles = []
    for cycle in side.cycles:
        place = objects / f"cycle-{cycle.cycle}"
        if not (place / "dose.dcm").is_file():
            cycles.append(cycle)
            continue
        own = place / "regions.dcm"
        dose, _, masks, _ = read_dicom_side(place / "dose.dcm", own if own.is_file() else None)
        cycles.append(replace(cycle, dose=dose.volume, masks=masks, patient_id=dose.patient_id))
    return replace(side, cycles=tuple(cycles))


def _report(path: Path, name: str) -> Side:
    content = _json(path)
    found = content.get("format")
    if found != FORMAT:
        raise InputError(
            path.name, f"its format is '{found}', not '{FORMAT}'" if found else "it is no report of Lutetia",
            "give the report.json that 'lutetia run' wrote",
        )  # fmt: skip
    cycles = tuple(
        SideCycle(cycle=dose["cycle"], rows=tuple(_row(region, dose) for region in dose["regions"]))
        for dose in content["dose"]
    )
    version = content["record"]["version"]
    return Side(
        name=name, kind=f"result of Lutetia {version}", cycles=cycles, course=content["course"]["id"],
        synthetic=bool(content["course"]["synthetic"]),
    )  # fmt: skip


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as reason:
        raise InputError(path.name, "it cannot be read as JSON", "give the report.json of a run") from reason
    return content if isinstance(content, dict) else {}


def _row(region: Mapping[str, Any], dose: Mapping[str, Any]) -> RegionRow:
    shown = region["corrected"] or region["uncorrected"]
    known = shown["kind"] == "dose"
    volumes = [sample["volume_ml"] for sample in region["samples"]]
    tia = shown["tia_mbq_h"] if known else None
    return RegionRow(
        region=region["region"],
        label=region["label"],
        cycle=dose["cycle"],
        dose_gy=region["dose_gy"],
        sigma_gy=region["sigma_gy"],
        bed_gy=shown["bed"]["bed_gy"] if known and shown.get("bed") else None,
        volume_ml=_geometric_mean(volumes),
        mass_g=region["mass_g"],
        tia_mbq_h=tia,
        tiac_h=None if tia is None else tia / dose["given_mbq"],
        model=shown["model"] if known else "",
        dose_from=dose_from(
            corrected=region["corrected"] is not None, cross_dose=shown.get("total_dose_gy") is not None
        ),
        not_stated="" if known else shown["reason"],
    )


def _geometric_mean(volumes: Sequence[float]) -> float | None:
    from statistics import geometric_mean

    return geometric_mean(volumes) if volumes and min(volumes) > 0 else None


def _table(path: Path) -> tuple[SideCycle, ...]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as reason:
        raise InputError(path.name, "it cannot be read as UTF-8 text", "save it as CSV, UTF-8") from reason
    reader = csv.DictReader(lines)
    columns = tuple(reader.fieldnames or ())
    missing = [name for name in ("region", "dose_Gy") if name not in columns]
    unknown = [name for name in columns if name not in DOSES]
    if missing or unknown:
        said = [f"{what}: {', '.join(names)}" for what, names in (("missing", missing), ("unknown", unknown)) if names]
        raise InputError(
            path.name,
            f"columns {'; '.join(said)}",
            f"needed are region and dose_Gy; read are {', '.join(DOSES)}",
            "a unit stands in the name of its column and is never guessed",
        )
    rows = [_table_row(path.name, line, raw) for line, raw in enumerate(reader, start=2)]
    times = Counter((row.cycle, row.region) for row in rows)
    twice = sorted(region for (_, region), n in times.items() if n > 1)
    if not rows or twice:
        said_of = f"region {twice[0]} stands in it twice" if twice else "it has no line but the first"
        raise InputError(path.name, said_of, "write one line for each region and cycle")
    return _by_cycle(rows)


def _by_cycle(rows: Iterable[RegionRow]) -> tuple[SideCycle, ...]:
    cycles: dict[int | None, list[RegionRow]] = {}
    for row in rows:
        cycles.setdefault(row.cycle, []).append(row)
    return tuple(SideCycle(cycle=cycle, rows=tuple(own)) for cycle, own in cycles.items())


def _table_row(name: str, line: int, raw: Mapping[str, str | None]) -> RegionRow:
    def number(column: str) -> float | None:
        text = (raw.get(column) or "").strip()
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not isfinite(value) or value < 0:
            raise InputError(f"{name}, line {line}, {column}", f"'{text}' is no number from 0", "correct it")
        return value

    region = (raw.get("region") or "").strip()
    if not region:
        raise InputError(f"{name}, line {line}, region", "it is empty", "write an organ code or a lesion id")
    cycle = (raw.get("cycle") or "").strip()
    if cycle and not (cycle.isascii() and cycle.isdigit() and int(cycle) > 0):
        raise InputError(f"{name}, line {line}, cycle", f"'{cycle}' is no whole number", "write 1, 2, 3 ...")
    numbers = {field_name: number(column) for column, field_name in _NUMBERS.items()}
    return RegionRow(
        region=region,
        label=(raw.get("label") or "").strip() or ORGANS.get(region, region),
        cycle=int(cycle) if cycle else None,
        model=(raw.get("model") or "").strip(),
        dose_from=(raw.get("dose_from") or "").strip() or "the table",
        not_stated=(raw.get("not_stated") or "").strip(),
        **numbers,
    )


def _renamed(cycle: SideCycle, names: Mapping[str, str], where: str) -> SideCycle:
    """Give regions the names of the course: as a person maps them, else an organ's shown name by its code."""

    def own(name: str) -> str:
        return names.get(name) or _BY_LABEL.get(name.strip().casefold(), name)

    found = [own(row.region) for row in cycle.rows]
    if twice := sorted({name for name in found if found.count(name) > 1}):
        raise InputError(where, f"two regions become '{twice[0]}'", "map each to a name of its own (--name)")
    rows = tuple(
        replace(row, region=name, label=ORGANS.get(name, row.label) if row.label == row.region else row.label)
        for row, name in zip(cycle.rows, found, strict=True)
    )
    masks = {own(name): replace(mask, name=own(name)) for name, mask in cycle.masks.items()}
    return replace(cycle, rows=rows, masks=masks)
