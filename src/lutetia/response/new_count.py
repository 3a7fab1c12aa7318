"""How many lesions does the reader call new, and if he has not said it, what is missing?"""

from __future__ import annotations

from dataclasses import dataclass

from lutetia.response.pair import Pair


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCount:
    """The reader's count of new lesions.

    Attributes
    ----------
    count : int or None
        None while he has not given one.
    why : str
        What it rests on, or what is missing.
    """

    count: int | None
    why: str


def counted_new(pair: Pair) -> NewCount:
    """Return how many lesions the reader calls new.

    His word that there is none is 0. Otherwise every proposal needs an answer, and the count is of those he confirmed;
    that he rejected them all says nothing of a lesion that was not proposed.
    """
    if pair.stated_new_lesions is False:
        return NewCount(count=0, why="the reader states that there is no new lesion")
    waiting = [one.lesion.id for one in pair.proposals if one.confirmed is None]
    if waiting:
        return NewCount(count=None, why=f"proposals await the reader's answer: {', '.join(waiting)}")
    confirmed = sum(one.confirmed is True for one in pair.proposals)
    if confirmed:
        return NewCount(count=confirmed, why="every proposal has the reader's answer")
    if pair.stated_new_lesions:
        missing = "the reader states that there are new lesions, none of them proposed, and not how many"
    else:
        missing = "no reader has stated whether there are new lesions ('new_lesions: false' for none)"
    return NewCount(count=None, why=missing)
