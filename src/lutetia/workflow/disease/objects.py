"""The lesions of two PET as DICOM segmentations, one for each day; what a rule found alone says so."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lutetia.response import NOT_TOLD_APART, Disease, FoundLesion
from lutetia.workflow.disease.images import ReadPsma
from lutetia.workflow.object_header import object_header

if TYPE_CHECKING:
    from lutetia.dicom.write import Algorithm
    from lutetia.workflow.disease.run import DiseaseRun, OnePetRun

SERIES_NUMBERS = {"pet": 9020, "baseline": 9021, "follow-up": 9022}


def write_lesions(folder: Path, run: OnePetRun | DiseaseRun) -> tuple[Path, ...]:
    """Write the lesions that count, each as a segment; a day without any has no file."""
    names = ("baseline", "follow-up") if len(run.days) == 2 else ("pet",)
    proposed = {"follow-up": {one.lesion.id for one in run.proposals}}
    made_at = run.record.started_at
    return tuple(
        _segmentation(folder / _file(name), name, day, disease, proposed.get(name, set()), made_at)
        for name, day, disease in zip(names, run.days, run.diseases, strict=True)
        if disease.counted
    )


def _file(name: str) -> str:
    return "lesions.dcm" if name == "pet" else f"lesions-{name}.dcm"


def _segmentation(path: Path, name: str, day: ReadPsma, disease: Disease, new: set[str], made_at: datetime) -> Path:
    from lutetia.dicom.package import pydicom_package
    from lutetia.dicom.write import write_segmentation

    read = pydicom_package().dcmread
    header = object_header(
        day.series,
        name=name,
        number=SERIES_NUMBERS[name],
        description=_described(disease) if name == "pet" else f"{_described(disease)}, {name}",
        frame_of_reference=str(disease.geometry.frame_of_reference),
        made_at=made_at.astimezone(day.acquired_at.tzinfo),
    )
    write_segmentation(
        path,
        [disease.mask(lesion) for lesion in disease.counted],
        header,
        source=[read(file, stop_before_pixels=True) for file in day.series.files],
        labels={one.id: _said(one, disease, proposed=one.id in new) for one in disease.counted},
        algorithms={one.id: _made(one, disease) for one in disease.counted},
        described=f"{_described(disease)}, proposed",
    )
    return path


def _described(disease: Disease) -> str:
    return "PSMA-positive lesions" if disease.told_apart else "uptake, disease or organ"


def _made(lesion: FoundLesion, disease: Disease) -> Algorithm:
    from lutetia.dicom.write import BY_NEIGHBOURS, BY_NETWORK, Algorithm

    family = BY_NETWORK if disease.method.name == "trained model" else BY_NEIGHBOURS
    return Algorithm(
        name=f"Lutetia, {disease.method.name}"[:64], automatic=lesion.decided_by != "reader", family=family
    )


def _said(lesion: FoundLesion, disease: Disease, *, proposed: bool) -> str:
    if not disease.told(lesion):
        return f"{lesion.id}: {NOT_TOLD_APART}"[:64]
    kind = lesion.site or lesion.kind or "site awaits a reader"
    return f"{lesion.id}: {kind}{', proposed as new' if proposed else ''}"[:64]
