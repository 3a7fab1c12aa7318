"""Which shape does ``lutetia-response/1`` have? The JSON Schema of what :func:`response_json` returns."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from lutetia.report.form import Form, written_schema
from lutetia.report.response_json import FORMAT
from lutetia.report.restaging import PsaAnswers, Restaging


class GradedTermForm(Form):
    """A term of CTCAE with the least and the most possible grade since the first cycle."""

    term: str
    worst: tuple[int, int]
    emergent: bool | None


class GradedForm(Form):
    """The side effects in short."""

    ctcae: str
    terms: tuple[GradedTermForm, ...]


class TriggerForm(Form):
    """The guideline's own rule on a rise of PSA."""

    rule: str
    state: str
    because: str


class AdviceForm(Form):
    """The question that comes next, and what the book advises."""

    question: str
    headline: str


class ResponseForm(Form):
    """The response of a course, as known on a day."""

    format: Literal["lutetia-response/1"]
    notice: str
    course: str
    synthetic: bool
    known_on: date
    started: date | None
    psa: PsaAnswers
    restagings: tuple[Restaging, ...]
    toxicity: GradedForm
    guideline_trigger: TriggerForm | None
    advice: AdviceForm | None
    plan: dict[str, Any]


def response_schema() -> dict[str, Any]:
    """Return the JSON Schema of the response; an end of an interval that lies nowhere is null."""
    schema = ResponseForm.model_json_schema(mode="serialization")
    restaging, interval = (schema["$defs"][name] for name in ("Restaging", "Interval"))
    restaging["properties"]["disagreement"] = {"title": "Disagreement", "type": "string"}
    restaging["required"] = sorted({*restaging["properties"]})
    ends = interval["prefixItems"][:2]
    interval["prefixItems"][:2] = [{"title": end["title"], "type": ["number", "null"]} for end in ends]
    return written_schema(FORMAT, schema)
