"""Conditions that put a criterion of selection to the record: the latest PSMA imaging as measured, else as read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from lutetia.course import day_of
from lutetia.course.findings import Examination, LesionMeasurement
from lutetia.criteria.graded import Graded
from lutetia.criteria.interval import Interval, steady
from lutetia.criteria.psma_imaging import ALL_SITES, Imaging, Site
from lutetia.criteria.psma_selection import psg_score
from lutetia.guideline.logic.condition import Answered, Condition, yes
from lutetia.guideline.logic.finding import Finding, Reading, distinct
from lutetia.guideline.logic.imaging import latest_psma_imaging
from lutetia.guideline.logic.psa import shown_by_psa
from lutetia.guideline.logic.quantity import Quantity
from lutetia.guideline.logic.regimen import missing
from lutetia.guideline.verdict import Ask, Evidence
from lutetia.reference.psma_tracer import liver_compares
from lutetia.vocabulary import Item, disease

if TYPE_CHECKING:
    from lutetia.criteria.castration_resistance import Rise
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits, limit

_PROGRESSION_BY: Final = ("pcwg3", "recist-1.1")


def _mm(length: Any) -> float | None:
    return None if length is None else steady(length.to("mm"))


def _latest_fdg_pet(context: Context) -> Examination | None:
    done = [one for one in context.course.examinations.entries
            if one.kind == "fdg-pet" and day_of(one.on) <= context.on]  # fmt: skip
    return max(done, key=lambda one: day_of(one.on), default=None)


def _site(name: str, kind: Any, seen: LesionMeasurement | None, fdg: LesionMeasurement | None) -> Site:
    fdg_positive = None if fdg is None else fdg.fdg_positive
    if seen is None:
        return Site(name=name, kind=kind, fdg_positive=fdg_positive)
    return Site(
        name=name, kind=kind, long_mm=_mm(seen.long_axis), short_mm=_mm(seen.short_axis), soft_tissue=seen.soft_tissue,
        soft_tissue_short_mm=_mm(seen.soft_tissue_short_axis), suv_max=seen.suv_max, suv_mean=seen.suv_mean,
        psma_positive=seen.psma_positive, fdg_positive=fdg_positive, uptake_understated=seen.uptake_understated,
    )  # fmt: skip


def imaging_of(context: Context, imaging: Examination) -> Imaging:
    """Return the latest PSMA imaging as the criteria take it, with the latest FDG PET beside it."""
    taken: Imaging | None = context.memo.get(("imaging taken",))
    if taken is None:
        taken = context.memo[("imaging taken",)] = _taken(context, imaging)
    return taken


def _taken(context: Context, imaging: Examination) -> Imaging:
    fdg = _latest_fdg_pet(context)
    seen = {one.lesion: one for one in imaging.lesions}
    on_fdg = {one.lesion: one for one in fdg.lesions} if fdg is not None else {}
    organs = {one.organ: one.suv_mean for one in imaging.reference_organs}
    complete = context.course.lesions.complete_as_of
    return Imaging(
        sites=tuple(
            _site(one.id, one.kind, seen.get(one.id), on_fdg.get(one.id))
            for one in context.course.lesions.entries
            if one.first_seen is None or one.first_seen <= day_of(imaging.on)
        ),
        all_listed=complete is not None and complete >= day_of(imaging.on),
        liver_suv_mean=organs.get("liver"),
        parotid_suv_mean=organs.get("parotid"),
        tumour_suv_mean=imaging.tumour_suv_mean,
        liver_compares=liver_compares(imaging.tracer),
        fdg_pet=fdg is not None,
    )


Judge = Callable[..., Graded]
"""A criterion: imaging in, and its numbers by their names."""


class judged(Condition):  # noqa: N801 - reads as a word in a rule
    """A criterion applied to the latest PSMA imaging; what its reader said of all stands in where it leaves it open.

    Parameters
    ----------
    said : str
        In words; ``{name}`` stands for the number of that name.
    judge : callable
        Of imaging and numbers, by the names of ``numbers``.
    read : Item or None
        The question to the reader, of imaging as a whole.
    with_fdg : bool
        Whether the FDG PET counts too: a reader's answer from before it is too old.
    """

    __slots__ = ("judge", "numbers", "read", "said", "with_fdg")

    def __init__(
        self, said: str, judge: Judge, *, read: Item | None = None, with_fdg: bool = False, **numbers: limit
    ) -> None:
        self.said, self.judge, self.read, self.with_fdg, self.numbers = said, judge, read, with_fdg, numbers

    def find(self, context: Context) -> Finding:
        """Judge what was measured; else take the reader's answer, unless it is older than the imaging."""
        imaging = latest_psma_imaging(context)
        graded = None
        if imaging is not None:
            numbers = {name: one.number(context) for name, one in self.numbers.items()}
            graded = self.judge(imaging_of(context, imaging), **numbers)
            if graded.holds is not None:
                return Finding(graded.holds, self._used(context, imaging, graded))
        return self._as_read(context, imaging, self._asks(imaging, graded))

    def _used(self, context: Context, imaging: Examination, graded: Graded) -> tuple[Evidence, ...]:
        how = f"as read: {', '.join(graded.as_read)}" if graded.as_read else "measured"
        shown = f"{imaging.kind}: {graded.because} ({how})"
        used = Evidence(item="examinations", shown=shown, on=day_of(imaging.on), state="used")
        fdg = _latest_fdg_pet(context) if self.with_fdg else None
        if fdg is None:
            return (used,)
        return used, Evidence(item="examinations", shown=fdg.kind, on=day_of(fdg.on), state="used")

    @staticmethod
    def _asks(imaging: Examination | None, graded: Graded | None) -> tuple[Ask, ...]:
        if imaging is None or graded is None:
            return (Ask(item="examinations", question="PSMA imaging, with its lesions?", why="not recorded"),)
        return tuple(
            Ask(item="lesions" if need == ALL_SITES else "examinations", question=f"{need}?", why="not recorded")
            for need in graded.needs
        )

    def _as_read(self, context: Context, imaging: Examination | None, asks: tuple[Ask, ...]) -> Finding:
        evidence = tuple(Evidence(item=a.item, shown="", on=None, state="missing", why=a.question) for a in asks)
        if self.read is None:
            return Finding(None, distinct(evidence), asks)
        seen = context.seen(self.read)
        fdg = _latest_fdg_pet(context) if self.with_fdg else None
        made = [day_of(one.on) for one in (imaging, fdg) if one is not None]
        old = any(fact.day < day for fact in seen.facts for day in made)
        answers = {fact.value is True for fact in seen.facts}
        if len(answers) == 1 and not old:
            return Finding(answers.pop(), seen.evidence)
        why = "read before the latest imaging" if old else "neither measured nor read"
        unread, ask = missing(self.read.id, self.read.asks, why)
        return Finding(None, distinct(evidence + unread), asks + ask)

    def words(self, limits: Limits) -> str:
        """Say it with its numbers."""
        return self.said.format_map({name: one.words(limits) for name, one in self.numbers.items()})

    def names(self) -> frozenset[str]:
        """Return the limits."""
        return frozenset(one.name for one in self.numbers.values())


