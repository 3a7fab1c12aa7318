"""Cases at every limit of a book: exactly at it, just on each side, missing, stale.

A case is made from a hand-written one by putting a number of its record at the limit. What is then expected follows
from the comparison alone; a case on which the book answers otherwise is not written, and the comparison is listed for
a case by hand. So a book whose ``<`` should be ``<=`` gets no cases that agree with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Final

from lutetia.errors import InputError
from lutetia.guideline.book import Book, Edition, load
from lutetia.guideline.cases import Case, case_files, case_of, written_cases
from lutetia.guideline.evaluate import answer_by
from lutetia.guideline.logic import Condition
from lutetia.guideline.logic.condition import _Joined, name_of, named, not_, recorded
from lutetia.guideline.proof.dials import Dial, dials, lacking
from lutetia.guideline.proof.written import Draft, Raw, before
from lutetia.guideline.recommendation import Recommendation
from lutetia.guideline.verdict import Status

FOLDER: Final = "boundaries"


@dataclass(frozen=True, slots=True)
class Expected:
    """A draft with what is expected of one recommendation, and the limits on which that rests."""

    name: str
    draft: Draft
    rule: str
    status: Status
    limits: tuple[str, ...]
    asks_for: tuple[str, ...] = ()

    def written(self) -> Raw:
        """Return it as a case is written."""
        raw = {"name": f"{self.rule}: {self.name}", **self.draft.raw, "expect": {self.rule: self.status.name}}
        return {**raw, "asks_for": list(self.asks_for)} if self.asks_for else raw


@dataclass(slots=True)
class Generated:
    """What was made of a book.

    Attributes
    ----------
    cases : dict
        By section of the book: the cases, and the limits on which they rest.
    by_hand : dict
        Comparisons for which none could be made, by recommendation.
    """

    cases: dict[str, list[Expected]] = field(default_factory=dict)
    by_hand: dict[str, list[str]] = field(default_factory=dict)


def atoms(condition: Condition, holds: bool = True) -> Iterator[tuple[Condition, bool]]:
    """Yield what a condition is made of, with whether it counts as it is or negated.

    What is said by a name stands in full elsewhere and is left to that place.
    """
    match condition:
        case named():
            return
        case not_(part=part):
            yield from atoms(part, not holds)
        case recorded(part=part):
            yield from atoms(part, holds)
        case _Joined(parts=parts):
            for part in parts:
                yield from atoms(part, holds)
        case _:
            yield condition, holds


def _limited(one: Recommendation) -> Iterator[tuple[Condition, bool]]:
    """Yield what looks at a limit, or asks for facts, in the condition of a recommendation."""
    return ((atom, holds) for atom, holds in atoms(one.condition) if atom.names() or lacking(atom))


def _homes(rules: Iterable[Recommendation]) -> dict[int, str]:
    """Return for each comparison the recommendation that consists of the fewest: there it is put at its limit."""
    homes: dict[int, tuple[int, str]] = {}
    for one in rules:
        found = list(_limited(one))
        for atom, _ in found:
            here = (len(found), one.id)
            homes[id(atom)] = min(homes.get(id(atom), here), here, key=lambda home: home[0])
    return {atom: home for atom, (_, home) in homes.items()}


class Generator:
    """The cases at the limits of one book."""

    def __init__(self, book: str) -> None:
        self.book: Book = load(book)
        self.backgrounds, _ = case_files(book)
        self.written = [case for case in written_cases(book) if not case.file.startswith(f"{FOLDER}/")]
        self.made = Generated()

    def run(self) -> Generated:
        """Make every case that can be made."""
        rules = {one.id: one for one in self.book.recommendations}
        at_home = _homes(rules.values())
        made: set[int] = set()
        missed: dict[str, list[Condition]] = {}
        module = sections(self.book)
        for one in rules.values():
            found = list(_limited(one))
            own = [(atom, holds) for atom, holds in found if at_home[id(atom)] == one.id] or found
            bases = self.bases(one.id)
            for atom, holds in own:
                cases = list(self.of_atom(one, atom, holds, bases))
                self.add(module[one.id], cases)
                if cases:
                    made.add(id(atom))
                else:
                    missed.setdefault(one.id, []).append(atom)
        limits = self.book.edition(date.max).limits
        for rule, left in missed.items():
            words = [atom.words(limits) for atom in left if id(atom) not in made]
            self.made.by_hand |= {rule: words} if words else {}
        return self.made

    def add(self, section: str, cases: list[Expected]) -> None:
        """Keep cases, one of each name: the two ends of a range share what is missing and what is stale."""
        kept = self.made.cases.setdefault(section, [])
        named = {(case.rule, case.name) for case in kept}
        kept += [case for case in cases if (case.rule, case.name) not in named]

    def bases(self, rule: str) -> list[Draft]:
        """Return what hand-written cases say of a recommendation, those that meet it first."""
        order = ["MET", "NOT_MET", "UNKNOWN"]
        told = [case for case in self.written if case.raw.get("expect", {}).get(rule) in order]
        told.sort(key=lambda case: order.index(case.raw["expect"][rule]))
        return [Draft.of(case) for case in told]

    def of_atom(self, one: Recommendation, atom: Condition, holds: bool, bases: list[Draft]) -> Iterator[Expected]:
        """Yield the cases of one comparison, on the first hand-written case on which the book agrees with them all."""
        for item in lacking(atom):
            yield from self.first(bases, partial(self.for_lacking, one, atom, item))
        kinds = max((len(list(dials(atom, self.edition(base), base))) for base in bases), default=0)
        for kind in range(kinds):
            yield from self.first(bases, partial(self.at_points, one, atom, holds, kind))
            yield from self.first(bases, partial(self.not_recorded, one, atom, kind))
            yield from self.first(bases, partial(self.too_old, one, atom, holds, kind))

    def first(self, bases: list[Draft], make: Any) -> list[Expected]:
        """Return the cases made on the first base on which the book agrees with every one."""
        for base in bases:
            cases = make(base)
            if cases and all(self.agrees(case) for case in cases):
                return list(cases)
        return []

    def edition(self, draft: Draft) -> Edition:
        """Return the book as it holds on the day of a draft's question."""
        return self.book.edition(draft.on)

    def case(self, case: Expected) -> Case:
        """Return a case that can be assessed."""
        return case_of(case.written(), self.book.id, FOLDER, self.backgrounds)

    def agrees(self, expected: Expected) -> bool:
        """Tell whether the book answers as the comparison says."""
        try:
            case = self.case(expected)
        except InputError:
            return False
        edition = self.book.edition(case.question.on)
        if expected.rule not in edition.rules:
            return False
        answer = answer_by(
            edition, case.course, case.question, expected.rule, known_on=case.known_on, settings=case.settings
        )
        asked = {ask.item for ask in answer.asks_for}
        return answer.status is expected.status and (not expected.asks_for or asked == set(expected.asks_for))

    def dial(self, atom: Condition, kind: int, base: Draft) -> Dial | None:
        """Return one of the dials of a comparison."""
        found = list(dials(atom, self.edition(base), base))
        return found[kind] if kind < len(found) else None

    def at_points(self, one: Recommendation, atom: Condition, holds: bool, kind: int, base: Draft) -> list[Expected]:
        """Return the cases below, at and above the limit."""
        dial = self.dial(atom, kind, base)
        cases = []
        for words, value, met in dial.points if dial is not None else ():
            assert dial is not None
            draft = dial.put(base, value)
            if draft is None:
                return []
            status = Status.MET if met is holds else Status.NOT_MET
            cases.append(Expected(dial.name(words, value), draft, one.id, status, dial.limits))
        return cases

    def not_recorded(self, one: Recommendation, atom: Condition, kind: int, base: Draft) -> list[Expected]:
        """Return the case in which the number is not in the record."""
        dial = self.dial(atom, kind, base)
        if dial is None or not dial.item:
            return []
        draft = _reported(base, dial.item).with_facts(dial.item, [])
        return [Expected(f"{dial.said}: not recorded", draft, one.id, Status.UNKNOWN, dial.limits, (dial.item,))]

    def too_old(self, one: Recommendation, atom: Condition, holds: bool, kind: int, base: Draft) -> list[Expected]:
        """Return the cases in which the number is as old as it may be, and a day older."""
        dial = self.dial(atom, kind, base)
        if dial is None or not dial.item:
            return []
        value = next((value for _, value, met in dial.points if met is holds), None)
        draft = None if value is None else dial.put(base, value)
        return [] if draft is None else self.aged(one, dial.said, dial.item, draft, Status.MET, dial.limits)

    def aged(
        self, one: Recommendation, said: str, item: str, draft: Draft, status: Status, limits: tuple[str, ...]
    ) -> list[Expected]:
        """Return the cases in which the latest fact of an item still counts, and no longer does."""
        kind = "cycle" if draft.number else "selection"
        most, facts = self.edition(draft).ages(kind)(item), draft.facts(item)
        if most is None or not facts:
            return []
        names = tuple(sorted({*limits, most.limit}))
        *earlier, last = facts
        found = []
        for days, then, words in ((most.days, status, "still counts"), (most.days + 1, Status.UNKNOWN, "is too old")):
            day = before(draft.on, days)
            kept = [fact for fact in earlier if str(fact["at"])[:10] < day]
            moved = draft.with_facts(item, [*kept, {**last, "at": day}])
            asks = (item,) if then is Status.UNKNOWN else ()
            found.append(Expected(f"{said}: {days:g} days old, {words}", moved, one.id, then, names, asks))
        return found

    def for_lacking(self, one: Recommendation, atom: Condition, item: str, base: Draft) -> list[Expected]:
        """Return the cases in which a fact that must be there is not, or is too old."""
        limits = tuple(sorted(atom.names()))
        draft = _reported(base, item)
        gone = Expected(
            f"{name_of(item)}: not recorded", draft.with_facts(item, []), one.id, Status.UNKNOWN, limits, (item,)
        )
        return [gone, *self.aged(one, name_of(item), item, draft, Status.NOT_MET, limits)]


def _reported(draft: Draft, item: str) -> Draft:
    """Let the reported eGFR decide where it is the number in question."""
    return draft.with_settings(egfr="reported") if item == "lab.egfr" else draft


def sections(book: Book) -> Mapping[str, str]:
    """Return the module of every recommendation."""
    return {
        one.id: section.__name__.rpartition(".")[2]
        for section in book.sections
        for one in vars(section).values()
        if isinstance(one, Recommendation)
    }
