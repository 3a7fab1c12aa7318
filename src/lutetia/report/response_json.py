"""The response as plain values; the form is described in ``docs/response.md``."""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

from pydantic import TypeAdapter

from lutetia.report.course_page import FOOT
from lutetia.report.plan import plan_json
from lutetia.report.restaging import PsaAnswers, ResponseResult, Restaging

FORMAT: Final = "lutetia-response/1"
_PSA: Final = TypeAdapter(PsaAnswers)
_RESTAGING: Final = TypeAdapter(Restaging)


def response_json(result: ResponseResult) -> dict[str, Any]:
    """Return everything that the page tells as plain values; an end that is open is null."""
    advice = None
    if result.advice is not None:
        question, advised = result.advice
        advice = {"question": question, "headline": advised.headline}
    return {
        "format": FORMAT,
        "notice": FOOT,
        "course": result.course.id,
        "synthetic": result.course.synthetic,
        "known_on": result.known_on.isoformat(),
        "started": None if result.started is None else result.started.isoformat(),
        "psa": _finite(_PSA.dump_python(result.psa, mode="json")),
        "restagings": [
            {**_RESTAGING.dump_python(one, mode="json"), "disagreement": one.disagreement} for one in result.restagings
        ],
        "toxicity": {
            "ctcae": result.toxicity.version,
            "terms": [
                {"term": row.term, "worst": [row.worst.least, row.worst.most], "emergent": row.emergent}
                for row in result.toxicity.terms
                if row.worst is not None
            ],
        },
        "guideline_trigger": None
        if result.trigger is None
        else {"rule": result.trigger.rule, "state": result.trigger.state.value, "because": result.trigger.because},
        "advice": advice,
        "plan": plan_json(result.plan),
    }


def _finite(value: Any) -> Any:
    """Write an end that lies nowhere as nothing: JSON has no infinity."""
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not isfinite(value) else value
