"""From a course's folder to its side effects: graded by cycle, with kidneys, reports of the patient, and advice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import dropwhile
from pathlib import Path
from typing import Final

from lutetia.course import Course
from lutetia.course.event import AdverseEvent, GradeOn
from lutetia.criteria.ctcae import VERSION, table
from lutetia.criteria.patient_reported import read_instrument, reported
from lutetia.criteria.renal_trajectory import REPORTED, Estimate, estimate_by, renal_course
from lutetia.criteria.toxicity import baseline_fact
from lutetia.criteria.toxicity_cycle import AFTER_LAST_DAYS, TermByCycle, Toxicity, worst_by_cycle
from lutetia.guideline import DEFAULT_BOOK, CycleQuestion, assess
from lutetia.guideline.book import load
from lutetia.guideline.logic import Question, Settings
from lutetia.provenance import sha256_of
from lutetia.report.toxicity_result import Advice, ToxicityResult
from lutetia.vocabulary import laboratory
from lutetia.workflow.guideline.consulted import Outcome
from lutetia.workflow.record.opened import open_all

RELIEF: Final = ("AE-7", "AE-8", "AE-9")
"""Recommendations of the guideline on easing a dry mouth and pain, by the beginning of their ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToxicityOutcome(Outcome):
    """The side effects, the record they were read from, and what has to be known about how they came about."""

    result: ToxicityResult


def toxicity_folder(
    course_path: Path,
    *,
    site_path: Path | None,
    known_on: date,
    version: str = VERSION,
    after_last_days: int = AFTER_LAST_DAYS,
    instruments: Sequence[Path] = (),
) -> ToxicityOutcome:
    """Read the side effects of a course.

    Parameters
    ----------
    course_path, site_path : Path
        See :func:`lutetia.workflow.record.opened.open_all`.
    known_on : date
        The record as known on this day is used.
    version : str
        Of CTCAE.
    after_last_days : int
        How long the cycle that no other follows is taken to last [d].
    instruments : sequence of Path
        Tables of instruments by which patients report.

    Raises
    ------
    lutetia.errors.InputError
        If a file cannot be read, or there is no table of the version.
    """
    table(version)
    tables = [read_instrument(path) for path in instruments]
    opened = open_all(course_path, site_path)
    course = opened.course.as_known(known_on)
    equation = Settings.of(course, known_on).egfr
    toxicity = toxicity_of(course, known_on, version=version, after_last_days=after_last_days)
    baseline = baseline_fact(course, course.facts_of(laboratory.creatinine))
    result = ToxicityResult(
        course=course, known_on=known_on, toxicity=toxicity, equation=equation, after_last_days=after_last_days,
        renal=renal_course(course, since=None if baseline is None else baseline.day),
        instruments=reported(course, tables), advice=relief(opened.course, toxicity, known_on),
    )  # fmt: skip
    parameters = {"known_on": known_on.isoformat(), "ctcae": version, "after_last_days": after_last_days}
    inputs = {path.name: sha256_of(path) for path in instruments}
    return ToxicityOutcome(
        result=result, record=opened.record("toxicity", parameters=parameters, inputs=inputs),
        notes=opened.notes_on(known_on),
    )  # fmt: skip


def toxicity_of(
    course: Course, known_on: date, *, version: str = VERSION, after_last_days: int = AFTER_LAST_DAYS
) -> Toxicity:
    """Return the grades of a course, its GFR made as the site decides.

    Parameters
    ----------
    course : Course
        With the site's settings, as known on the day.
    """
    equation = Settings.of(course, known_on).egfr
    estimate: Estimate | None = None if equation == REPORTED else estimate_by(course, equation)
    return worst_by_cycle(
        course, known_on=known_on, version=version, estimate=estimate, after_last_days=after_last_days
    )


def relief(course: Course, toxicity: Toxicity, known_on: date) -> Advice | None:
    """Ask the guideline about relief for the cycle that is due, or would follow; None before the first and after death.

    Answers of the patient about a symptom stand in as an event where the record has none of its name or organ.
    """
    known = course.as_known(known_on)
    question = _question(known, known_on)
    if question is None:
        return None
    added = [event for row in toxicity.terms if (event := _as_event(known, row, toxicity.version)) is not None]
    asked = known
    if added:
        listed = known.events.model_copy(update={"entries": (*known.events.entries, *added)})
        asked = known.model_copy(update={"events": listed})
    found = assess(asked, question, known_on=known_on)
    told = tuple(
        f"For this advice the answers about {one.term} count as an event of grade {one.grade} ({one.grades[-1].on})."
        for one in added
    )
    answers = tuple(answer for answer in found.answers if answer.id.startswith(RELIEF))
    day = f"asked for cycle {question.number}, {question.on.isoformat()}"
    return Advice(question=day, answers=answers, graded=told, source=load(DEFAULT_BOOK).source.title)


def _question(course: Course, known_on: date) -> Question | None:
    given = course.given_cycles
    if not given or course.dead:
        return None
    number = given[-1].number + 1
    following = course.cycle(number)
    return CycleQuestion(number, known_on if following is None else max(following.planned, known_on))


def _as_event(course: Course, row: TermByCycle, version: str) -> AdverseEvent | None:
    symptom = next((one for one in table(version).symptoms if one.name == row.term), None)
    if symptom is None or row.grades.origin != "answers":
        return None
    alike = [
        event
        for event in course.events.entries
        if event.term.casefold() == row.term or (symptom.organ == "salivary-glands" == event.organ)
    ]
    settled = list(
        dropwhile(lambda one: one.grade.least == 0, filter(lambda one: one.grade.settled, row.grades.grades))
    )
    if alike or not settled or settled[-1].grade.least == 0 or settled[-1] is not row.grades.grades[-1]:
        return None
    grades = tuple(GradeOn(on=one.on, grade=one.grade.least) for one in settled)
    return AdverseEvent.model_validate({"term": row.term, "ctcae": version, "organ": symptom.organ, "grades": grades})
