"""Which shape does ``lutetia-prognosis/1`` have? The JSON Schema of what :func:`prognosis_json` returns."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, Literal

from lutetia.criteria.prognosis_card import CardSource
from lutetia.report.form import Form, written_schema
from lutetia.report.prognosis import FORMAT

SCORES: Final = ("linear_predictor", "total_points")
"""What a model's score is called; a model has one of them."""


class FactorForm(Form):
    """A factor that the guideline lists."""

    id: str
    asks: str
    state: Literal["present", "absent", "unknown", "not asked"]
    rests_on: str
    citation: str


class SurvivalForm(Form):
    """The part that a model lets be alive, or without the event, at a time."""

    months: float
    probability: float


class ContributionForm(Form):
    """One covariate and what it adds; null where it is not known."""

    covariate: str
    item: str
    shown: str
    on: date | None
    adds: float | None


class ModelForm(Form):
    """A published model, computed from its card."""

    name: str
    version: str
    outcome: str
    source: CardSource
    on: date
    linear_predictor: float | None
    total_points: float | None
    survival: tuple[SurvivalForm, ...]
    within_population: bool | None
    outside: tuple[str, ...]
    contributions: tuple[ContributionForm, ...]
    needs: tuple[str, ...]
    notes: tuple[str, ...]


class NamedForm(Form):
    """A published model that is only named."""

    name: str
    source: str
    identifier: str
    computed: Literal[False]
    needs: str
    covariates: tuple[str, ...]


class PrognosisForm(Form):
    """What can be said of a man's prognosis, as known on a day."""

    format: Literal["lutetia-prognosis/1"]
    notice: str
    course: str
    synthetic: bool
    known_on: date
    factors_on: date
    factors: tuple[FactorForm, ...]
    models: tuple[ModelForm, ...]
    named: tuple[NamedForm, ...]


def prognosis_schema() -> dict[str, Any]:
    """Return the JSON Schema of the prognosis; a model has one of the two :data:`SCORES`."""
    schema = PrognosisForm.model_json_schema(mode="serialization")
    model = schema["$defs"]["ModelForm"]
    model["required"] = [name for name in model["required"] if name not in SCORES]
    model["oneOf"] = [{"required": [name]} for name in SCORES]
    return written_schema(FORMAT, schema)
