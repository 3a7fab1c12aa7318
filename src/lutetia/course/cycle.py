"""One cycle: planned, prescribed, prepared, given, imaged."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Final, Self

from pydantic import Field, model_validator

from lutetia.course.administration import Administration, Corrected, Preparation, Prescription, SyringeReading
from lutetia.course.agent import Agent, read_agent
from lutetia.course.blood import BloodSample
from lutetia.course.entry import Entry, Words
from lutetia.course.scan import DecayState, Scan
from lutetia.fileform import AbsorbedDose, Day, Misfit, MisfitError, day_of
from lutetia.vocabulary.curve import CurveMethod

__all__ = [
    "AcceptedDose", "Administration", "Corrected", "CurveModel", "Cycle", "DecayState", "Preparation", "Prescription",
    "Scan", "SyringeReading",
]  # fmt: skip

CurveModel = CurveMethod
"""``automatic`` takes back what the site chose; every other name is that of a model or of a method for one scan."""

LEAST_LU177_GBQ: Final = 0.1
"""Less 177Lu than this [GBq] is no therapy; the unit was mistaken for MBq."""


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
        Region to the time-activity model that a person asks for, instead of the site's or the automatic choice.
    planned_doses : dict of str to AbsorbedDose
        Region to the dose that was planned for this cycle, to be laid beside the delivered one.
    blood : tuple of BloodSample
        Blood drawn after the administration and counted, for the dose of red marrow.
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
    blood: Annotated[tuple[BloodSample, ...], Field(strict=False)] = ()
    curves: dict[str, CurveModel] = Field(default_factory=dict)
    planned_doses: dict[str, AbsorbedDose] = Field(default_factory=dict)
    doses: Annotated[tuple[AcceptedDose, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _its_parts_agree(self) -> Self:
        misfits = [
            Misfit(path, text)
            for path, text in (
                *self._too_little(), *self._out_of_order(), *self._stated_twice(), *self._regions_from_nowhere(),
                *self._too_much_in_blood(),
            )
        ]  # fmt: skip
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

    def _too_much_in_blood(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Find samples of which one litre would hold more than was given."""
        given = self.administration
        full = None if given is None else given.syringe_before or given.reported
        if full is None:
            return []
        most_mbq_ml, units = full.activity.to("MBq") / 1000, "Bq/mL, kBq/mL or MBq/mL"
        return [
            (
                ("blood", index, "concentration"),
                f"a litre of it would hold more than the {full.activity} given; check the unit ({units})",
            )
            for index, sample in enumerate(self.blood)
            if sample.concentration.to("MBq/mL") > most_mbq_ml
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
        for index, sample in enumerate(self.blood):
            if sample.drawn_at <= given.started_at:
                text = f"drawn at {sample.drawn_at}, not after the injection began at {given.started_at}"
                found.append((("blood", index, "drawn_at"), f"{text}; correct one of the two"))
        return found

    def _stated_twice(self) -> list[tuple[tuple[str | int, ...], str]]:
        doses = [(dose.region, dose.recovery_corrected) for dose in self.doses]
        times = [sample.drawn_at for sample in self.blood]
        found: list[tuple[tuple[str | int, ...], str]] = [
            (("blood", index, "drawn_at"), f"two samples at {at}; keep one, or correct the time")
            for index, at in enumerate(times)
            if at in times[:index]
        ]
        found += [
            (("doses", index, "region"), f"'{key[0]}' has two doses of one kind; let the second carry 'corrects'")
            for index, key in enumerate(doses)
            if key in doses[:index]
        ]
        return found

    def _regions_from_nowhere(self) -> list[tuple[tuple[str | int, ...], str]]:
        drawn = {scan.series_uid: scan.regions_from is None and bool(scan.regions) for scan in self.scans}
        found: list[tuple[tuple[str | int, ...], str]] = []
        for index, scan in enumerate(self.scans):
            source = scan.regions_from
            if source is None or drawn.get(source):
                continue
            why = "has no contours of its own" if source in drawn else f"is no scan of cycle {self.number}"
            text = f"'{source}' {why}; name the series_uid of a scan of this cycle on which the regions were drawn"
            found.append((("scans", index, "regions_from"), text))
        return found

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
                "blood": tuple(sample for sample in self.blood if sample.as_known(on) is not None),
                "doses": tuple(known for dose in self.doses if (known := dose.as_known(on)) is not None),
            }
        )
