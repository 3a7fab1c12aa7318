"""By what of the body is uptake divided: weight, lean mass, ideal weight, surface?

Weight W in kg, height h in cm, BMI in kg/m2. Lean body mass: Janmahasatian 9270 W / (6680 + 216 BMI) for men and
9270 W / (8780 + 244 BMI) for women; James 1.10 W - 128 (W/h)^2 and 1.07 W - 148 (W/h)^2; Morgan as James with 120 for
men. Ideal weight (Sugawara): 48.0 + 1.06 (h - 152) and 45.5 + 0.91 (h - 152). Surface (Du Bois):
0.007184 W^0.425 h^0.725 m2. Of the lean masses and the ideal weight there is one for each sex and none for both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from lutetia.errors import InputError
from lutetia.provenance import Citation
from lutetia.quantification.suv import sources
from lutetia.vocabulary.person import PLAUSIBLE_HEIGHT_CM, PLAUSIBLE_WEIGHT_KG

SuvKind = Literal["bw", "lbm", "ibw", "bsa"]
LeanMass = Literal["janmahasatian", "james", "morgan"]
Sex = Literal["M", "F", "mean-of-both"]
SuvUnit = Literal["g/mL", "cm2/mL"]

PLAUSIBLE_HEIGHT_M: Final = (PLAUSIBLE_HEIGHT_CM[0] / 100, PLAUSIBLE_HEIGHT_CM[1] / 100)
PLAUSIBLE_BMI: Final = (10.0, 80.0)
"""Beyond it weight or height is another man's, or in another unit."""

KINDS: Final = {
    "bw": "body weight",
    "lbm": "lean body mass",
    "ibw": "ideal body weight",
    "bsa": "body surface area",
}


class SuvError(InputError):
    """An uptake value cannot be had, or not without a guess."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What is known of the patient's body; None where nobody stated it.

    Attributes
    ----------
    weight_kg, height_m : float or None
        On the day of the scan.
    sex : str or None
        ``"mean-of-both"`` where a person said that the mean of both formulas is meant.
    """

    weight_kg: float | None = None
    height_m: float | None = None
    sex: Sex | None = None

    @property
    def mass_index(self) -> float | None:
        """Weight over height squared [kg/m2]."""
        return None if self.weight_kg is None or not self.height_m else self.weight_kg / self.height_m**2


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyTerm:
    """What the activity per millilitre is related to.

    Attributes
    ----------
    kind : str
    value : float
        [g], or [cm2] for the surface.
    unit : str
        Of the uptake value it makes.
    said : str
        The formula in words, with its number.
    needs : tuple of str
        Which facts it rests on.
    """

    kind: SuvKind
    value: float
    unit: SuvUnit
    said: str
    citation: Citation
    needs: tuple[str, ...]
    cautions: tuple[str, ...] = ()


def body_term(kind: SuvKind, body: Body, *, lean_mass: LeanMass, where: str) -> BodyTerm:
    """Return what an uptake value of a kind is related to.

    Parameters
    ----------
    kind : str
    body : Body
    lean_mass : str
        Which formula ``lbm`` means.
    where : str
        Names the series in errors.

    Raises
    ------
    SuvError
        If a fact it needs is missing, or the facts cannot belong to one person.
    """
    weight = _needed(body.weight_kg, "the patient's weight (PatientWeight)", "weight", PLAUSIBLE_WEIGHT_KG, "kg", where)
    if kind == "bw":
        said = f"body weight {weight:g} kg"
        return BodyTerm(kind=kind, value=weight * 1e3, unit="g/mL", said=said, citation=sources.BODY_WEIGHT,
                        needs=("weight_kg",))  # fmt: skip
    height = _needed(body.height_m, "the patient's height (PatientSize)", "height", PLAUSIBLE_HEIGHT_M, "m", where)
    _refuse_another_body(body, where)
    if kind == "bsa":
        surface_cm2 = 71.84 * weight**0.425 * (height * 100) ** 0.725
        said = f"body surface {surface_cm2 / 1e4:.4f} m2 by Du Bois"
        return BodyTerm(kind=kind, value=surface_cm2, unit="cm2/mL", said=said, citation=sources.SURFACE_DU_BOIS,
                        needs=("weight_kg", "height_m"))  # fmt: skip
    formula = _IDEAL if kind == "ibw" else _LEAN[lean_mass]
    mass_kg = _by_sex(formula, weight, height, body.sex, where)
    if not 0 < mass_kg <= (weight if kind == "lbm" else 2 * PLAUSIBLE_WEIGHT_KG[1]):
        raise SuvError(
            where,
            f"{formula.name} makes {mass_kg:.1f} kg of {weight:g} kg and {height * 100:g} cm",
            "take SUVbw, or another formula",
            "the formula does not hold for this body",
        )
    said = f"{KINDS[kind]} {mass_kg:.2f} kg by {formula.name}, " + _SEXES[body.sex or "mean-of-both"]
    return BodyTerm(kind=kind, value=mass_kg * 1e3, unit="g/mL", said=said, citation=formula.citation,
                    needs=("weight_kg", "height_m", "sex"), cautions=_falling(formula, body))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Formula:
    """A mass [kg] of weight [kg] and height [m], for men and for women."""

    name: str
    citation: Citation
    men: Callable[[float, float], float]
    women: Callable[[float, float], float]
    falls_above: tuple[float, float] | None = None
    """BMI of men and women above which it falls with rising weight: half the ratio of its two numbers."""


