"""What does the image of a phantom say about itself, and does it agree with what the physicist wrote down?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lutetia.errors import InputError
from lutetia.reference.nuclide import nuclide
from lutetia.site import PhantomMeasurement
from lutetia.site.calibration_match import holds_line, reconstruction_doubts, shown
from lutetia.volume import Volume
from lutetia.workflow.dose.counting import duration_of_head

if TYPE_CHECKING:
    from lutetia.dicom.read import SeriesFiles, SpectImage

WHERE = "phantom image"


@dataclass(frozen=True, slots=True, kw_only=True)
class PhantomScan:
    """The image of a phantom, with what had to be settled about it.

    Attributes
    ----------
    values : Volume
        Counts, or Bq/mL at the start of the acquisition or during it (``corrected_to_start``).
    duration_s : float
        Of one head [s].
    counts_accumulated : float or None
        All counts, as the header states them.
    lines, notes : tuple of str
        How duration, heads and windows were told; what a reader should know.
    """

    values: Volume
    series_uid: str
    manufacturer: str
    model: str
    started_at: datetime
    duration_s: float
    heads: int
    windows_kev: tuple[tuple[float, float], ...]
    corrected_to_start: bool
    counts_accumulated: float | None
    files: tuple[Path, ...]
    lines: tuple[str, ...]
    notes: tuple[str, ...]


def read_phantom_scan(given: PhantomMeasurement, folder: Path, *, timezone: str | None) -> PhantomScan:
    """Read the image of a measurement.

    Parameters
    ----------
    given : PhantomMeasurement
        Of a cylinder or a point source.
    folder : Path
        Where the measurement's file lies.
    timezone : str or None

    Raises
    ------
    InputError
        If the image is not one SPECT of this source, or leaves open what counts and time they were collected in.
    """
    from lutetia.dicom.read import read_spect

    series = _one_spect(folder / (given.image or ""))
    zone = given.timezone or timezone
    image = read_spect(series, timezone=None if zone is None else ZoneInfo(zone))
    _require_nuclide(image, given)
    heads = _heads(image, given)
    duration = duration_of_head(
        image.duration_s,
        None if given.duration is None else given.duration.to("s"),
        heads=heads,
        found=image.duration_found,
        where=WHERE,
        remedy="add 'duration: {value: ..., unit: s}': the projections of one head times their duration",
    )
    windows, window_notes = _windows(image, given)
    notes = (*image.notes, *window_notes, *reconstruction_doubts(given.reconstruction, image.corrections))
    return PhantomScan(
        values=image.volume,
        series_uid=image.series_uid,
        manufacturer=given.manufacturer or image.manufacturer,
        model=given.model or image.model,
        started_at=image.acquired_at,
        duration_s=duration.seconds,
        heads=heads,
        windows_kev=windows,
        corrected_to_start=_corrected(image, given),
        counts_accumulated=image.counts_accumulated,
        files=series.files,
        lines=(
            f"duration {duration.seconds:g} s of one head ({duration.told})",
            f"{heads} heads",
            f"windows {shown(windows)}",
        ),
        notes=notes,
    )


def _one_spect(path: Path) -> SeriesFiles:
    from lutetia.dicom.read import scan_folder

    found = scan_folder(path)
    spects = [series for series in found if series.kind == "SPECT"]
    if len(spects) == 1:
        return spects[0]
    kinds = ", ".join(sorted({series.kind for series in found})) or "no DICOM at all"
    raise InputError(
        path.name,
        f"one reconstructed SPECT is needed, and there are {len(spects)} (found: {kinds})",
        "name the file of the reconstruction in 'image'",
    )


def _require_nuclide(image: SpectImage, given: PhantomMeasurement) -> None:
    if image.nuclide is not None and image.nuclide != nuclide(given.nuclide).name:
        raise InputError(
            WHERE,
            f"its header names {image.nuclide}, and the measurement {given.nuclide}",
            "give the image of this source, or correct the nuclide",
            "windows and decay belong to the nuclide",
        )


def _heads(image: SpectImage, given: PhantomMeasurement) -> int:
    told = image.heads
    if given.heads is not None and told is not None and told > 1 and told != given.heads:
        raise InputError(WHERE, f"{given.heads} heads are stated, and the header says {told}", "correct 'heads'")
    heads = given.heads or told
    if heads is None or (given.heads is None and heads == 1):
        found = "its header does not state the heads" if told is None else "its header states one head"
        raise InputError(
            WHERE,
            found,
            "add 'heads: ...' to the measurement",
            "two-headed cameras may write one, which halves the sensitivity of a head",
        )
    return heads


def _windows(image: SpectImage, given: PhantomMeasurement) -> tuple[tuple[tuple[float, float], ...], tuple[str, ...]]:
    stated = tuple((window.lower_kev, window.upper_kev) for window in given.energy_windows)
    if not image.windows_kev and not stated:
        raise InputError(WHERE, "its header states no energy window", "add 'energy_windows' to the measurement")
    peaks = tuple(window for window in image.windows_kev or stated if holds_line(window, given.nuclide))
    if not peaks:
        raise InputError(
            WHERE,
            f"no line of {given.nuclide} lies in its energy windows ({shown(image.windows_kev or stated)})",
            "give the image of this nuclide, reconstructed from its photopeak",
        )
    if not image.windows_kev:
        return peaks, ("its header states no energy window; those of the measurement are taken",)
    if stated and sorted(stated) != sorted(peaks):
        raise InputError(
            WHERE,
            f"the header says {shown(peaks)}, and the measurement {shown(stated)}",
            "take 'energy_windows' out of the measurement, or correct it",
        )
    others = tuple(window for window in image.windows_kev if window not in peaks)
    return peaks, (f"windows without a line, taken as those for scatter: {shown(others)}",) if others else ()


def _corrected(image: SpectImage, given: PhantomMeasurement) -> bool:
    """Return whether the values are those at the start of the acquisition rather than the mean over it."""
    state = given.decay or image.decay_state
    if state is None:
        raise InputError(
            WHERE,
            f"whether it is corrected for decay cannot be told: {image.decay_found}",
            "add 'decay: as-acquired' to the measurement if it is not, or export it without decay correction",
        )
    if state == "to-administration" or (state == "to-acquisition-start" and image.volume.unit == "count"):
        raise InputError(
            WHERE,
            f"it is corrected for decay ({image.decay_found})",
            "export the reconstruction without decay correction",
            "a sensitivity belongs to counts as they were acquired",
        )
    return state == "to-acquisition-start"
