"""What a centre chooses for its dose calculations: ``dosimetry.yaml``, its presets, and how a report lists it."""

from lutetia.site.dosimetry.bladder import BladderChoice, ExcretedPhase
from lutetia.site.dosimetry.lesions import LesionRegions
from lutetia.site.dosimetry.listed import Choice, choices_of
from lutetia.site.dosimetry.marrow import MarrowByBlood, MarrowByImage, MarrowChoice, MarrowSelfValue
from lutetia.site.dosimetry.presets import Preset, preset, preset_names, presets
from lutetia.site.dosimetry.settings import DEFAULTS, LUTETIA, SITE, DosimetrySettings, Stated
from lutetia.site.dosimetry.tables import (
    CITED_TISSUES,
    CurveChoice,
    MonteCarloChoice,
    PopulationHalfLife,
    RepairChoice,
    TissueDensity,
)
from lutetia.site.dosimetry.uncertainty import (
    DeclaredContour,
    DeclaredNoise,
    DeclaredShare,
    DeclaredUncertainty,
    DeclaredWidth,
)

__all__ = [
    "CITED_TISSUES",
    "DEFAULTS",
    "LUTETIA",
    "SITE",
    "BladderChoice",
    "Choice",
    "CurveChoice",
    "DeclaredContour",
    "DeclaredNoise",
    "DeclaredShare",
    "DeclaredUncertainty",
    "DeclaredWidth",
    "DosimetrySettings",
    "ExcretedPhase",
    "LesionRegions",
    "MarrowByBlood",
    "MarrowByImage",
    "MarrowChoice",
    "MarrowSelfValue",
    "MonteCarloChoice",
    "PopulationHalfLife",
    "Preset",
    "RepairChoice",
    "Stated",
    "TissueDensity",
    "choices_of",
    "preset",
    "preset_names",
    "presets",
]
