"""All that is due for a course: answers, doses, and one page that shows them."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lutetia.errors import InputError
from lutetia.guideline import DEFAULT_BOOK
from lutetia.report import Document, RunResult, Stop, build, render_html, render_pdf, report_json, summary_text
from lutetia.workflow.dose.cycles import DoseOutcome, dose_course
from lutetia.workflow.dose.settings import references_shown
from lutetia.workflow.guideline.assess import DUE, answers, questions
from lutetia.workflow.guideline.comparison import comparisons, jurisdiction_of
from lutetia.workflow.guideline.consulted import consult
from lutetia.workflow.progress import Tell, silently
from lutetia.workflow.record.opened import Opened, record_json

if TYPE_CHECKING:
    from lutetia.workflow.dose.objects import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFiles:
    """What a run wrote, and what it says in short.

    Attributes
    ----------
    folder : Path
        ``COURSE/results/<run>/``.
    html, pdf : Path
        ``pdf`` is None where none was asked for.
    written : tuple of Path
    text : str
        The answers in short, as text of 80 columns.
    report : dict
        The content of ``report.json``.
    stopped : tuple of Stop
    """

    folder: Path
    html: Path
    pdf: Path | None
    written: tuple[Path, ...]
    text: str
    report: dict[str, Any]
    stopped: tuple[Stop, ...]
    result: RunResult


def run_folder(
    course_path: Path,
    *,
    site_path: Path | None,
    known_on: date,
    question: str | None = None,
    with_pdf: bool = True,
    protocol_path: Path | None = None,
    with_objects: bool = True,
    tell: Tell = silently,
) -> RunFiles:
    """Assess a course, compute its doses, and write the page.

    A part that cannot be computed is shown as stopped, with its reason; the others are shown all the same.

    Parameters
    ----------
    course_path, site_path : Path
        See :func:`lutetia.workflow.record.opened.open_all`.
    known_on : date
        The record as known on this day is used.
    question : str, optional
        ``selection`` or ``cycle N`` instead of what is due.
    with_pdf : bool
    protocol_path : Path, optional
        A local protocol instead of the site's.
    with_objects : bool
        Write ``objects/`` too: DICOM, NIfTI and tables for other tools; see :mod:`lutetia.workflow.dose.objects`.
    tell : Tell

    Raises
    ------
    lutetia.errors.InputError
        If the record or the site cannot be read, or the results cannot be written.
    """
    tell("reading the record", None)
    asked = consult(course_path, site_path, known_on=known_on, book=DEFAULT_BOOK, protocol_path=protocol_path)
    opened = asked.opened
    opened.folder.require_room_for_results()
    assessments = answers(asked.course, known_on=known_on, question=question, protocol=asked.protocol)
    compared = comparisons(
        asked.course, questions(asked.course, known_on=known_on, question=question), known_on=known_on,
        jurisdiction=jurisdiction_of(None, opened.site), protocol=asked.protocol,
    )  # fmt: skip
    doses = dose_course(opened, known_on=known_on, tell=tell)
    result = RunResult(
        course=asked.course.as_known(known_on),
        known_on=known_on,
        record=asked.record(
            "run", {"question": question or DUE}, inputs=doses.record.inputs, datasets=doses.record.datasets
        ),
        assessments=assessments,
        comparisons=compared,
        cycles=doses.cycles,
        choices=doses.choices,
        references_shown=references_shown(opened.site),
        pictures=doses.pictures,
        notes=asked.notes,
        stopped=doses.stopped,
    )
    return _write(opened, result, with_pdf=with_pdf, doses=doses if with_objects and doses.cycles else None, tell=tell)


def _write(opened: Opened, result: RunResult, *, with_pdf: bool, doses: DoseOutcome | None, tell: Tell) -> RunFiles:
    objects: tuple[Path, ...] = ()
    try:
        folder = opened.folder.new_result(opened.started_at)
        if doses is not None:
            objects = (folder / "objects",)
            written = _write_objects(objects[0], opened, doses, tell)
            result = replace(result, stopped=(*result.stopped, *written.stopped), notes=(*result.notes, *written.notes))
        tell("writing the page", None)
        document, report = build(result), report_json(result)
        html = folder / "report.html"
        html.write_text(render_html(document), encoding="utf-8")
        (folder / "report.json").write_text(_json(report), encoding="utf-8")
        (folder / "run.json").write_text(_json(record_json(result.record)), encoding="utf-8")
        pdf = folder / "report.pdf" if with_pdf else None
        if pdf is not None:
            pdf.write_bytes(render_pdf(document))
        figures = _write_figures(document, folder / "figures")
    except OSError as reason:
        raise InputError(
            str(opened.folder.path), f"the results cannot be written ({reason.strerror})", "make room, or write access"
        ) from reason
    files = (html, *((pdf,) if pdf else ()), folder / "report.json", folder / "run.json", *figures, *objects)
    return RunFiles(
        folder=folder,
        html=html,
        pdf=pdf,
        written=files,
        text=summary_text(result),
        report=report,
        stopped=result.stopped,
        result=result,
    )


def _write_objects(folder: Path, opened: Opened, doses: DoseOutcome, tell: Tell) -> Written:
    from lutetia.workflow.dose.objects import write_objects

    return write_objects(
        folder, doses.cycles, doses.measured, made_at=opened.started_at, course=opened.course.id,
        synthetic=opened.course.synthetic, recorded=doses.course, tell=tell,
    )  # fmt: skip


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _write_figures(document: Document, folder: Path) -> tuple[Path, ...]:
    figures = document.figures()
    if not figures:
        return ()
    folder.mkdir()
    for figure in figures:
        (folder / f"{figure.name}.svg").write_bytes(figure.svg)
    return (folder,)
