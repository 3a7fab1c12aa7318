"""Mean dose of an organ or lesion from its activity and its mass."""

from lutetia.dosimetry.organ.mean_dose import mean_dose_gy
from lutetia.dosimetry.organ.sphere import absorbed_kev

__all__ = ["absorbed_kev", "mean_dose_gy"]
