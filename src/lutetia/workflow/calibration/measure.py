"""What does a measurement say of a camera: counts over activity and time, each with its uncertainty?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import sqrt
from pathlib import Path
from typing import Literal

from lutetia.errors import InputError
from lutetia.provenance import sha256_of
from lutetia.quantification.calibration import SensitivityBudget, sensitivity_of_source
from lutetia.quantification.cross_calibration import (
    CrossCalibration,
    GeometryFactor,
    KnownActivity,
    MeterReading,
    at_time,
    cross_calibrate,
    filled_activity,
)
from lutetia.quantification.dead_time import CountLoss
from lutetia.quantification.decay import mean_over_acquisition
from lutetia.quantification.phantom import Counted, count_cylinder, count_point
from lutetia.reference.nuclide import Nuclide
from lutetia.site import PhantomMeasurement
from lutetia.site.phantom import View
from lutetia.workflow.calibration.file import Camera
from lutetia.workflow.calibration.scan import PhantomScan, read_phantom_scan
from lutetia.workflow.dose.counting import loss_at

HEADS_DIFFER = 0.10
"""Heads of one camera that differ by more are not adjusted to each other."""
PLANAR = (
    "planar counts: they hold for a reconstruction only where it keeps the counts of one head's projections times its "
    "heads; compare with a SPECT of a filled cylinder"
)
IN_AIR = "a point source in air tells the sensitivity without attenuation and scatter; compare with a filled cylinder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a measurement says before it becomes a calibration.

    Attributes
    ----------
    cps_per_mbq : float or None
        None for an image in Bq/mL, which is compared with the activity meter instead (``cross``).
    of : {"system", "head"}
    camera : Camera
    budget : SensitivityBudget
    activity : KnownActivity
        At the start of the acquisition.
    lines, notes : tuple of str
        What was done, one thing each; what a reader should know.
    inputs : dict of str to str
        File to SHA-256.
    """

    cps_per_mbq: float | None
    of: Literal["system", "head"]
    camera: Camera
    budget: SensitivityBudget
    activity: KnownActivity
    lines: tuple[str, ...]
    notes: tuple[str, ...]
    inputs: Mapping[str, str] = field(default_factory=dict)
    cross: CrossCalibration | None = None


def measure(given: PhantomMeasurement, physical: Nuclide, folder: Path, *, timezone: str | None) -> Measured:
    """Return what a measurement says.

    Parameters
    ----------
    given : PhantomMeasurement
    physical : Nuclide
    folder : Path
        Where the measurement's file lies.
    timezone : str or None
        The site's.

    Raises
    ------
    InputError
        If counts, activity and times contradict each other.
    RefusedError
        If more counts were lost than can be given back.
    """
    if given.kind == "planar":
        return _of_views(given, physical)
    return _of_image(given, physical, folder, timezone)


def _of_image(given: PhantomMeasurement, physical: Nuclide, folder: Path, zone: str | None) -> Measured:
    scan = read_phantom_scan(given, folder, timezone=zone)
    activity = at_time(_filled(given, physical), scan.started_at, half_life_h=physical.half_life_h)
    counted, source_mbq = _counted(given, scan, activity)
    loss, said = (None, ()) if scan.values.unit == "Bq/mL" else _loss(given, scan)
    budget = SensitivityBudget(
        counting=counted.counting,
        activity=activity.relative_sigma,
        volume=given.volume_relative_sigma,
        region=counted.region,
        dead_time=None if loss is None else loss.relative_sigma,
    )
    measured = Measured(
        cps_per_mbq=None,
        of="system",
        camera=Camera(
            manufacturer=scan.manufacturer,
            model=scan.model,
            heads=scan.heads,
            windows_kev=scan.windows_kev,
            image=f", series {scan.series_uid}",
        ),
        budget=budget,
        activity=activity,
        lines=(_activity_line(given, activity), *_counted_lines(given, counted), *scan.lines, *said),
        notes=(*scan.notes, *_notes(given, counted)),
        inputs={f"image {path.name}": sha256_of(path) for path in scan.files},
    )
    if scan.values.unit == "Bq/mL":
        return _crossed(measured, scan, counted, source_mbq, physical)
    cps = sensitivity_of_source(
        counted.counts,
        mbq_at_start=source_mbq,
        duration_s=scan.duration_s,
        half_life_h=physical.half_life_h,
        count_loss=1.0 if loss is None else loss.factor,
    )
    line = (
        f"sensitivity of the system: counts over {scan.duration_s:g} s; of one head, over {scan.heads} x "
        f"{scan.duration_s:g} s, it is {cps / scan.heads:.4g} cps/MBq"
    )
    return replace(measured, cps_per_mbq=cps, lines=(*measured.lines, line))


