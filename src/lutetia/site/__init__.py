"""What a centre states once: time zone, jurisdiction, what its law demands, its calibrations."""

from lutetia.site.calibration import Calibration, EnergyWindow, SensitivityStated
from lutetia.site.dosimetry import DosimetrySettings, PopulationHalfLife, TissueDensity
from lutetia.site.folder import SiteFileError, read_site, site_texts
from lutetia.site.site import CalibrationError, Setting, Site

__all__ = [
    "Calibration",
    "CalibrationError",
    "DosimetrySettings",
    "EnergyWindow",
    "PopulationHalfLife",
    "SensitivityStated",
    "Setting",
    "Site",
    "SiteFileError",
    "TissueDensity",
    "read_site",
    "site_texts",
]
