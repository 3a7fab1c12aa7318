"""A case as it is written, changed step by step: the raw material of a case at a limit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lutetia.guideline.cases import WrittenCase, put
from lutetia.vocabulary import ITEMS

Raw = dict[str, Any]
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Draft:
    """A case on its background; every change makes another draft.

    Attributes
    ----------
    raw : dict
        The case as it would be written.
    whole : dict
        Background and case together.
    background : mapping
        What the background holds.
    """

    raw: Raw
    whole: Raw
    background: Mapping[str, Any]

    @classmethod
    def of(cls, case: WrittenCase) -> Draft:
        """Return the draft that says what a case says, without what it expects."""
        kept = ("background", "question", "known_on", "without", "given", "settings")
        return cls._made({name: deepcopy(case.raw[name]) for name in kept if name in case.raw}, case.background)

    @classmethod
    def _made(cls, raw: Raw, background: Mapping[str, Any]) -> Draft:
        return cls(raw, put(background, raw.get("given", {}), raw.get("without", ())), background)

    @property
    def on(self) -> date:
        """The day of the question."""
        question = self.raw["question"]
        return date.fromisoformat(str(question.get("planned", question.get("selection")))[:10])

    @property
    def number(self) -> int:
        """The number of the cycle asked about; 0 for selection."""
        return int(self.raw["question"].get("cycle", 0))

    def facts(self, item: str) -> list[Raw]:
        """Return the facts of an item up to the day of the question, oldest first."""
        known = sorted(self.whole["facts"].get(item, ()), key=lambda fact: str(fact["at"]))
        return [dict(fact) for fact in known if day_of(fact["at"]) <= self.on]

    def with_facts(self, item: str, facts: Sequence[Raw]) -> Draft:
        """Return the draft with these facts of an item and no others."""
        given = {**self.raw.get("given", {})}
        given.pop(item, None)
        if facts:
            given[item] = list(facts) if len(facts) > 1 else facts[0]
        without = [name for name in self.raw.get("without", ()) if name != item]
        if self.background.get("facts", {}).get(item):
            without.append(item)
        return self._with(given=given, without=without)

    def with_part(self, name: str, value: Any) -> Draft:
        """Return the draft with another part of the record: a list, the cycles, the patient."""
        return self._with(given={**self.raw.get("given", {}), name: value})

    def part(self, name: str) -> Any:
        """Return a copy of a part of the record."""
        return deepcopy(self.whole.get(name))

    def cycle(self, number: int) -> Raw | None:
        """Return a cycle of the record."""
        return next((one for one in self.part("cycles") or () if one["number"] == number), None)

    def with_cycle(self, changed: Raw) -> Draft:
        """Return the draft with a cycle replaced."""
        cycles = [changed if one["number"] == changed["number"] else one for one in self.part("cycles")]
        return self.with_part("cycles", cycles)

    def with_settings(self, **settings: str) -> Draft:
        """Return the draft with what a site chose."""
        return self._with(settings={**self.raw.get("settings", {}), **settings})

    def asked(self, **question: Any) -> Draft:
        """Return the draft with another question."""
        return self._with(question={**self.raw["question"], **question})

    def _with(self, **parts: Any) -> Draft:
        raw = {**self.raw, **parts}
        return self._made({name: value for name, value in raw.items() if value not in ([], {})}, self.background)


def day_of(moment: Any) -> date:
    """Return the day of a day or moment as written."""
    return date.fromisoformat(str(moment)[:10])


def before(day: date, days: float) -> str:
    """Return the day that lies some days before another."""
    return (day - timedelta(days=int(days))).isoformat()


def shifted(value: Any, days: int) -> Any:
    """Return a part of a record with every day in it moved."""
    if isinstance(value, dict):
        return {name: shifted(one, days) for name, one in value.items()}
    if isinstance(value, list):
        return [shifted(one, days) for one in value]
    if isinstance(value, str) and _DAY.match(value):
        return (day_of(value) + timedelta(days=days)).isoformat() + value[10:]
    return value


def in_item_unit(item: str) -> str | None:
    """Return the unit in which a fact of an item is written; None for scores and answers."""
    return ITEMS[item].unit if ITEMS[item].kind == "quantity" else None
