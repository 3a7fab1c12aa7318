"""Disease of one PET or of two, as a page, numbers, pictures and DICOM segmentations in a folder of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lutetia.report import Document, render_html, render_pdf
from lutetia.report.disease import DiseaseResult, disease_document
from lutetia.response import reading_draft
from lutetia.workflow.disease.pictures import close_ups_of, mip_of, mips_of
from lutetia.workflow.disease.run import DiseaseRun, OnePetRun
from lutetia.workflow.new_folder import require_empty
from lutetia.workflow.progress import Tell, silently
from lutetia.workflow.response.psa import cited

NUMBERS: Final = "psma-disease.json"


def disease_page(run: OnePetRun | DiseaseRun, *, with_pictures: bool = True) -> Document:
    """Return the page of what was found; without pictures for a terminal."""
    pair = run.pair if isinstance(run, DiseaseRun) else None
    mips = None
    if with_pictures:
        mips = mips_of(run.pair) if isinstance(run, DiseaseRun) else mip_of(run.disease)
    return disease_document(
        DiseaseResult(
            diseases=run.diseases,
            pair=pair,
            recip=run.recip if isinstance(run, DiseaseRun) else None,
            source="" if pair is None else cited("RECIP"),
            course="" if run.course is None else run.course.id,
            synthetic=_synthetic(run),
            mips=mips,
            close_ups=close_ups_of(pair) if pair is not None and with_pictures else (),
            cautions=run.cautions,
            notes=run.notes,
            made=run.record.finished_at.date().isoformat(),
        )
    )


def _synthetic(run: OnePetRun | DiseaseRun) -> bool:
    by_course = run.course is not None and run.course.synthetic
    return by_course or any(day.series.description.startswith("SYNTHETIC") for day in run.days)


def write_disease(folder: Path, run: OnePetRun | DiseaseRun, *, tell: Tell = silently) -> tuple[Path, ...]:
    """Write page, numbers, pictures, readings to fill in, and the lesions as DICOM SEG into a new or empty folder.

    Returns
    -------
    tuple of Path
        The files.

    Raises
    ------
    lutetia.errors.InputError
        If the folder holds anything or cannot be written.
    """
    from lutetia.workflow.disease.objects import write_lesions

    require_empty(folder)
    tell("drawing", 0.8)
    return (*_page_and_numbers(folder, run), *write_lesions(folder, run))


def _page_and_numbers(folder: Path, run: OnePetRun | DiseaseRun) -> Iterator[Path]:
    document = disease_page(run)
    contents = {
        NUMBERS: (json.dumps(run.as_json(), indent=2, ensure_ascii=False) + "\n").encode(),
        "report.html": render_html(document).encode(),
        "report.pdf": render_pdf(document),
        **{f"{name}.yaml": text.encode() for name, text in _drafts(run)},
        **{f"{figure.name}.svg": figure.svg for figure in document.figures()},
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
        yield folder / name


def _drafts(run: OnePetRun | DiseaseRun) -> Iterator[tuple[str, str]]:
    """Yield a reading to be filled in for each PET that has none."""
    names = ("reading-baseline", "reading-follow-up") if len(run.diseases) == 2 else ("reading",)
    for name, disease in zip(names, run.diseases, strict=True):
        if not disease.read_by:
            yield name, reading_draft(disease, run.proposals if name == "reading-follow-up" else None)
