"""What do the stored values of a PET mean, before the patient's body comes in?

Bq/mL are related to the activity left; Philips' counts have a private factor to SUVbw or to Bq/mL; g/mL and cm2/mL are
uptake values already, by body weight unless SUV Type says otherwise. Anything else is refused. Sources: DICOM PS3.3
C.8.9.1 (Units, SUV Type); IBSI manual for SUV computation; conformance statements of Philips.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lutetia.provenance import Citation
from lutetia.quantification.suv import sources
from lutetia.quantification.suv.activity_left import Left, activity_left
from lutetia.quantification.suv.body import LeanMass, SuvError, SuvKind, body_term
from lutetia.quantification.suv.facts import SuvFacts, UsedFact
from lutetia.quantification.suv.printed import decay_facts, plain_fact

_STORED: Final[dict[str | None, tuple[SuvKind, LeanMass]]] = {
    None: ("bw", "janmahasatian"),
    "BW": ("bw", "janmahasatian"),
    "LBM": ("lbm", "morgan"),
    "LBMJAMES128": ("lbm", "james"),
    "LBMJANMA": ("lbm", "janmahasatian"),
    "IBW": ("ibw", "janmahasatian"),
    "BSA": ("bsa", "janmahasatian"),
}
"""SUV Type of the standard to the kind and the lean mass it means; absent is body weight."""

BOTH_FACTORS_WITHIN: Final = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredValues:
    """How the values of a series are read.

    Attributes
    ----------
    name, step : str
        The rule, and what is done to a value, in words.
    factors : tuple of float
        To uptake per gram [1/g], or to the uptake value that ``stored`` names; one, or one for each slice.
    left : Left or None
        The activity they are related to; None where they are uptake values.
    stored : tuple or None
        Which uptake value they are, with the formula of its lean mass.
    """

    name: str
    step: str
    used: tuple[UsedFact, ...]
    citations: tuple[Citation, ...]
    factors: tuple[float, ...]
    left: Left | None = None
    stored: tuple[SuvKind, LeanMass] | None = None
    cautions: tuple[str, ...] = ()


def stored_values_of(facts: SuvFacts) -> StoredValues:
    """Tell what the values of a series are.

    Raises
    ------
    SuvError
        If no uptake value can be had from them.
    """
    units = facts.units
    if units == "BQML":
        left = activity_left(facts)
        used = (plain_fact(facts, "units", "Units", "BQML"), *decay_facts(facts, left))
        return StoredValues(name=f"BQML, {left.name}", step=f"value [Bq/mL] / {left.said}", used=used, left=left,
                     citations=(sources.STANDARD, *left.citations), factors=left.per_becquerel)  # fmt: skip
    if units == "CNTS":
        return _philips(facts)
    if units in {"GML", "CM2ML"}:
        return _stored_uptake(facts, units)
    found = "Units is missing: nothing says what the values are" if units is None else f"Units is '{units}'"
    raise SuvError(
        facts.where,
        found if units is None else f"{found}, from which no uptake value can be had",
        "export the attenuation-corrected reconstruction in Bq/ml (Units BQML)",
        "a unit is never guessed from the size of the numbers",
    )


def _philips(facts: SuvFacts) -> StoredValues:
    """Take counts by Philips' private factors; zero means that no conversion exists."""
    by_uptake, by_activity = facts.philips_suv_factor, facts.philips_activity_factor
    unit = plain_fact(facts, "units", "Units", "CNTS")
    if by_uptake is not None and by_uptake > 0:
        used = (unit, plain_fact(facts, "philips_suv_factor", "Philips SUV factor", f"{by_uptake:g}"))
        step = f"value [counts] x {by_uptake:g} (Philips) is the uptake value by body weight"
        return StoredValues(name="CNTS, Philips SUV factor (7053,1000)", step=step, used=used, factors=(by_uptake,),
                     citations=(sources.PHILIPS_FACTORS, sources.QIBA), stored=("bw", "janmahasatian"),
                     cautions=tuple(_both_factors(facts, by_uptake)))  # fmt: skip
    if by_activity is not None and by_activity > 0:
        left = activity_left(facts)
        factor = plain_fact(facts, "philips_activity_factor", "Philips activity factor", f"{by_activity:g}")
        step = f"value [counts] x {by_activity:g} (Philips) is Bq/mL; / {left.said}"
        return StoredValues(name=f"CNTS, Philips activity factor (7053,1009), {left.name}", step=step, left=left,
                     used=(unit, factor, *decay_facts(facts, left)),
                     citations=(sources.PHILIPS_FACTORS, *left.citations),
                     factors=tuple(by_activity * one for one in left.per_becquerel))  # fmt: skip
    raise SuvError(
        facts.where,
        "Units is 'CNTS', and neither of Philips' private factors (7053,1000), (7053,1009) is given above 0",
        "export the reconstruction in Bq/ml, or with Philips' private elements",
        "counts without a factor are no activity",
    )


def _both_factors(facts: SuvFacts, by_uptake: float) -> Iterator[str]:
    """Compare Philips' two factors, where the second can be followed to the end."""
    by_activity = facts.philips_activity_factor
    if by_activity is None or by_activity <= 0:
        return
    try:
        left = activity_left(facts)
        term = body_term("bw", facts.body, lean_mass="janmahasatian", where=facts.where)
    except SuvError:
        return
    change = by_activity * left.per_becquerel[0] * term.value / by_uptake - 1
    if abs(change) > BOTH_FACTORS_WITHIN:
        yield (
            f"Philips' activity factor (7053,1009) with activity, times and weight of the header would give uptake "
            f"values that are {change:+.1%}"
        )


def _stored_uptake(facts: SuvFacts, units: str) -> StoredValues:
    stored = _STORED.get(facts.suv_type)
    if units == "CM2ML" and facts.suv_type is None:
        stored = ("bsa", "janmahasatian")
    if stored is None or (stored[0] == "bsa") != (units == "CM2ML"):
        raise SuvError(
            facts.where,
            f"SUVType is '{facts.suv_type}', which does not go with Units {units}",
            "export the attenuation-corrected reconstruction in Bq/ml (Units BQML)",
            "what the values were divided by cannot be told",
        )
    shown = facts.suv_type or ("absent: body surface" if units == "CM2ML" else "absent: body weight, by the standard")
    used = (plain_fact(facts, "units", "Units", units), plain_fact(facts, "suv_type", "SUVType", shown))
    return StoredValues(name=f"{units}, stored as SUV {stored[0]}", used=used, factors=(1.0,), stored=stored,
                 step=f"value is the uptake value by {stored[0]} already",
                 citations=(sources.STANDARD, sources.IBSI_UNITS))  # fmt: skip
