"""How much of the quadratic effect is left when a dose is given slowly and tissue repairs meanwhile?

Lea-Catcheside factor of a dose rate that is a sum of exponentials, with mono-exponential repair at the rate mu:

    G = 2/D^2 sum_ij a_i a_j / ((l_i + l_j)(mu + l_j)),   D = sum_i a_i / l_i

Negative amplitudes (uptake) are terms like all others. With one term it is ``l / (l + mu)``, which is
``T_repair / (T_repair + T_effective)``. Sources: Lea and Catcheside, J Genet 1942;44:216; Dale, Br J Radiol
1985;58:515; Gustafsson, Nilsson, Gleisner, Phys Med Biol 2013;58:1507 (radionuclide therapy).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, log

from lutetia.dosimetry.exponential import Exponential


def protraction_factor(terms: Sequence[Exponential], *, repair_half_life_h: float) -> float:
    """Return the Lea-Catcheside factor of a region that is dosed in proportion to its activity.

    Parameters
    ----------
    terms : sequence of Exponential
        The region's time-activity curve; its scale does not matter.
    repair_half_life_h : float
        Of sublethal damage, positive [h].

    Returns
    -------
    float
        From 0 (all damage repaired meanwhile) to 1 (dose given at once).

    Raises
    ------
    ValueError
        If the curve has no positive integral, a rate or the half-life is not positive.
    """
    if not (isfinite(repair_half_life_h) and repair_half_life_h > 0):
        raise ValueError(f"a repair half-life must be positive hours, not {repair_half_life_h}")
    if any(not term.rate_per_h > 0 for term in terms):
        raise ValueError("every term of a curve must fall")
    whole = sum(term.amplitude_mbq / term.rate_per_h for term in terms)
    if not whole > 0:
        raise ValueError("a curve without a positive integral gives no dose")
    mu = log(2) / repair_half_life_h
    pairs = sum(
        first.amplitude_mbq * second.amplitude_mbq / ((first.rate_per_h + second.rate_per_h) * (mu + second.rate_per_h))
        for first in terms
        for second in terms
    )
    return 2 * pairs / whole**2
