"""One cycle: planned, prescribed, prepared, given, imaged."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from lutetia.course.agent import Agent, read_agent
from lutetia.course.entry import Entry, Part
from lutetia.course.moment import ClockTime, Day, day_of
from lutetia.course.quantity import Activity, Length

DecayState = Literal["as-acquired", "to-administration"]


class Prescription(Entry):
    """What is to be given in this cycle; it is never inherited from another cycle."""

    activity: Activity
    by: str = Field(min_length=1)
    on: Day

    def own_date(self) -> date:
        """Return the day it was written."""
        return self.on


class Preparation(Part):
    """The batch that was prepared."""

    batch: str | None = None
    production_route: Literal["carrier-added", "no-carrier-added"] | None = None
    radiochemical_purity_percent: float | None = Field(default=None, ge=0, le=100)


class SyringeReading(Part):
    """An activity read from the activity meter at a time."""

    activity: Activity
    at: ClockTime


class Administration(Entry):
    """One injection as measured.

    Attributes
    ----------
    started_at : datetime
        Start of the injection.
    syringe_before, syringe_after : SyringeReading
        Full and residual activity, each with the time of its reading. Without a reading after, the residual is
        unknown and so is the activity given.
    calibrator : str or None
        Which activity meter, for traceability.
    extravasation : bool or None
    """

    started_at: ClockTime
    syringe_before: SyringeReading
    syringe_after: SyringeReading | None = None
    calibrator: str | None = None
    extravasation: bool | None = None
    by: str | None = None

    @model_validator(mode="after")
    def _residual_below_full(self) -> Self:
        after = self.syringe_after
        if after is not None and after.activity.to("MBq") > self.syringe_before.activity.to("MBq"):
            raise ValueError("more activity in the syringe after the injection than before; are the two exchanged")
        if self.syringe_before.activity.to("GBq") > 50:
            raise ValueError(
                f"{self.syringe_before.activity} is beyond any single administration; check the unit (GBq or MBq)"
            )
        return self

    def given_mbq(self, half_life_h: float) -> float | None:
        """Return the activity given, decayed to the start of the injection [MBq]; None without a residual.

        Parameters
        ----------
        half_life_h : float
            Physical half-life of the nuclide [h]; positive.
        """
        if self.syringe_after is None:
            return None

        def at_injection(reading: SyringeReading) -> float:
            hours = (self.started_at - reading.at).total_seconds() / 3600
            return float(reading.activity.to("MBq") * 2 ** (-hours / half_life_h))

        return at_injection(self.syringe_before) - at_injection(self.syringe_after)

    def own_date(self) -> datetime:
        """Return the start of the injection."""
        return self.started_at


class Scan(Entry):
    """One image series of the cycle, and what its header could not say.

    Attributes
    ----------
    series_uid : str
        SeriesInstanceUID of the SPECT.
    ct_series_uid, structure_series_uid : str or None
        CT for masses and pictures; structure set with the contours.
    decay : str or None
        The answer where the header contradicts itself: values ``as-acquired`` or ``to-administration``.
    regions : dict of str to str
        Contour name to organ code or lesion id; a contour that is not named is not used.
    resolution_fwhm : Length or None
        Resolution of the reconstructed image, where no calibration states it.
    """

    series_uid: str = Field(min_length=1)
    ct_series_uid: str | None = None
    structure_series_uid: str | None = None
    acquired_at: ClockTime | None = None
    decay: DecayState | None = None
    regions: dict[str, str] = Field(default_factory=dict)
    resolution_fwhm: Length | None = None

    def own_date(self) -> datetime | None:
        """Return when it was acquired, where the course says so."""
        return self.acquired_at


class Cycle(Entry):
    """One cycle of the course.

    Attributes
    ----------
    number : int
        1 for the first.
    agent : str
        Any text; outside the guideline's scope the guideline says so and dosimetry still runs.
    planned : date
        Day planned at present; ``originally_planned`` keeps the first plan when it was moved.
    """

    number: int = Field(ge=1, le=20)
    agent: str = Field(min_length=1)
    planned: Day
    originally_planned: Day | None = None
    prescription: Prescription | None = None
    preparation: Preparation | None = None
    administration: Administration | None = None
    scans: tuple[Scan, ...] = ()

    @property
    def read_agent(self) -> Agent:
        """The agent with nuclide and ligand read from its name."""
        return read_agent(self.agent)

    @property
    def given_on(self) -> date | None:
        """The day of administration, if it was given."""
        return None if self.administration is None else day_of(self.administration.started_at)

    def as_known(self, on: date) -> Self | None:
        """Hide prescription, administration and scans of later days; a plan is known once it is recorded."""
        seen = super().as_known(on)
        if seen is None:
            return None
        prescription, administration = self.prescription, self.administration
        return seen.model_copy(
            update={
                "prescription": prescription.as_known(on) if prescription else None,
                "administration": administration.as_known(on) if administration else None,
                "scans": tuple(scan for scan in self.scans if scan.as_known(on) is not None),
            }
        )
