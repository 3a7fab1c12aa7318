"""Reviewed disease into the record: volume, method and tracer of each PET, and the reader's count of new lesions.

Each becomes a new examination, known from the day of its acceptance; one that the record held of this PET before is
corrected by it and keeps its other facts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from lutetia.course import Course, day_of
from lutetia.course.entry import superseded_ids
from lutetia.course.file import parse_course
from lutetia.course.findings import Examination
from lutetia.course.pet import PetScan
from lutetia.course.treatment_series import treatment_series
from lutetia.fileform import Quantity
from lutetia.provenance import sha256_of
from lutetia.workflow.disease.files import NUMBERS
from lutetia.workflow.disease.run import FORMAT, FORMAT_OF_ONE
from lutetia.workflow.record.examination_text import NewExamination, with_examinations
from lutetia.workflow.record.folder import RECORD, RESULTS
from lutetia.workflow.record.text import AcceptError, open_record, replace_record
from lutetia.workflow.response.imaging import PET

DECIMALS: Final = 4
"""Of what is written: the change that a criterion computes from it is that of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptedDisease:
    """What was written into the record.

    Attributes
    ----------
    record : Path
    result, by : str
    examinations : tuple of Examination
        As they stand there now.
    new_lesions : str
        What became of the count of new lesions, and why.
    """

    record: Path
    result: str
    by: str
    examinations: tuple[Examination, ...]
    new_lesions: str

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "record": str(self.record),
            "result": self.result,
            "accepted_by": self.by,
            "examinations": [one.model_dump(mode="json", exclude_none=True) for one in self.examinations],
            "new_lesions": self.new_lesions,
        }

    def text(self) -> str:
        """Return it as a person reads it."""
        lines = [f"PSMA-positive disease accepted by {self.by} into {self.record}:"]
        lines += [f"  {day_of(one.on)}  {one.tumour_volume}, {one.tumour_method}" for one in self.examinations]
        return "\n".join([*lines, *([f"  New lesions: {self.new_lesions}."] if self.new_lesions else [])])


def is_disease(result: Path) -> bool:
    """Tell whether a result is one of ``lutetia disease``."""
    return result.name == NUMBERS or (result / NUMBERS).is_file()


def accept_disease(
    result: Path,
    *,
    by: str,
    course_path: Path | None = None,
    on: date | None = None,
    site_path: Path | None = None,
) -> AcceptedDisease:
    """Write the disease of a result into the record of its course.

    Parameters
    ----------
    result : Path
        The folder that ``lutetia disease --out`` wrote, or its ``psma-disease.json``.
    by : str
        Who reviewed it and answers for it.
    course_path : Path, optional
        The course; else that in whose ``results/`` the result lies.
    on : date, optional
        Day of acceptance; today where it is not given.
    site_path : Path, optional
        The site's folder; else ``site/`` in or beside the course's.

    Raises
    ------
    AcceptError
        If the result is not one of this course, an organ that nobody took out may be among its volume, the record
        holds something else about its PET, or a volume of it was accepted before.
    """
    if not by.strip():
        raise AcceptError("--by", "no name is given", "name the person who reviewed the result")
    path, found = _read(result)
    place = course_path or _course_around(path)
    given = open_record(place, site_path, result=path.parent.name, of=found["course"]["id"])
    accepted_on = on or date.today()  # noqa: DTZ011 - the reviewer's day
    source = f"{path.parent.name} ({NUMBERS}, sha256 {sha256_of(path)[:16]})"
    days = [found["disease"]] if found["format"] == FORMAT_OF_ONE else [found["baseline"], found["follow_up"]]
    for day in days:
        _require_settled(day)
    count, told = _new_lesions(found, given.course, days)
    made: list[NewExamination] = []
    taken = {one.id for one in given.course.examinations.entries if one.id}
    for number, day in enumerate(days):
        new = count if number == 1 else None
        made.append(_examination(given.course, day, new, by=by, on=accepted_on, source=source, taken=taken))
    text = with_examinations(given.text, made)
    _require_same_but_for(given.course, text, made, given.zone)
    replace_record(given.folder, text)
    return AcceptedDisease(
        record=given.folder.record, result=path.parent.name, by=by,
        examinations=tuple(one.examination for one in made), new_lesions=told,
    )  # fmt: skip


def _read(result: Path) -> tuple[Path, dict[str, Any]]:
    path = result if result.name == NUMBERS else result / NUMBERS
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        known = found["format"] in {FORMAT, FORMAT_OF_ONE}
    except (OSError, ValueError, KeyError, TypeError) as reason:
        raise AcceptError(str(result), "it cannot be read", f"give the folder that holds {NUMBERS}") from reason
    if not known:
        raise AcceptError(path.name, "it is of another version", "measure again with this version")
    if found["course"] is None:
        raise AcceptError(
            path.parent.name,
            "it was measured without a course",
            "measure again with 'lutetia disease COURSE --out DIR', so that what the course states is used",
            "whose disease it is was not checked",
        )
    return path.resolve(), found


def _course_around(path: Path) -> Path:
    results = path.parent.parent
    if results.name != RESULTS:
        raise AcceptError(
            path.parent.name, f"it does not lie in the {RESULTS} of a course", "name its course with --course"
        )
    return results.parent


