"""A measured sensitivity as a calibration of the site: built, checked against the others, and written once."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, log10
from pathlib import Path
from typing import Any, Literal

from lutetia.errors import InputError
from lutetia.fileform import FileError, compose
from lutetia.quantification import RecoveryByVolume, SensitivityBudget, fit_recovery
from lutetia.quantification.cross_calibration import KnownActivity
from lutetia.quantification.sphere import sphere_recovery
from lutetia.reference.nuclide import nuclide
from lutetia.site import (
    ActivityMeterStated,
    Calibration,
    EnergyWindow,
    PhantomMeasurement,
    RecoveryStated,
    SensitivityStated,
    Site,
    UncertaintyParts,
)
from lutetia.site.calibration import LEAST_CPS_PER_MBQ, MOST_CPS_PER_MBQ
from lutetia.site.folder import calibration_text

PARTS = ("counting", "activity", "volume", "region", "dead_time")
"""Of the uncertainty, in the order in which they are shown."""
CURVE_OFF_RESOLUTION = 0.1
"""Lutetia's choice: a reconstruction rings or is not Gaussian by less; more means another image or unit."""
SIGNIFICANT = 5
"""Digits of a sensitivity; its uncertainty takes the last two or three of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """The camera as its images or the measurement name it.

    Attributes
    ----------
    windows_kev : tuple of (float, float)
        Windows over lines of the nuclide [keV].
    image : str
        Where the image is to be found, for the calibration's source; empty for typed counts.
    """

    manufacturer: str
    model: str
    heads: int
    windows_kev: tuple[tuple[float, float], ...]
    image: str = ""


def calibration_of(
    given: PhantomMeasurement,
    cps_per_mbq: float,
    of: Literal["system", "head"],
    camera: Camera,
    activity: KnownActivity,
    budget: SensitivityBudget,
    curve: RecoveryByVolume | None,
) -> Calibration:
    """Return the calibration that came of a measurement.

    Parameters
    ----------
    given : PhantomMeasurement
    cps_per_mbq : float
        Measured sensitivity [1/s/MBq].
    of : {"system", "head"}
    camera : Camera
    activity : KnownActivity
        When the acquisition began.
    budget : SensitivityBudget
    curve : RecoveryByVolume or None

    Raises
    ------
    InputError
        If no camera has such a sensitivity.
    """
    _require_plausible(cps_per_mbq * (camera.heads if of == "head" else 1), activity)
    for name in ("manufacturer", "model"):
        if not getattr(camera, name):
            raise InputError("phantom image", f"its header states no {name}", f"add '{name}: ...' to the measurement")
    meter, factor = given.activity_meter, given.activity_meter.geometry_factor
    return Calibration(
        format="lutetia-calibration/1",
        id=given.id,
        manufacturer=camera.manufacturer,
        model=camera.model,
        serial=given.serial,
        collimator=given.collimator,
        nuclide=nuclide(given.nuclide).name,
        energy_windows=tuple(EnergyWindow(lower_kev=low, upper_kev=high) for low, high in camera.windows_kev),
        reconstruction=given.reconstruction,
        sensitivity=SensitivityStated(
            value=rounded(cps_per_mbq), unit="cps/MBq", relative_sigma=rounded(budget.total, 3)
        ),
        sensitivity_of=of,
        heads=camera.heads,
        resolution_fwhm=given.resolution_fwhm,
        valid_from=given.valid_from or activity.at.date(),
        valid_to=given.valid_to,
        source=f"{given.kind}, {activity.mbq:.4g} MBq when its acquisition began "
        f"({activity.at.isoformat(timespec='minutes')}){camera.image}",
        activity_meter=ActivityMeterStated(
            name=meter.name,
            relative_sigma=meter.relative_sigma,
            geometry_factor=None if factor is None else factor.value,
            geometry=None if factor is None else factor.geometry,
            read_on=given.syringe_before.at.date(),
        ),
        uncertainty=UncertaintyParts(
            **{name: rounded(part, 3) for name in PARTS if (part := getattr(budget, name)) is not None}
        ),
        dead_time=given.dead_time,
        recovery=None if curve is None else recovery_stated(curve, f"{given.kind} of {activity.at.date()}"),
    )


def recovery_stated(curve: RecoveryByVolume, source: str) -> RecoveryStated:
    """Return a fitted recovery curve as it stands in a calibration."""
    return RecoveryStated(
        a=rounded(curve.exponent),
        b_ml=rounded(curve.half_ml),
        variance_a=rounded(curve.variance_exponent),
        variance_b=rounded(curve.variance_half),
        covariance=rounded(curve.covariance),
        smallest_ml=curve.smallest_ml,
        largest_ml=curve.largest_ml,
        source=source,
    )


def curve_of(calibration: Calibration) -> RecoveryByVolume | None:
    """Return a calibration's recovery by volume; None where it states none."""
    stated = calibration.recovery
    if stated is None:
        return None
    return RecoveryByVolume(
        exponent=stated.a,
        half_ml=stated.b_ml,
        variance_exponent=stated.variance_a,
        variance_half=stated.variance_b,
        covariance=stated.covariance,
        smallest_ml=stated.smallest_ml,
        largest_ml=stated.largest_ml,
        name=calibration.id,
    )


