"""What is there to show about the side effects of a course? One object, from which page and JSON are made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lutetia.course import Course
from lutetia.criteria.patient_reported import InstrumentCourse
from lutetia.criteria.renal_trajectory import RenalCourse
from lutetia.criteria.toxicity_cycle import Toxicity
from lutetia.guideline.verdict import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What the guideline says about easing the side effects.

    Attributes
    ----------
    question : str
        The cycle that was asked about, with its day.
    answers : tuple of Answer
    graded : tuple of str
        Answers of the patient that stood in as events, since the record has none of that name.
    source : str
        The book, in words.
    """

    question: str
    answers: tuple[Answer, ...]
    graded: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToxicityResult:
    """The side effects of a course as known on a day.

    Attributes
    ----------
    course : Course
        As known on the day.
    equation : str
        Which GFR decides here: one of the equations, or ``reported``.
    after_last_days : int
        How long the cycle that no other follows was taken to last.
    advice : Advice or None
        None before the first cycle.
    """

    course: Course
    known_on: date
    toxicity: Toxicity
    renal: RenalCourse
    equation: str
    after_last_days: int
    instruments: tuple[InstrumentCourse, ...]
    advice: Advice | None
