"""From energy per decay to dose: the one conversion constant.

Source: SI (2019), 1 keV = 1.602176634e-16 J; MIRD pamphlet 21, J Nucl Med 2009;50:477 (absorbed dose as
time-integrated activity times energy per mass).
"""

from __future__ import annotations

from typing import Final

JOULE_PER_KEV: Final = 1.602176634e-16
DECAYS_PER_MBQ_H: Final = 3.6e9
GRAM_PER_KG: Final = 1000.0

GY_G_PER_MBQ_H_KEV: Final = DECAYS_PER_MBQ_H * JOULE_PER_KEV * GRAM_PER_KG
"""Dose times mass for 1 MBq h at 1 keV absorbed per decay [Gy g]; times 147.92 keV this is the usual 0.0853."""
