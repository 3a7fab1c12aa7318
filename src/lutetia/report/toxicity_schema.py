"""Which shape does ``lutetia-toxicity/1`` have? The JSON Schema of what :func:`toxicity_json` returns."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from lutetia.report.form import Form, written_schema
from lutetia.report.toxicity_json import FORMAT


class GradeForm(Form):
    """The least and the most possible grade."""

    least: int = Field(ge=0, le=5)
    most: int = Field(ge=0, le=5)


class PeriodForm(Form):
    """A stretch of the course: later than ``after``, not later than ``until``."""

    name: str
    cycle: int | None
    after: date | None
    until: date | None
    next_planned: date | None


class InPeriodForm(Form):
    """What one term did in one period."""

    period: str
    worst: GradeForm | None
    emergent: bool | None
    had_to_recover: bool | None
    recovered: bool | None
    recovered_by: date | None


class GradedDayForm(Form):
    """The grade of a day, what it rests on, and what would settle it."""

    on: date
    grade: GradeForm | None
    shown: str
    needs: tuple[str, ...]


class TermForm(Form):
    """One term over the course."""

    term: str
    origin: Literal["result", "answers", "event"] = Field(alias="from")
    baseline: GradeForm | None
    worst: GradeForm | None
    emergent: bool | None
    by_period: tuple[InPeriodForm, ...]
    grades: tuple[GradedDayForm, ...]


class EstimateForm(Form):
    """What an equation makes of a creatinine; ``high`` is null where it has no upper end."""

    low: float
    high: float | None
    unit: str


class CreatinineForm(Form):
    """One creatinine with every estimate."""

    on: date
    creatinine: str
    estimates: dict[str, EstimateForm]


class ReportedGfrForm(Form):
    """A GFR as the laboratory calculated it."""

    on: date
    shown: str
    equation: str | None


class SlopeForm(Form):
    """The change per year."""

    per_year: float
    standard_error: float | None
    values: int
    span_days: int


class NoSlopeForm(Form):
    """Why there is none."""

    none_because: str


class RenalForm(Form):
    """The kidneys by every equation."""

    decides: str
    values: tuple[CreatinineForm, ...]
    reported: tuple[ReportedGfrForm, ...]
    slopes: dict[str, SlopeForm | NoSlopeForm]
    needs: tuple[str, ...]


class ItemForm(Form):
    """The scores of one item, each with its day."""

    item: str
    scores: tuple[tuple[date, float], ...]


class InstrumentForm(Form):
    """What the patient reported by one instrument."""

    instrument: str
    version: str
    items: tuple[ItemForm, ...]
    needs: str


class AnswerForm(Form):
    """One answer of the guideline on relief."""

    id: str
    status: str
    strength: str
    says: str
    consequence: str
    citation: str


class ReliefForm(Form):
    """What the guideline says about relief."""

    source: str
    question: str
    notes: tuple[str, ...]
    answers: tuple[AnswerForm, ...]


class ToxicityForm(Form):
    """The side effects of a course, as known on a day."""

    format: Literal["lutetia-toxicity/1"]
    notice: str
    course: str
    synthetic: bool
    known_on: date
    ctcae: str
    periods: tuple[PeriodForm, ...]
    terms: tuple[TermForm, ...]
    other_versions: tuple[str, ...]
    needs: tuple[str, ...]
    renal: RenalForm
    reported: tuple[InstrumentForm, ...]
    advice: ReliefForm | None


def toxicity_schema() -> dict[str, Any]:
    """Return the JSON Schema of the side effects."""
    return written_schema(FORMAT, ToxicityForm.model_json_schema(mode="serialization", by_alias=True))
