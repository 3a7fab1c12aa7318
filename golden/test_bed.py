"""Biologically effective dose against printed numbers and against integration over time.

Sources: worked examples of kidney BED in clinical dosimetry (alpha/beta 2.6 Gy, repair half-life 2.8 h, one
exponential, one cycle and six), printed to five digits; the definition of the Lea-Catcheside factor as a double
integral (Lea and Catcheside, J Genet 1942;44:216), integrated numerically.
"""

from __future__ import annotations

from math import exp, log

import pytest
from scipy.integrate import dblquad, quad

from lutetia.dosimetry.exponential import Exponential
from lutetia.dosimetry.radiobiology import bed_of, protraction_factor, sum_of
from lutetia.reference.radiobiology import KIDNEY

PRINTED_TO_FIVE_DIGITS = 2e-5
PRINTED_TO_TWO_DECIMALS = 0.0051
INTEGRATION = 1e-6
"""What is asked of the closed form; the quadrature itself is better than 1e-8."""


@pytest.mark.parametrize(
    ("dose_gy", "effective_h", "bed_gy", "six_gy"),
    [(3.182, 35.0, 3.4705, 20.82), (3.182, 50.0, 3.3885, 20.33), (6.0, 40.0, 6.9058, 41.44)],
)
def test_printed_kidney_beds(dose_gy: float, effective_h: float, bed_gy: float, six_gy: float) -> None:
    one = bed_of(dose_gy, (Exponential(1.0, log(2) / effective_h),), KIDNEY)
    assert one.bed_gy == pytest.approx(bed_gy, rel=PRINTED_TO_FIVE_DIGITS)
    assert sum_of([one] * 6).bed_gy == pytest.approx(six_gy, abs=PRINTED_TO_TWO_DECIMALS)


CURVES = {
    "one exponential": ((100.0, 36.0),),
    "two": ((120.0, 18.0), (40.0, 70.0)),
    "uptake": ((90.0, 40.0), (-90.0, 1.5)),
    "uptake as fast as repair": ((90.0, 40.0), (-90.0, 2.8)),
    "uptake and two washouts": ((60.0, 20.0), (50.0, 60.0), (-110.0, 3.0)),
}


@pytest.mark.parametrize("name", CURVES)
def test_the_closed_form_is_the_double_integral(name: str) -> None:
    """The inner integral by one quadrature and the outer by another, in units of hours scaled to the slowest term."""
    terms = tuple(Exponential(a, log(2) / h) for a, h in CURVES[name])
    mu = log(2) / 2.8

    def rate(t: float) -> float:
        return sum(term.amplitude_mbq * exp(-term.rate_per_h * t) for term in terms)

    end = 40 * max(h for _, h in CURVES[name])
    whole, _ = quad(rate, 0, end, limit=400, epsabs=0, epsrel=1e-11)

    def repaired(delay: float, t: float) -> float:
        return rate(t) * rate(t + delay) * exp(-mu * delay)

    both, _ = dblquad(repaired, 0, end, 0, 40 * 2.8, epsabs=0, epsrel=1e-9)
    assert protraction_factor(terms, repair_half_life_h=2.8) == pytest.approx(2 * both / whole**2, rel=INTEGRATION)
