"""What the latest PSMA imaging says about every lesion, or, where lesions were not measured, what its reader says."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from lutetia.course.findings import Examination, LesionMeasurement
from lutetia.criteria import Interval
from lutetia.criteria.interval import steady
from lutetia.fileform import day_of
from lutetia.guideline.logic.condition import Condition, kleene_all, kleene_any
from lutetia.guideline.logic.entries import entries
from lutetia.guideline.logic.finding import Finding
from lutetia.guideline.logic.regimen import missing
from lutetia.guideline.logic.traits import of_kind, said
from lutetia.guideline.verdict import Evidence
from lutetia.vocabulary import Item

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits, limit

Organ = Literal["parotid", "liver"]
PSMA_KINDS: Final = ("psma-pet", "psma-spect")
psma_imaging: Final = entries("examinations", of_kind(*PSMA_KINDS), title="examinations")


class Lesion(NamedTuple):
    """A lesion as the latest PSMA imaging measured it; None where something was not measured."""

    kind: str
    measured: LesionMeasurement | None
    imaging: Examination

    def mm(self, axis: Literal["long", "short"]) -> float | None:
        """Return the long or the short axis [mm]."""
        length = None if self.measured is None else getattr(self.measured, f"{axis}_axis")
        return None if length is None else steady(length.to("mm"))

    def part_of(self, organ: Organ) -> float | None:
        """Return its mean SUV as a part of an organ's."""
        own = None if self.measured is None else self.measured.suv_mean
        reference = next((seen.suv_mean for seen in self.imaging.reference_organs if seen.organ == organ), None)
        return None if own is None or not reference else steady(own / reference)


Holds = Callable[[Lesion, "Context"], bool | None]


def compare(value: float | None, holds: Callable[[float], bool]) -> bool | None:
    """Compare a measurement; None where it was not measured."""
    return None if value is None else holds(value)


def latest_psma_imaging(context: Context) -> Examination | None:
    """Return the latest PSMA PET or SPECT up to the day of the question."""
    done = [one for one in context.course.examinations.entries
            if one.kind in PSMA_KINDS and day_of(one.on) <= context.on]  # fmt: skip
    return max(done, key=lambda one: day_of(one.on), default=None)


class _OfLesions(Condition):
    """Something about the lesions; what the reader said of all stands in where they were not all measured."""

    __slots__ = ("holds", "limits", "read", "said")

    def __init__(self, said: str, holds: Holds, *, read: Item, limits: tuple[limit, ...] = ()) -> None:
        self.said, self.holds, self.read, self.limits = said, holds, read, limits

    def find(self, context: Context) -> Finding:
        """Judge every lesion; else take the reader's answer, unless it is older than the imaging."""
        imaging = latest_psma_imaging(context)
        if imaging is not None:
            evidence = Evidence(item="examinations", shown=imaging.kind, on=day_of(imaging.on), state="used")
            measured = self._measured(context, imaging)
            if measured is not None:
                return Finding(measured, (evidence,))
        seen = context.seen(self.read)
        answers = {fact.value is True for fact in seen.facts}
        old = imaging is not None and any(fact.day < day_of(imaging.on) for fact in seen.facts)
        if len(answers) == 1 and not old:
            return Finding(answers.pop(), seen.evidence)
        why = "read before the latest PSMA imaging" if old else "neither measured for every lesion nor read"
        return Finding(None, *missing(self.read.id, self.read.asks, why))

    def _measured(self, context: Context, imaging: Examination) -> bool | None:
        found = [self.holds(lesion, context) for lesion in lesions_of(context, imaging)]
        return self.joined(found, complete=bool(found) and _all_listed(context, imaging))

    @abstractmethod
    def joined(self, found: list[bool | None], *, complete: bool) -> bool | None:
        """Join what holds for each lesion."""

    def words(self, limits: Limits) -> str:
        """Say it with its numbers."""
        return self.said.format_map({one.name: one.words(limits) for one in self.limits})

    def names(self) -> frozenset[str]:
        """Return the limits."""
        return frozenset(one.name for one in self.limits)


class any_lesion(_OfLesions):  # noqa: N801 - reads as a word in a rule
    """At least one lesion is so."""

    __slots__ = ()

    def joined(self, found: list[bool | None], *, complete: bool) -> bool | None:
        """Return True for one; False only where all are known."""
        return kleene_any(*found) if complete or True in found else None


class most_lesions(_OfLesions):  # noqa: N801 - reads as a word in a rule
    """More lesions are so than not."""

    __slots__ = ()

    def joined(self, found: list[bool | None], *, complete: bool) -> bool | None:
        """Count those that are, those that are not, and those that may be."""
        are, are_not = found.count(True), found.count(False)
        if not complete:
            return None
        if are > len(found) - are:
            return True
        return False if are_not >= len(found) - are_not else None


def lesions_of(context: Context, imaging: Examination) -> list[Lesion]:
    """Return every lesion seen by then, with its measurement in an imaging or without one."""
    measured = {one.lesion: one for one in imaging.lesions}
    known = context.course.lesions.entries
    return [
        Lesion(one.kind, measured.get(one.id), imaging)
        for one in known
        if one.first_seen is None or one.first_seen <= day_of(imaging.on)
    ]


def _all_listed(context: Context, imaging: Examination) -> bool:
    complete = context.course.lesions.complete_as_of
    return complete is not None and complete >= day_of(imaging.on)


