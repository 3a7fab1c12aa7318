"""From a course's folder to whether it works: PSA, every criterion at every restaging, and what the guideline asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from lutetia.course import Course, day_of
from lutetia.course.treatment_series import Series, next_therapy, treatment_series
from lutetia.criteria.psa_series import Level, PsaSeries, under_treatment, until
from lutetia.criteria.published import published
from lutetia.guideline import DEFAULT_BOOK, assess, next_question
from lutetia.guideline.advice import Advice, advice_of
from lutetia.guideline.schedule import Plan, plan
from lutetia.report.restaging import ResponseResult, Restaging
from lutetia.workflow.guideline.consulted import Outcome
from lutetia.workflow.record.opened import open_all
from lutetia.workflow.response.disease import extent, lesion_changes
from lutetia.workflow.response.imaging import KINDS, Imaged, imaging_said, restagings, volumes
from lutetia.workflow.response.psa import psa_answers, psa_levels, psa_said, told
from lutetia.workflow.response.toxicity import toxicity_of

TRIGGER: Final = "FU-2c"
"""The guideline's rule on a rise of PSA: it asks for imaging, and is no progression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseOutcome(Outcome):
    """The result, and what has to be known about how it came about."""

    result: ResponseResult


def response_folder(
    course_path: Path, *, site_path: Path | None, known_on: date, book: str = DEFAULT_BOOK
) -> ResponseOutcome:
    """Say how a man responds.

    Parameters
    ----------
    course_path, site_path : Path
        See :func:`lutetia.workflow.record.opened.open_all`.
    known_on : date
        The record as known on this day is used.
    book : str

    Raises
    ------
    lutetia.errors.InputError
        If a file cannot be read, or there is no such book.
    """
    opened = open_all(course_path, site_path)
    found = respond(opened.course, known_on=known_on, book=book)
    parameters = {"known_on": known_on.isoformat(), "book": book}
    return ResponseOutcome(result=found, record=opened.record("response", parameters=parameters),
                           notes=opened.notes_on(known_on))  # fmt: skip


def respond(course: Course, *, known_on: date, book: str = DEFAULT_BOOK) -> ResponseResult:
    """Say how a man responds, as known on a day; a pure function of the record."""
    known = course.as_known(known_on)
    levels, every = psa_levels(known), treatment_series(known)
    latest = every[-1] if every else None
    due = plan(course, known_on=known_on, book=book)
    return ResponseResult(
        course=known,
        known_on=known_on,
        series=(0 if latest is None else latest.number, () if latest is None else latest.cycles),
        psa=psa_answers(levels, [day for _, day in latest.cycles], next_therapy(known, latest))
        if latest is not None
        else psa_answers(levels, ()),
        restagings=tuple(found for series in every for found in _of_series(known, levels, series)),
        toxicity=toxicity_of(known, known_on),
        trigger=next((item for item in due.items if item.rule == TRIGGER), None),
        plan=due,
        advice=_advice(course, known_on, book, due),
    )


def _of_series(course: Course, levels: tuple[Level, ...], series: Series) -> list[Restaging]:
    psa, following = under_treatment(levels, series.started), next_therapy(course, series)
    if psa is not None and following is not None:
        psa = until(psa, following.started)
    return [_restaging(course, one, psa, series) for one in restagings(course, series)]


def _advice(course: Course, known_on: date, book: str, due: Plan) -> tuple[str, Advice] | None:
    question = next_question(course.as_known(known_on), known_on)
    if question.kind != "cycle" or not due.in_scope:
        return None
    return str(question), advice_of(assess(course, question, known_on=known_on, book=book))


def _restaging(course: Course, imaged: Imaged, psa: PsaSeries | None, series: Series) -> Restaging:
    before, now = imaged.pets()
    last = imaged.on + timedelta(days=published()["PSA + RECIP"].values["within_days"])
    following = next_therapy(course, series)
    return Restaging(
        on=imaged.on,
        under=told(following) if following is not None and following.started < imaged.on else "",
        imaging=tuple(f"{KINDS[one.kind]} {day_of(one.on)}" for one in imaged.now),
        after_cycle=max(number for number, day in series.cycles if day < day_of(imaged.now[0].on)),
        pet=None if now is None else day_of(now.on),
        compared_with="" if before is None or now is None else f"PSMA PET {day_of(before.on)}",
        said=(*psa_said(psa, last, next_therapy(course, series)), *imaging_said(imaged, psa)),
        week=None if now is None else round((day_of(now.on) - series.started).days / 7, 1),
        lesions=() if now is None else lesion_changes(course, before, now),
        volume_ml=(None, None) if now is None else volumes(before, now),
        extent=() if now is None else extent(course, now),
    )
