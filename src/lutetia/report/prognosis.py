"""How is prognosis shown? Factors as the guideline lists them, models that a card computes, and models only named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from lutetia.criteria.prognosis import Contribution, Known, NamedModel, Prediction
from lutetia.criteria.prognosis_card import DERIVED
from lutetia.guideline.verdict import Answer, Status
from lutetia.report import words
from lutetia.report.course_page import FOOT, course_page
from lutetia.report.document import Block, Bullets, Column, Document, Fold, KeyFacts, Note, Paragraph, Section, Table

FORMAT: Final = "lutetia-prognosis/1"
_STATES: Final = {
    Status.MET: "present", Status.NOT_MET: "absent", Status.UNKNOWN: "unknown", Status.NOT_APPLICABLE: "not asked",
}  # fmt: skip
_WITHIN: Final = {True: "yes", False: "no", None: "not known"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedModelOfMan:
    """A published model that is only named, and what the record has of its covariates."""

    model: NamedModel
    known: tuple[tuple[str, Known | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrognosisResult:
    """What can be said of a man's prognosis.

    Attributes
    ----------
    factors_on : date
        The day of which the factors are told: that of the first administration, or the day as known.
    """

    course: str
    synthetic: bool
    known_on: date
    factors_on: date
    factors: tuple[Answer, ...]
    source: str
    predictions: tuple[Prediction, ...]
    named: tuple[NamedModelOfMan, ...]


def prognosis_document(result: PrognosisResult) -> Document:
    """Return a page that holds the prognosis."""
    blocks: tuple[Block, ...] = (_warning(), *map(_prediction, result.predictions), _factors(result), _named(result))
    return course_page(result.course, "prognosis", result.known_on, blocks, synthetic=result.synthetic)


def _warning() -> Note:
    return Note(
        kind="note", lead="Prognosis, not selection.",
        text="These factors go with a worse course under other treatments too; they change no eligibility.",
    )  # fmt: skip


def factor_state(answer: Answer) -> str:
    """Say whether a factor is present, absent or unknown."""
    return _STATES[answer.status]


def _factors(result: PrognosisResult) -> Section:
    rows = tuple(
        (
            answer.asks,
            factor_state(answer),
            words.prose(_rests_on(answer)),
            answer.id,
            answer.citation.rpartition(", ")[2],
        )
        for answer in result.factors
    )
    factors = Table(
        caption=f"Factors as of {result.factors_on.isoformat()}; {result.source}", rows=rows, dense=True,
        columns=(Column("factor"), Column("state"), Column("rests on, or asks for"), Column("rule"), Column("place")),
    )  # fmt: skip
    return Section(id="factors", title="Factors that the guideline lists", blocks=(factors,))


def _rests_on(answer: Answer) -> str:
    if answer.status is Status.UNKNOWN:
        return "; ".join(dict.fromkeys(ask.question for ask in answer.asks_for))
    used = [f"{words.item(one.item)} {one.shown}" for one in answer.evidence if one.state == "used" and one.shown]
    return "; ".join([*used, *answer.beside])


def _prediction(one: Prediction) -> Section:
    card = one.card
    rows = [
        ("model", f"{card.name}, version {card.version}: {card.outcome}"),
        ("source", f"{card.source.title} ({card.source.year}), {card.source.identifier}, {card.source.locator}"),
        ("covariates as of", one.on.isoformat()),
        (one.score_name, "unknown" if one.score is None else f"{one.score:.3f}".replace("-", "−")),
        *((f"at {at.months:g} months", words.percent(at.probability)) for at in one.survival),
        ("one of the population in which it was developed", _WITHIN[one.within]),
        ("that population", f"{card.population.men} men: {card.population.described}"),
    ]
    blocks: list[Block] = [KeyFacts(rows=tuple(rows)), _contributions(one)]
    if one.outside:
        lead = "Outside the population."
        blocks.insert(0, Note(kind="warning", lead=lead, text=words.prose("; ".join(one.outside))))
    if one.needs:
        blocks.append(Paragraph(lead="Not known, and not made up:", text=words.prose("; ".join(one.needs))))
    blocks += [Note(kind="note", text=words.sentence(text)) for text in one.notes]
    return Section(id=f"model-{_plain(card.name)}", title=card.name, blocks=tuple(blocks))


def _plain(name: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in name.lower())


def _contributions(one: Prediction) -> Table:
    return Table(
        caption=f"What each covariate adds to the {one.score_name}", dense=True,
        columns=(Column("covariate"), Column("value"), Column("day"), Column("adds", align="decimal")),
        rows=tuple(
            (part.covariate, words.prose(part.known.shown) or "unknown", words.day(part.known.on), _added(part))
            for part in one.contributions
        ),
    )  # fmt: skip


def _added(part: Contribution) -> str:
    return "unknown" if part.added is None else f"{part.added:.3f}".replace("-", "−")


def _named(result: PrognosisResult) -> Section:
    intro = Paragraph(
        text="These models are published and are not computed: their coefficients are not at hand, and none is "
        "imitated. Whoever has the publication can write a model card.",
    )
    return Section(id="named", title="Models that are only named", blocks=(intro, *map(_model, result.named)))


def _model(one: NamedModelOfMan) -> Fold:
    model = one.model
    source = f"{model.source.title}{f', {model.source.identifier}' if model.source.identifier else ''}"
    facts = KeyFacts(rows=(("source", source), ("developed in", model.population), ("performance", model.performance),
                           ("needs", model.needs)))  # fmt: skip
    lines = tuple(f"{what}: {_of_record(known)}" for what, known in one.known)
    return Fold(summary=model.name, meta=("not computed",), content=(facts, Bullets(items=lines)))


def _of_record(known: Known | None) -> str:
    if known is None:
        return "no item of the record holds it"
    return words.prose(f"{known.shown} ({known.on})") if known.value is not None else f"unknown ({known.need})"


def prognosis_json(result: PrognosisResult) -> dict[str, Any]:
    """Return everything that the page shows as plain values."""
    return {
        "format": FORMAT,
        "notice": FOOT,
        "course": result.course,
        "synthetic": result.synthetic,
        "known_on": result.known_on.isoformat(),
        "factors_on": result.factors_on.isoformat(),
        "factors": [
            {"id": one.id, "asks": one.asks, "state": factor_state(one), "rests_on": _rests_on(one),
             "citation": one.citation}
            for one in result.factors
        ],
        "models": [_prediction_json(one) for one in result.predictions],
        "named": [
            {"name": one.model.name, "source": one.model.source.title, "identifier": one.model.source.identifier,
             "computed": False, "needs": one.model.needs, "covariates": [what for what, _ in one.known]}
            for one in result.named
        ],
    }  # fmt: skip


def _prediction_json(one: Prediction) -> dict[str, Any]:
    return {
        "name": one.card.name, "version": one.card.version, "outcome": one.card.outcome,
        "source": one.card.source.model_dump(mode="json"), "on": one.on.isoformat(),
        one.score_name.replace(" ", "_"): one.score,
        "survival": [{"months": at.months, "probability": at.probability} for at in one.survival],
        "within_population": one.within, "outside": list(one.outside),
        "contributions": [
            {"covariate": part.covariate, "item": DERIVED.get(part.item, part.item), "shown": part.known.shown,
             "on": part.known.on and part.known.on.isoformat(), "adds": part.added}
            for part in one.contributions
        ],
        "needs": list(one.needs), "notes": list(one.notes),
    }  # fmt: skip
