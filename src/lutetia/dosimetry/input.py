"""What has to be known before the dose of one cycle can be computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lutetia.dosimetry.marrow import MarrowInput
from lutetia.dosimetry.organ.s_values import SValues
from lutetia.dosimetry.result import FitModel, TimeActivityFit
from lutetia.dosimetry.time_activity.population import PopulationHalfLife
from lutetia.dosimetry.uncertainty.declared import UncertaintyInput
from lutetia.dosimetry.voxel.engine import VoxelEngine
from lutetia.dosimetry.voxel_map import OnOneGrid
from lutetia.quantification import RecoveryByVolume
from lutetia.reference.nuclide import Nuclide
from lutetia.reference.radiobiology import Repair
from lutetia.vocabulary.recovery import RecoveryMethod
from lutetia.vocabulary.voxel_curves import VoxelCurves
from lutetia.volume import Mask, Volume

BODY = "body"
"""Region code of the whole body: it limits where background can be and is given no dose of its own."""
REMAINDER = "remainder"
"""Key under which settings for the tissue outside all regions are stated."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScanInput:
    """One SPECT of the cycle with its regions.

    Attributes
    ----------
    activity : Volume
        Activity concentration as it was when the scan started [Bq/mL].
    hours : float
        Start of the scan after the start of administration, positive [h].
    acquired_at : datetime
        With its time zone.
    regions : mapping of str to Mask
        By organ code or lesion id, on any grid in the frame of reference of ``activity``; a region may be missing.
    fwhm_mm : float or None
        Resolution of the image as reconstructed [mm]; None: nothing is corrected for recovery.
    density : Volume or None
        Density from the scan's CT [g/mL], on any parallel grid in the same frame of reference.
    relative_sigma : float or None
        Relative standard uncertainty of a region's activity from one scan to the next (noise, contour, recovery), where
        the site states one. What is common to all scans, such as the calibration, does not belong here.
    moved_here : frozenset of str
        Regions that were drawn on another scan and moved to this one: their volume is known once, not anew.
    residual_mm : mapping of str to float
        How far regions that were moved here still lie off [mm], as far as that is known.
    drawn_ml : mapping of str to float
        Volume of regions that were moved here and changed it on the way, where they were drawn [mL].
    recovery_curve : RecoveryByVolume or None
        Recovery by volume of this image, where the cycle takes that.
    """

    activity: Volume
    hours: float
    acquired_at: datetime
    regions: Mapping[str, Mask]
    fwhm_mm: float | None = None
    density: Volume | None = None
    relative_sigma: float | None = None
    moved_here: frozenset[str] = frozenset()
    residual_mm: Mapping[str, float] = field(default_factory=dict)
    drawn_ml: Mapping[str, float] = field(default_factory=dict)
    recovery_curve: RecoveryByVolume | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CycleInput:
    """One cycle: what was given, its scans, and what the site or the course states beside them.

    Attributes
    ----------
    cycle : int
    agent : str
        Any text.
    given_mbq : float
        Activity given, at the start of administration [MBq].
    nuclide : Nuclide
    scans : tuple of ScanInput
        At least one, in any order.
    labels : mapping of str to str
        How a region is shown; its code otherwise.
    engine : VoxelEngine or None
        None: no dose map.
    s_values : SValues or None
        For the dose that organs get from each other, where there is no engine.
    reference_scan : int or None
        Index in ``scans`` of the scan whose grid carries the dose map; None takes the one nearest to 24 h.
    on_one_grid : OnOneGrid or None
        The scans on the grid of the reference scan; None: voxels have their region's curve.
    voxel_curves : {"of the region", "fitted", "integrated"}
        As asked for.
    stated_mass_g, stated_density_g_ml : mapping of str to float
        By region; a stated mass comes before everything, a stated density before the CT's.
    density_elsewhere_g_ml : float or None
        For regions without CT, stated density and published organ density.
    half_lives : mapping of str to PopulationHalfLife
        By region or ``remainder``; used where there is one sample only.
    models : mapping of str to str
        By region or ``remainder``: a model asked for by name, e.g. ``physical decay only``.
    uncertainty : UncertaintyInput or None
        What is stated of the errors of calibration, resolution, contours, masses and noise; None: no dose has one.
    repair : mapping of str to Repair
        By region: parameters of BED in place of, or beside, those of the reference table.
    earlier : mapping of str to TimeActivityFit
        By region or ``remainder``: its curve in an earlier cycle of the same patient and agent, for what was measured
        once.
    recovery : str
        How activity lost over an edge is given back: ``by resolution`` on scans that state one, ``by volume`` on scans
        with a curve (all must have one), or ``none``.
    marrow : MarrowInput or None
        What a dose of red marrow rests on; None: none is given.
    """

    cycle: int
    agent: str
    given_mbq: float
    nuclide: Nuclide
    scans: tuple[ScanInput, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    engine: VoxelEngine | None = None
    s_values: SValues | None = None
    reference_scan: int | None = None
    on_one_grid: OnOneGrid | None = None
    voxel_curves: VoxelCurves = "of the region"
    stated_mass_g: Mapping[str, float] = field(default_factory=dict)
    stated_density_g_ml: Mapping[str, float] = field(default_factory=dict)
    density_elsewhere_g_ml: float | None = None
    half_lives: Mapping[str, PopulationHalfLife] = field(default_factory=dict)
    models: Mapping[str, FitModel] = field(default_factory=dict)
    uncertainty: UncertaintyInput | None = None
    repair: Mapping[str, Repair] = field(default_factory=dict)
    earlier: Mapping[str, TimeActivityFit] = field(default_factory=dict)
    recovery: RecoveryMethod = "by resolution"
    marrow: MarrowInput | None = None
