"""Did disease progress as PCWG3 defines it, by PSA or in bone?

PSA: the first value, 12 weeks after the start or later, that lies 25 % and 2 ng/mL over the lowest one since the
baseline. After a fall it is confirmed by a second such value, three weeks later or more, and dated by the first; where
PSA never fell, no confirmation is asked for. A new lowest value in between begins the search anew. Whether the
guideline asks for imaging after a rise is another question, with other numbers, answered by its book.

Bone: two new lesions or more. On the first scan after the start of treatment they count only if the next one, six weeks
later or more, shows two more (2+2); on a later scan, compared with that first one, if they are still seen.

Source: Scher et al., J Clin Oncol 2016;34:1402.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from lutetia.criteria.interval import Interval
from lutetia.criteria.psa_series import Level, PsaSeries, at_least, lower_of, raised
from lutetia.criteria.published import published

PsaState = Literal["confirmed", "without a fall", "not confirmed", "none", "too early"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PsaProgression:
    """Whether PSA progressed.

    Attributes
    ----------
    state : str
        ``confirmed`` after a fall; ``without a fall``, where no confirmation is asked for; ``not confirmed``: a value
        rose enough, none has confirmed it; ``none``: no value rose enough; ``too early``: none of the 12th week or
        later was taken.
    on : date or None
        The first value that rose enough.
    confirmed_on, fell_back_on : date or None
        The value that confirmed it; the first, three weeks later or more, that could have and did not.
    may_on : date or None
        The first value of which its measuring range leaves open whether it rose enough.
    nadir : Level
        The lowest value by then.
    ends_on : date or None
        The day up to which values count, because the next therapy began on it.
    closed : bool
        Whether no value up to that day can settle it: it ends before the 12th week, or too soon to confirm a rise.
    """

    state: PsaState
    nadir: Level
    on: date | None = None
    confirmed_on: date | None = None
    fell_back_on: date | None = None
    may_on: date | None = None
    ends_on: date | None = None
    closed: bool = False

    @property
    def progressed(self) -> bool:
        """Whether it is progression."""
        return self.state in ("confirmed", "without a fall")


def psa_progression(
    series: PsaSeries, *, ends_on: date | None = None, confirm_without_fall: bool = False
) -> PsaProgression:
    """Look for progression of PSA.

    Parameters
    ----------
    series : PsaSeries
        Up to ``ends_on``.
    ends_on : date, optional
        The day on which the next therapy began.
    confirm_without_fall : bool
        Ask for a confirming value also where PSA never fell; the source does not.
    """
    found, numbers = _found(series, confirm_without_fall=confirm_without_fall), published()["PCWG3 PSA"].values
    if ends_on is None:
        return found
    first = {"too early": series.started, "not confirmed": found.on}.get(found.state)
    days = numbers["early_days"] if found.state == "too early" else numbers["apart_days"]
    return replace(found, ends_on=ends_on, closed=first is not None and (ends_on - first).days < days)


def _found(series: PsaSeries, *, confirm_without_fall: bool) -> PsaProgression:
    numbers = published()["PCWG3 PSA"].values
    nadir, fell = series.baseline, False
    rising: list[Level] = []
    fell_back: date | None = None
    may: date | None = None
    for level in series.after:
        late = series.days(level) >= numbers["early_days"]
        rose = _rose(level.ng_ml, nadir.ng_ml, numbers["over_nadir"], numbers["least_rise_ng_ml"]) if late else False
        if rose:
            rising.append(level)
            if not fell and not confirm_without_fall:
                return PsaProgression(state="without a fall", nadir=nadir, on=level.on, may_on=may)
            if _apart(rising[0], level) >= numbers["apart_days"]:
                return PsaProgression(
                    state="confirmed", nadir=nadir, on=rising[0].on, confirmed_on=level.on, fell_back_on=fell_back,
                    may_on=may,
                )  # fmt: skip
            continue
        if rose is None:
            may = may or level.on
        if nadir.ng_ml.below(level.ng_ml) is not True:  # as low, lower, or it may be
            nadir, rising, fell_back = Level(level.on, lower_of(nadir.ng_ml, level.ng_ml)), [], None
            fell = fell or level.ng_ml.below(series.baseline.ng_ml) is not False
        elif rising and fell_back is None and _apart(rising[0], level) >= numbers["apart_days"]:
            fell_back = level.on
    if rising:
        return PsaProgression(
            state="not confirmed", nadir=nadir, on=rising[0].on, fell_back_on=fell_back, may_on=may
        )  # fmt: skip
    watched = any(series.days(level) >= numbers["early_days"] for level in series.after)
    return PsaProgression(state="none" if watched else "too early", nadir=nadir, may_on=may)


def _rose(level: Interval, nadir: Interval, over_nadir: float, least_rise_ng_ml: float) -> bool | None:
    enough = at_least(level, nadir.scaled(over_nadir)), at_least(level, raised(nadir, least_rise_ng_ml))
    return False if False in enough else None if None in enough else True


def _apart(first: Level, second: Level) -> int:
    return (second.on - first.on).days


class BoneScan(NamedTuple):
    """One bone scan under treatment.

    Attributes
    ----------
    new_lesions : int or None
        Against the scan before it, the first one against the last before treatment; None where nobody counted.
    persist : bool or None
        Whether what was new on the scan before it is still seen.
    """

    on: date
    new_lesions: int | None
    persist: bool | None = None


BoneState = Literal["progression", "to be confirmed", "none", "unknown"]


class BoneProgression(NamedTuple):
    """Whether disease progressed in bone.

    Attributes
    ----------
    state : str
        ``to be confirmed`` where enough new lesions were seen and no scan has decided.
    on : date or None
        The scan that first showed them.
    because, needs : str, str
        What decided; what would settle it.
    """

    state: BoneState
    on: date | None = None
    because: str = ""
    needs: str = ""


def bone_progression(scans: Sequence[BoneScan]) -> BoneProgression:
    """Look for progression in bone.

    Parameters
    ----------
    scans : sequence of BoneScan
        Those after the start of treatment, oldest first.
    """
    if not scans:
        return BoneProgression("unknown", needs="a bone scan under treatment")
    numbers = published()["PCWG3 bone"].values
    first, *later = scans
    flared = _first_scan(first, later, numbers)
    if flared is not None and flared.state != "none":
        return flared
    return _later_scans(later, numbers, first) or flared or BoneProgression("none", because="fewer than 2 new lesions")


def _uncounted(scan: BoneScan) -> BoneProgression:
    return BoneProgression("unknown", scan.on, needs=f"how many lesions are new on the bone scan of {scan.on}")


def _first_scan(first: BoneScan, later: Sequence[BoneScan], numbers: dict[str, float]) -> BoneProgression | None:
    """Judge the first scan by the next one far enough from it; None where it shows too few new lesions."""
    if first.new_lesions is None:
        return _uncounted(first)
    if first.new_lesions < numbers["least_new"]:
        return None
    shown = f"{first.new_lesions} new lesions on the first scan ({first.on})"
    next_ = next((scan for scan in later if (scan.on - first.on).days >= numbers["apart_days"]), None)
    if next_ is None:
        return BoneProgression("to be confirmed", first.on, shown, "a bone scan 6 weeks later or more")
    if next_.new_lesions is None:
        return _uncounted(next_)
    if next_.new_lesions >= numbers["least_more"]:
        return BoneProgression("progression", first.on, f"{shown}, {next_.new_lesions} more on {next_.on}")
    return BoneProgression("none", None, f"{shown}, not followed by 2 more on {next_.on}: read as a flare")


def _later_scans(later: Sequence[BoneScan], numbers: dict[str, float], first: BoneScan) -> BoneProgression | None:
    """Count what came new since the first scan; None where too few did."""
    count = 0
    for place, scan in enumerate(later):
        if scan.new_lesions is None:
            return _uncounted(scan)
        count += scan.new_lesions
        if count < numbers["least_new"]:
            continue
        shown = f"{count} new lesions on {scan.on} since the first scan ({first.on})"
        next_ = next((one for one in later[place + 1 :] if (one.on - scan.on).days >= numbers["apart_days"]), None)
        if next_ is None or next_.persist is None:
            return BoneProgression("to be confirmed", scan.on, shown, "whether they are still seen 6 weeks later")
        if next_.persist:
            return BoneProgression("progression", scan.on, f"{shown}, still seen on {next_.on}")
        count = 0
    return None
