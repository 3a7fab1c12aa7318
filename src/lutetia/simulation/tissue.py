"""What a tissue is to the CT scanner, and to the radioligand that is not bound.

Densities lie near those of ICRU Report 46 for adults. Hounsfield units are those to which the relation of Schneider
et al. (Phys Med Biol 2000;45:459) gives the same density, so that a mass taken from the CT and the true mass agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Tissue:
    """A tissue.

    Attributes
    ----------
    name : str
    density_g_per_ml : float
    hounsfield : float
        Mean on CT [HU].
    texture_hu : float
        Standard deviation of its own structure on CT, beside the noise [HU].
    pool : float
        Concentration of unbound radioligand relative to muscle.
    """

    name: str
    density_g_per_ml: float
    hounsfield: float
    texture_hu: float = 0.0
    pool: float = 1.0


AIR: Final = Tissue(name="air", density_g_per_ml=0.001, hounsfield=-1000, pool=0.0)
GAS: Final = Tissue(name="gas in the body", density_g_per_ml=0.001, hounsfield=-990, pool=0.0)
LUNG: Final = Tissue(name="lung", density_g_per_ml=0.22, hounsfield=-790, texture_hu=45, pool=0.35)
FAT: Final = Tissue(name="fat", density_g_per_ml=0.93, hounsfield=-97, texture_hu=8, pool=0.35)
MESENTERY: Final = Tissue(name="mesentery", density_g_per_ml=0.96, hounsfield=-64, texture_hu=22, pool=0.7)
MUSCLE: Final = Tissue(name="muscle", density_g_per_ml=1.05, hounsfield=40, texture_hu=9)
SOFT: Final = Tissue(name="soft tissue", density_g_per_ml=1.03, hounsfield=25, texture_hu=8)
BLOOD: Final = Tissue(name="blood", density_g_per_ml=1.06, hounsfield=48, pool=2.2)
BRAIN: Final = Tissue(name="brain", density_g_per_ml=1.04, hounsfield=31, texture_hu=4, pool=0.15)
GUT: Final = Tissue(name="bowel", density_g_per_ml=1.04, hounsfield=31, texture_hu=15, pool=1.3)
GLAND: Final = Tissue(name="salivary gland", density_g_per_ml=1.03, hounsfield=22, texture_hu=10)
KIDNEY: Final = Tissue(name="kidney", density_g_per_ml=1.05, hounsfield=40, texture_hu=4)
LIVER: Final = Tissue(name="liver", density_g_per_ml=1.06, hounsfield=48, texture_hu=4)
SPLEEN: Final = Tissue(name="spleen", density_g_per_ml=1.06, hounsfield=48, texture_hu=4)
WATER: Final = Tissue(name="urine and bile", density_g_per_ml=1.02, hounsfield=5)
CORTEX: Final = Tissue(name="cortical bone", density_g_per_ml=1.60, hounsfield=986, texture_hu=60, pool=0.3)
SPONGIOSA: Final = Tissue(name="spongiosa", density_g_per_ml=1.14, hounsfield=209, texture_hu=28)
CARTILAGE: Final = Tissue(name="disc and cartilage", density_g_per_ml=1.10, hounsfield=83, texture_hu=10, pool=0.4)
SCLEROSIS: Final = Tissue(name="sclerotic metastasis", density_g_per_ml=1.32, hounsfield=513, texture_hu=55)
NODE: Final = Tissue(name="lymph node metastasis", density_g_per_ml=1.04, hounsfield=31, texture_hu=6)
