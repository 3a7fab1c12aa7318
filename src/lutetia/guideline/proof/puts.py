"""How is a number put into the record of a draft? One small function for each kind of number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Final

from lutetia.guideline.proof.written import Draft, before, day_of, in_item_unit, shifted

_INTERIM_D: Final = 21
_REGULAR: Final = Decimal("7.4")
LAST_DAY: Final = {"therapies": "stopped", "external_beam": "ended", "earlier_radionuclides": "on", "support": "on"}
Put = Callable[[Draft, Decimal], Draft | None]


def given_on(draft: Draft, number: int) -> date | None:
    """Return the day on which a cycle was given."""
    given = (draft.cycle(number) or {}).get("administration")
    return day_of(given["started_at"]) if given else None


def number_of(value: Decimal) -> float | int:
    """Return a number as it is written."""
    return int(value) if value == int(value) else float(value)


def fact(item: str) -> Put:
    """Return what puts the latest value of an item."""

    def put(draft: Draft, value: Decimal) -> Draft | None:
        facts = draft.facts(item)
        unit = in_item_unit(item)
        last = facts.pop() if facts else {"at": draft.on.isoformat(), **({"unit": unit} if unit else {})}
        return draft.with_facts(item, [*facts, {**last, "value": number_of(value)}])

    return put


def interim(item: str) -> Put:
    """Return what puts a value of an item between the previous cycle and the one asked about."""

    def put(draft: Draft, value: Decimal) -> Draft | None:
        given = given_on(draft, draft.number - 1)
        if given is None or not draft.facts(item):
            return None
        facts = draft.facts(item)
        kept = [one for one in facts if not given < day_of(one["at"]) < draft.on] + facts[-1:]
        between = {**facts[-1], "value": number_of(value), "at": before(given, -_INTERIM_D)}
        distinct = {str(one["at"]): one for one in (*kept, between)}
        return draft.with_facts(item, [distinct[at] for at in sorted(distinct)])

    return put


def egfr(draft: Draft, value: Decimal) -> Draft | None:
    """Put the reported eGFR and let it decide."""
    return (fact("lab.egfr")(draft, value) or draft).with_settings(egfr="reported")


def fallen_egfr(draft: Draft, value: Decimal) -> Draft | None:
    """Put an eGFR that fell by a part since the previous cycle."""
    given = given_on(draft, draft.number - 1)
    if given is None:
        return None
    facts = [fact for fact in draft.facts("lab.egfr") if day_of(fact["at"]) <= given]
    if not facts:
        return None
    now = Decimal(str(facts[-1]["value"])) * (1 - value)
    return egfr(draft, now)


def aged(draft: Draft, value: Decimal) -> Draft | None:
    """Put the date of birth."""
    patient = draft.part("patient")
    if not patient or "birth_date" not in patient:
        return None
    return draft.with_part(
        "patient", {**patient, "birth_date": draft.on.replace(year=draft.on.year - int(value)).isoformat()}
    )


def risen_psa(draft: Draft, value: Decimal) -> Draft | None:
    """Put a PSA that rose by a part over the lowest."""
    first, facts = given_on(draft, 1), draft.facts("lab.psa")
    earlier = [fact for fact in facts[:-1] if first is not None]
    if not earlier:
        return None
    lowest = min(Decimal(str(fact["value"])) for fact in earlier)
    return fact("lab.psa")(draft, lowest * (1 + value))


def prescription(draft: Draft, value: Decimal) -> Draft | None:
    """Put the prescribed activity [GBq]."""
    cycle = draft.cycle(draft.number)
    if cycle is None or "prescription" not in cycle:
        return None
    cycle["prescription"]["activity"] = {"value": number_of(value), "unit": "GBq"}
    return draft.with_cycle(cycle)


def departing(draft: Draft, value: Decimal) -> Draft | None:
    """Put an activity that departs from the regular one by a part."""
    return prescription(draft, _REGULAR * (1 + value))


def numbered(draft: Draft, value: Decimal) -> Draft | None:
    """Ask about another cycle."""
    return draft.asked(cycle=int(value))


def interval(draft: Draft, value: Decimal) -> Draft | None:
    """Put the previous cycle some days before the day of the question."""
    given, last = given_on(draft, draft.number - 1), draft.cycle(draft.number - 1)
    if given is None or last is None:
        return None
    return draft.with_cycle(shifted(last, (draft.on - given).days - int(value)))


def put_off(draft: Draft, value: Decimal) -> Draft | None:
    """Put the day first planned."""
    cycle = draft.cycle(draft.number)
    return None if cycle is None else draft.with_cycle({**cycle, "originally_planned": before(draft.on, int(value))})


def prepared(name: str) -> Put:
    """Return what puts a number of the preparation."""

    def put(draft: Draft, value: Decimal) -> Draft | None:
        cycle = draft.cycle(draft.number)
        if cycle is None or "preparation" not in cycle:
            return None
        return draft.with_cycle({**cycle, "preparation": {**cycle["preparation"], name: number_of(value)}})

    return put


def last_day(name: str) -> Put:
    """Return what puts the last day of the last entry of a list."""

    def put(draft: Draft, value: Decimal) -> Draft | None:
        listed = draft.part(name) or {}
        if not listed.get("entries"):
            return None
        *others, last = listed["entries"]
        last = {**last, LAST_DAY[name]: before(draft.on, int(value))}
        return draft.with_part(name, {**listed, "entries": [*others, last]})

    return put


def event_grade(draft: Draft, value: Decimal) -> Draft | None:
    """Put the present grade of the last event."""
    listed = draft.part("events") or {}
    if not listed.get("entries"):
        return None
    *others, last = listed["entries"]
    *earlier, graded = last["grades"]
    changed = {**last, "grades": [*earlier, {**graded, "grade": int(value)}]}
    return draft.with_part("events", {**listed, "entries": [*others, changed]})
