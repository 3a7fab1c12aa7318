"""A reviewed result's doses into the record: the only way from an image to a rule.

The text of ``course.yaml`` is kept as its author wrote it; the doses are set in as new lines of their cycle. The file
is replaced only when the new text reads as the old record with exactly these doses more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from lutetia.course import Course, Cycle
from lutetia.course.cycle import AcceptedDose
from lutetia.course.file import parse_course
from lutetia.fileform import Quantity
from lutetia.provenance import sha256_of
from lutetia.workflow.dose.made import NOT_ACCEPTED
from lutetia.workflow.record.folder import RECORD
from lutetia.workflow.record.text import AcceptError, flow, last_line, open_record, replace_record, value_of

REPORT = "report.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What was written into the record."""

    record: Path
    result: str
    by: str
    doses: tuple[tuple[int, AcceptedDose], ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "record": str(self.record),
            "result": self.result,
            "accepted_by": self.by,
            "doses": [
                {
                    "cycle": cycle,
                    "region": dose.region,
                    "dose_gy": dose.dose.to("Gy"),
                    "recovery_corrected": dose.recovery_corrected,
                }
                for cycle, dose in self.doses
            ],
        }

    def text(self) -> str:
        """Return it as a person reads it."""
        lines = [f"{len(self.doses)} doses accepted by {self.by} into {self.record}:"]
        lines += [
            f"  cycle {cycle}  {dose.region:<20} {dose.dose.to('Gy'):>8.3g} Gy  "
            f"({'corrected for recovery' if dose.recovery_corrected else 'not corrected for recovery'})"
            for cycle, dose in self.doses
        ]
        return "\n".join(lines)


def accept_result(
    result: Path,
    *,
    by: str,
    cycle: int | None = None,
    regions: tuple[str, ...] = (),
    on: date | None = None,
    site_path: Path | None = None,
) -> Accepted:
    """Write the doses of a result into the record it was computed from.

    Parameters
    ----------
    result : Path
        ``COURSE/results/<run>``, or its ``report.json``.
    by : str
        Who reviewed it and answers for it.
    cycle : int, optional
        Only this cycle.
    regions : tuple of str
        Only these regions; all where empty.
    on : date, optional
        Day of acceptance; today where it is not given.
    site_path : Path, optional
        The site's folder; else ``site/`` in or beside the course's.

    Raises
    ------
    AcceptError
        If the result is not one of this course, its cycle is no longer in the record, a dose was accepted before, or
        nothing is left to accept.
    """
    if not by.strip():
        raise AcceptError("--by", "no name is given", "name the person who reviewed the result")
    path, report = _read_report(result)
    given = open_record(path.parent.parent.parent, site_path, result=path.parent.name, of=report["course"]["id"])
    folder, text, course, zone = given
    run = f"{path.parent.name} (report.json, sha256 {sha256_of(path)[:16]})"
    chosen = _chosen(report, run, by, on or date.today(), cycle, regions)  # noqa: DTZ011 - the reviewer's day
    _require_new(course, chosen)
    written = _with_doses(text, chosen)
    _require_same_but_for(course, written, chosen, zone)
    replace_record(folder, written)
    return Accepted(record=folder.record, result=path.parent.name, by=by, doses=tuple(chosen))


def _read_report(result: Path) -> tuple[Path, dict[str, Any]]:
    path = result if result.name == REPORT else result / REPORT
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        report["course"]["id"], report["dose"]
    except (OSError, ValueError, KeyError, TypeError) as reason:
        raise AcceptError(
            str(result), "it is no result of a run", "give the folder COURSE/results/<run> that holds report.json"
        ) from reason
    return path.resolve(), report


