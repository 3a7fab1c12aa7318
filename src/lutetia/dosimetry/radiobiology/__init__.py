"""What does a dose mean for tissue: protraction and repair, dose in volumes, equivalent uniform dose?"""

from lutetia.dosimetry.radiobiology.bed import Bed, bed_gy, bed_of, bed_of_voxels, eqd2_gy, sum_of
from lutetia.dosimetry.radiobiology.dvh import Dvh, bed_values, dvh
from lutetia.dosimetry.radiobiology.eud import equivalent_uniform_bed_gy, generalised_eud_gy
from lutetia.dosimetry.radiobiology.protraction import protraction_factor

__all__ = [
    "Bed",
    "Dvh",
    "bed_gy",
    "bed_of",
    "bed_of_voxels",
    "bed_values",
    "dvh",
    "eqd2_gy",
    "equivalent_uniform_bed_gy",
    "generalised_eud_gy",
    "protraction_factor",
    "sum_of",
]
