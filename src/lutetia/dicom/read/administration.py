"""What the header says about the injection, and whether it can be so.

Source: DICOM PS3.3 C.8.9.2 (PET Isotope: becquerel), C.8.4.10 (NM Isotope: megabecquerel).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from lutetia.dicom.error import DicomInputError
from lutetia.dicom.read.clock import date_time, on_day_of
from lutetia.dicom.read.header import Header, open_header
from lutetia.dicom.read.series import SeriesFiles, nuclide_of
from lutetia.dicom.read.stated import PLAUSIBLE_ACTIVITY_MBQ, Stated

SAME_MINUTE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderAdministration:
    """The injection as header or course tell it; None where neither does.

    Attributes
    ----------
    nuclide : str or None
        As ``"Lu-177"``.
    agent : str or None
        The header's words.
    administered_mbq : float or None
        At ``administered_at`` [MBq].
    half_life_s : float or None
        As the header states it [s].
    notes : tuple of str
        What was found and not used, and where course and header differ.
    """

    nuclide: str | None = None
    agent: str | None = None
    administered_mbq: float | None = None
    administered_at: datetime | None = None
    half_life_s: float | None = None
    notes: tuple[str, ...] = ()


def administration_of(
    header: Header, acquired_at: datetime, zone: tzinfo | None, stated: Stated, *, bq_per_unit: float
) -> HeaderAdministration:
    """Read the first radiopharmaceutical of a header.

    Parameters
    ----------
    header : Header
    acquired_at : datetime
        Start of the scan; an injection after it is refused.
    zone : tzinfo or None
        For clock times without an offset.
    stated : Stated
        The course's administration comes before the header's.
    bq_per_unit : float
        1 where the standard asks for becquerel (PET), 1e6 where it asks for megabecquerel (NM).
    """
    item = header.first("RadiopharmaceuticalInformationSequence")
    notes: list[str] = []
    started = _started(item, acquired_at, zone, stated, notes, by_clock_alone=bq_per_unit == 1.0)
    half_life_s = item.number("RadionuclideHalfLife") if item else None
    _refuse_impossible_interval(acquired_at, started, half_life_s, header.where)
    return HeaderAdministration(
        nuclide=nuclide_of(header),
        agent=item.text("Radiopharmaceutical") if item else None,
        administered_mbq=_activity(item, stated, notes, bq_per_unit),
        administered_at=started,
        half_life_s=half_life_s if half_life_s and half_life_s > 0 else None,
        notes=tuple(notes),
    )


def event_uid_of(series: SeriesFiles) -> str | None:
    """Return the UID under which the images of a series name the injection; None where they name none."""
    item = open_header(series.files[0], series.where, only=("RadiopharmaceuticalInformationSequence",)).first(
        "RadiopharmaceuticalInformationSequence"
    )
    return item.text("RadiopharmaceuticalAdministrationEventUID") if item else None


def _started(
    item: Header | None,
    acquired_at: datetime,
    zone: tzinfo | None,
    stated: Stated,
    notes: list[str],
    *,
    by_clock_alone: bool,
) -> datetime | None:
    told: datetime | None = None
    if item is not None:
        whole, clock = item.text("RadiopharmaceuticalStartDateTime"), item.text("RadiopharmaceuticalStartTime")
        if whole is not None:
            told = _written(whole, zone, item.where, needed=stated.administered_at is None)
        elif clock is not None and by_clock_alone:
            told = on_day_of(clock, acquired_at, zone, item.where)
            notes.append(
                "the header gives the injection's clock time only: the last such time before the scan is taken"
            )
    if stated.administered_at is None:
        return told
    if told is not None and (apart := abs((told - stated.administered_at).total_seconds())) > SAME_MINUTE_S:
        notes.append(f"the header puts the administration {apart / 3600:.2f} h away from the course's, which is used")
    return stated.administered_at


def _written(text: str, zone: tzinfo | None, where: str, *, needed: bool) -> datetime | None:
    """Read the start; one that cannot be read is refused only where the course does not settle it."""
    try:
        return date_time(text, zone, "RadiopharmaceuticalStartDateTime", where)
    except DicomInputError:
        if needed:
            raise
        return None


def _activity(item: Header | None, stated: Stated, notes: list[str], bq_per_unit: float) -> float | None:
    if stated.administered_mbq is not None:
        return stated.administered_mbq
    written = item.number("RadionuclideTotalDose") if item else None
    if not written:
        return None
    activity = written * bq_per_unit / 1e6
    low, high = PLAUSIBLE_ACTIVITY_MBQ
    if not low <= activity <= high:
        unit = "Bq" if bq_per_unit == 1.0 else "MBq"
        notes.append(
            f"RadionuclideTotalDose {written:g} is not used: in {unit}, the standard's unit here, "
            "it is no administration, and another unit is not guessed"
        )
        return None
    return activity


def _refuse_impossible_interval(
    acquired_at: datetime, started: datetime | None, half_life_s: float | None, where: str
) -> None:
    if started is None:
        return
    hours = (acquired_at - started).total_seconds() / 3600
    if hours < 0:
        raise DicomInputError(
            where,
            f"the scan lies {-hours:.2f} h before the administration",
            "state administration and scan time in the course; dates may have been shifted by de-identification",
        )
    if half_life_s and hours * 3600 > 10 * half_life_s:
        raise DicomInputError(
            where,
            f"the scan lies {hours:.0f} h, more than ten half-lives, after the administration",
            "state administration and scan time in the course; dates may have been shifted by de-identification",
            "nothing would be left to see",
        )