def _squared(linear: float, square: float) -> Callable[[float, float], float]:
    return lambda weight, height: linear * weight - square * (weight / (100 * height)) ** 2


def _turns_at(linear: float, square: float) -> float:
    return linear / (2 * square) * 1e4


_LEAN: Final = {
    "janmahasatian": _Formula(
        "Janmahasatian",
        sources.LEAN_JANMAHASATIAN,
        lambda weight, height: 9270 * weight / (6680 + 216 * weight / height**2),
        lambda weight, height: 9270 * weight / (8780 + 244 * weight / height**2),
    ),
    "james": _Formula(
        "James", sources.LEAN_JAMES, _squared(1.10, 128), _squared(1.07, 148),
        (_turns_at(1.10, 128), _turns_at(1.07, 148)),
    ),
    "morgan": _Formula(
        "Morgan", sources.LEAN_MORGAN, _squared(1.10, 120), _squared(1.07, 148),
        (_turns_at(1.10, 120), _turns_at(1.07, 148)),
    ),
}  # fmt: skip
_IDEAL: Final = _Formula(
    "Sugawara",
    sources.IDEAL_SUGAWARA,
    lambda weight, height: 48.0 + 1.06 * (100 * height - 152),
    lambda weight, height: 45.5 + 0.91 * (100 * height - 152),
)
_SEXES: Final = {"M": "formula for men", "F": "formula for women", "mean-of-both": "mean of both sexes' formulas"}


def _by_sex(formula: _Formula, weight: float, height: float, sex: Sex | None, where: str) -> float:
    if sex is None:
        raise SuvError(
            where,
            f"{formula.name}'s formula is one for men and one for women, and PatientSex says neither",
            "state 'sex: M', 'sex: F' or 'sex: mean-of-both' for this PET in the course (or --sex), or take SUVbw",
            "no formula is agreed for sex O or unknown, and the two differ by up to a fifth",
        )
    men, women = formula.men(weight, height), formula.women(weight, height)
    return {"M": men, "F": women, "mean-of-both": (men + women) / 2}[sex]


def _falling(formula: _Formula, body: Body) -> tuple[str, ...]:
    if formula.falls_above is None or body.mass_index is None:
        return ()
    men, women = formula.falls_above
    turn = {"M": men, "F": women, "mean-of-both": min(men, women)}[body.sex or "mean-of-both"]
    if body.mass_index <= turn:
        return ()
    said = f"above a BMI of {turn:.0f} kg/m2 {formula.name}'s lean mass falls with rising weight"
    return (f"{said}, and the BMI is {body.mass_index:.0f}: Janmahasatian's formula holds there",)


def _needed(value: float | None, name: str, field: str, plausible: tuple[float, float], unit: str, where: str) -> float:
    if value is None:
        raise SuvError(
            where,
            f"{name} is not known",
            f"state '{field}' for this PET in the course",
            "no uptake value of this kind can be had without it",
        )
    low, high = plausible
    if not low <= value <= high:
        raise SuvError(
            where,
            f"{name} is {value:g} {unit}, outside {low:g} to {high:g} {unit}",
            f"state '{field}' for this PET in the course",
            "it was entered in another unit or mistyped",
        )
    return value


def _refuse_another_body(body: Body, where: str) -> None:
    index = body.mass_index
    low, high = PLAUSIBLE_BMI
    if index is not None and not low <= index <= high:
        raise SuvError(
            where,
            f"{body.weight_kg:g} kg and {body.height_m:g} m make a BMI of {index:.0f} kg/m2",
            "state weight and height for this PET in the course",
            "one of the two is wrong",
        )
