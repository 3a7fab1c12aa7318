"""PSMA-positive disease of the PET of a folder: of one alone, or what became of it between two.

Nothing of it is a fact of the record: volumes and new lesions become facts when a person accepts them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from lutetia.errors import InputError
from lutetia.provenance import RunRecord, now, sha256_of
from lutetia.response import Reading, Segmenter, measure_disease, measure_pair, parse_reading, read_by
from lutetia.workflow.disease.images import ReadPsma, ReadUptake, read_days, require_two, series_below
from lutetia.workflow.disease.run import DiseaseRun, OfCourse, OnePetRun
from lutetia.workflow.dose.imaging import series_hashes
from lutetia.workflow.progress import Tell, silently


@dataclass(frozen=True, slots=True, kw_only=True)
class DiseaseOptions:
    """What is measured, and how.

    Attributes
    ----------
    series : tuple of str or None
        UIDs of one PET or two; needed where the folder holds more.
    organs : mapping of str to str
        Name of a contour or segment to the code of its organ, where it does not bear it.
    by : Segmenter or None
        A fixed threshold of SUV 3 without it.
    readings : tuple of (Path or None)
        Files with a reader's decisions. One that names its series belongs to that PET; others stand in the order of
        the PET, one for each.
    course : OfCourse or None
    """

    series: tuple[str, ...] | None = None
    organs: Mapping[str, str] = field(default_factory=dict)
    by: Segmenter | None = None
    readings: tuple[Path | None, ...] = ()
    course: OfCourse | None = None


def find_disease(
    folder: Path, *, read_uptake: ReadUptake, options: DiseaseOptions | None = None, tell: Tell = silently
) -> OnePetRun | DiseaseRun:
    """Measure the PET of a folder: the disease of one, or what became of it between two; nothing is written.

    Parameters
    ----------
    folder : Path
        Of the course, or any folder with the DICOM files of one PET or two, their organs and, if there are, their CT.
    read_uptake : callable
        Turns a series into uptake values by a published rule.
    options : DiseaseOptions, optional
    tell : Tell

    Raises
    ------
    lutetia.errors.InputError
        If the PET, their organs or a reading are not what is needed.
    lutetia.errors.RefusedError
        If method or tracer differ, or the two cannot be aligned.
    """
    asked = _asked(folder, read_uptake, options or DiseaseOptions(), tell)
    return asked.compared() if len(asked.days) == 2 else asked.alone()


def compare_disease(
    folder: Path, *, read_uptake: ReadUptake, options: DiseaseOptions | None = None, tell: Tell = silently
) -> DiseaseRun:
    """Measure two PET of a folder and compare them, as :func:`find_disease` does; one alone is refused.

    Raises
    ------
    lutetia.errors.InputError
        If the two PET, their organs or a reading are not what is needed.
    lutetia.errors.RefusedError
        If method or tracer differ, or the two cannot be aligned.
    """
    return _asked(folder, read_uptake, options or DiseaseOptions(), tell).compared()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is asked of a folder, with its PET and readings read."""

    where: str
    options: DiseaseOptions
    days: tuple[ReadPsma, ...]
    readings: tuple[Reading | None, ...]
    started: datetime
    tell: Tell

    def alone(self) -> OnePetRun:
        """Measure the disease of the one PET."""
        (day,) = self.days
        self.tell("measuring", 0.4)
        found, reading = measure_disease(day.pet, by=self.options.by), self.readings[0]
        disease = found if reading is None else read_by(found, reading)
        return OnePetRun(disease=disease, days=(day,), record=self._record(), course=self.options.course)

    def compared(self) -> DiseaseRun:
        """Measure both, and compare them."""
        first, second = require_two(self.days, self.where)
        self.tell("measuring and aligning", 0.4)
        pair = measure_pair(
            first.pet, second.pet, by=self.options.by, readings=(self.readings[0], self.readings[1])
        )  # fmt: skip
        return DiseaseRun(pair=pair, days=(first, second), record=self._record(), course=self.options.course)

    def _record(self) -> RunRecord:
        inputs = series_hashes(one for day in self.days for one in day.used)
        inputs |= {path.name: sha256_of(path) for path in self.options.readings if path is not None}
        if self.options.course is not None:
            inputs |= self.options.course.inputs
        return RunRecord(command="disease", started_at=self.started, finished_at=now(), inputs=inputs)


def _asked(folder: Path, read_uptake: ReadUptake, options: DiseaseOptions, tell: Tell) -> _Asked:
    started = now()
    readings = tuple(map(_reading, options.readings))
    tell("reading images", 0.0)
    days = read_days(
        series_below(folder),
        read_uptake=read_uptake,
        chosen=options.series,
        organs=options.organs,
        where=str(folder),
    )
    return _Asked(
        where=str(folder), options=options, days=days, readings=_assigned(readings, options, days), started=started,
        tell=tell,
    )  # fmt: skip


def _reading(path: Path | None) -> Reading | None:
    if path is None:
        return None
    try:
        return parse_reading(path.read_bytes(), name=path.name)
    except OSError as reason:
        raise InputError(path.name, f"it cannot be read ({reason.strerror})", "give the file of a reading") from reason


def _assigned(
    readings: tuple[Reading | None, ...], options: DiseaseOptions, days: tuple[ReadPsma, ...]
) -> tuple[Reading | None, ...]:
    """Return the reading of each PET: that which names it, else that in its place."""
    found: dict[str, Reading] = {}
    for place, (reading, path) in enumerate(zip(readings, options.readings, strict=True)):
        if reading is None or path is None:
            continue
        uid = reading.series_uid or (days[place].series.series_uid if len(readings) == len(days) else None)
        if uid is None:
            raise InputError(
                path.name,
                "it does not say to which PET it belongs",
                "write its 'series_uid', or give one reading for each PET, that of the baseline first",
            )
        if uid not in {day.series.series_uid for day in days}:
            raise InputError(path.name, "it belongs to no PET that is measured here", "correct its series_uid")
        if uid in found:
            raise InputError(path.name, "its PET has another reading already", "give one reading for each PET")
        found[uid] = reading
    return tuple(found.get(day.series.series_uid) for day in days)
