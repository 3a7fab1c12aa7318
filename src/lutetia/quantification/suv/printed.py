"""The facts behind an uptake value as they are printed, each with its origin."""

from __future__ import annotations

from collections.abc import Iterator

from lutetia.quantification.suv.activity_left import Left
from lutetia.quantification.suv.body import BodyTerm
from lutetia.quantification.suv.facts import HEADER, SuvFacts, UsedFact


def plain_fact(facts: SuvFacts, field: str, name: str, shown: str) -> UsedFact:
    """Return a fact with the origin that was recorded for its field."""
    return UsedFact(name=name, shown=shown, origin=facts.origins.get(field, HEADER))


def decay_facts(facts: SuvFacts, left: Left) -> tuple[UsedFact, ...]:
    """Return what the activity left rests on."""
    return tuple(_decay_facts(facts, left))


def _decay_facts(facts: SuvFacts, left: Left) -> Iterator[UsedFact]:
    yield plain_fact(facts, "administered_mbq", "activity injected", f"{facts.administered_mbq:.6g} MBq")
    if facts.administered_at is not None:
        yield plain_fact(facts, "administered_at", "injected at", f"{facts.administered_at:%Y-%m-%d %H:%M:%S}")
    if facts.nuclide is not None:
        yield plain_fact(facts, "nuclide", "nuclide", facts.nuclide)
    yield UsedFact(name="half-life", shown=f"{left.half_life_s:g} s", origin=left.half_life_from)
    yield plain_fact(facts, "decay_correction", "decay correction", str(facts.decay_correction))
    if left.reference_at is not None:
        shown = f"{left.reference_at:%Y-%m-%d %H:%M:%S}"
        yield UsedFact(name="values corrected to", shown=shown, origin=left.reference_told_by)


def body_facts(facts: SuvFacts, *terms: BodyTerm) -> tuple[UsedFact, ...]:
    """Return what of the body was used."""
    body = facts.body
    shown = {
        "weight_kg": ("weight", f"{body.weight_kg:g} kg" if body.weight_kg is not None else ""),
        "height_m": ("height", f"{body.height_m:g} m" if body.height_m is not None else ""),
        "sex": ("sex", body.sex or ""),
    }
    needed = dict.fromkeys(field for term in terms for field in term.needs)
    return tuple(plain_fact(facts, field, *shown[field]) for field in needed)
