"""How does a condition read to a physician? Its expression as sentences, with what is joined set as a list.

Nothing is written by hand for a single recommendation: each kind of expression says itself once, here, and what is not
known here says itself in its own words. The numbers are those of the edition that is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import singledispatch
from typing import Final

from lutetia.guideline.logic import Condition, Quantity, all_of, always, any_of, for_any, limit, named, not_
from lutetia.guideline.logic.condition import Answered, Compare, Operator, name_of, recorded
from lutetia.guideline.logic.entries import Exists, entries, lacks
from lutetia.guideline.logic.graded import fall, gfr
from lutetia.guideline.logic.imaging import any_lesion, most_lesions
from lutetia.guideline.logic.limit import Limits
from lutetia.guideline.logic.psa import psa_rise
from lutetia.guideline.logic.quantity import Multiple
from lutetia.guideline.logic.regimen import departure
from lutetia.guideline.logic.untold import not_told
from lutetia.vocabulary import Item, laboratory


@dataclass(frozen=True, slots=True)
class Outline:
    """A sentence; where it ends with a colon, ``parts`` are what it speaks of."""

    text: str
    parts: tuple[Outline, ...] = ()

    def lines(self, depth: int = 0) -> Iterator[tuple[int, str]]:
        """Yield every sentence with how deep it stands, in reading order."""
        yield depth, self.text
        for part in self.parts:
            yield from part.lines(depth + 1)


ALL, ANY = "all of these hold:", "at least one of these holds:"
NONE, NOT_ALL = "none of these holds:", "not all of these hold together:"
_SIGNS: Final[dict[Operator, str]] = {"<": "<", ">": ">", "<=": "≤", ">=": "≥"}
_OTHERWISE: Final[dict[Operator, Operator]] = {"<": ">=", ">": "<=", "<=": ">", ">=": "<"}
_QUESTION: Final = re.compile(r"\[([^\[\]]*\?) ([^\[\]]*)\]")
_INLINE: Final = 3
"""Missing facts up to so many stand in one line."""
_A_NAME: Final = 3
"""Questions of up to so many words are names."""


def outline(condition: Condition, limits: Limits) -> Outline:
    """Return a condition as sentences.

    Parameters
    ----------
    condition : Condition
    limits : mapping
        The numbers of the edition, by their names.
    """
    return _say(condition, limits)


@singledispatch
def _say(one: Condition, limits: Limits, denied: bool = False) -> Outline:
    """Say a condition, or that it does not hold; each kind of expression says both here."""
    return _so(Outline("always" if one is always else _printed(one.words(limits))), denied)


def _so(said: Outline, denied: bool) -> Outline:
    return Outline(f"it is not so that {said.text}", said.parts) if denied else said


def _printed(words: str) -> str:
    """Write signs as they are printed, and a question that is answered as everywhere here."""
    words = _QUESTION.sub(r"“\1” is answered \2", words)
    for typed, printed in ((" x ", " × "), (" >= ", " ≥ "), (" <= ", " ≤ ")):
        words = words.replace(typed, printed)
    return words


def _parts(one: all_of | any_of, limits: Limits) -> tuple[Outline, ...]:
    """Say the parts; a part that is joined in the same way stands beside the others, not below."""
    flat: list[Condition] = []
    for part in one.parts:
        flat += part.parts if type(part) is type(one) and type(part) is not for_any else (part,)
    said: list[Outline] = []
    while flat:
        first, *flat = flat
        span = _span(first, flat[0], limits) if flat and isinstance(one, all_of) else ""
        said.append(Outline(span) if span else _say(first, limits))
        flat = flat[1:] if span else flat
    return tuple(said)


def _span(first: Condition, second: Condition, limits: Limits) -> str:
    """Say two comparisons of one quantity, from one number up to another, as a range; else nothing."""
    if not (isinstance(first, Compare) and isinstance(second, Compare)):
        return ""
    if (first.operator, second.operator) != (">=", "<=") or first.left.words(limits) != second.left.words(limits):
        return ""
    left, low, high = (_quantity(one, limits) for one in (first.left, first.right, second.right))
    return f"{left} exactly {low}" if low == high else f"{left} from {low} to {high}, both included"


def _joined(head: str, one: all_of | any_of, limits: Limits, denied: bool) -> Outline:
    if len(one.parts) == 1:
        return _say(one.parts[0], limits, denied)
    parts = _parts(one, limits)
    return parts[0] if len(parts) == 1 and not denied else Outline(head, parts)


@_say.register
def _(one: all_of, limits: Limits, denied: bool = False) -> Outline:
    return _joined(NOT_ALL if denied else ALL, one, limits, denied)


@_say.register
def _(one: any_of, limits: Limits, denied: bool = False) -> Outline:
    return _joined(NONE if denied else ANY, one, limits, denied)


@_say.register
def _(one: for_any, limits: Limits, denied: bool = False) -> Outline:
    names = [name_of(item) for item in one.items]
    head = f"for {'none of' if denied else 'at least one of'} {', '.join(names[:-1])} or {names[-1]}"
    said = _of_one(_say(one.parts[0], limits), names[0])
    if said.parts:
        return Outline(f"{head}, {said.text}", said.parts)
    return Outline(f"{head}: {said.text}")


def _of_one(said: Outline, name: str) -> Outline:
    text = said.text.replace(f"CTCAE grade of {name}", "its CTCAE grade").replace(name, "it")
    return Outline(text.replace("worst its", "its worst"), tuple(_of_one(part, name) for part in said.parts))


@_say.register
def _(one: not_, limits: Limits, denied: bool = False) -> Outline:
    return _say(one.part, limits, not denied)


@_say.register
def _(one: named, limits: Limits, denied: bool = False) -> Outline:
    return Outline(f"none of this holds: {one.name}" if denied else f"{one.name} holds")


@_say.register
def _(one: recorded, limits: Limits, denied: bool = False) -> Outline:
    said = _say(one.part, limits)
    return _so(Outline(f"it is on record that {said.text}", said.parts), denied)


@_say.register
def _(one: any_lesion, limits: Limits, denied: bool = False) -> Outline:
    words = _printed(one.words(limits))
    return Outline(f"there is no {words.removeprefix('a ')}" if denied else f"there is {words}")


@_say.register
def _(one: Answered, limits: Limits, denied: bool = False) -> Outline:
    return Outline(f"“{one.item.asks}” is{' not' if denied else ''} answered {_answers(one)}")


def _answers(one: Answered) -> str:
    said = {True: "yes", False: "no"}
    return " or ".join(said[a] if isinstance(a, bool) else f"“{one.item.choices[a]}”" for a in one.accepted)


@_say.register
def _(one: not_told, limits: Limits, denied: bool = False) -> Outline:
    situation = _say(one.situation, limits)
    said = Outline(f"not known here: {one.question} The question arises where {situation.text}", situation.parts)
    return _so(said, denied)


@_say.register
def _(one: Compare, limits: Limits, denied: bool = False) -> Outline:
    return Outline(_compared(one, _OTHERWISE[one.operator] if denied else one.operator, limits))


def _compared(one: Compare, operator: Operator, limits: Limits) -> str:
    left, right = _quantity(one.left, limits), _quantity(one.right, limits)
    if isinstance(one.left, entries) and isinstance(one.right, limit):
        number = f"{limits[one.right.name].value:g}"
        said = {">=": f"{number} or more", ">": f"more than {number}", "<": f"fewer than {number}",
                "<=": f"{number} or fewer"}  # fmt: skip
        return f"{said[operator]} {one.left.said(limits)}"
    if _is_part(one.left) and isinstance(one.right, limit):
        right = f"{100 * limits[one.right.name].value:g} %"
    return f"{left} {_SIGNS[operator]} {right}"


def _is_part(one: Quantity) -> bool:
    """Tell whether a quantity is a part of another one, and so is said in per cent."""
    return isinstance(one, departure | fall) or one is psa_rise


def _quantity(one: Quantity, limits: Limits) -> str:
    if isinstance(one, Multiple):
        return f"{one.factor.words(limits)} × {_quantity(one.of, limits)}"
    return one.words(limits).replace("the laboratory's upper limit", "the laboratory's upper limit of normal").replace(
        "the laboratory's lower limit", "the laboratory's lower limit of normal"
    )  # fmt: skip


@_say.register
def _(one: Exists, limits: Limits, denied: bool = False) -> Outline:
    return Outline(f"there are{' no' if denied else ''} {one.of.said(limits)}")


@_say.register
def _(one: lacks, limits: Limits, denied: bool = False) -> Outline:
    names = [_asked(item, limits) for item in one.items] + [f"the list of {listed.title}" for listed in one.lists]
    head = "not in the record, or older than is allowed:"
    if len(names) <= _INLINE:
        return _so(Outline(f"{head} {' or '.join(names)}"), denied)
    return _so(Outline(head.replace(":", ", at least one of:"), (Outline(", ".join(names)),)), denied)


def _asked(one: Item | Quantity, limits: Limits) -> str:
    if isinstance(one, Quantity):
        return one.words(limits)
    return name_of(one) if len(one.asks.split()) <= _A_NAME else f"“{one.asks}”"


def looked_at(*expressions: object) -> tuple[str, ...]:
    """Return the items and lists of the record that expressions look up, by their ids, in their order."""
    found: dict[str, None] = {}
    for one in expressions:
        found.update(dict.fromkeys(_items(one)))
    return tuple(found)


def _items(one: object) -> Iterator[str]:
    if isinstance(one, Item):
        yield one.id
    elif isinstance(one, entries):
        yield one.name
    elif isinstance(one, any_lesion | most_lesions):
        yield from ("lesions", "examinations")
        yield one.read.id
    elif isinstance(one, gfr | fall):
        yield from (laboratory.egfr.id, laboratory.creatinine.id)
    elif isinstance(one, Condition | Quantity):
        for part in parts_of(one):
            yield from _items(part)
    elif isinstance(one, tuple | list):
        for part in one:
            yield from _items(part)


def parts_of(one: object) -> Iterable[object]:
    """Return what an expression is made of, in the order in which its kinds declare it."""
    names = [name for kind in reversed(type(one).__mro__) for name in getattr(kind, "__slots__", ())]
    return [getattr(one, name) for name in dict.fromkeys(names)]
