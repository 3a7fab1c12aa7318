"""What does a statement mean on the day, and when do two sources mean the same? The arithmetic behind a comparison.

A source's statements on a topic leave it one *world* or several: what it says for certain, and what it would say if a
fact that is not recorded were so. Two sources disagree where no two of their worlds are alike, agree where all are, and
otherwise it cannot be told. Nothing here weighs one source against another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import combinations
from typing import Final

from lutetia.guideline.topic import Topic
from lutetia.guideline.verdict import Outcome, Polarity


class Stance(StrEnum):
    """What a source says on a topic; the value is how it is printed."""

    FOR = "for"
    HOLDS = "holds"
    NOT_HELD = "does not hold"
    NOTHING_AGAINST = "nothing against"
    CAUTION = "caution"
    REDUCE = "reduced activity"
    REQUIRES = "something required is missing"
    WEIGH = "to be weighed by a person"
    POSTPONE = "postpone"
    HOLD = "hold"
    CANCEL = "cancel this cycle"
    DISCONTINUE = "discontinue"
    NOT_INDICATED = "does not cover him"
    AGAINST = "against"
    EXCLUDES = "excludes"
    ADVISES = "advice"
    INFORMS = "for information"
    SILENT = "does not speak of this case"
    NOT_COVERED = "not covered"
    OUT_OF_SCOPE = "does not speak about this agent"
    UNKNOWN = "unknown"
    SEVERAL = "several claims"


class Agreement(StrEnum):
    """Whether the sources that take a position say the same; in the order in which they are shown."""

    DISAGREE = "disagree"
    UNTOLD = "cannot be told"
    AGREE = "agree"
    ALONE = "one claim at most"


World = tuple[Stance, ...]

OF_OUTCOME: Final = {
    Outcome.GO: Stance.NOTHING_AGAINST, Outcome.REDUCE: Stance.REDUCE, Outcome.UNDETERMINED: Stance.WEIGH,
    Outcome.POSTPONE: Stance.POSTPONE, Outcome.HOLD: Stance.HOLD, Outcome.CANCEL: Stance.CANCEL,
    Outcome.DISCONTINUE: Stance.DISCONTINUE,
}  # fmt: skip
OF_POLARITY: Final = {
    Polarity.FOR: Stance.FOR, Polarity.AGAINST: Stance.AGAINST, Polarity.EXCLUDES: Stance.EXCLUDES,
    Polarity.CAUTION: Stance.CAUTION, Polarity.REQUIRES: Stance.REQUIRES, Polarity.ADVISES: Stance.ADVISES,
    Polarity.INFORMS: Stance.INFORMS,
}  # fmt: skip
_RANK: Final = {stance: rank for rank, stance in enumerate(Stance)}
_TAKES_NONE: Final = frozenset((Stance.ADVISES, Stance.INFORMS))
_NOT_TODAY: Final = frozenset((Stance.POSTPONE, Stance.HOLD))
_PERMITS: Final = frozenset((Stance.FOR, Stance.NOTHING_AGAINST))
_NO: Final = frozenset((Stance.NOT_INDICATED, Stance.AGAINST, Stance.EXCLUDES))
DEFINITIONS: Final = frozenset((Topic.CASTRATION_RESISTANCE,))
"""Topics on which sources only define: each statement holds or does not, and each is compared."""


def resting(polarities: Iterable[Polarity], topic: Topic) -> Stance:
    """Return what a source says where none of its statements on a topic holds."""
    comparable = [one for one in polarities if OF_POLARITY[one] not in _TAKES_NONE]
    if not comparable:
        return Stance.SILENT
    only_for = all(polarity is Polarity.FOR for polarity in comparable)
    return Stance.NOT_INDICATED if topic is Topic.INDICATION or only_for else Stance.NOTHING_AGAINST


def strictest(options: Iterable[Sequence[Stance]]) -> tuple[Stance, ...]:
    """Return the most restrictive of several statements' options; each begins with its own, alternatives follow.

    Where two are equally restrictive, the options of both stand.
    """
    comparable = [one for one in options if one and one[0] not in _TAKES_NONE]
    if not comparable:
        return ()
    most = max(_RANK[one[0]] for one in comparable)
    return tuple(dict.fromkeys(stance for one in comparable if _RANK[one[0]] == most for stance in one))


def worlds(certain: tuple[Stance, ...], possible: Iterable[Sequence[Stance]], rest: Stance) -> tuple[World, ...]:
    """Return what a source may say once everything is known: what is certain, or something stricter.

    Parameters
    ----------
    certain : tuple of Stance
        From :func:`strictest`; empty where nothing is certain, and ``rest`` then stands for it.
    possible : iterable of sequence of Stance
        The options of the statements that are not known to hold.
    """
    floor = certain or ((rest,) if rest is not Stance.SILENT else ())
    found = [floor] if floor else []
    level = _RANK[floor[0]] if certain else -1
    found += [tuple(one) for one in possible if one and one[0] not in _TAKES_NONE and _RANK[one[0]] > level]
    return tuple(dict.fromkeys(world_of(one) for one in found))


def world_of(options: Iterable[Stance]) -> World:
    """Return the arms of a position, each once, the least restrictive first."""
    return tuple(sorted(frozenset(options), key=_RANK.__getitem__))


def agreement(positions: Sequence[Sequence[World] | None], topic: Topic) -> Agreement:
    """Tell whether sources agree.

    Parameters
    ----------
    positions : sequence of sequence of World, or None
        One for each source that takes a position; None for a source of which nothing is known.
    """
    if len([one for one in positions if one]) == 0 or len(positions) == 1:
        return Agreement.ALONE
    alike = [_alike(one, other, topic) for one, other in combinations(positions, 2)]
    if False in alike:
        return Agreement.DISAGREE
    return Agreement.UNTOLD if None in alike else Agreement.AGREE


def _alike(one: Sequence[World] | None, other: Sequence[World] | None, topic: Topic) -> bool | None:
    if one is None or other is None:
        return None
    same = {_meant(mine, topic) == _meant(theirs, topic) for mine in one for theirs in other}
    return None if len(same) > 1 else same.pop()


def _meant(world: World, topic: Topic) -> frozenset[Stance]:
    """Put together what means the same on the day: hold and postpone; for an indication, against and not covering."""
    return frozenset(_class(stance, topic) for stance in world)


def _class(stance: Stance, topic: Topic) -> Stance:
    if stance in _NOT_TODAY:
        return Stance.HOLD
    if topic is Topic.INDICATION:
        return Stance.AGAINST if stance in _NO else stance
    return Stance.NOTHING_AGAINST if stance in _PERMITS else stance
