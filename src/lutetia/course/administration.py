"""What was to be given in a cycle, what was prepared, and what was given, as prescribed and measured."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from lutetia.course.entry import Entry, Part, Words
from lutetia.course.therapy import MOST_GBQ_AT_ONCE, too_much
from lutetia.fileform import Activity, ClockTime, Day, Misfit, MisfitError, TissueVolume

LASTS_AT_MOST: Final = timedelta(days=1)
MOST_ML_AT_ONCE: Final = 1000.0
"""More than a litre is no injection; the unit was mistaken."""
Route = Literal["intravenous", "intra-arterial"]
Site = Literal["vein", "arm vein", "femoral vein", "artery", "brachial artery", "radial artery", "femoral artery"]
"""Where the needle or line lay; ``vein`` and ``artery`` where no more is known, or for a central line."""
VESSEL_OF: Final[dict[Route, str]] = {"intravenous": "vein", "intra-arterial": "artery"}

READ_BEFORE_AT_MOST: Final = timedelta(days=7)
"""A syringe is read within one half-life of 177Lu before it is given; beyond it a date was mistyped."""
READ_AFTER_AT_MOST: Final = timedelta(days=2)


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
    """The batch that was prepared.

    Attributes
    ----------
    product : str or None
        Whether it is the approved product, one of a trial, or prepared in house.
    appearance_as_specified : bool or None
        Clear, without particles, and of the colour that it should have.
    concentration_mbq_per_ml : float or None
        Activity concentration of the solution for injection [MBq/mL].
    """

    batch: str | None = None
    product: Literal["approved", "trial", "in-house"] | None = None
    appearance_as_specified: bool | None = None
    concentration_mbq_per_ml: float | None = Field(default=None, gt=0)
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
    ended_at : datetime or None
        End of the injection, without the flush.
    calibrator : str or None
        Which activity meter, for traceability.
    route : {"intravenous", "intra-arterial"} or None
    site : str or None
        The vessel that was punctured; see :data:`Site`.
    side : {"left", "right"} or None
        Of the site.
    volume : TissueVolume or None
        Of the solution that was injected, without the flush.
    extravasation : bool or None
    by : str or None
        Who gave it.
    """

    reports_the_past: ClassVar[bool] = True

    started_at: ClockTime
    ended_at: ClockTime | None = None
    syringe_before: SyringeReading | None = None
    syringe_after: SyringeReading | None = None
    reported: ReportedActivity | None = None
    calibrator: str | None = None
    route: Route | None = None
    site: Site | None = None
    side: Literal["left", "right"] | None = None
    volume: TissueVolume | None = None
    extravasation: bool | None = None
    by: str | None = None

    @model_validator(mode="after")
    def _readings_fit_the_injection(self) -> Self:
        misfits = [Misfit(path, text) for path, text in (*self._misread(), *self._misplaced(), *self._overlong())]
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

    def _misplaced(self) -> list[tuple[tuple[str, ...], str]]:
        if self.site is not None and self.route is None:
            return [(("site",), f"'{self.site}' stands without a route; add e.g. 'route: intravenous'")]
        if self.site is not None and self.route is not None and not self.site.endswith(VESSEL_OF[self.route]):
            text = f"'{self.site}' is no {VESSEL_OF[self.route]}, and the route is {self.route}"
            return [(("site",), f"{text}; correct one of the two")]
        if self.side is not None and self.site is None:
            return [(("side",), f"'{self.side}' stands without a site; add e.g. 'site: arm vein'")]
        return []

    def _overlong(self) -> list[tuple[tuple[str, ...], str]]:
        found: list[tuple[tuple[str, ...], str]] = []
        if self.ended_at is not None and not timedelta() <= self.ended_at - self.started_at <= LASTS_AT_MOST:
            text = f"the injection ended at {self.ended_at} and began at {self.started_at}"
            found.append((("ended_at",), f"{text}; it ends after it began, within a day; correct one of the two"))
        if self.volume is not None and not 0 < self.volume.to("mL") <= MOST_ML_AT_ONCE:
            found.append((("volume",), f"{self.volume} is no volume that is injected; check value and unit"))
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
