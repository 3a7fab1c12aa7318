"""Which GFR does a creatinine mean? Estimating equations for men.

Sources: Inker et al., N Engl J Med 2021;385:1737 (CKD-EPI 2021); Levey et al., Ann Intern Med 2009;150:604 (CKD-EPI
2009, without the coefficient for race); Levey et al., Ann Intern Med 2006;145:247 (MDRD, IDMS-traceable); Cockcroft
and Gault, Nephron 1976;16:31. Cockcroft-Gault gives mL/min, the others mL/min per 1.73 m2; the two are not the same
quantity and are shown side by side, never converted into each other here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

_MALE_KAPPA = 0.9


def ckd_epi_2021(creatinine_mg_dl: float, age_years: float) -> float:
    """Estimate the GFR of a man by CKD-EPI 2021 [mL/min/1.73 m2].

    Parameters
    ----------
    creatinine_mg_dl : float
        Serum creatinine, IDMS-traceable [mg/dL]; positive.
    age_years : float
        Age at sampling [years]; adults.
    """
    ratio = creatinine_mg_dl / _MALE_KAPPA
    return float(142 * min(ratio, 1) ** -0.302 * max(ratio, 1) ** -1.200 * 0.9938**age_years)


def ckd_epi_2009(creatinine_mg_dl: float, age_years: float) -> float:
    """Estimate the GFR of a man by CKD-EPI 2009 without the race coefficient [mL/min/1.73 m2].

    Parameters are those of :func:`ckd_epi_2021`.
    """
    ratio = creatinine_mg_dl / _MALE_KAPPA
    return float(141 * min(ratio, 1) ** -0.411 * max(ratio, 1) ** -1.209 * 0.993**age_years)


def mdrd(creatinine_mg_dl: float, age_years: float) -> float:
    """Estimate the GFR of a man by the four-variable MDRD equation, without race [mL/min/1.73 m2].

    Parameters are those of :func:`ckd_epi_2021`.
    """
    return float(175 * creatinine_mg_dl**-1.154 * age_years**-0.203)


def cockcroft_gault(creatinine_mg_dl: float, age_years: float, weight_kg: float) -> float:
    """Estimate the creatinine clearance of a man by Cockcroft and Gault with actual weight [mL/min].

    Parameters
    ----------
    creatinine_mg_dl, age_years : float
        As for :func:`ckd_epi_2021`.
    weight_kg : float
        Actual body weight [kg].
    """
    return (140 - age_years) * weight_kg / (72 * creatinine_mg_dl)


FORMULAS: Final[Mapping[str, Callable[[float, float], float]]] = MappingProxyType(
    {"CKD-EPI 2021": ckd_epi_2021, "CKD-EPI 2009": ckd_epi_2009, "MDRD": mdrd}
)
"""Equations for the normalised GFR of a man, by name."""


def egfr(creatinine_mg_dl: float, age_years: float, *, formula: str) -> float:
    """Estimate the GFR of a man by the equation named [mL/min/1.73 m2].

    Raises
    ------
    ValueError
        If creatinine or age is not positive, or the equation is not one of :data:`FORMULAS`.
    """
    if creatinine_mg_dl <= 0 or age_years <= 0:
        raise ValueError("creatinine and age are positive")
    if formula not in FORMULAS:
        raise ValueError(f"'{formula}' is not one of: {', '.join(FORMULAS)}")
    return FORMULAS[formula](creatinine_mg_dl, age_years)


def age_years(birth: date, on: date) -> int:
    """Return the completed years of age on a day."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
