"""What became of PSMA-positive disease between two PET of a folder: measured, compared, and written down.

Nothing of it is a fact of the record: volumes and new lesions become facts when a person enters them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lutetia.criteria.recip import classify
from lutetia.criteria.response_class import Classified
from lutetia.errors import InputError
from lutetia.provenance import RunRecord, now, sha256_of
from lutetia.response import Pair, Reading, Segmenter, measure_pair, parse_reading
from lutetia.workflow.disease_images import ReadPsma, ReadUptake, read_days, series_below
from lutetia.workflow.disease_pictures import close_ups_of, mips_of
from lutetia.workflow.imaging import series_hashes
from lutetia.workflow.objects import require_empty
from lutetia.workflow.progress import Tell, silently

FORMAT = "lutetia psma response 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiseaseOptions:
    """What is compared, and how.

    Attributes
    ----------
    series : tuple of str or None
        UIDs of the two PET; needed where the folder holds more.
    organs : mapping of str to str
        Name of a contour or segment to the code of its organ, where it does not bear it.
    by : Segmenter or None
        A fixed threshold of SUV 3 without it.
    readings : tuple of (Path or None)
        Files with a reader's decisions, of baseline and follow-up.
    """

    series: tuple[str, str] | None = None
    organs: Mapping[str, str] = field(default_factory=dict)
    by: Segmenter | None = None
    readings: tuple[Path | None, Path | None] = (None, None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DiseaseRun:
    """What was found in two PET of a folder.

    Attributes
    ----------
    pair : Pair
    days : tuple of ReadPsma
        Baseline and follow-up as read.
    record : RunRecord
    """

    pair: Pair
    days: tuple[ReadPsma, ReadPsma]
    record: RunRecord

    @property
    def recip(self) -> Classified:
        """RECIP 1.0 of the volumes and of what the reader says of new lesions; open while he has said nothing."""
        return recip_of(self.pair)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known of the images."""
        return tuple(f"{day.acquired_at.date()}: {note}" for day in self.days for note in day.notes)

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        recip = self.recip
        return {
            "format": FORMAT,
            "recip_1_0": {
                "class": recip.response,
                "because": recip.because,
                "needs": [need.what for need in recip.needs],
                "could_be": list(recip.could_be),
            },
            **self.pair.as_json(),
            "notes": list(self.notes),
            "record": {
                "command": self.record.command,
                "version": self.record.version,
                "started_at": self.record.started_at.isoformat(),
                "finished_at": self.record.finished_at.isoformat(),
                "packages": dict(self.record.packages),
                "inputs": dict(self.record.inputs),
            },
        }


def recip_of(pair: Pair) -> Classified:
    """Return RECIP 1.0 of a pair; open while no reader has spoken of new lesions and it depends on them."""
    facts = pair.recip
    return classify(facts.baseline_ml, facts.follow_up_ml, facts.new_lesions)


def compare_disease(
    folder: Path, *, read_uptake: ReadUptake, options: DiseaseOptions | None = None, tell: Tell = silently
) -> DiseaseRun:
    """Measure two PET of a course's folder and compare them; nothing is written.

    Parameters
    ----------
    folder : Path
        Of the course, or any folder with the DICOM files of two PET, their organs and, if there are, their CT.
    read_uptake : callable
        Turns a series into uptake values by a published rule.
    options : DiseaseOptions, optional
    tell : Tell

    Raises
    ------
    lutetia.errors.InputError
        If the two PET, their organs or a reading are not what is needed.
    lutetia.errors.RefusedError
        If method or tracer differ, or the two cannot be aligned.
    """
    options = options or DiseaseOptions()
    started = now()
    readings = (_reading(options.readings[0]), _reading(options.readings[1]))
    tell("reading images", 0.0)
    days = read_days(
        series_below(folder),
        read_uptake=read_uptake,
        chosen=options.series,
        organs=options.organs,
        where=str(folder),
    )
    tell("measuring and aligning", 0.4)
    pair = measure_pair(days[0].pet, days[1].pet, by=options.by, readings=readings)
    inputs = series_hashes(one for day in days for one in day.used)
    inputs |= {path.name: sha256_of(path) for path in options.readings if path is not None}
    record = RunRecord(command="disease", started_at=started, finished_at=now(), inputs=inputs)
    return DiseaseRun(pair=pair, days=days, record=record)


def write_disease(folder: Path, run: DiseaseRun, *, tell: Tell = silently) -> tuple[Path, ...]:
    """Write numbers, pictures and the lesions as DICOM segmentations into a new or empty folder; return the files.

    Raises
    ------
    InputError
        If the folder holds anything or cannot be written.
    """
    from lutetia.workflow.disease_objects import write_lesions

    require_empty(folder)
    tell("drawing", 0.8)
    numbers, mips = folder / "psma-response.json", folder / "mips.svg"
    numbers.write_text(json.dumps(run.as_json(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    mips.write_bytes(mips_of(run.pair))
    files = [numbers, mips]
    for n, closely in enumerate(close_ups_of(run.pair), start=1):
        files.append(folder / f"new-lesions-{n}.svg")
        files[-1].write_bytes(closely)
    tell("writing segmentations", 0.9)
    return (*files, *write_lesions(folder, run))


def _reading(path: Path | None) -> Reading | None:
    if path is None:
        return None
    try:
        return parse_reading(path.read_bytes(), name=path.name)
    except OSError as reason:
        raise InputError(path.name, f"it cannot be read ({reason.strerror})", "give the file of a reading") from reason
