"""Conditions in strong Kleene logic: they hold, do not hold, or cannot be told, and say what would settle them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from lutetia.guideline.logic.finding import Finding, distinct
from lutetia.vocabulary import Item

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import Limits
    from lutetia.guideline.logic.quantity import Quantity

Operator = Literal["<", ">", "<=", ">="]


_SHORT: Final[Mapping[str, str]] = {
    "egfr": "eGFR",
    "ast": "AST",
    "alt": "ALT",
    "ggt": "gamma-GT",
    "ldh": "LDH",
    "psa": "PSA",
    "crp": "CRP",
    "ecog": "ECOG",
    "measured_gfr": "measured GFR",
    "gleason": "Gleason score",
}


def name_of(item: Item | str) -> str:
    """Return the word for an item in a sentence."""
    name = (item if isinstance(item, str) else item.id).rpartition(".")[2]
    return _SHORT.get(name, name.replace("_", " "))


def kleene_not(value: bool | None) -> bool | None:
    """Negate; the unknown stays unknown."""
    return None if value is None else not value


def kleene_all(*values: bool | None) -> bool | None:
    """Join by *and*: one False decides, and otherwise one unknown leaves it open."""
    if False in values:
        return False
    return None if None in values else True


def kleene_any(*values: bool | None) -> bool | None:
    """Join by *or*: one True decides, and otherwise one unknown leaves it open."""
    if True in values:
        return True
    return None if None in values else False


class Condition(ABC):
    """Something that holds for a course on a day, does not hold, or cannot be told."""

    __slots__ = ()

    @abstractmethod
    def find(self, context: Context) -> Finding:
        """Evaluate; every fact looked at is in the evidence."""

    @abstractmethod
    def words(self, limits: Limits) -> str:
        """Say the condition in words."""

    def names(self) -> frozenset[str]:
        """Return the names of the limits that it uses."""
        return frozenset()


class Compare(Condition):
    """One quantity compared with another."""

    __slots__ = ("left", "operator", "right")

    def __init__(self, left: Quantity, operator: Operator, right: Quantity) -> None:
        self.left, self.operator, self.right = left, operator, right

    def find(self, context: Context) -> Finding:
        """Compare as intervals."""
        left, right = self.left.measure(context), self.right.measure(context)
        evidence = left.evidence + right.evidence
        if left.interval is None or right.interval is None:
            return Finding(None, evidence, distinct(left.asks + right.asks))
        lower, higher = (left, right) if self.operator in ("<", ">=") else (right, left)
        assert lower.interval is not None
        assert higher.interval is not None
        strict = lower.interval.below(higher.interval)
        holds = strict if self.operator in ("<", ">") else kleene_not(strict)
        return Finding(holds, evidence, distinct(left.refine + right.refine) if holds is None else ())

    def words(self, limits: Limits) -> str:
        """Say the comparison as it is written."""
        return f"{self.left.words(limits)} {self.operator} {self.right.words(limits)}"

    def names(self) -> frozenset[str]:
        """Return the limits of both sides."""
        return self.left.names() | self.right.names()


class _Joined(Condition):
    __slots__ = ("parts",)
    _word: ClassVar[str] = ""
    _join: ClassVar[Callable[..., bool | None]]

    def __init__(self, *parts: Condition) -> None:
        self.parts = parts

    def names(self) -> frozenset[str]:
        return frozenset().union(*(part.names() for part in self.parts))

    def words(self, limits: Limits) -> str:
        said = (
            f"({part.words(limits)})" if isinstance(part, _Joined) and len(part.parts) > 1 else part.words(limits)
            for part in self.parts
        )  # fmt: skip
        return f" {self._word} ".join(said)

    def find(self, context: Context) -> Finding:
        """Evaluate every part, once for each evaluation of the book; what decides comes first in the trace."""
        found = context.findings.get(id(self))
        if found is None:
            found = context.findings[id(self)] = self._joined([part.find(context) for part in self.parts])
        return found

    def _joined(self, findings: list[Finding]) -> Finding:
        holds = self._join(*[finding.holds for finding in findings])
        deciding = sorted(findings, key=lambda finding: finding.holds is not holds)
        evidence = distinct([seen for finding in deciding for seen in finding.evidence])
        if holds is not None:
            return Finding(holds, evidence)
        return Finding(None, evidence, distinct([ask for f in findings if f.holds is None for ask in f.asks]))


class all_of(_Joined):  # noqa: N801 - reads as a word in a rule
    """Every part holds; one that does not hold decides."""

    __slots__ = ()
    _word = "and"
    _join = staticmethod(kleene_all)


class any_of(_Joined):  # noqa: N801 - reads as a word in a rule
    """At least one part holds; one that holds decides."""

    __slots__ = ()
    _word = "or"
    _join = staticmethod(kleene_any)


class for_any(any_of):  # noqa: N801 - reads as a word in a rule
    """One condition for several items; it holds where it holds for one of them."""

    __slots__ = ("items",)

    def __init__(self, items: Sequence[Item], make: Callable[[Item], Condition]) -> None:
        super().__init__(*(make(item) for item in items))
        self.items = items

    def words(self, limits: Limits) -> str:
        """Say the condition once, of all items."""
        names = [name_of(item) for item in self.items]
        said = self.parts[0].words(limits).replace(names[0], "it")
        return f"for {', '.join(names[:-1])} or {names[-1]}: {said}"


class not_(Condition):  # noqa: N801 - reads as a word in a rule
    """The part does not hold."""

    __slots__ = ("part",)

    def __init__(self, part: Condition) -> None:
        self.part = part

    def find(self, context: Context) -> Finding:
        """Negate what is known."""
        found = self.part.find(context)
        return found._replace(holds=kleene_not(found.holds))

    def words(self, limits: Limits) -> str:
        """Say that it is not so."""
        return f"not ({self.part.words(limits)})"

    def names(self) -> frozenset[str]:
        """Return the limits of the part."""
        return self.part.names()


class Answered(Condition):
    """A question of the vocabulary has one of some answers."""

    __slots__ = ("accepted", "item")

    def __init__(self, item: Item, *accepted: bool | str) -> None:
        self.item, self.accepted = item, accepted

    def find(self, context: Context) -> Finding:
        """Look the latest answer up; two different answers of one day leave it open."""
        seen = context.seen(self.item)
        if not seen.facts:
            return Finding(None, seen.evidence, seen.asks)
        told = {fact.value in self.accepted for fact in seen.facts}
        if len(told) > 1:
            return Finding(None, seen.evidence, (context.ask(self.item, "two different answers on one day"),))
        return Finding(told.pop(), seen.evidence)

    def words(self, limits: Limits) -> str:
        """Say question and accepted answers."""
        said = {True: "yes", False: "no"}
        answers = " or ".join(said[a] if isinstance(a, bool) else self.item.choices[a] for a in self.accepted)
        return f"[{self.item.asks} {answers}]"


def yes(item: Item) -> Condition:
    """Return the condition that a question was answered with yes."""
    return Answered(item, True)


def no(item: Item) -> Condition:
    """Return the condition that a question was answered with no."""
    return Answered(item, False)


def choice(item: Item, *accepted: str) -> Condition:
    """Return the condition that one of some answers was chosen."""
    return Answered(item, *accepted)


class named(Condition):  # noqa: N801 - reads as a word in a rule
    """A condition that is said by a name, because it stands in full elsewhere."""

    __slots__ = ("name", "part")

    def __init__(self, name: str, part: Condition) -> None:
        self.name, self.part = name, part

    def find(self, context: Context) -> Finding:
        """Evaluate the part."""
        return self.part.find(context)

    def words(self, limits: Limits) -> str:
        """Say the name."""
        return self.name

    def names(self) -> frozenset[str]:
        """Return the limits of the part."""
        return self.part.names()


class recorded(Condition):  # noqa: N801 - reads as a word in a rule
    """The part certainly holds: for an effect that an open question must not have."""

    __slots__ = ("part",)

    def __init__(self, part: Condition) -> None:
        self.part = part

    def find(self, context: Context) -> Finding:
        """Take what is not known as not so."""
        found = self.part.find(context)
        return Finding(found.holds is True, found.evidence)

    def words(self, limits: Limits) -> str:
        """Say the part."""
        return self.part.words(limits)

    def names(self) -> frozenset[str]:
        """Return the limits of the part."""
        return self.part.names()


class _Always(Condition):
    __slots__ = ()

    def find(self, context: Context) -> Finding:
        return Finding(True)

    def words(self, limits: Limits) -> str:
        return "always"


always: Final[Condition] = _Always()
"""Holds for every course on every day."""
