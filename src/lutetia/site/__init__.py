"""What a centre states once: time zone, jurisdiction, what its law demands, its calibrations."""

from lutetia.site.calibration import (
    ActivityMeterStated,
    Calibration,
    DeadTimeStated,
    EnergyWindow,
    RecoveryStated,
    SensitivityStated,
    UncertaintyParts,
)
from lutetia.site.calibration_match import MatchError, reconstruction_doubts, require_same_windows
from lutetia.site.dosimetry import (
    Choice,
    CurveChoice,
    DosimetrySettings,
    PopulationHalfLife,
    TissueDensity,
    choices_of,
)
from lutetia.site.folder import SiteFileError, read_site, site_texts
from lutetia.site.phantom import PhantomFileError, PhantomMeasurement, read_phantom
from lutetia.site.s_values import SValueTable
from lutetia.site.site import CalibrationError, Setting, Site

__all__ = [
    "ActivityMeterStated",
    "Calibration",
    "CalibrationError",
    "Choice",
    "CurveChoice",
    "DeadTimeStated",
    "DosimetrySettings",
    "EnergyWindow",
    "MatchError",
    "PhantomFileError",
    "PhantomMeasurement",
    "PopulationHalfLife",
    "RecoveryStated",
    "SValueTable",
    "SensitivityStated",
    "Setting",
    "Site",
    "SiteFileError",
    "TissueDensity",
    "UncertaintyParts",
    "choices_of",
    "read_phantom",
    "read_site",
    "reconstruction_doubts",
    "require_same_windows",
    "site_texts",
]