def _chosen(
    report: dict[str, Any], run: str, by: str, on: date, cycle: int | None, regions: tuple[str, ...]
) -> list[tuple[int, AcceptedDose]]:
    chosen = []
    for given in report["dose"]:
        for region in given["regions"]:
            wanted = cycle in {None, given["cycle"]} and (not regions or region["region"] in regions)
            if wanted and any(NOT_ACCEPTED in note for note in region["notes"]):
                raise AcceptError(
                    f"cycle {given['cycle']}, {region['region']}",
                    "its region was made by a program or by nobody named, and no person accepted it",
                    "look at it, add 'regions_accepted_by' to its scans in course.yaml and run again, or leave it out "
                    "with --region",
                )
            for key in ("corrected", "uncorrected"):
                value = region[key]
                if wanted and value and value.get("mean_dose_gy") is not None:
                    chosen.append((given["cycle"], _dose(region["region"], key, value, run, by, on)))
                    break
    missing = set(regions) - {dose.region for _, dose in chosen}
    if missing or not chosen:
        found = f"it holds no dose of {', '.join(sorted(missing))}" if missing else "it holds no dose to accept"
        raise AcceptError(run, found, "look into its report for what was refused, and why")
    return chosen


def _dose(region: str, key: str, value: dict[str, Any], run: str, by: str, on: date) -> AcceptedDose:
    return AcceptedDose(
        region=region,
        dose=Quantity(value=float(f"{value['mean_dose_gy']:.4g}"), unit="Gy"),
        recovery_corrected=key == "corrected",
        method=f"mean dose, {value['model']}",
        result=run,
        accepted_by=by,
        accepted_on=on,
    )


def _require_new(course: Course, chosen: list[tuple[int, AcceptedDose]]) -> None:
    for number, dose in chosen:
        cycle = course.cycle(number)
        if cycle is None:
            raise AcceptError(f"cycle {number}", "it is no longer in the record", "run the course again")
        if any(old.region == dose.region and old.recovery_corrected == dose.recovery_corrected for old in cycle.doses):
            raise AcceptError(
                f"cycle {number}, {dose.region}",
                "a dose was accepted before",
                "leave it out with --region, or correct the accepted one in course.yaml (corrects, why, recorded_at)",
            )


def _with_doses(text: str, chosen: list[tuple[int, AcceptedDose]]) -> str:
    """Set new lines into the text, from the last cycle to the first so that line numbers stay true."""
    lines = text.splitlines()
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    assert isinstance(root, yaml.MappingNode)
    cycles = value_of(root, "cycles")
    if not isinstance(cycles, yaml.SequenceNode) or cycles.flow_style:
        raise AcceptError(RECORD, "its cycles are written within brackets", "write each cycle as a block of lines")
    for number in sorted({number for number, _ in chosen}, reverse=True):
        node = cycles.value[number - 1]
        if node.flow_style:
            raise AcceptError(RECORD, f"cycle {number} is written within braces", "write it as a block of lines")
        indent = " " * node.value[0][0].start_mark.column
        doses = value_of(node, "doses")
        if doses is not None and (doses.flow_style or not doses.value):
            raise AcceptError(RECORD, f"the doses of cycle {number} are written within brackets", "write them as lines")
        item = indent + "  " if doses is None else " " * (doses.start_mark.column)
        new = [f"{item}- {flow(dose)}" for one, dose in chosen if one == number]
        at = last_line(node if doses is None else doses) + 1
        lines[at:at] = new if doses is not None else [f"{indent}doses:", *new]
    return "\n".join(lines) + "\n"


def _require_same_but_for(course: Course, text: str, chosen: list[tuple[int, AcceptedDose]], zone: str | None) -> None:
    def more(cycle: Cycle) -> Cycle:
        new = tuple(dose for number, dose in chosen if number == cycle.number)
        return cycle.model_copy(update={"doses": (*cycle.doses, *new)})

    wanted = course.model_copy(update={"cycles": tuple(more(cycle) for cycle in course.cycles)})
    if parse_course(text, name=RECORD, timezone=zone) != wanted:
        raise AcceptError(
            RECORD, "the doses cannot be set into it without changing something else", "write them into it by hand"
        )