class imaged_since_previous(Condition):  # noqa: N801 - reads as a word in a rule
    """PSMA imaging was made after the previous administration."""

    __slots__ = ()

    def find(self, context: Context) -> Finding:
        """Compare the latest imaging with the day of the previous cycle; without one there was none."""
        imaging = latest_psma_imaging(context)
        given = context.given_on(context.question.number - 1)
        if imaging is None or given is None:
            return Finding(False)
        evidence = Evidence(item="examinations", shown=imaging.kind, on=day_of(imaging.on), state="used")
        return Finding(day_of(imaging.on) > given, (evidence,))

    def words(self, limits: Limits) -> str:
        """Say it."""
        return "PSMA imaging was made after the previous administration"


class without_second_modality(Condition):  # noqa: N801 - reads as a word in a rule
    """The latest PSMA imaging after the first cycle has no second modality beside it."""

    __slots__ = ("kinds", "within")

    def __init__(self, *kinds: str, within: limit) -> None:
        self.kinds, self.within = kinds, within

    def find(self, context: Context) -> Finding:
        """Look for another examination within some days."""
        imaging, first = latest_psma_imaging(context), context.given_on(1)
        if imaging is None or first is None or day_of(imaging.on) <= first:
            return Finding(False)
        day = day_of(imaging.on)
        evidence = [Evidence(item="examinations", shown=imaging.kind, on=day, state="used")]
        for one in context.course.examinations.entries:
            apart = abs((day_of(one.on) - day).days)
            if one.kind in self.kinds and day_of(one.on) <= context.on and apart <= self.within.number(context):
                seen = Evidence(item="examinations", shown=one.kind, on=day_of(one.on), state="used")
                return Finding(False, (*evidence, seen))
        complete = context.course.examinations.complete_as_of
        if complete is not None and complete >= context.reads_to:
            return Finding(True, tuple(evidence))
        return Finding(None, tuple(evidence), (psma_imaging.incomplete(context),))

    def words(self, limits: Limits) -> str:
        """Say what is missing."""
        return f"the latest restaging has no {said(self.kinds)} within {self.within.words(limits)}"

    def names(self) -> frozenset[str]:
        """Return the limit."""
        return self.within.names()


class restaging_due(Condition):  # noqa: N801 - reads as a word in a rule
    """The last PSMA imaging, or the first administration where that is later, lies more than some days back."""

    __slots__ = ("every",)

    def __init__(self, every: limit) -> None:
        self.every = every

    def find(self, context: Context) -> Finding:
        """Count from the later of the two."""
        imaging, first = latest_psma_imaging(context), context.given_on(1)
        if first is None:
            return Finding(None, *missing("cycles", "When was cycle 1 given?", "not recorded"))
        since = first if imaging is None else max(first, day_of(imaging.on))
        shown = "cycle 1 given" if imaging is None or since == first else imaging.kind
        evidence = Evidence(item="examinations", shown=shown, on=since, state="used")
        late = Interval.point(self.every.number(context)).below(Interval.point((context.on - since).days))
        complete = context.course.examinations.complete_as_of
        if late and (complete is None or complete < context.reads_to):
            return Finding(None, (evidence,), (psma_imaging.incomplete(context),))
        return Finding(late, (evidence,))

    def words(self, limits: Limits) -> str:
        """Say since when."""
        return f"no PSMA imaging for more than {self.every.words(limits)} under therapy"

    def names(self) -> frozenset[str]:
        """Return the limit."""
        return self.every.names()


def low_in_size(axis: Literal["long", "short"], least: limit, organ: Organ, below: limit) -> Holds:
    """Return: of at least a size, and with less than a part of an organ's uptake."""

    def holds(lesion: Lesion, context: Context) -> bool | None:
        large = compare(lesion.mm(axis), lambda mm: mm >= least.number(context))
        low = compare(lesion.part_of(organ), lambda part: part < below.number(context))
        return kleene_all(large, low)

    return holds


def brighter_than(organ: Organ, times: limit) -> Holds:
    """Return: with more than a multiple of an organ's uptake."""

    def holds(lesion: Lesion, context: Context) -> bool | None:
        return compare(lesion.part_of(organ), lambda part: part > times.number(context))

    return holds


def negative(lesion: Lesion, context: Context) -> bool | None:
    """Tell whether a lesion was read as PSMA-negative."""
    positive = None if lesion.measured is None else lesion.measured.psma_positive
    return None if positive is None else not positive


def beyond_sizes(sizes: dict[str, tuple[Literal["long", "short"], limit]], organ: Organ) -> Holds:
    """Return: no brighter than an organ, and of at least the size named for its kind."""

    def holds(lesion: Lesion, context: Context) -> bool | None:
        if lesion.kind not in sizes:
            return False
        axis, least = sizes[lesion.kind]
        large = compare(lesion.mm(axis), lambda mm: mm >= least.number(context))
        read, part = negative(lesion, context), lesion.part_of(organ)
        dim = read if read or part is None else part <= _AS_BRIGHT
        return kleene_all(large, dim)

    return holds


_AS_BRIGHT: Final = 1.0


def imaging_ages(context: Context) -> str:
    """Say how old the latest PSMA imaging is: the source sets no greatest age."""
    imaging = latest_psma_imaging(context)
    if imaging is None:
        return ""
    return f"the latest PSMA imaging is {(context.on - day_of(imaging.on)).days} d old; the source sets no limit"