class read_since(Condition):  # noqa: N801 - reads as a word in a rule
    """What a reader said of the latest PSMA imaging; said before it, it is too old to count."""

    __slots__ = ("part",)

    def __init__(self, part: Answered) -> None:
        self.part = part

    def find(self, context: Context) -> Finding:
        """Take the answer, unless it is older than the imaging."""
        found, imaging = self.part.find(context), latest_psma_imaging(context)
        facts = context.seen(self.part.item).facts
        if imaging is None or all(fact.day >= day_of(imaging.on) for fact in facts):
            return found
        why = "read before the latest imaging"
        return Finding(None, *missing(self.part.item.id, self.part.item.asks, why))

    def words(self, limits: Limits) -> str:
        """Say the question and its answers."""
        return self.part.words(limits)


class _OfTumour(Quantity):
    """A mean SUV of all tumour on the latest PSMA imaging, as it stands or over that of the parotids [1]."""

    __slots__ = ("over_parotid",)

    def __init__(self, *, over_parotid: bool) -> None:
        self.over_parotid = over_parotid

    def measure(self, context: Context) -> Reading:
        imaging = latest_psma_imaging(context)
        if imaging is None:
            return Reading(None, *missing("examinations", "PSMA imaging, with its lesions?", "not recorded"))
        taken = imaging_of(context, imaging)
        value = psg_score(taken) if self.over_parotid else taken.tumour_suv_mean
        if value is None:
            needed = {"all tumour": taken.tumour_suv_mean, "the parotid": taken.parotid_suv_mean}
            lacking = [
                missing("examinations", f"Mean SUV of {what} on PSMA imaging?", "not recorded")
                for what, suv in needed.items()
                if not suv and (self.over_parotid or what == "all tumour")
            ]
            return Reading(
                None, tuple(e for seen, _ in lacking for e in seen), tuple(a for _, ask in lacking for a in ask)
            )
        method = imaging.tumour_method or "method of segmentation not recorded"
        evidence = Evidence(
            item="examinations", shown=f"{imaging.kind}, {value:g} ({method})", on=day_of(imaging.on), state="used"
        )
        return Reading(Interval.point(value), (evidence,))

    def words(self, limits: Limits) -> str:
        return "mean SUV of all tumour" + (" over that of the parotids" if self.over_parotid else "")