def _counted(given: PhantomMeasurement, scan: PhantomScan, activity: KnownActivity) -> tuple[Counted, float]:
    """Return what was counted and the activity it stands for: in each mL of a cylinder, or of a point source [MBq]."""
    if given.kind == "cylinder":
        assert given.volume is not None
        assert given.edge is not None
        volume_ml = given.volume.to("mL")
        counted = count_cylinder(scan.values, volume_ml=volume_ml, edge_mm=given.edge.to("mm"))
        return counted, activity.mbq / volume_ml
    assert given.radius is not None
    return count_point(scan.values, radius_mm=given.radius.to("mm")), activity.mbq


def _crossed(measured: Measured, scan: PhantomScan, counted: Counted, source_mbq: float, physical: Nuclide) -> Measured:
    """Compare an image that its maker calibrated with the activity meter."""
    fade = 1.0 if scan.corrected_to_start else mean_over_acquisition(scan.duration_s, physical.half_life_h)
    cross = cross_calibrate(
        source_mbq,
        counted.counts * 1e-6 / fade,
        relative_sigma=measured.budget.total,
        measured_on=scan.started_at.date(),
    )
    said = "agree" if cross.agrees else "do NOT agree"
    note = (
        f"the image is in Bq/mL, so its maker calibrated it: camera and activity meter {said} within twice the "
        "standard uncertainty. Nothing is written, and no image is scaled by this factor"
    )
    return replace(measured, cross=cross, notes=(*measured.notes, note))


def _of_views(given: PhantomMeasurement, physical: Nuclide) -> Measured:
    assert given.heads is not None
    filled = _filled(given, physical)
    found = [(view.head, *_of_view(view, filled, physical)) for view in given.views]
    by_head = {head: [cps for of, cps, _ in found if of == head] for head in sorted({of for of, _, _ in found})}
    means = {head: sum(several) / len(several) for head, several in by_head.items()}
    _require_alike(means)
    whole = len(means) == given.heads
    total = sum(means.values())
    first = min(given.views, key=lambda view: view.at)
    activity = at_time(filled, first.at, half_life_h=physical.half_life_h)
    notes = [PLANAR, *_notes(given, None)]
    if not whole:
        notes.append(f"{len(means)} of {given.heads} heads were measured; the others are taken to be alike")
    if given.dead_time is not None:
        notes.append("planar counts are not corrected for dead time; it is stated for the scans to come")
    of = "system: sum over its heads" if whole else "head: mean of those measured"
    return Measured(
        cps_per_mbq=total if whole else total / len(means),
        of="system" if whole else "head",
        camera=Camera(
            manufacturer=given.manufacturer or "",
            model=given.model or "",
            heads=given.heads,
            windows_kev=tuple((window.lower_kev, window.upper_kev) for window in given.energy_windows),
        ),
        budget=SensitivityBudget(
            counting=sqrt(sum((cps * sigma) ** 2 for _, cps, sigma in found)) / sum(cps for _, cps, _ in found),
            activity=filled.relative_sigma,
        ),
        activity=activity,
        lines=(
            _activity_line(given, activity),
            *(f"head {head}: {cps:.4g} cps/MBq" for head, cps in means.items()),
            f"sensitivity of the {of}",
        ),
        notes=tuple(notes),
    )


def _require_alike(means: Mapping[int, float]) -> None:
    apart = (max(means.values()) - min(means.values())) / (sum(means.values()) / len(means))
    if apart > HEADS_DIFFER:
        said = ", ".join(f"head {head}: {cps:.3g}" for head, cps in means.items())
        raise InputError(
            "views",
            f"the heads differ by {apart:.0%} ({said} cps/MBq)",
            "check counts, durations and heads, or have the camera adjusted",
            "a SPECT adds them up as alike",
        )


