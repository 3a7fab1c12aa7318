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
from lutetia.site.dosimetry import (
    DeclaredContour,
    DeclaredNoise,
    DeclaredShare,
    DeclaredUncertainty,
    DeclaredWidth,
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
    "kidneys": (35.5, 0.3, _TWENTY_MEN),
    "parotids": (42.2, 0.35, _TWENTY_MEN),
    "submandibulars": (42.2, 0.35, f"taken as the parotid gland; {_TWENTY_MEN}"),
    "liver": (22.9, 0.35, _TWENTY_MEN),
    "spleen": (16.8, 0.4, _TWENTY_MEN),
    "lesion": (55.0, 0.35, "made up for the simulated centre: tumours keep PSMA-617 for 50 to 60 h"),
}
_DENSITIES: Final = {
    "kidneys": tissue.KIDNEY, "liver": tissue.LIVER, "spleen": tissue.SPLEEN, "salivary_glands": tissue.GLAND,
}  # fmt: skip

_CT_VOXEL_MM: Final = 2.4
_CT_FWHM_MM: Final = 1.5
_FWHM_SIGMA_MM: Final = 0.5
_DENSITY_SIGMA: Final = 0.01
_SHARED: Final = 16.0
"""Variance over that of Poisson: noise shared over 8 mm between voxels of 4.8 mm, ``(2 sqrt(pi) 8/(2.355 4.8))^3``."""


def centre(camera: Camera) -> Site:
    """Return the centre: where it is, what it may do, its one camera, its choices for dosimetry with their source."""
    return Site(
        timezone=TIME_ZONE,
        jurisdiction="FR",
        settings={
            item: Setting(value=value, since=_SINCE, source="made-up centre") for item, value in _SETTINGS.items()
        },
        calibrations=(_calibration(camera),),
        dosimetry=_dosimetry(),
    )


def _dosimetry() -> DosimetrySettings:
    half_lives = {
        key: PopulationHalfLife(hours=hours, relative_sd=spread, source=source)
        for key, (hours, spread, source) in _HALF_LIVES.items()
    }
    return DosimetrySettings(
        population_half_lives=half_lives,
        tissue_densities={key: _density(kind) for key, kind in _DENSITIES.items()},
        earlier_cycles="used",
        uncertainty=_declared(),
    )


def _declared() -> DeclaredUncertainty:
    """Return what the centre declares: figures as a careful centre would state them, not those of his making."""
    ct = DeclaredContour(
        drawn="per scan",
        voxel=Quantity(value=_CT_VOXEL_MM, unit="mm"),
        fwhm=Quantity(value=_CT_FWHM_MM, unit="mm"),
        source="drawn on the CT of each scan",
    )
    return DeclaredUncertainty(
        resolution=DeclaredWidth(
            sigma=Quantity(value=_FWHM_SIGMA_MM, unit="mm"), source="made-up spread over inserts of a phantom"
        ),
        contours={"all": ct},
        density=DeclaredShare(relative_sigma=_DENSITY_SIGMA, source="made-up spread of CT numbers"),
        noise=DeclaredNoise(
            variance_factor=_SHARED,
            by_region={"lesion": 2 * _SHARED},
            source="the noise that neighbouring voxels of the simulated camera share; twice that in lesions, "
            "whose background is taken off",
        ),
    )


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
