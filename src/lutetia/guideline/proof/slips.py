"""Which slips can be made in one expression, and in one recommendation as a whole?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple, TypeVar

from lutetia.guideline.logic import always
from lutetia.guideline.logic.condition import Answered, Compare, Operator, _Joined, all_of, any_of, not_
from lutetia.guideline.logic.entries import entries, lacks
from lutetia.guideline.proof.tree import Node
from lutetia.guideline.recommendation import Recommendation
from lutetia.vocabulary import Item

_STRICTNESS: Final[Mapping[str, Operator]] = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_DIRECTION: Final[Mapping[str, Operator]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
COMPARISON: Final = "comparison"
STRUCTURE: Final = "structure"
T = TypeVar("T")
Said = Callable[[Node], str]


class Slip(NamedTuple):
    """A slip in an expression: its kind, what it does, what it is done to in words, and what then stands there."""

    kind: str
    does: str
    to: str
    other: Node


def slips(node: Node, said: Said) -> Iterator[Slip]:
    """Yield every slip that can be made in one expression; those inside its parts are theirs."""
    match node:
        case Compare():
            for table in (_STRICTNESS, _DIRECTION):
                other = Compare(node.left, table[node.operator], node.right)
                yield Slip(COMPARISON, f"'{node.operator}' read as '{other.operator}'", said(node), other)
        case _Joined() if len(node.parts) > 1:
            yield from _in_joined(node, said)
        case not_():
            yield Slip(COMPARISON, "'not' left out", said(node), node.part)
        case Answered():
            yield from _in_answer(node, said)
        case entries():
            for index, trait in enumerate(node.traits):
                fewer = entries(node.name, *_without(node.traits, index), title=node.title)
                yield Slip(STRUCTURE, f"trait {index + 1} left out", f"'{trait.words}' of {said(node)}", fewer)
        case lacks():
            yield from _in_lacks(node, said)


def _without(things: tuple[T, ...], index: int) -> tuple[T, ...]:
    return (*things[:index], *things[index + 1 :])


def _in_joined(node: _Joined, said: Said) -> Iterator[Slip]:
    either = isinstance(node, any_of)
    swapped = all_of(*node.parts) if either else any_of(*node.parts)
    words = "'or' read as 'and'" if either else "'and' read as 'or'"
    yield Slip(COMPARISON, words, said(node), swapped)
    for index, part in enumerate(node.parts):
        rest = _without(node.parts, index)
        yield Slip(COMPARISON, f"part {index + 1} left out", said(part), any_of(*rest) if either else all_of(*rest))


def _in_answer(node: Answered, said: Said) -> Iterator[Slip]:
    if all(isinstance(one, bool) for one in node.accepted):
        turned = Answered(node.item, *({True, False} - set(node.accepted)))
        yield Slip(COMPARISON, "yes and no swapped", said(node), turned)
        return
    others = [one for one in node.item.choices if one not in node.accepted]
    yield Slip(COMPARISON, "every other answer instead", said(node), Answered(node.item, *others))
    for answer in node.accepted if len(node.accepted) > 1 else ():
        fewer = Answered(node.item, *(one for one in node.accepted if one != answer))
        yield Slip(COMPARISON, f"'{answer}' left out", said(node), fewer)


def _in_lacks(node: lacks, said: Said) -> Iterator[Slip]:
    for index, item in enumerate(node.items):
        word = item.id if isinstance(item, Item) else said(item)
        fewer = lacks(*_without(node.items, index), lists=node.lists, limits=node.limits)
        yield Slip(STRUCTURE, f"{word} not asked for", "", fewer)
    for index, listed in enumerate(node.lists):
        fewer = lacks(*node.items, lists=_without(node.lists, index), limits=node.limits)
        yield Slip(STRUCTURE, f"{listed.name} not asked for", "", fewer)


def whole_slips(one: Recommendation) -> Iterator[tuple[str, str, Recommendation]]:
    """Yield every slip in a recommendation as a whole: kind, words, and the recommendation that then stands there."""
    if one.applies is not always:
        yield COMPARISON, "'applies' left out", replace(one, applies=always)
    for index in range(len(one.unless)):
        yield COMPARISON, f"exception {index + 1} left out", replace(one, unless=_without(one.unless, index))
    if one.needs is not None:
        yield STRUCTURE, "what it needs left out", replace(one, needs=None)
    for index, effect in enumerate(one.effects):
        place = f"effect {index + 1} ({effect.precedence} {effect.outcome})"
        yield STRUCTURE, f"{place} left out", replace(one, effects=_without(one.effects, index))
        changes = {
            "narrowing": replace(effect, when=None) if effect.when is not None else None,
            "end of the postponement": replace(effect, until=None) if effect.until is not None else None,
            "other arm": replace(effect, alternatives=()) if effect.alternatives else None,
        }
        for words, other in changes.items():
            if other is not None:
                effects = (*one.effects[:index], other, *one.effects[index + 1 :])
                kind = COMPARISON if words == "narrowing" else STRUCTURE
                yield kind, f"{place}: {words} left out", replace(one, effects=effects)