def _of_view(view: View, filled: KnownActivity, physical: Nuclide) -> tuple[float, float]:
    """Return the sensitivity of one head and its relative uncertainty from counting."""
    seconds, background_s = view.duration.to("s"), view.background_duration.to("s")
    if seconds <= 0 or background_s <= 0:
        raise InputError(f"view of head {view.head}", "a duration is zero", "state both durations")
    there = at_time(filled, view.at, half_life_h=physical.half_life_h, what=f"view of head {view.head}")
    background = view.background_counts * seconds / background_s
    net = view.counts - background
    if net <= 0:
        raise InputError(
            f"view of head {view.head}",
            f"{view.counts:g} counts are no more than the background's {background:.4g} in the same time",
            "check counts and durations of source and background",
        )
    noise = sqrt(view.counts + background * seconds / background_s) / net
    cps = sensitivity_of_source(net, mbq_at_start=there.mbq, duration_s=seconds, half_life_h=physical.half_life_h)
    return cps, noise


def _filled(given: PhantomMeasurement, physical: Nuclide) -> KnownActivity:
    meter = given.activity_meter
    factor = meter.geometry_factor
    return filled_activity(
        MeterReading(mbq=given.syringe_before.activity.to("MBq"), at=given.syringe_before.at),
        MeterReading(mbq=given.syringe_after.activity.to("MBq"), at=given.syringe_after.at),
        half_life_h=physical.half_life_h,
        relative_sigma=meter.relative_sigma,
        geometry=None
        if factor is None
        else GeometryFactor(
            value=factor.value,
            relative_sigma=factor.relative_sigma,
            geometry=factor.geometry,
            measured_on=factor.measured_on,
        ),
    )


def _loss(given: PhantomMeasurement, scan: PhantomScan) -> tuple[CountLoss | None, tuple[str, ...]]:
    """Return the correction for lost counts where a dead time is stated."""
    if given.dead_time is None:
        return None, ()
    loss, said = loss_at(
        given.dead_time,
        observed_cps=given.observed_cps,
        counts_accumulated=scan.counts_accumulated,
        duration_s=scan.duration_s,
        heads=scan.heads,
    )
    if loss is None:
        raise InputError(
            "dead time",
            said,
            "add 'observed_cps': counts per second of one head, or take 'dead_time' out",
            "what was lost depends on it",
        )
    return loss, (said,)


def _activity_line(given: PhantomMeasurement, activity: KnownActivity) -> str:
    before, after = given.syringe_before, given.syringe_after
    factor = given.activity_meter.geometry_factor
    geometry = "" if factor is None else f", times {factor.value:g} for {factor.geometry} ({factor.measured_on})"
    return (
        f"activity {activity.mbq:.5g} MBq at {activity.at.isoformat(timespec='minutes')}: {before.activity} less "
        f"{after.activity}{geometry}, decayed"
    )


def _counted_lines(given: PhantomMeasurement, counted: Counted) -> tuple[str, ...]:
    if given.kind == "point source":
        return (f"counted within {given.radius} of the source, background off: {counted.region_ml:.0f} mL",)
    seen = "" if counted.seen_ml is None else f"; at half its height it fills {counted.seen_ml:,.0f} mL"
    return (
        f"counted {given.edge} inside the edge: {counted.region_ml:,.0f} mL of {given.volume}{seen}",
        f"uniform: parts of the region differ by {counted.largest_difference:.1%} at most",
    )


def _notes(given: PhantomMeasurement, counted: Counted | None) -> tuple[str, ...]:
    notes = []
    if given.activity_meter.geometry_factor is None:
        notes.append("no factor for the syringe is stated: the activity meter's readings are taken as they are")
    if given.dead_time is None:
        notes.append("no dead time is stated: lost counts are not given back")
    elif given.dead_time.relative_sigma is None:
        notes.append("the dead time has no stated uncertainty, so that of the sensitivity is a lower bound")
    if counted is not None and counted.cut_off:
        notes.append("the phantom reaches the edge of the image, so its volume could not be checked")
    if given.kind == "point source":
        notes.append(IN_AIR)
    return tuple(notes)
