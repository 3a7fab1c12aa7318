"""Where in a book does an expression stand, and what is the book with another one in its place?

A condition that several recommendations share is one object and one place: it is replaced in all of them at once, as a
slip in the source of the book would change all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final

from lutetia.guideline.book import Edition
from lutetia.guideline.logic import Condition, Quantity
from lutetia.guideline.logic.condition import named
from lutetia.guideline.recommendation import Effect, Recommendation

Node = Condition | Quantity
_POLARITIES: Final = ("for_", "against", "excludes", "caution", "requires", "advises", "informs")


@dataclass(frozen=True, slots=True)
class Place:
    """An expression of a book with the first place at which it stands.

    Attributes
    ----------
    rule : str
        Id of the recommendation.
    path : str
        For example ``condition.1.0``: second operand of the condition, first operand in it.
    node : Condition or Quantity
    """

    rule: str
    path: str
    node: Node


def parts_of(node: Node) -> Iterator[tuple[str, Node]]:
    """Yield the expressions directly inside an expression, with their place in it."""
    for name, value in _attributes(node):
        if isinstance(value, Condition | Quantity):
            yield name, value
        elif isinstance(value, tuple):
            yield from ((str(index), one) for index, one in enumerate(value) if isinstance(one, Condition | Quantity))


def _attributes(node: Node) -> Iterator[tuple[str, Any]]:
    for kind in type(node).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if hasattr(node, name):
                yield name, getattr(node, name)
    yield from getattr(node, "__dict__", {}).items()


def roots_of(one: Recommendation) -> Iterator[tuple[str, Condition]]:
    """Yield every condition of a recommendation with the name of its place."""
    yield "condition", one.condition
    yield "applies", one.applies
    for index, exception in enumerate(one.unless):
        if isinstance(exception, Condition):
            yield f"unless {index}", exception
    if one.needs is not None:
        yield "needs", one.needs
    for index, effect in enumerate(one.effects):
        if effect.when is not None:
            yield f"effect {index}", effect.when


def places(rules: Mapping[str, Recommendation], *, through_names: bool = True) -> Iterator[Place]:
    """Yield every expression of a book once, at its first place.

    Parameters
    ----------
    rules : mapping
        The recommendations by id, in the order of the book.
    through_names : bool
        Whether to look into what is said by a name because it stands in full elsewhere.
    """
    known: set[int] = set()
    for rule, one in rules.items():
        for root, condition in roots_of(one):
            waiting: list[tuple[str, Node]] = [(root, condition)]
            while waiting:
                path, node = waiting.pop(0)
                if id(node) in known or (isinstance(node, named) and not through_names):
                    continue
                known.add(id(node))
                yield Place(rule, path, node)
                waiting += [(f"{path}.{name}", part) for name, part in parts_of(node)]


def with_rules(edition: Edition, changed: Mapping[str, Recommendation]) -> Edition:
    """Return an edition with some recommendations replaced; the words of their conditions stay as they were."""
    rules = {
        name: replace(edition.rules[name], recommendation=one) for name, one in changed.items() if name in edition.rules
    }
    return replace(edition, rules={**edition.rules, **rules})


def exchanged(rules: Mapping[str, Recommendation], old: Node, new: Node) -> dict[str, Recommendation]:
    """Return the recommendations in which an expression stands, with another one in its place."""
    exchange = _Exchange(old, new)
    found = {name: exchange.in_rule(one) for name, one in rules.items()}
    return {name: one for name, one in found.items() if one is not rules[name]}


class _Exchange:
    """One expression put in the place of another; what does not hold it stays the same object."""

    def __init__(self, old: Node, new: Node) -> None:
        self._done: dict[int, tuple[Any, Any]] = {id(old): (old, new)}

    def of(self, value: Any) -> Any:
        """Return a value with the expression exchanged in it."""
        if id(value) in self._done:
            return self._done[id(value)][1]
        if isinstance(value, tuple):
            new = tuple(self.of(one) for one in value)
            return new if any(a is not b for a, b in zip(new, value, strict=True)) else value
        if isinstance(value, Condition | Quantity):
            self._done[id(value)] = (value, self._in_node(value))
            return self._done[id(value)][1]
        if isinstance(value, Effect) or (is_dataclass(value) and hasattr(value, "day")):
            return self._in_dataclass(value)
        return value

    def _in_node(self, node: Node) -> Node:
        changed = {name: new for name, value in _attributes(node) if (new := self.of(value)) is not value}
        if not changed:
            return node
        other = copy(node)
        for name, value in changed.items():
            object.__setattr__(other, name, value)
        return other

    def _in_dataclass(self, value: Any) -> Any:
        own = {field.name: getattr(value, field.name) for field in fields(value)}
        changed = {name: new for name, old in own.items() if (new := self.of(old)) is not old}
        return replace(value, **changed) if changed else value

    def in_rule(self, one: Recommendation) -> Recommendation:
        """Return a recommendation with the expression exchanged in all of its conditions."""
        names = (*_POLARITIES, "applies", "unless", "needs", "effects")
        held = {name: getattr(one, name) for name in names if getattr(one, name) is not None}
        changed = {name: new for name, old in held.items() if (new := self.of(old)) is not old}
        return replace(one, **changed) if changed else one


def holders(rules: Mapping[str, Recommendation]) -> dict[int, frozenset[str]]:
    """Return for every expression, by its identity, the recommendations in which it stands."""
    found: dict[int, set[str]] = {}
    for rule, one in rules.items():
        waiting: list[Node] = [condition for _, condition in roots_of(one)]
        while waiting:
            node = waiting.pop()
            found.setdefault(id(node), set()).add(rule)
            waiting += [part for _, part in parts_of(node)]
    return {node: frozenset(names) for node, names in found.items()}
