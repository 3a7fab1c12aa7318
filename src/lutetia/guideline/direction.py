"""Does a limit that is moved make a recommendation speak more or less often? Read off the direction of its comparisons.

Nothing is evaluated: the expression itself is walked. Where an expression does not tell (a departure in either
direction, a kind of condition that is not known here) the answer is that it cannot be told, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import singledispatch
from typing import Final

from lutetia.guideline.logic import Condition, Quantity, limit
from lutetia.guideline.logic.clearance import clearance
from lutetia.guideline.logic.condition import Compare, _Joined, any_of, named, not_
from lutetia.guideline.logic.consent import consent_lacking
from lutetia.guideline.logic.entries import Exists, entries, lacks
from lutetia.guideline.logic.episode import unresolved
from lutetia.guideline.logic.graded import ctcae, fall, gfr
from lutetia.guideline.logic.quantity import Multiple
from lutetia.guideline.logic.regimen import delayed_by
from lutetia.guideline.logic.since_treatment import worst
from lutetia.guideline.recommendation import Effect, Recommendation
from lutetia.guideline.verdict import Direction, Polarity

Senses = frozenset[str]
_NONE: Final[Senses] = frozenset()
_MORE, _LESS, _OLDER, _UNTOLD = (frozenset({word}) for word in ("more", "less", "older", "untold"))
"""Raised, the limit makes a condition hold more or less often, lets older facts count, or it cannot be told."""

_BURDENS: Final = (Polarity.AGAINST, Polarity.EXCLUDES, Polarity.CAUTION, Polarity.REQUIRES)
_SWAPPED: Final = {"more": "less", "less": "more"}


def of_limit(
    one: Recommendation, name: str, rules: Mapping[str, Recommendation], *, raised: bool, ages: Iterable[str] = ()
) -> Direction:
    """Say what moving a limit does to a recommendation.

    Parameters
    ----------
    name : str
        Of the limit.
    rules : mapping
        Every recommendation by id, for those that excuse this one.
    raised : bool
        Whether the local number is greater than the source's.
    ages : iterable of str
        The limits that say how old facts may be: shorter is tighter, whatever the facts speak for.
    """
    said: set[Direction] = set()
    if name in ages:
        said |= {Direction.LOOSENS}
    else:
        said |= _of_rule(one, name, rules)
    return joined(said if raised else {_OPPOSITE.get(word, word) for word in said})


_OPPOSITE: Final = {Direction.TIGHTENS: Direction.LOOSENS, Direction.LOOSENS: Direction.TIGHTENS}


def joined(directions: Iterable[Direction]) -> Direction:
    """Join what several recommendations say about one departure."""
    said = set(directions) - {Direction.NEITHER, Direction.SAME}
    if not said:
        return Direction.NEITHER
    if Direction.UNTOLD in said:
        return Direction.UNTOLD
    return said.pop() if len(said) == 1 else Direction.BOTH


def of_switch(one: Recommendation, excuses_others: bool) -> Direction:
    """Say what it means to leave a recommendation out."""
    said = {Direction.LOOSENS} if one.polarity in _BURDENS or one.effects else set()
    if one.polarity is Polarity.FOR or excuses_others:
        said.add(Direction.TIGHTENS)
    return joined(said)


def _of_rule(one: Recommendation, name: str, rules: Mapping[str, Recommendation]) -> set[Direction]:
    """Return what raising a limit does, by condition, effects, exceptions and what is needed."""
    spoken = senses(one.condition, name, _NOTHING_GIVEN) | senses(one.applies, name, _NOTHING_GIVEN)
    said: set[Direction] = set()
    if one.polarity in _BURDENS or one.effects:
        said |= _as_burden(spoken)
    elif one.polarity is Polarity.FOR:
        said |= _as_burden(_swapped(spoken))
    given = _surely(one.condition)
    for exception in one.unless:
        excuse = rules[exception].condition if isinstance(exception, str) else exception
        said |= _as_burden(_swapped(senses(excuse, name, given)))
    if one.needs is not None:
        said |= _as_burden(_swapped(senses(one.needs, name, given)))
    for effect in one.effects:
        said |= _of_effect(effect, name)
    return said


def _of_effect(effect: Effect, name: str) -> set[Direction]:
    said = _as_burden(senses(effect.when, name, _NOTHING_GIVEN)) if effect.when is not None else set()
    if effect.until is not None and name in effect.until.pause.names():
        said.add(Direction.TIGHTENS)
    if effect.factor is not None and effect.factor.name == name:
        said.add(Direction.LOOSENS)
    if effect.activity is not None and effect.activity.name == name:
        said.add(Direction.LOOSENS)
    if effect.regular is not None and effect.regular.name == name:
        said.add(Direction.UNTOLD)
    return said


def _as_burden(spoken: Senses) -> set[Direction]:
    words = {
        "more": Direction.TIGHTENS, "less": Direction.LOOSENS, "older": Direction.LOOSENS, "untold": Direction.UNTOLD,
    }  # fmt: skip
    return {words[word] for word in spoken}


def _swapped(spoken: Senses) -> Senses:
    return frozenset(_SWAPPED.get(word, word) for word in spoken)


_NOTHING_GIVEN: Final[frozenset[int]] = frozenset()


def _surely(condition: Condition) -> frozenset[int]:
    """Return the conditions that hold wherever this one does, by identity."""
    parts = condition.parts if isinstance(condition, _Joined) and not isinstance(condition, any_of) else ()
    return frozenset({id(condition)}).union(*(_surely(part) for part in parts))


def senses(condition: Condition, name: str, given: frozenset[int]) -> Senses:
    """Return what raising a limit does to a condition, where the conditions given hold anyway."""
    return _senses(condition, name, given) if name in condition.names() and id(condition) not in given else _NONE


@singledispatch
def _senses(condition: Condition, name: str, given: frozenset[int]) -> Senses:
    return _UNTOLD


@_senses.register
def _(condition: Compare, name: str, given: frozenset[int]) -> Senses:
    left, right = _of_number(condition.left, name), _of_number(condition.right, name)
    return _swapped(left) | right if condition.operator in ("<", "<=") else left | _swapped(right)


@_senses.register
def _(condition: _Joined, name: str, given: frozenset[int]) -> Senses:
    if _is_one_value(condition, name):
        return _NONE  # it moves with the limit
    if isinstance(condition, any_of) and any(id(part) in given for part in condition.parts):
        return _NONE  # it holds whatever the others do
    return frozenset().union(*(senses(part, name, given) for part in condition.parts))


def _is_one_value(condition: _Joined, name: str) -> bool:
    """Tell whether a condition says *exactly at the limit*."""
    sides = [(p.operator, p.right.names()) for p in condition.parts if isinstance(p, Compare)]
    return sorted(sides, key=str) == sorted([(">=", frozenset({name})), ("<=", frozenset({name}))], key=str)


@_senses.register
def _(condition: not_, name: str, given: frozenset[int]) -> Senses:
    return _swapped(senses(condition.part, name, _NOTHING_GIVEN))


@_senses.register
def _(condition: named, name: str, given: frozenset[int]) -> Senses:
    return senses(condition.part, name, given)


@_senses.register
def _(condition: Exists, name: str, given: frozenset[int]) -> Senses:
    return _of_number(condition.of, name)


@_senses.register
def _(condition: lacks, name: str, given: frozenset[int]) -> Senses:
    return _OLDER


@_senses.register
def _(condition: unresolved, name: str, given: frozenset[int]) -> Senses:
    own = condition.grade.names() | condition.recovered.names() | condition.days.names()
    return _LESS if name in own else _OLDER


@_senses.register
def _(condition: delayed_by, name: str, given: frozenset[int]) -> Senses:
    return _LESS


@_senses.register
def _(condition: consent_lacking, name: str, given: frozenset[int]) -> Senses:
    return _MORE


def _of_number(number: Quantity, name: str) -> Senses:
    """Return whether a number grows when the limit is raised."""
    if name not in number.names():
        return _NONE
    match number:
        case limit():
            return _MORE
        case Multiple():
            return _of_number(number.factor, name) | _of_number(number.of, name)
        case entries():
            words = {1: _MORE, -1: _LESS, 0: _UNTOLD}
            return frozenset().union(*(words[trait.raised] for trait in number.traits if name in trait.limits))
        case ctcae() | gfr() | fall() | worst() | clearance():
            return _OLDER
        case _:
            return _UNTOLD
