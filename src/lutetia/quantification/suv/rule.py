"""By which factor do the values of this PET become uptake values, by which published rule, and from which facts?

Facts in, rule out. Nothing is guessed: a fact that is missing, impossible or contradicted is a refusal that names it.
Sources: QIBA vendor-neutral pseudo-code; IBSI manual for SUV computation; DICOM PS3.3 C.8.9.1; Philips conformance
statements for the two private factors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from lutetia.provenance import Citation
from lutetia.quantification.suv.body import (
    PLAUSIBLE_BMI,
    PLAUSIBLE_HEIGHT_M,
    BodyTerm,
    LeanMass,
    SuvError,
    SuvKind,
    SuvUnit,
    body_term,
)
from lutetia.quantification.suv.facts import SuvFacts, UsedFact
from lutetia.quantification.suv.printed import body_facts
from lutetia.quantification.suv.stored import StoredValues, stored_values_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SuvRule:
    """How the rescaled values of a series become uptake values.

    Attributes
    ----------
    kind, lean_mass : str, str or None
        Which uptake value, and by which lean mass where it is that of ``lbm``.
    unit : str
        ``g/mL``, or ``cm2/mL`` for body surface.
    name : str
        The rule in a few words.
    steps : tuple of str
        What is multiplied and divided, in words, in order.
    factors : tuple of float
        Uptake value per rescaled value: one for the series, or one for each slice where slices decayed apart.
    used : tuple of UsedFact
        Every fact that the factor rests on, with its origin.
    citations : tuple of Citation
    reference_at : datetime or None
        To which moment the values are corrected; None where they were uptake values already, or are not corrected.
    uptake_time_min : float or None
        From the administration to ``reference_at`` [min].
    term : BodyTerm or None
        What uptake is related to; None where the values came as uptake values and the weight is not known.
    notes, cautions : tuple of str
        What was done about the header; what a reader has to weigh.
    """

    where: str
    kind: SuvKind
    lean_mass: LeanMass | None
    unit: SuvUnit
    name: str
    steps: tuple[str, ...]
    factors: tuple[float, ...] = field(repr=False)
    used: tuple[UsedFact, ...]
    citations: tuple[Citation, ...]
    reference_at: datetime | None = None
    uptake_time_min: float | None = None
    term: BodyTerm | None = None
    notes: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()

    @property
    def factor(self) -> float | None:
        """The factor where all slices have the same one."""
        return self.factors[0] if len(set(self.factors)) == 1 else None


def suv_rule(facts: SuvFacts, kind: SuvKind = "bw", *, lean_mass: LeanMass = "janmahasatian") -> SuvRule:
    """Choose the rule for a series and compute its factor.

    Parameters
    ----------
    facts : SuvFacts
    kind : str
        ``bw``, ``lbm``, ``ibw`` or ``bsa``.
    lean_mass : str
        Formula of the lean body mass for ``lbm``.

    Raises
    ------
    SuvError
        If a fact is missing, impossible, or contradicted by another one.
    """
    values = stored_values_of(facts)
    if values.stored is None:
        made = _from_activity(facts, values, kind, lean_mass)
    else:
        made = _from_uptake(facts, values, values.stored, kind, lean_mass)
    left = values.left
    return replace(
        made,
        reference_at=left.reference_at if left else None,
        uptake_time_min=left.uptake_time_min if left else None,
        notes=(*facts.notes, *(left.notes if left else ())),
        cautions=(*values.cautions, *(left.cautions if left else ()), *made.cautions, *_odd_body(facts)),
    )


def _from_activity(facts: SuvFacts, values: StoredValues, kind: SuvKind, lean_mass: LeanMass) -> SuvRule:
    term = body_term(kind, facts.body, lean_mass=lean_mass, where=facts.where)
    return SuvRule(
        where=facts.where,
        kind=kind,
        lean_mass=lean_mass if kind == "lbm" else None,
        unit=term.unit,
        name=values.name,
        steps=(values.step, f"x {term.said}"),
        factors=tuple(one * term.value for one in values.factors),
        used=(*values.used, *body_facts(facts, term)),
        citations=_once(*values.citations, term.citation),
        term=term,
        cautions=term.cautions,
    )


def _from_uptake(
    facts: SuvFacts, values: StoredValues, stored: tuple[SuvKind, LeanMass], kind: SuvKind, lean_mass: LeanMass
) -> SuvRule:
    """Turn one kind of uptake value into another; the same kind needs nothing of the body."""
    rule = SuvRule(
        where=facts.where,
        kind=kind,
        lean_mass=lean_mass if kind == "lbm" else None,
        unit="cm2/mL" if kind == "bsa" else "g/mL",
        name=values.name,
        steps=(values.step,),
        factors=values.factors,
        used=values.used,
        citations=values.citations,
    )
    if stored[0] == kind and (kind != "lbm" or stored[1] == lean_mass):
        return replace(rule, term=_term_if_known(facts, kind, lean_mass))
    before = body_term(stored[0], facts.body, lean_mass=stored[1], where=facts.where)
    term = body_term(kind, facts.body, lean_mass=lean_mass, where=facts.where)
    return replace(
        rule,
        steps=(values.step, f"x {term.said} / {before.said}"),
        factors=tuple(one * term.value / before.value for one in values.factors),
        used=(*values.used, *body_facts(facts, term, before)),
        citations=_once(*values.citations, before.citation, term.citation),
        term=term,
        cautions=tuple(dict.fromkeys((*before.cautions, *term.cautions))),
    )


def _term_if_known(facts: SuvFacts, kind: SuvKind, lean_mass: LeanMass) -> BodyTerm | None:
    try:
        return body_term(kind, facts.body, lean_mass=lean_mass, where=facts.where)
    except SuvError:
        return None


def _odd_body(facts: SuvFacts) -> Iterator[str]:
    """Say where the body does not seem to be one, though this uptake value may need only a part of it."""
    body, (low, high) = facts.body, PLAUSIBLE_BMI
    if body.height_m is not None and not PLAUSIBLE_HEIGHT_M[0] <= body.height_m <= PLAUSIBLE_HEIGHT_M[1]:
        yield f"PatientSize is {body.height_m:g} m, which is no height; it is not used"
    elif body.mass_index is not None and not low <= body.mass_index <= high:
        made = f"{body.weight_kg:g} kg and {body.height_m:g} m make a BMI of {body.mass_index:.0f} kg/m2"
        yield f"{made}: one of the two is wrong"


def _once(*citations: Citation) -> tuple[Citation, ...]:
    return tuple(dict.fromkeys(citations))
