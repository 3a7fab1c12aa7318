"""What does a local protocol change? The book with it laid over, the source untouched, and every departure shown.

Sources are layers, never merged: the source alone is evaluated too, and where the two disagree both are in the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from lutetia.criteria import Interval
from lutetia.errors import InputError
from lutetia.guideline.book import Edition, Rule
from lutetia.guideline.cycle_decision import Fired
from lutetia.guideline.direction import joined, of_limit, of_switch
from lutetia.guideline.logic import Reading
from lutetia.guideline.logic.limit import Limit
from lutetia.guideline.protocol import Protocol
from lutetia.guideline.protocol_form import AgeEntry, LimitEntry, RuleEntry, in_unit_of
from lutetia.guideline.recommendation import Recommendation
from lutetia.guideline.verdict import (
    Answer,
    Assessment,
    Departure,
    Direction,
    LocalCheck,
    ProtocolUsed,
    Status,
)
from lutetia.vocabulary import ITEMS

_REFERENCE = "reference_age_max"
_NO_AGE = "no greatest age"


class ProtocolError(InputError):
    """A protocol does not belong to the book that is asked."""


def with_protocol(edition: Edition, protocol: Protocol) -> Edition:
    """Return an edition with a local protocol laid over; the edition given stays as it is.

    Raises
    ------
    ProtocolError
        If the protocol was written for another book.
    """
    if protocol.book != edition.book.id:
        found = f"it departs from '{protocol.book}', and '{edition.book.id}' is asked"
        raise ProtocolError(protocol.file, found, f"ask --book {protocol.book}, or name another protocol")
    overlay = Overlay(protocol=protocol, source=edition)
    limits = {**edition.limits, **{entry.name: overlay.limit(entry) for entry in protocol.form.limits}}
    limits |= {_age_name(entry): overlay.age(entry) for entry in protocol.form.validity}
    validity = {kind: dict(ages or {}) for kind, ages in edition.validity.items()}
    for entry in protocol.form.validity:
        validity.setdefault(entry.question, {})[entry.item] = _age_name(entry)
    plain = edition.with_limits(limits)
    rules = {name: _without_excuses(rule, overlay.off) for name, rule in plain.rules.items()}
    readings = {name: Reading(Interval.point(one.value)) for name, one in limits.items()}
    return replace(plain, readings=readings, rules=rules, validity=validity, overlay=overlay)


def _without_excuses(rule: Rule, off: frozenset[str]) -> Rule:
    """Leave out the exceptions that are switched off: what is not heeded excuses nothing."""
    one = rule.recommendation
    kept = tuple(exception for exception in one.unless if not (isinstance(exception, str) and exception in off))
    if kept == one.unless:
        return rule
    said = tuple(words for words in rule.exceptions if words not in off)
    return replace(rule, recommendation=replace(one, unless=kept), exceptions=said)


def _age_name(entry: AgeEntry) -> str:
    return f"local_age.{entry.question}.{entry.item}"


@dataclass(frozen=True)
class Overlay:
    """A protocol on a book's edition: what departs, by how much, and in which answers.

    Attributes
    ----------
    protocol : Protocol
    source : Edition
        Without the protocol.
    """

    protocol: Protocol
    source: Edition

    @cached_property
    def off(self) -> frozenset[str]:
        """The recommendations that are switched off."""
        return frozenset(entry.id for entry in self.protocol.form.rules if entry.switch == "off")

    @cached_property
    def checklist(self) -> tuple[LocalCheck, ...]:
        """The questions added."""
        return tuple(
            LocalCheck(id=one.id, question=one.question, citation=one.citation, **self.protocol.signed(one))
            for one in self.protocol.form.checklist
        )

    def limit(self, entry: LimitEntry) -> Limit:
        """Return the local number in the place of the book's."""
        source = self.source.limits[entry.name]
        value = in_unit_of(source, entry.value, entry.unit)
        if value == source.value:
            return source
        signed = self.protocol.signed(entry)
        return replace(
            source, value=value, since=signed["on"], chosen_by_lutetia=False, departs_from=source.shown,
            locator=f"local protocol ({signed['author']}, {signed['on']}): {entry.reason}",
        )  # fmt: skip

    def age(self, entry: AgeEntry) -> Limit:
        """Return the age as a limit of its own."""
        signed = self.protocol.signed(entry)
        return Limit(
            name=_age_name(entry), value=entry.at_most.to("d"), unit="d", since=signed["on"],
            locator=f"local protocol ({signed['author']}, {signed['on']}): {entry.reason}", chosen_by_lutetia=False,
            title=f"age of {entry.item}, at most",
        )  # fmt: skip

    @cached_property
    def departures(self) -> tuple[Departure, ...]:
        """Every departure, in the order of the file; those that agree with the source are marked so."""
        form = self.protocol.form
        return (
            *(self._of_limit(one) for one in form.limits),
            *(self._of_age(one) for one in form.validity),
            *(self._of_rule(one) for one in form.rules),
        )

    @property
    def _recommendations(self) -> Mapping[str, Recommendation]:
        return {name: rule.recommendation for name, rule in self.source.rules.items()}

    @cached_property
    def _age_limits(self) -> frozenset[str]:
        named = {name for ages in self.source.validity.values() for name in (ages or {}).values() if name}
        return frozenset(named | {_REFERENCE})

    def rules_with(self, limit: str) -> tuple[str, ...]:
        """Return the recommendations that look at a limit, themselves or by what excuses them."""
        direct = {name for name, rule in self.source.rules.items() if limit in {one.name for one in rule.limits}}
        excused = {name for name, one in self._recommendations.items() if any(e in direct for e in one.unless)}
        return tuple(name for name in self.source.rules if name in direct | excused)

    def direction_in(self, rule: str, entry: LimitEntry) -> Direction:
        """Say what a local number does to one recommendation."""
        source, value = self.source.limits[entry.name], self.limit(entry).value
        if value == source.value:
            return Direction.SAME
        recommendations = self._recommendations
        return of_limit(
            recommendations[rule], entry.name, recommendations, raised=value > source.value, ages=self._age_limits
        )

    def _of_limit(self, entry: LimitEntry) -> Departure:
        source, local = self.source.limits[entry.name], self.limit(entry)
        rules = self.rules_with(entry.name)
        direction = joined(self.direction_in(rule, entry) for rule in rules)
        if local.value == source.value:
            direction = Direction.SAME
        elif entry.name in self._age_limits:
            direction = Direction.LOOSENS if local.value > source.value else Direction.TIGHTENS
        elif not rules:
            direction = Direction.UNTOLD
        as_written = f"{entry.value:g} {entry.unit or ''}".rstrip()
        shown = local.shown if entry.unit in (None, source.unit) else f"{local.shown} (written {as_written})"
        return Departure(
            kind="limit", name=entry.name, words=source.title, source=source.shown, locator=source.locator,
            local=shown, direction=direction, **self.protocol.signed(entry),
        )  # fmt: skip

    def _of_age(self, entry: AgeEntry) -> Departure:
        ages = self.source.ages(entry.question)
        named = self.source.validity.get(entry.question) or {}
        items = [entry.item] if entry.item in ITEMS else [
            item for item in ITEMS if ITEMS[item].group == entry.item and item not in named
        ]  # fmt: skip
        before = [ages(item) for item in items]
        local = entry.at_most.to("d")
        moved = {_moved(None if age is None else age.days, local) for age in before}
        shown = sorted({f"{age.days:g} d" if age is not None else _NO_AGE for age in before})
        return Departure(
            kind="age", name=f"{entry.question}: {entry.item}",
            words=f"age of {entry.item} for a question on {entry.question}, at most",
            source=" or ".join(shown), locator=", ".join(sorted({age.limit for age in before if age is not None})),
            local=f"{local:g} d", direction=Direction.SAME if moved == {Direction.SAME} else joined(moved),
            **self.protocol.signed(entry),
        )  # fmt: skip

    def _of_rule(self, entry: RuleEntry) -> Departure:
        rule = self.source.rules.get(entry.id) or self.source.book.printed[entry.id]
        excuses = any(entry.id in one.unless for one in self._recommendations.values())
        off = entry.switch == "off"
        return Departure(
            kind="rule", name=entry.id, words=rule.recommendation.asks, source="on", locator=rule.citation,
            local=entry.switch, direction=of_switch(rule.recommendation, excuses) if off else Direction.SAME,
            **self.protocol.signed(entry),
        )  # fmt: skip

    def switched(self, fired: Fired) -> Fired:
        """Return a recommendation as it counts here: one that is switched off does not apply and has no effect."""
        if fired.answer.id not in self.off:
            return fired
        answer = replace(fired.answer, status=Status.NOT_APPLICABLE, asks_for=(), excused_by="")
        return Fired(answer, fired.recommendation, (), None)

    def shown_in(self, local: Assessment, assess: Callable[[Edition], Assessment]) -> Assessment:
        """Return the local assessment with every departure beside what the source alone says.

        Parameters
        ----------
        local : Assessment
        assess : callable
            Answers the same question by another edition.
        """
        source = assess(self.source)
        theirs = {answer.id: answer for answer in source.answers}
        alone = self._remarks_of(assess, theirs) if any(
            mine.beside != theirs[mine.id].beside for mine in local.answers
        ) else {}  # fmt: skip
        answers = tuple(self._marked(answer, theirs[answer.id], source, alone) for answer in local.answers)
        differs = tuple(mine.id for mine in answers if mine.status is not theirs[mine.id].status)
        decision = source.decision
        form = self.protocol.form
        used = ProtocolUsed(
            file=self.protocol.file, sha256=self.protocol.sha256, author=form.author, on=form.date,
            departures=self.departures, checklist=self.checklist,
            source_outcome=decision.outcome if decision else None,
            source_at_most=decision.at_most if decision else None,
            source_ready=source.ready, differs=differs,
        )  # fmt: skip
        return replace(local, answers=answers, protocol=used, notes=(*local.notes, *_notes(used, local)))

    def _remarks_of(
        self, assess: Callable[[Edition], Assessment], theirs: Mapping[str, Answer]
    ) -> dict[str, frozenset[str]]:
        """Return for each local number the answers in which it alone changes what is shown beside them."""
        return {
            entry.name: frozenset(
                answer.id
                for answer in assess(
                    self.source.with_limits({**self.source.limits, entry.name: self.limit(entry)})
                ).answers
                if answer.beside != theirs[answer.id].beside
            )
            for entry in self.protocol.form.limits
        }

    def _marked(
        self, mine: Answer, theirs: Answer, assessment: Assessment, alone: Mapping[str, frozenset[str]]
    ) -> Answer:
        found = list(self._in_answer(mine, theirs, assessment.question.partition(" ")[0], alone))
        if not found:
            return mine
        return replace(mine, departures=tuple(found), by_source=theirs.status)

    def _in_answer(
        self, mine: Answer, theirs: Answer, kind: str, alone: Mapping[str, frozenset[str]]
    ) -> Iterator[Departure]:
        """Yield what departs in an answer, each with what it does there."""
        items = {seen.item for seen in (*mine.evidence, *theirs.evidence)}
        for limit, departure in zip(self.protocol.form.limits, self.departures, strict=False):
            if departure.direction is Direction.SAME:
                continue
            rules = self.rules_with(limit.name)
            if mine.id in rules:
                direction = self.direction_in(mine.id, limit)
                if direction is not Direction.NEITHER or limit.name in {one.name for one in mine.limits}:
                    yield replace(departure, direction=direction)
            elif self._governed(limit.name, items, kind) or mine.id in alone.get(limit.name, ()):
                yield departure
        yield from self._ages_and_rules_in(mine, items, kind)

    def _ages_and_rules_in(self, mine: Answer, items: set[str], kind: str) -> Iterator[Departure]:
        first = len(self.protocol.form.limits)
        for age, departure in zip(self.protocol.form.validity, self.departures[first:], strict=False):
            own = age.question == kind and any(self._age_of(kind, item) is age for item in items)
            if own and departure.direction is not Direction.SAME:
                yield departure
        first += len(self.protocol.form.validity)
        excuses = {e for e in self.source.rules[mine.id].recommendation.unless if isinstance(e, str)}
        for rule, departure in zip(self.protocol.form.rules, self.departures[first:], strict=True):
            if rule.switch == "off" and (rule.id == mine.id or rule.id in excuses):
                direction = departure.direction if rule.id == mine.id else Direction.TIGHTENS
                yield replace(departure, direction=direction)

    def _governed(self, limit: str, items: set[str], kind: str) -> bool:
        """Tell whether a limit on the age is the one of any of some items."""
        ages = self.source.ages(kind)
        return any((age := ages(item)) is not None and age.limit == limit for item in items)

    def _age_of(self, kind: str, item: str) -> AgeEntry | None:
        """Return the local entry that says how old an item may be, if one does."""
        mine = {one.item: one for one in self.protocol.form.validity if one.question == kind}
        if item in mine:
            return mine[item]
        named = self.source.validity.get(kind) or {}
        return None if item in named else mine.get(item.partition(".")[0])


def _moved(source: float | None, local: float) -> Direction:
    if source is None or local < source:
        return Direction.TIGHTENS
    return Direction.SAME if local == source else Direction.LOOSENS


def _notes(used: ProtocolUsed, local: Assessment) -> Iterator[str]:
    departing = [one for one in used.departures if one.direction is not Direction.SAME]
    said = ", ".join(f"{one.name} {one.source} -> {one.local} ({one.direction})" for one in departing)
    yield (
        f"local protocol {used.file} by {used.author}, {used.on}, sha256 {used.sha256[:12]}: "
        + (f"{len(departing)} departures from the source: {said}" if len(departing) > 1 else
           f"one departure from the source: {said}" if departing else "no departure from the source")
    )  # fmt: skip
    if used.source_outcome is not None and local.decision is not None and used.source_outcome != local.decision.outcome:
        yield f"the source alone says '{used.source_outcome}' for this cycle; the local protocol makes the difference"
    if used.on > local.known_on:
        yield f"the local protocol is dated {used.on}, after the day as known ({local.known_on})"
    for check in used.checklist:
        yield f"to be answered by a person, {check.id}: {check.question} ({check.citation}: {check.reason})"