tumour_suv_mean: Final[Quantity] = _OfTumour(over_parotid=False)
tumour_over_parotid: Final[Quantity] = _OfTumour(over_parotid=True)


class psa_rose(Condition):  # noqa: N801 - reads as a word in a rule
    """PSA before treatment shows a rise; where it does not, further values may."""

    __slots__ = ("numbers", "rise", "said")

    def __init__(self, said: str, rise: Callable[..., Rise | None], **numbers: limit) -> None:
        self.said, self.rise, self.numbers = said, rise, numbers

    def find(self, context: Context) -> Finding:
        """Look for it in the values before treatment."""
        numbers = {name: one.number(context) for name, one in self.numbers.items()}
        return shown_by_psa(context, lambda series: self.rise(series, **numbers), "no such rise")

    def words(self, limits: Limits) -> str:
        """Say what is looked for."""
        return self.said.format_map({name: one.words(limits) for name, one in self.numbers.items()})

    def names(self) -> frozenset[str]:
        """Return the limits."""
        return frozenset(one.name for one in self.numbers.values())


class _ProgressedOnImaging(Condition):
    """An examination before treatment was read as progression by PCWG3 or RECIST 1.1, or the clinician says so."""

    __slots__ = ()

    def find(self, context: Context) -> Finding:
        first = context.given_on(1)
        last = context.on if first is None else min(first, context.on)
        read = [one for one in context.course.examinations.entries
                if one.radiographic_progression and one.criteria in _PROGRESSION_BY
                and day_of(one.on) <= last]  # fmt: skip
        if read:
            shown = f"{read[-1].kind}, progression by {read[-1].criteria}"
            return Finding(True, (Evidence(item="examinations", shown=shown, on=day_of(read[-1].on), state="used"),))
        return yes(disease.radiographic_progression).find(context)

    def words(self, limits: Limits) -> str:
        told = yes(disease.radiographic_progression).words(limits)
        return f"an examination shows progression by PCWG3 or RECIST 1.1, or {told}"


progressed_on_imaging: Final[Condition] = _ProgressedOnImaging()


def tracer_note(context: Context) -> str:
    """Say on which tracer the latest imaging was read: the criteria were made on [68Ga]Ga-PSMA-11."""
    imaging = latest_psma_imaging(context)
    if imaging is None or (imaging.tracer and "PSMA-11" in imaging.tracer):
        return ""
    if not imaging.tracer:
        return "the tracer is not recorded; the criterion was made on [68Ga]Ga-PSMA-11"
    liver = "" if liver_compares(imaging.tracer) else ", and the liver takes this one up: no ratio to it is taken"
    return f"read on {imaging.tracer}; the criterion was made on [68Ga]Ga-PSMA-11{liver}"
