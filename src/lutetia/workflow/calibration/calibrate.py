"""From the image of a known source to the calibration of a camera, with its uncertainty and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lutetia.provenance import RunRecord, now, sha256_of
from lutetia.reference.nuclide import nuclide
from lutetia.site import Calibration, read_phantom, read_site
from lutetia.workflow.calibration.file import (
    PARTS,
    beside_resolution,
    calibration_of,
    fitted_spheres,
    require_no_other,
    write_calibration,
)
from lutetia.workflow.calibration.measure import Measured, measure
from lutetia.workflow.record.folder import SITE
from lutetia.workflow.record.opened import record_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """What came of a measurement; ``calibration`` is None where only a cross-calibration did.

    Attributes
    ----------
    name : str
    measured : Measured
    calibration : Calibration or None
    record : RunRecord
    written : Path or None
    """

    name: str
    measured: Measured
    calibration: Calibration | None
    record: RunRecord
    written: Path | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        measured, cross = self.measured, self.measured.cross
        return {
            "record": record_json(self.record),
            "calibration": None
            if self.calibration is None
            else self.calibration.model_dump(mode="json", exclude_none=True),
            "cross_calibration": None
            if cross is None
            else {
                "factor": cross.factor,
                "relative_sigma": cross.relative_sigma,
                "measured_on": cross.measured_on.isoformat(),
                "agrees": cross.agrees,
            },
            "uncertainty": {name: getattr(measured.budget, name) for name in (*PARTS, "total")},
            "activity_mbq": measured.activity.mbq,
            "activity_at": measured.activity.at.isoformat(),
            "did": list(measured.lines),
            "notes": list(measured.notes),
            "written": None if self.written is None else str(self.written),
        }


def calibrate(
    measurement: Path, *, site_path: Path | None = None, spheres: Path | None = None, write: bool = True
) -> Calibrated:
    """Compute a calibration, and write it to the site where one is given.

    Parameters
    ----------
    measurement : Path
        See docs/calibration.md.
    site_path : Path, optional
        The site's folder; without it nothing is written.
    spheres : Path, optional
        Volumes and recoveries in a .csv or .yaml, in place of the measurement's own.
    write : bool
        Whether to write the calibration.

    Raises
    ------
    InputError
        If the measurement contradicts itself, or a calibration of this name or for these days is there already.
    RefusedError
        If the dead time is beyond what can be corrected.
    """
    started_at = now()
    if site_path is not None and site_path.name == SITE:
        site_path = site_path.parent
    site = None if site_path is None else read_site(site_path)
    zone = None if site is None else site.timezone
    given = read_phantom(measurement, timezone=zone)
    physical = nuclide(given.nuclide)
    curve = fitted_spheres(given, spheres)
    measured = measure(given, physical, measurement.parent, timezone=zone)
    if curve is not None and given.resolution_fwhm is not None:
        told = beside_resolution(curve, given.resolution_fwhm.to("mm"))
        measured = replace(measured, notes=(*measured.notes, *told))
    calibration = None
    if measured.cps_per_mbq is not None:
        calibration = calibration_of(
            given, measured.cps_per_mbq, measured.of, measured.camera, measured.activity, measured.budget, curve
        )
    files = [path for path in (measurement, spheres) if path is not None]
    record = RunRecord(
        command="calibrate",
        started_at=started_at,
        finished_at=now(),
        parameters={"kind": given.kind, "id": given.id},
        inputs={**measured.inputs, **{path.name: sha256_of(path) for path in files}},
    )
    result = Calibrated(name=given.id, measured=measured, calibration=calibration, record=record)
    if site is None or site_path is None or calibration is None:
        return result
    require_no_other(site, calibration)
    if not write:
        return result
    return replace(result, written=write_calibration(site_path, calibration, result.as_json()))