def _new_lesions(found: dict[str, Any], course: Course, days: list[dict[str, Any]]) -> tuple[int | None, str]:
    """Return the count that is written, and what is told of it."""
    if len(days) == 1:
        return None, ""
    count, why = found["new_lesion_count"]["count"], found["new_lesion_count"]["why"]
    if count is None:
        return None, f"unknown, {why}"
    before, after = (_day(one) for one in days)
    series = next((one for one in treatment_series(course) if one.holds(after)), None)
    if series is None:
        return None, f"not written, the PET of {after} was not made under treatment"
    pets = [day_of(one.on) for one in _valid(course) if one.kind == PET and day_of(one.on) <= series.started]
    last = max([*pets, *([before] if before <= series.started else [])], default=None)
    if last != before:
        return None, (
            f"not written, they are counted against the PET of {before}, and the record counts against the last one "
            f"before treatment ({last or 'there is none'})"
        )
    return count, f"{count}, {why}"


def _require_settled(disease: dict[str, Any]) -> None:
    """Refuse a volume in which the uptake of organs may be counted as disease."""
    organs = disease["organs"]
    if not organs["settled"]:
        raise AcceptError(
            f"PET of {_day(disease)}",
            organs["left_open"],
            f"{organs['remedy']}; then measure again",
            "uptake of an organ would stand in the record as disease",
        )


def _day(disease: dict[str, Any]) -> date:
    return datetime.fromisoformat(disease["acquired_at"]).date()


def _valid(course: Course) -> list[Examination]:
    entries = course.examinations.entries
    corrected = superseded_ids(entries)
    return [one for one in entries if one.id is None or one.id not in corrected]


def _examination(
    course: Course, disease: dict[str, Any], new_lesions: int | None, *, by: str, on: date, source: str, taken: set[str]
) -> NewExamination:
    day, uid = _day(disease), disease["pet"]
    old = _recorded(course, day, uid)
    facts: dict[str, Any] = {
        "tumour_volume": Quantity(value=round(disease["volume_ml"], DECIMALS), unit="mL"),
        "tumour_method": disease["method"],
        "tumour_suv_mean": None if disease["suv_mean"] is None else round(disease["suv_mean"], DECIMALS),
        "tracer": disease["tracer"],
        "new_lesions": new_lesions,
        "reader": disease["read_by"],
        "recorded_at": on,
        "recorded_by": by,
        "source": source,
    }
    given = {name: value for name, value in facts.items() if value is not None}
    name = _free(f"psma-pet-{day}-accepted", taken)
    if old is None:
        made = Examination(id=name, on=day, kind="psma-pet", pet=PetScan(series_uid=uid), **given)
        return NewExamination(examination=made)
    _require_agreement(old, given, day)
    earlier = old.id or _free(f"psma-pet-{day}", taken)
    update = {
        **given, "id": name, "supersedes": earlier, "why": "disease of a reviewed result accepted",
        "pet": old.pet or PetScan(series_uid=uid),
    }  # fmt: skip
    place = course.examinations.entries.index(old)
    return NewExamination(
        examination=old.model_copy(update=update), corrects=place, name=earlier, had_name=bool(old.id)
    )


def _recorded(course: Course, day: date, uid: str) -> Examination | None:
    """Return what the record holds of a PET: the examination that names it, else the only one of its day."""
    pets = [one for one in _valid(course) if one.kind == PET]
    named = [one for one in pets if one.pet is not None and one.pet.series_uid == uid]
    of_day = named or [one for one in pets if one.pet is None and day_of(one.on) == day]
    if len(of_day) > 1:
        raise AcceptError(
            f"examinations of {day}",
            f"{len(of_day)} of them may be this PET",
            f"add 'pet: {{series_uid: {uid}}}' to the one that is",
        )
    return of_day[0] if of_day else None


def _require_agreement(old: Examination, given: dict[str, Any], day: date) -> None:
    if old.tumour_volume is not None:
        raise AcceptError(
            f"examination of {day}",
            f"it has a tumour volume already ({old.tumour_volume})",
            "correct it in course.yaml (supersedes, why, recorded_at)",
        )
    for name, what in (("tracer", "tracer"), ("new_lesions", "count of new lesions")):
        before, now = getattr(old, name), given.get(name)
        if before is not None and now is not None and before != now:
            raise AcceptError(
                f"examination of {day}",
                f"its {what} is {before}, and that of the result {now}",
                "correct one of the two, or name the series in it (pet: series_uid) and measure again",
            )


def _free(name: str, taken: set[str]) -> str:
    """Return an id that no examination bears yet, and take it."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    taken.add(found)
    return found


def _require_same_but_for(course: Course, text: str, made: list[NewExamination], zone: str | None) -> None:
    entries = list(course.examinations.entries)
    for one in made:
        if one.corrects is not None:
            entries[one.corrects] = entries[one.corrects].model_copy(update={"id": one.name})
    entries += [one.examination for one in made]
    wanted = course.model_copy(
        update={"examinations": course.examinations.model_copy(update={"entries": tuple(entries)})}
    )
    if parse_course(text, name=RECORD, timezone=zone) != wanted:
        raise AcceptError(
            RECORD, "the disease cannot be set into it without changing something else", "write it into it by hand"
        )
