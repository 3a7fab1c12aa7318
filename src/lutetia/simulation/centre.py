"""What the made-up centre of the simulated patient states about itself."""

from __future__ import annotations

from datetime import date
from typing import Final

from lutetia.fileform import Quantity
from lutetia.simulation import tissue
from lutetia.simulation.camera import Camera
from lutetia.simulation.schedule import TIME_ZONE
from lutetia.simulation.tissue import Tissue
from lutetia.site import (
    Calibration,
    DosimetrySettings,
    EnergyWindow,
    PopulationHalfLife,
    SensitivityStated,
    Setting,
    Site,
    TissueDensity,
)

SCANNER: Final = "Lutetia simulation"
"""Manufacturer and model that the images of the simulated patient carry."""

_SINCE: Final = date(2025, 9, 1)
_SETTINGS: Final = {
    "setting.isolation_required": True,
    "setting.manages_complications": True,
    "setting.written_consent_required": True,
    "setting.consent_24h_required": True,
    "setting.individual_use_allowed": True,
    "setting.trial_available": False,
    "setting.close_blood_count_monitoring": True,
}

_TWENTY_MEN: Final = (
    "median of 20 patients, SPECT at 4, 24, 48 and 72 h (AAPM annual meeting 2026, abstract 2620); "
    "the spread is the simulated centre's own statement"
)
_HALF_LIVES: Final = {
    "kidney": (35.5, 0.3, _TWENTY_MEN),
    "parotid": (42.2, 0.35, _TWENTY_MEN),
    "submandibular": (42.2, 0.35, f"taken as the parotid gland; {_TWENTY_MEN}"),
    "liver": (22.9, 0.35, _TWENTY_MEN),
    "spleen": (16.8, 0.4, _TWENTY_MEN),
    "lesion": (55.0, 0.35, "made up for the simulated centre: tumours keep PSMA-617 for 50 to 60 h"),
}
_DENSITIES: Final = {
    "kidney": tissue.KIDNEY, "liver": tissue.LIVER, "spleen": tissue.SPLEEN, "parotid": tissue.GLAND,
    "submandibular": tissue.GLAND,
}  # fmt: skip


def centre(camera: Camera) -> Site:
    """Return the centre: where it is, what it may do, its one camera, half-lives and densities with their source."""
    half_lives = {
        region: PopulationHalfLife(hours=hours, relative_sd=spread, source=source)
        for kind, (hours, spread, source) in _HALF_LIVES.items()
        for region in _regions(kind)
    }
    densities = {region: _density(kind) for name, kind in _DENSITIES.items() for region in _regions(name)}
    return Site(
        timezone=TIME_ZONE,
        jurisdiction="FR",
        settings={
            item: Setting(value=value, since=_SINCE, source="made-up centre") for item, value in _SETTINGS.items()
        },
        calibrations=(_calibration(camera),),
        dosimetry=DosimetrySettings(population_half_lives=half_lives, tissue_densities=densities),
    )


def _regions(kind: str) -> tuple[str, ...]:
    return (f"{kind}_left", f"{kind}_right") if kind in {"kidney", "parotid", "submandibular"} else (kind,)


def _density(kind: Tissue) -> TissueDensity:
    return TissueDensity(value=kind.density_g_per_ml, unit="g/mL", source="the density he was made with")


def _calibration(camera: Camera) -> Calibration:
    return Calibration(
        format="lutetia-calibration/1",
        id="simulated-camera-lu177",
        manufacturer=SCANNER,
        model=SCANNER,
        collimator="MEGP",
        nuclide="Lu-177",
        energy_windows=(EnergyWindow(lower_kev=187.2, upper_kev=228.8),),
        reconstruction="simulated: perfect correction of attenuation and scatter, Gaussian resolution",
        sensitivity=SensitivityStated(value=camera.cps_per_mbq, unit="cps/MBq", relative_sigma=camera.relative_sigma),
        sensitivity_of="system",
        heads=2,
        resolution_fwhm=Quantity(value=camera.fwhm_mm, unit="mm"),
        valid_from=_SINCE,
        source="the figures of the simulated camera",
    )
