"""One image series of a cycle, and what its header could not say."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from lutetia.course.entry import Entry, Words
from lutetia.fileform import ClockTime, Duration, Length, Misfit, MisfitError

DecayState = Literal["as-acquired", "to-administration"]
PatientPoint = Annotated[tuple[float, float, float], Field(strict=False)]

SHORTEST_SCAN_S: Final = 30.0
LONGEST_SCAN_S: Final = 4 * 3600.0


class Scan(Entry):
    """One image series of the cycle, and what its header could not say.

    Attributes
    ----------
    series_uid : str
        SeriesInstanceUID of the SPECT.
    ct_series_uid, structure_series_uid : str or None
        CT for masses and pictures; structure set or segmentation with the regions.
    decay : str or None
        The answer where the header contradicts itself: values ``as-acquired`` or ``to-administration``.
    regions : dict of str to str
        Contour name to organ code or lesion id; a contour that is not named is not used.
    regions_from : str or None
        ``series_uid`` of another scan of the same cycle: its regions are moved to this one by rigid registration. A
        scan has its own contours, or takes those of another one; from which is never guessed.
    structure_file : str or None
        In place of a series: a NIfTI label map below ``imaging/``; ``regions`` then goes by label number, or by the
        names of a table beside it (same name, ``.json``: number to name).
    regions_accepted_by : str or None
        Who looked at regions that a program made by itself, and answers for them.
    lesion_points : dict of str to tuple of float
        Lesion id to a point in it, in the patient coordinates (x, y, z) of the SPECT [mm]: its region is made from the
        image as the centre's ``dosimetry.yaml`` says.
    resolution_fwhm : Length or None
        Resolution of the reconstructed image, where no calibration states it.
    duration : Duration or None
        Length of the acquisition, where the header allows more than one reading.
    """

    may_supersede: ClassVar[bool] = False

    series_uid: Words
    ct_series_uid: Words | None = None
    structure_series_uid: Words | None = None
    acquired_at: ClockTime | None = None
    decay: DecayState | None = None
    regions: dict[str, str] = Field(default_factory=dict)
    regions_from: Words | None = None
    structure_file: Words | None = None
    regions_accepted_by: Words | None = None
    lesion_points: dict[str, PatientPoint] = Field(default_factory=dict)
    resolution_fwhm: Length | None = None
    duration: Duration | None = None

    @property
    def duration_s(self) -> float | None:
        """Length of the acquisition [s], where the course states it."""
        return None if self.duration is None else self.duration.to("s")

    @model_validator(mode="after")
    def _each_region_has_one_contour(self) -> Self:
        twice = [region for region, times in Counter(self.regions.values()).items() if times > 1]
        if twice:
            text = f"'{twice[0]}' is given to two contours; name one contour for each region"
            raise MisfitError([Misfit(("regions",), text)])
        return self

    @model_validator(mode="after")
    def _contours_come_from_one_place(self) -> Self:
        if self.structure_file is None:
            return self
        if self.structure_series_uid is not None:
            text = "its contours come from a series and from a file; keep one of the two"
            raise MisfitError([Misfit(("structure_file",), text)])
        if ".." in self.structure_file.split("/") or self.structure_file.startswith("/"):
            text = "it lies outside imaging/; put the file there and name it from there"
            raise MisfitError([Misfit(("structure_file",), text)])
        return self

    @model_validator(mode="after")
    def _a_lesion_has_a_contour_or_a_point(self) -> Self:
        both = sorted(set(self.lesion_points) & set(self.regions.values()))
        if both:
            text = f"'{both[0]}' has a contour and a point on this scan; keep one of the two"
            raise MisfitError([Misfit(("lesion_points", both[0]), text)])
        return self

    @model_validator(mode="after")
    def _as_long_as_a_scan(self) -> Self:
        if self.duration_s is not None and not SHORTEST_SCAN_S <= self.duration_s <= LONGEST_SCAN_S:
            text = f"{self.duration} is no length of a scan; check the unit (s, min or h)"
            raise MisfitError([Misfit(("duration",), text)])
        return self

    @model_validator(mode="after")
    def _its_own_regions_or_anothers(self) -> Self:
        if self.regions_from is None:
            return self
        if self.regions_from == self.series_uid:
            text = "this scan is to take its regions from itself; name the scan on which they were drawn"
            raise MisfitError([Misfit(("regions_from",), text)])
        if self.regions or self.structure_series_uid is not None or self.structure_file is not None:
            text = "this scan has contours of its own and those of another scan; keep one of the two"
            raise MisfitError([Misfit(("regions_from",), text)])
        return self

    def own_date(self) -> datetime | None:
        """Return when it was acquired, where the course says so."""
        return self.acquired_at
