"""What does each criterion say of a man at each restaging? The result that the response page is made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from lutetia.course import Course
from lutetia.criteria.interval import Interval
from lutetia.criteria.pcwg3 import PsaProgression
from lutetia.criteria.psa_response import Change, Decline, DoublingTime
from lutetia.criteria.psa_series import Level, PsaSeries
from lutetia.criteria.response_class import Classified
from lutetia.criteria.toxicity_cycle import Toxicity
from lutetia.guideline.advice import Advice
from lutetia.guideline.schedule import DueItem, Plan


class Stance(StrEnum):
    """Which way an answer points."""

    BETTER = "response"
    STABLE = "no change that counts"
    WORSE = "progression"
    NOT_WORSE = "no progression"
    NOT_BETTER = "no response"
    OPEN = "unknown"
    APART = "not evaluable"


_STANCES: Final = {
    "CR": Stance.BETTER, "PR": Stance.BETTER, "SD": Stance.STABLE, "PD": Stance.WORSE, "NE": Stance.APART,
    None: Stance.OPEN,
}  # fmt: skip

TOO_MANY: Final = 4
"""Classes between which an answer lies: so many say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one criterion says at one restaging.

    Attributes
    ----------
    criterion : str
        Name and version.
    of : str
        What it looks at: ``PSA``, ``PSMA PET``, ``CT``, ``bone``, or ``PSA and PSMA PET``.
    answer : str
        As the criterion names it, e.g. ``PD``.
    because : str
        With the numbers.
    needs : tuple of str
        What would settle it.
    source : str
        Where the criterion is published, and how its wording was checked.
    of_now : bool
        False for what was best at any time: it cannot disagree with what holds now.
    """

    criterion: str
    of: str
    answer: str
    stance: Stance
    because: str = ""
    needs: tuple[str, ...] = ()
    source: str = ""
    of_now: bool = True

    @classmethod
    def classified(cls, criterion: str, of: str, found: Classified, source: str) -> Said:
        """Return the answer of a criterion that gives a class."""
        open_ = " or ".join(found.could_be) if len(found.could_be) < TOO_MANY else ""
        return cls(
            criterion=criterion, of=of, answer=found.response or open_ or "unknown", stance=_STANCES[found.response],
            because=found.because, needs=tuple(map(str, found.needs)), source=source,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LesionChange:
    """One lesion before treatment and at a restaging; None where it was not measured.

    Attributes
    ----------
    expression : str
        The PSMA expression score of PROMISE at the restaging, or what it would need.
    """

    lesion: str
    site: str
    kind: str
    volume_ml: tuple[float | None, float | None]
    suv_mean: tuple[float | None, float | None]
    suv_max: tuple[float | None, float | None]
    new: bool
    expression: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Restaging:
    """The imaging of a few weeks under treatment, and what each criterion makes of it.

    Attributes
    ----------
    on : date
        Its last day; PSA is taken up to then.
    imaging : tuple of str
        The examinations, with their days.
    after_cycle : int
        The last cycle given before it.
    pet : date or None
        The day of its PSMA PET.
    compared_with : str
        The PSMA PET before treatment; empty where there is none.
    week : float or None
        Of the PSMA PET, counted from the first cycle of its series.
    said : tuple of Said
    lesions : tuple of LesionChange
    volume_ml : tuple of float or None
        All PSMA-positive tumour, before treatment and now.
    extent : tuple of tuple of str
        miTNM by what it was read off, and its text.
    under : str
        The therapy that had begun since and the day; empty where none had.
    """

    on: date
    imaging: tuple[str, ...]
    after_cycle: int
    said: tuple[Said, ...]
    pet: date | None = None
    compared_with: str = ""
    week: float | None = None
    lesions: tuple[LesionChange, ...] = ()
    volume_ml: tuple[float | None, float | None] = (None, None)
    extent: tuple[tuple[str, str], ...] = ()
    under: str = ""

    def by(self, *stances: Stance) -> tuple[str, ...]:
        """Return the criteria that now point one of these ways."""
        return tuple(one.criterion for one in self.said if one.stance in stances and one.of_now)

    @property
    def disagreement(self) -> str:
        """Who says progression and who does not, where both are said; empty where all agree."""
        worse = self.by(Stance.WORSE)
        better, not_worse = self.by(Stance.BETTER), self.by(Stance.STABLE, Stance.NOT_WORSE)
        if not worse:
            return ""
        parts = [f"Progression by {', '.join(worse)}"]
        parts += [f"response by {', '.join(better)}"] if better else []
        parts += [f"no progression by {', '.join(not_worse)}"] if not_worse else []
        return "; ".join(parts) + "." if len(parts) > 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PsaAnswers:
    """What PSA says as known on a day.

    Attributes
    ----------
    series : PsaSeries or None
        None where no value was taken before treatment.
    earlier : tuple of Level
        What was taken in the half year before the baseline, for the curve alone.
    later : tuple of Level
        What was taken after the next therapy began, for the curve alone.
    next_therapy : str
        The systemic therapy begun since the first cycle, and the day; empty where there is none.
    declines : mapping of int to Decline
        By the percentage.
    six_weeks : tuple or None
        The change about 6 weeks after the start and its group.
    rising : DoublingTime
        Since the lowest value.
    """

    series: PsaSeries | None
    why_not: str = ""
    earlier: tuple[Level, ...] = ()
    later: tuple[Level, ...] = ()
    next_therapy: str = ""
    best: Change | None = None
    at_12_weeks: Change | None = None
    six_weeks: tuple[Change, str | None] | None = None
    declines: tuple[tuple[int, Decline], ...] = ()
    progression: PsaProgression | None = None
    rising: DoublingTime | None = None
    flare: tuple[date, date] | None = None
    pattern: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseResult:
    """Everything that the page tells.

    Attributes
    ----------
    series : tuple
        Number of the latest series of cycles (0 before the first), and number and day of each of its cycles.
    psa : PsaAnswers
        Of that series.
    restagings : tuple of Restaging
        Of every series, oldest first.
    toxicity : Toxicity
        Side effects by cycle.
    trigger : DueItem or None
        The book's own rule on a rise of PSA, where it has found one; no progression.
    plan : Plan
        What the book says is due.
    advice : tuple or None
        The question that comes next, and what the book advises; None where no cycle is planned.
    """

    course: Course
    known_on: date
    series: tuple[int, tuple[tuple[int, date], ...]]
    psa: PsaAnswers
    restagings: tuple[Restaging, ...]
    toxicity: Toxicity
    trigger: DueItem | None
    plan: Plan
    advice: tuple[str, Advice] | None

    @property
    def started(self) -> date | None:
        """The day on which the latest series began."""
        return self.series[1][0][1] if self.series[1] else None


def bounds(percent: Interval | None) -> str:
    """Write a change of PSA [%]; where only a bound is known, the bound."""
    if percent is None:
        return "not defined"
    low, high = (f"{end:+.1f} %".replace("-", "\N{MINUS SIGN}") for end in (percent.low, percent.high))
    if percent.low == percent.high:
        return low
    if percent.high == float("inf"):
        return f"above {low}"
    return f"between {low} and {high}" if percent.low > -100 else f"below {high}"
