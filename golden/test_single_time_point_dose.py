"""Single-time-point formulas and a tri-exponential integral against printed numbers.

Sources: worked vectors of the formulas as printed by Haenscheid et al. (2017; J Nucl Med 2018;59:75) and Madsen et al.
(Med Phys 2018;45:2318), with local deposition of 0.08532 Gy g/(MBq h) for Madsen; the tri-exponential example of the
solver jacksonmedphysics/TriExponential-Solver (physical half-life 161.0 h in that sheet).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import log

import pytest

from lutetia.dosimetry.result import Exponential, FitRefusal, Sample, TimeActivityFit
from lutetia.dosimetry.time_activity import PopulationHalfLife, TimeActivityChoice, fit
from lutetia.dosimetry.time_activity.curve import tia_mbq_h
from lutetia.reference.nuclide import LU177
from lutetia.vocabulary.curve import CurveMethod

PRINTED_TO_THREE_DECIMALS = 6e-4
PRINTED_TO_THREE_DIGITS = 5e-3
HAENSCHEID_GY_G_PER_MBQ_H = 0.125 * log(2)
"""``D = 0.125 C(t) 2^(t/T) T`` as printed: electrons, photons and rounding in one constant [Gy g / (MBq h)]."""
LOCAL_GY_G_PER_MBQ_H = 0.08532
"""Local deposition of 147.9 keV [Gy g / (MBq h)]."""
VECTORS = [
    (1.0, 96.0, 50.0, 23.651, 24.000, 23.290),
    (1.0, 96.0, 35.0, 29.286, None, 28.839),
    (0.6, 48.0, 36.0, 6.804, 7.200, 6.700),
    (0.25, 24.0, 30.0, 1.632, 1.500, 1.607),
    (2.0, 72.0, 60.0, 34.461, 36.000, 33.935),
]
"""Concentration MBq/g, time h, effective half-life h; Haenscheid 2017, Haenscheid 2018 (None: refused), Madsen, Gy."""


def integral(mbq: float, hours: float, effective_h: float, method: CurveMethod) -> TimeActivityFit | FitRefusal:
    sample = Sample(
        hours=hours,
        acquired_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours),
        volume_ml=1,
        uncorrected_mbq=mbq,
        recovery=None,
    )
    stated = PopulationHalfLife(effective_h=effective_h, source="worked vector")
    return fit(
        [sample],
        half_life_h=LU177.half_life_h,
        region="kidney_left",
        corrected=False,
        method=TimeActivityChoice(method=method, population=stated),
    )


@pytest.mark.parametrize(("mbq_per_g", "hours", "effective_h", "h2017", "h2018", "madsen"), VECTORS)
def test_single_time_point_methods_have_the_integrals_behind_the_printed_doses(
    mbq_per_g: float, hours: float, effective_h: float, h2017: float, h2018: float | None, madsen: float
) -> None:
    """One gram: the dose is the integral times each paper's constant."""
    found = integral(mbq_per_g, hours, effective_h, "single time point, Haenscheid 2017")
    assert isinstance(found, TimeActivityFit)
    assert HAENSCHEID_GY_G_PER_MBQ_H * found.tia_mbq_h == pytest.approx(h2017, abs=PRINTED_TO_THREE_DECIMALS)
    found = integral(mbq_per_g, hours, effective_h, "single time point, Madsen 2018")
    assert isinstance(found, TimeActivityFit)
    assert found.tia_mbq_h * LOCAL_GY_G_PER_MBQ_H == pytest.approx(madsen, abs=PRINTED_TO_THREE_DECIMALS)
    without = integral(mbq_per_g, hours, effective_h, "single time point, Haenscheid 2018")
    if h2018 is None:
        assert isinstance(without, FitRefusal)
        assert f"t/T of {hours / effective_h:.2f}" in without.reason
    else:
        assert isinstance(without, TimeActivityFit)
        assert HAENSCHEID_GY_G_PER_MBQ_H * without.tia_mbq_h == pytest.approx(h2018, abs=PRINTED_TO_THREE_DECIMALS)


def test_the_integral_of_a_printed_tri_exponential() -> None:
    decay = log(2) / 161.0
    terms = tuple(
        Exponential(amplitude, biological + decay)
        for amplitude, biological in ((-1915.562, 1.3), (1180.715, 0.215784), (734.847, 0.004143))
    )
    assert sum(term.amplitude_mbq for term in terms) == pytest.approx(0.0, abs=1e-3)
    assert tia_mbq_h(terms) == pytest.approx(9.09e4, rel=PRINTED_TO_THREE_DIGITS)
