"""One cycle: planned, prescribed, prepared, given, imaged."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from lutetia.course.agent import Agent, read_agent
from lutetia.course.entry import Entry, Part, Words
from lutetia.course.therapy import MOST_GBQ_AT_ONCE, too_much
from lutetia.fileform import AbsorbedDose, Activity, ClockTime, Day, Duration, Length, Misfit, MisfitError, day_of

DecayState = Literal["as-acquired", "to-administration"]
CurveModel = Literal["mono-exponential", "bi-exponential", "bi-exponential with uptake", "physical decay only"]

LEAST_LU177_GBQ: Final = 0.1
"""Less 177Lu than this [GBq] is no therapy; the unit was mistaken for MBq."""
READ_BEFORE_AT_MOST: Final = timedelta(days=7)
"""A syringe is read within one half-life of 177Lu before it is given; beyond it a date was mistyped."""
READ_AFTER_AT_MOST: Final = timedelta(days=2)
SHORTEST_SCAN_S: Final = 30.0
LONGEST_SCAN_S: Final = 4 * 3600.0


class Corrected(Entry):
    """A part of a cycle of which there is one: a correction keeps the version it replaces inside itself."""

    may_supersede: ClassVar[bool] = False
    corrects: Self | None = None

    @model_validator(mode="after")
    def _a_correction_says_why_and_since_when(self) -> Self:
        if self.corrects is not None and (self.why is None or self.recorded_at is None):
            missing = "why" if self.why is None else "recorded_at"
            raise ValueError(f"this corrects an earlier version and lacks '{missing}'; add '{missing}: ...'")
        return self

    def as_known(self, on: date) -> Self | None:
        """Return the version that was known on a day."""
        seen = super().as_known(on)
        return self.corrects.as_known(on) if seen is None and self.corrects is not None else seen


class Prescription(Corrected):
    """What is to be given in this cycle; it is never inherited from another cycle.

    Attributes
    ----------
    written_afterwards : str or None
        Why it was written after the administration, where it was.
    """

    activity: Activity
    by: Words
    on: Day
    written_afterwards: Words | None = None

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        if self.activity.to("GBq") > MOST_GBQ_AT_ONCE:
            raise MisfitError([Misfit(("activity",), too_much(self.activity))])
        return self

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


class ReportedActivity(Part):
    """The activity given as somebody else reports it, at the start of the injection, where no syringe was recorded."""

    activity: Activity
    source: Words


class Administration(Corrected):
    """One injection as measured.

    Attributes
    ----------
    started_at : datetime
        Start of the injection.
    syringe_before, syringe_after : SyringeReading
        Full and residual activity, each with the time of its reading. Without a reading after, the residual is
        unknown and so is the activity given.
    reported : ReportedActivity or None
        Instead of syringe readings, for an injection that was documented elsewhere.
    calibrator : str or None
        Which activity meter, for traceability.
    extravasation : bool or None
    """

    reports_the_past: ClassVar[bool] = True

    started_at: ClockTime
    syringe_before: SyringeReading | None = None
    syringe_after: SyringeReading | None = None
    reported: ReportedActivity | None = None
    calibrator: str | None = None
    extravasation: bool | None = None
    by: str | None = None

    @model_validator(mode="after")
    def _readings_fit_the_injection(self) -> Self:
        misfits = [Misfit(path, text) for path, text in self._misread()]
        if misfits:
            raise MisfitError(misfits)
        return self

    def _misread(self) -> list[tuple[tuple[str, ...], str]]:
        found: list[tuple[tuple[str, ...], str]] = []
        before, after = self.syringe_before, self.syringe_after
        if (before is None) == (self.reported is None):
            text = "it has both" if before else "it has neither"
            remedy = "give either the readings of the syringe or, for an injection documented elsewhere, 'reported'"
            return [((), f"an activity is measured or reported, and {text}; {remedy}")]
        if self.reported is not None:
            if after is not None:
                found.append((("syringe_after",), "a residual belongs to a syringe read before; take it out"))
            if self.reported.activity.to("GBq") > MOST_GBQ_AT_ONCE:
                found.append((("reported", "activity"), too_much(self.reported.activity)))
            return found
        assert before is not None
        if before.activity.to("GBq") > MOST_GBQ_AT_ONCE:
            found.append((("syringe_before", "activity"), too_much(before.activity)))
        if not timedelta() <= self.started_at - before.at <= READ_BEFORE_AT_MOST:
            text = f"the full syringe was read at {before.at}, and the injection began at {self.started_at}"
            remedy = "the reading comes first, by 7 days at most; correct one of the two times"
            found.append((("syringe_before", "at"), f"{text}; {remedy}"))
        if after is None:
            return found
        if after.activity.to("MBq") >= before.activity.to("MBq"):
            text = f"{after.activity} was left in a syringe that held {before.activity} before the injection"
            found.append(
                (("syringe_after", "activity"), f"{text}; are the two readings exchanged, or is a unit wrong?")
            )
        if not timedelta() <= after.at - self.started_at <= READ_AFTER_AT_MOST:
            text = f"the residual was read at {after.at}, and the injection began at {self.started_at}"
            remedy = "the residual is read after the injection, within 2 days; correct one of the two times"
            found.append((("syringe_after", "at"), f"{text}; {remedy}"))
        return found

    def given_mbq(self, half_life_h: float) -> float | None:
        """Return the activity given, decayed to the start of the injection [MBq]; None without a residual.

        Parameters
        ----------
        half_life_h : float
            Physical half-life of the nuclide [h]; positive.
        """
        if self.reported is not None:
            return self.reported.activity.to("MBq")
        if self.syringe_after is None or self.syringe_before is None:
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
    def _as_long_as_a_scan(self) -> Self:
        if self.duration_s is not None and not SHORTEST_SCAN_S <= self.duration_s <= LONGEST_SCAN_S:
            text = f"{self.duration} is no length of a scan; check the unit (s, min or h)"
            raise MisfitError([Misfit(("duration",), text)])
        return self

    def own_date(self) -> datetime | None:
        """Return when it was acquired, where the course says so."""
        return self.acquired_at


class AcceptedDose(Corrected):
    """The absorbed dose of one region from this cycle, as a person took it over from a result.

    Attributes
    ----------
    region : str
        Organ code or lesion id.
    recovery_corrected : bool
        Whether partial volume was corrected for.
    method : str
        How it was computed, in words.
    result : str
        Which run it was taken from.
    accepted_by : str
    accepted_on : date
    """

    region: Words
    dose: AbsorbedDose
    recovery_corrected: bool
    method: Words
    result: Words
    accepted_by: Words
    accepted_on: Day

    def own_date(self) -> date:
        """Return the day on which it was accepted."""
        return self.accepted_on


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
    curves : dict of str to str
        Region to the time-activity model that a person asks for instead of the automatic choice.
    """

    may_supersede: ClassVar[bool] = False

    number: int = Field(ge=1, le=20)
    agent: Words
    planned: Day
    originally_planned: Day | None = None
    prescription: Prescription | None = None
    preparation: Preparation | None = None
    administration: Administration | None = None
    scans: Annotated[tuple[Scan, ...], Field(strict=False)] = ()
    curves: dict[str, CurveModel] = Field(default_factory=dict)
    doses: Annotated[tuple[AcceptedDose, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _its_parts_agree(self) -> Self:
        misfits = [
            Misfit(path, text) for path, text in (*self._too_little(), *self._out_of_order(), *self._stated_twice())
        ]
        if misfits:
            raise MisfitError(misfits)
        return self

    def _too_little(self) -> list[tuple[tuple[str, ...], str]]:
        given, prescribed = self.administration, self.prescription
        activities = (
            (("prescription", "activity"), prescribed.activity if prescribed else None),
            *(
                ((("administration", "syringe_before", "activity"), given.syringe_before.activity),)
                if given and given.syringe_before
                else ()
            ),
            *(
                ((("administration", "reported", "activity"), given.reported.activity),)
                if given and given.reported
                else ()
            ),
        )
        return [
            (path, f"{activity} of 177Lu is less than any therapy gives; check the unit (GBq or MBq)")
            for path, activity in activities
            if activity is not None and self.read_agent.nuclide == "Lu-177" and activity.to("GBq") < LEAST_LU177_GBQ
        ]

    def _out_of_order(self) -> list[tuple[tuple[str | int, ...], str]]:
        found: list[tuple[tuple[str | int, ...], str]] = []
        given, prescribed = self.administration, self.prescription
        if given is None:
            return found
        late = prescribed is not None and prescribed.on > day_of(given.started_at)
        if prescribed is not None and late and prescribed.written_afterwards is None:
            text = f"prescribed on {prescribed.on}, after the administration on {day_of(given.started_at)}"
            remedy = "correct one of the two, or, if it was so, add 'written_afterwards: <reason>'"
            found.append((("prescription", "on"), f"{text}; {remedy}"))
        for index, scan in enumerate(self.scans):
            if scan.acquired_at is not None and scan.acquired_at < given.started_at:
                text = f"scanned at {scan.acquired_at}, before the injection began at {given.started_at}"
                found.append((("scans", index, "acquired_at"), f"{text}; correct one of the two"))
        return found

    def _stated_twice(self) -> list[tuple[tuple[str | int, ...], str]]:
        doses = [(dose.region, dose.recovery_corrected) for dose in self.doses]
        return [
            (("doses", index, "region"), f"'{key[0]}' has two doses of one kind; let the second carry 'corrects'")
            for index, key in enumerate(doses)
            if key in doses[:index]
        ]

    @property
    def read_agent(self) -> Agent:
        """The agent with nuclide and ligand read from its name."""
        return read_agent(self.agent)

    @property
    def given_on(self) -> date | None:
        """The day of administration, if it was given."""
        return None if self.administration is None else day_of(self.administration.started_at)

    def as_known(self, on: date) -> Self | None:
        """Hide prescription, administration and scans of later days; a plan is known once it is recorded.

        What was prepared for an administration is hidden with it.
        """
        seen = super().as_known(on)
        if seen is None:
            return None
        given = self.administration.as_known(on) if self.administration else None
        prepared_later = given is None and self.administration is not None
        return seen.model_copy(
            update={
                "prescription": self.prescription.as_known(on) if self.prescription else None,
                "administration": given,
                "preparation": None if prepared_later else self.preparation,
                "scans": tuple(scan for scan in self.scans if scan.as_known(on) is not None),
                "doses": tuple(known for dose in self.doses if (known := dose.as_known(on)) is not None),
            }
        )
