"""Would a slip in a book be noticed? One slip at a time is made, and the cases of the book have to come out otherwise.

Limits are moved one step each way: whole numbers by one, others by two per cent. In the conditions every comparison is
flipped, every *and* and *or* swapped, every answer turned round, every operand, exception and effect left out. A slip
that no case notices has survived: a case is missing, or the slip changes nothing and stands in ``proof.yaml``
beside the book with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from lutetia.guideline.book import Book, Edition
from lutetia.guideline.cases import Case, differences
from lutetia.guideline.evaluate import answer_by, assess_by
from lutetia.guideline.logic.limit import Limit
from lutetia.guideline.proof.slips import slips, whole_slips
from lutetia.guideline.proof.tree import Node, exchanged, holders, places, with_rules
from lutetia.guideline.recommendation import Recommendation
from lutetia.guideline.verdict import Status

LIMIT: Final = "limit"
_STEP: Final = 0.02
_WHOLE_UNITS: Final = ("", "d", "mo", "lines", "years")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A book with one slip in it.

    Attributes
    ----------
    name : str
        The place and the slip; the same from run to run.
    said : str
        What stands there, in words.
    kind : str
        ``limit``, ``comparison`` or ``structure``.
    rules : frozenset of str
        The recommendations in which it stands; their cases are tried first.
    edition : callable
        The book on a day, with the slip; None on a day on which the number moved does not hold.
    """

    name: str
    kind: str
    said: str
    rules: frozenset[str]
    edition: Callable[[date], Edition | None] = field(repr=False, compare=False)


def mutants(book: Book) -> tuple[Mutant, ...]:
    """Return a book with every slip, one at a time: in its limits, then in its conditions."""
    return (*limit_mutants(book), *condition_mutants(book))


def moved(limit: Limit, way: int) -> Limit:
    """Return a limit moved one step: whole numbers of days, grades, lines and the like by one, others by 2 %."""
    whole = limit.unit in _WHOLE_UNITS and limit.value == int(limit.value)
    return replace(limit, value=limit.value + way if whole else limit.value * (1 + _STEP * way))


def limit_mutants(book: Book) -> tuple[Mutant, ...]:
    """Return a book with each of its limits moved up and down, each dated value on its own."""
    found: dict[str, Mutant] = {}
    for edition in _editions(book):
        for limit in edition.limits.values():
            for way in (1, -1):
                other = moved(limit, way)
                name = f"limit {limit.name} from {limit.since}: {limit.shown} read as {other.shown}"
                if name not in found:
                    found[name] = _with_limit(book, edition, name, limit, other)
    return tuple(found.values())


def _editions(book: Book) -> tuple[Edition, ...]:
    days = {value["from"] for entry in book.read("limits.yaml").values() for value in entry["values"]}
    return tuple(book.edition(day) for day in sorted(days)) or (book.edition(date.max),)


def _with_limit(book: Book, edition: Edition, name: str, limit: Limit, other: Limit) -> Mutant:
    made: dict[int, Edition] = {}

    def on(day: date) -> Edition | None:
        whole = book.edition(day)
        if whole.limits[limit.name].since != limit.since:
            return None
        if id(whole) not in made:
            made[id(whole)] = whole.with_limits({**whole.limits, limit.name: other})
        return made[id(whole)]

    using = frozenset(rule.id for rule in edition.rules.values() if limit.name in {one.name for one in rule.limits})
    return Mutant(name=name, kind=LIMIT, said=limit.title, rules=using, edition=on)


Changed = Callable[[], Mapping[str, Recommendation]]


def condition_mutants(book: Book) -> tuple[Mutant, ...]:
    """Return a book with each slip that can be made in its conditions, exceptions and effects."""
    rules = {one.id: one for one in book.recommendations}
    limits = book.edition(date.max).limits
    standing = holders(rules)
    found: list[Mutant] = []

    def said(node: Node) -> str:
        return node.words(limits)

    def add(name: str, kind: str, words: str, using: frozenset[str], changed: Changed) -> None:
        excused = {rule for rule, one in rules.items() if using & {no for no in one.unless if isinstance(no, str)}}
        edition = _with_change(book, changed)
        found.append(Mutant(name=name, kind=kind, said=words, rules=using | excused, edition=edition))

    for place in places(rules):
        for slip in slips(place.node, said):
            name = f"{place.rule} {place.path}: {slip.does}"
            add(name, slip.kind, slip.to, standing[id(place.node)], _exchange(rules, place.node, slip.other))
    for rule, one in rules.items():
        for kind, words, other in whole_slips(one):
            add(f"{rule}: {words}", kind, one.asks, frozenset({rule}), _change(rule, other))
    return tuple(found)


def _exchange(rules: Mapping[str, Recommendation], old: Node, new: Node) -> Changed:
    return lambda: exchanged(rules, old, new)


def _change(rule: str, other: Recommendation) -> Changed:
    return lambda: {rule: other}


def _with_change(book: Book, changed: Changed) -> Callable[[date], Edition]:
    made: dict[int, Edition] = {}
    change: list[Mapping[str, Recommendation]] = []

    def on(day: date) -> Edition:
        whole = book.edition(day)
        if not change:
            change.append(changed())
        if id(whole) not in made:
            made[id(whole)] = with_rules(whole, change[0])
        return made[id(whole)]

    return on


def noticed_by(mutant: Mutant, cases: Sequence[Case]) -> Case | None:
    """Return the first case that comes out otherwise with the slip; None where it survives.

    The cases that name a recommendation in which the slip stands are tried first.
    """
    named = [case for case in cases if mutant.rules & set(case.expected.get("expect", ()))]
    for case in named:
        edition = mutant.edition(case.question.on)
        if edition is not None and _answered_otherwise(case, edition, mutant.rules):
            return case
    first = {id(case) for case in named}
    for case in (*named, *(case for case in cases if id(case) not in first)):
        edition = mutant.edition(case.question.on)
        if edition is not None and comes_out_otherwise(case, edition):
            return case
    return None


def _answered_otherwise(case: Case, edition: Edition, rules: frozenset[str]) -> bool:
    """Tell whether one of some recommendations is answered otherwise than the case expects; much the faster look."""
    for rule, status in case.expected.get("expect", {}).items():
        if rule in rules and rule in edition.rules:
            found = answer_by(edition, case.course, case.question, rule, known_on=case.known_on, settings=case.settings)
            if found.status is not Status[status]:
                return True
    return False


def comes_out_otherwise(case: Case, edition: Edition) -> bool:
    """Tell whether a case fails by an edition of its book."""
    assessment = assess_by(edition, case.course, case.question, known_on=case.known_on, settings=case.settings)
    return differences(case, assessment) != ()
