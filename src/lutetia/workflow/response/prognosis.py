"""From a course's folder to what can be said of the prognosis: factors, models by card, models only named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from lutetia.course import Course
from lutetia.criteria.prognosis import Known, NamedModel, known_value, named_models, predict
from lutetia.criteria.prognosis_card import ModelCard, read_card
from lutetia.criteria.toxicity import first_given_on
from lutetia.guideline import DEFAULT_BOOK, Selection, assess
from lutetia.guideline.book import load
from lutetia.provenance import sha256_of
from lutetia.report.prognosis import NamedModelOfMan, PrognosisResult
from lutetia.workflow.guideline.consulted import Outcome
from lutetia.workflow.record.opened import open_all

FACTORS: Final = ("PROG-", "PRED-")
"""Recommendations of the guideline on prognosis and prediction, by the beginning of their ids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrognosisOutcome(Outcome):
    """The prognosis, the record it was read from, and what has to be known about how it came about."""

    result: PrognosisResult


def prognosis_folder(
    course_path: Path, *, site_path: Path | None, known_on: date, cards: Sequence[Path] = ()
) -> PrognosisOutcome:
    """Read what can be said of a man's prognosis.

    Parameters
    ----------
    course_path, site_path : Path
        See :func:`lutetia.workflow.record.opened.open_all`.
    known_on : date
        The record as known on this day is used.
    cards : sequence of Path
        Model cards to compute.

    Raises
    ------
    lutetia.errors.InputError
        If a file cannot be read.
    """
    read = [read_card(path) for path in cards]
    opened = open_all(course_path, site_path)
    inputs = {path.name: sha256_of(path) for path in cards}
    return PrognosisOutcome(
        result=prognosis_of(opened.course, known_on=known_on, cards=read),
        record=opened.record("prognosis", parameters={"known_on": known_on.isoformat()}, inputs=inputs),
        notes=opened.notes_on(known_on),
    )


def prognosis_of(course: Course, *, known_on: date, cards: Sequence[ModelCard] = ()) -> PrognosisResult:
    """Return the factors, the models by card, and the models that are only named.

    The factors are those of the day of the first administration, and of the day as known before there is one.

    Parameters
    ----------
    course : Course
        The whole record.
    """
    known = course.as_known(known_on)
    on = first_given_on(known) or known_on
    assessment = assess(known, Selection(on), known_on=on)
    factors = tuple(answer for answer in assessment.answers if answer.id.startswith(FACTORS))
    return PrognosisResult(
        course=course.id, synthetic=course.synthetic, known_on=known_on, factors_on=on, factors=factors,
        source=load(DEFAULT_BOOK).source.title, predictions=tuple(predict(c, known, known_on=known_on) for c in cards),
        named=tuple(_named(model, known, on) for model in named_models()),
    )  # fmt: skip


def _named(model: NamedModel, known: Course, on: date) -> NamedModelOfMan:
    found: tuple[tuple[str, Known | None], ...] = tuple(
        (what, known_value(known, item, None, on=on, days=None) if item else None) for what, item in model.covariates
    )
    return NamedModelOfMan(model=model, known=found)
