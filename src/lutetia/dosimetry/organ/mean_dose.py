"""What is the mean dose of a region that weighs this much and held this much activity over time?

MIRD: ``D = TIA * E / m`` with the energy E absorbed per decay in a sphere of the region's mass: nearly all electron
energy (its escape from small lesions is included) and the part of the photon energy that the region stops itself. Dose
from activity outside the region is not in it; the kernel's dose contains that.

Source: MIRD pamphlet 21, J Nucl Med 2009;50:477; for the sphere see :mod:`lutetia.dosimetry.organ.sphere`.
"""

from __future__ import annotations

from lutetia.dosimetry.energy import GY_G_PER_MBQ_H_KEV
from lutetia.dosimetry.organ.sphere import absorbed_kev
from lutetia.reference.tissue import SOFT_TISSUE, Medium


def mean_dose_gy(tia_mbq_h: float, mass_g: float, *, nuclide: str = "Lu-177", medium: Medium = SOFT_TISSUE) -> float:
    """Return the mean self-dose of a region [Gy].

    Parameters
    ----------
    tia_mbq_h : float
        Time-integrated activity of the region, at least 0 [MBq h].
    mass_g : float
        Mass, positive [g].
    nuclide : str
    medium : Medium
        Tissue of the region and around it.

    Raises
    ------
    ValueError
        If the activity is negative or the mass not positive.
    """
    if not tia_mbq_h >= 0:
        raise ValueError(f"a time-integrated activity must be at least 0 MBq h, not {tia_mbq_h}")
    return tia_mbq_h * absorbed_kev(mass_g, nuclide=nuclide, medium=medium) * GY_G_PER_MBQ_H_KEV / mass_g