def fitted_spheres(given: PhantomMeasurement, spheres: Path | None) -> RecoveryByVolume | None:
    """Fit the recovery by volume to the spheres of a file, or to the measurement's own; None where there are none.

    Raises
    ------
    InputError
        If they cannot be read, or the curve does not describe them.
    """
    rows = [(s.volume.to("mL"), s.recovery, s.sigma) for s in given.spheres]
    if spheres is not None:
        rows = _spheres(spheres)
    if not rows:
        return None
    sigmas = [sigma for _, _, sigma in rows if sigma is not None]
    if sigmas and len(sigmas) != len(rows):
        raise InputError("spheres", "some have an uncertainty and some have none", "state one for each, or none")
    return fit_recovery([v for v, _, _ in rows], [r for _, r, _ in rows], sigmas=sigmas or None, name=given.id)


def beside_resolution(curve: RecoveryByVolume, fwhm_mm: float) -> tuple[str, ...]:
    """Say where a curve and a stated resolution contradict each other; both are offered for the same images."""
    ends = (curve.smallest_ml, curve.half_ml, curve.largest_ml)
    volumes = [ml for ml in ends if curve.smallest_ml <= ml <= curve.largest_ml]
    off = [curve.recovery(ml) - float(sphere_recovery(ml, fwhm_mm)) for ml in volumes]
    worst = max(range(len(off)), key=lambda n: abs(off[n]))
    if abs(off[worst]) <= CURVE_OFF_RESOLUTION:
        return ()
    ml, found = volumes[worst], curve.recovery(volumes[worst])
    return (
        (
            f"the spheres' curve gives a recovery of {found:.2f} at {ml:.3g} mL, and a sphere blurred by the stated "
            f"{fwhm_mm:g} mm one of {found - off[worst]:.2f}: check both"
        ),
    )


def require_no_other(site: Site, new: Calibration) -> None:
    """Refuse a calibration whose days another one of the same camera has already.

    Raises
    ------
    InputError
        Naming the other, and what is different about it.
    """
    for other in site.calibrations:
        if other.id == new.id:
            raise _there_already(f"calibration/{new.id}.yaml")
        same = all(
            " ".join(getattr(other, name).split()).casefold() == " ".join(getattr(new, name).split()).casefold()
            for name in ("manufacturer", "model", "nuclide", "collimator")
        )
        if not same or not _overlap(other, new):
            continue
        differs = "" if other.reconstruction == new.reconstruction else (
            f"; its reconstruction is '{other.reconstruction}', and this one's '{new.reconstruction}'"
        )  # fmt: skip
        raise InputError(
            f"calibration {new.id}",
            f"{other.id} holds for the same camera and nuclide from {other.valid_from} to "
            f"{other.valid_to or 'further notice'}{differs}",
            f"end the validity of {other.id} ('valid_to') before {new.valid_from}, or give this one other days",
            "a scan of these days would find two",
        )


def write_calibration(site: Path, calibration: Calibration, record: Mapping[str, Any]) -> Path:
    """Write a calibration and its run record into a site's folder; nothing is ever written over.

    Returns
    -------
    Path
        Of the calibration.

    Raises
    ------
    InputError
        If a file of this name is there already.
    """
    folder = site / "calibration"
    folder.mkdir(exist_ok=True)
    target, beside = folder / f"{calibration.id}.yaml", folder / f"{calibration.id}.record.json"
    for path in (target, beside):
        if path.exists():
            raise _there_already(f"calibration/{path.name}")
    beside.write_text(json.dumps(record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    with target.open("x", encoding="utf-8") as stream:
        stream.write(calibration_text(calibration))
    return target


def rounded(value: float, digits: int = SIGNIFICANT) -> float:
    """Return a number with so many significant digits."""
    return value if value == 0 else round(value, digits - 1 - floor(log10(abs(value))))


def _there_already(name: str) -> InputError:
    return InputError(
        name,
        "it is there already, and is not written over",
        "give the measurement another 'id', or move the file away",
        "doses were computed with it",
    )


def _require_plausible(system_cps: float, activity: KnownActivity) -> None:
    if LEAST_CPS_PER_MBQ <= system_cps <= MOST_CPS_PER_MBQ:
        return
    raise InputError(
        "sensitivity",
        f"it comes out as {system_cps:.3g} cps/MBq with {activity.mbq:.4g} MBq in the phantom",
        "check the unit of the readings (kBq, MBq, GBq), the volume and the duration",
        f"no gamma camera has less than {LEAST_CPS_PER_MBQ:g} or more than {MOST_CPS_PER_MBQ:g} cps/MBq",
    )


def _overlap(one: Calibration, other: Calibration) -> bool:
    return one.valid_from <= (other.valid_to or date.max) and other.valid_from <= (one.valid_to or date.max)


_Row = tuple[float, float, float | None]


def _spheres(path: Path) -> list[_Row]:
    """Read volumes and recoveries: columns volume_mL, recovery and optionally sigma, or 'spheres:' with the same."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise InputError(path.name, "it cannot be read as text", "give a .csv or .yaml of the spheres") from None
    if path.suffix.lower() == ".csv":
        rows: Sequence[Any] = list(csv.DictReader(text.splitlines()))
    else:
        try:
            listed = compose(text, name=path.name).content.get("spheres")
            rows = listed if isinstance(listed, tuple) else ()
        except FileError as error:
            raise InputError(path.name, error.found, error.remedy) from None
    if not rows:
        raise InputError(path.name, "it lists no spheres", "write a line 'volume_mL,recovery,sigma', and one for each")
    return [_row(row, n, path.name) for n, row in enumerate(rows, start=1)]


def _row(row: Any, number: int, name: str) -> _Row:
    try:
        sigma = row.get("sigma")
        return float(row["volume_mL"]), float(row["recovery"]), None if sigma in (None, "") else float(sigma)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InputError(
            name,
            f"sphere {number} has no volume and recovery that are numbers",
            "write the columns volume_mL, recovery and, where it is known, sigma (standard uncertainty)",
        ) from None
