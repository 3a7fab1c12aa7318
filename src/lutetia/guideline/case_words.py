"""How does a case read to the physician who signs it? What is given beside its background, and what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lutetia.guideline.cases import WrittenCase, written_cases
from lutetia.guideline.coverage import spoken_of
from lutetia.guideline.logic.condition import name_of
from lutetia.vocabulary import ITEMS

_STATUS: Final = {
    "MET": "met", "NOT_MET": "not met", "UNKNOWN": "unknown", "NOT_APPLICABLE": "does not apply",
}  # fmt: skip
_DECISION: Final = {
    "outcome": "", "at_most": "at most ", "until": "not before ", "activity_gbq": "activity ",
}  # fmt: skip
_UNIT: Final = {"activity_gbq": " GBq"}
MOST, LONGEST = 4, 260
"""So many facts of a case are shown, and so many characters of them; the file has them all."""
_DESCRIBES: Final = ("drug", "drug_class", "term", "organ", "agent", "site", "substance", "kind", "region")
_DAYS: Final = {"started": "from", "stopped": "to", "ended": "to", "on": "on", "onset": "since", "planned": "planned",
                "given_at": "on", "acquired_at": "on", "originally_planned": "originally"}  # fmt: skip
_PRINTED: Final = {
    "ct": "CT", "mri": "MRI", "psma-pet": "PSMA PET", "psma-spect": "PSMA SPECT", "fdg-pet": "FDG PET",
    "suv_mean": "mean SUV", "suv_max": "SUVmax", "psma_positive": "PSMA-positive", "fdg_positive": "FDG-positive",
    "tumour_suv_mean": "mean SUV of all tumour", "uptake_understated": "uptake understated",
}  # fmt: skip
"""How kinds of examination and measurements are printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseShown:
    """A case as one recommendation's reader sees it.

    Attributes
    ----------
    question : str
        ``selection`` or ``cycle n``, and the day.
    background : str
        The name of what it is put on.
    given : tuple of str
        What differs from the background, fact by fact.
    expects : str
        What is expected of the recommendation: met, not met, unknown, excused.
    decision : str
        What is expected of the decision on the cycle, where the case says so.
    """

    file: str
    name: str
    question: str
    background: str
    given: tuple[str, ...]
    expects: str
    decision: str


def cases_shown(book: str, rule: str, looks_at: Sequence[str] = ()) -> tuple[CaseShown, ...]:
    """Return the cases that expect something of a recommendation, in the order of the files.

    Parameters
    ----------
    looks_at : sequence of str
        The items that the recommendation looks at; where much is given, these come first.
    """
    shown = (_shown(case, rule, looks_at) for case in written_cases(book) if rule in spoken_of(case.raw))
    return tuple(shown)


def _shown(case: WrittenCase, rule: str, looks_at: Sequence[str]) -> CaseShown:
    raw = case.raw
    return CaseShown(
        file=case.file,
        name=str(raw["name"]).removeprefix(f"{rule}: "),
        question=_question(raw["question"]),
        background=str(raw["background"]),
        given=_foremost(list(_given(raw)), str(raw["name"]), looks_at),
        expects="; ".join(_expects(raw, rule)),
        decision=_decision(raw.get("decision") or {}),
    )


def _foremost(given: list[tuple[str, str]], name: str, looks_at: Sequence[str]) -> tuple[str, ...]:
    """Return what is given: first what the case is named after, then what is looked at; of the rest how much it is."""

    def rank(one: tuple[str, str]) -> tuple[bool, bool, bool]:
        item, said = one
        return said.startswith("without "), name_of(item).lower() not in name.lower(), item not in looks_at

    ordered = sorted(given, key=rank)
    shown: list[str] = []
    for _, said in ordered:
        if sum(map(len, shown)) + len(said) > LONGEST or len(shown) == MOST:
            break
        shown.append(said)
    rest = list(dict.fromkeys(name_of(item) for item, _ in ordered[len(shown) :]))
    if not rest:
        return tuple(shown)
    named = rest[0] if len(rest) == 1 else f"{rest[0]} and {len(rest) - 1} more"
    return (*shown, f"{named if not shown else f'{len(rest)} more'} as in the file")


def _question(raw: Mapping[str, Any]) -> str:
    if "selection" in raw:
        return f"selection, {raw['selection']}"
    return f"cycle {raw['cycle']}, {raw['planned']}"


def _expects(raw: Mapping[str, Any], rule: str) -> Iterator[str]:
    expected = raw.get("expect", {})
    decision = raw.get("decision") or {}
    if rule in expected:
        yield _STATUS[expected[rule]]
        if expected[rule] == "UNKNOWN" and len(expected) == 1 and raw.get("asks_for"):
            yield f"asks for {', '.join(map(name_of, raw['asks_for']))}"
    if rule in raw.get("excused", {}):
        by = raw["excused"][rule].removeprefix("[").removesuffix("]")
        yield f"excused by {by}" if by else "not excused"
    if rule in raw.get("beside", {}):
        yield f"shown beside it: {raw['beside'][rule]}"
    if rule in (decision.get("because") or ()):
        yield "a reason of the decision"
    if rule in (decision.get("weigh") or ()):
        yield "a person weighs it"


def _decision(raw: Mapping[str, Any]) -> str:
    parts = [f"{said}{raw[name]}{_UNIT.get(name, '')}" for name, said in _DECISION.items() if raw.get(name) is not None]
    if raw.get("at_most") == raw.get("outcome"):
        parts = [part for part in parts if not part.startswith("at most ")]
    if raw.get("alternatives"):
        parts.insert(1, f"or {' or '.join(raw['alternatives'])}")
    return ", ".join(parts)


def _given(raw: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if raw.get("known_on"):
        yield "known_on", f"as known on {raw['known_on']}"
    given = raw.get("given", {})
    for name in raw.get("without", ()):
        if name not in given:
            yield name, f"without {name_of(name)}"
    for name, value in given.items():
        head = "" if name == "cycles" else f"{name_of(name)} "
        yield name, f"{head}{_value(name, value)}".rstrip()
    for name, value in raw.get("settings", {}).items():
        yield name, f"site's setting {name}: {value}"


def _value(name: str, value: Any) -> str:
    if name in ITEMS:
        return _series(name, value) if isinstance(value, list) and len(value) > 1 else _fact(name, _one(value))
    if isinstance(value, Mapping) and ("entries" in value or "complete_as_of" in value):
        return _list(value)
    if isinstance(value, list):
        return "; ".join(map(_entry, value)) or "none"
    return _entry(value)


def _one(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _series(name: str, facts: list[Any]) -> str:
    """Say several facts of one item by their values and days, the unit once."""
    units = list(dict.fromkeys(fact.get("unit", "") for fact in facts))
    if len(units) > 1:
        return ", ".join(_fact(name, fact) for fact in facts)
    said = (_fact(name, {key: fact[key] for key in ("value", "comparator", "at") if key in fact}) for fact in facts)
    return f"{', '.join(said)} {units[0]}".rstrip()


def _fact(name: str, fact: Any) -> str:
    if not isinstance(fact, Mapping):
        return str(fact)
    value = fact.get("value")
    said = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
    said = ITEMS[name].choices.get(said, said)
    parts = [fact.get("comparator", ""), said, fact.get("unit", "")]
    bounds = [f"{word} limit {fact[word]}" for word in ("lower", "upper") if word in fact]
    return f"{' '.join(part for part in parts if part)} ({', '.join([*bounds, str(fact.get('at', ''))[:10]])})"


def _list(value: Mapping[str, Any]) -> str:
    entries = "; ".join(map(_entry, value.get("entries", ()))) or "none"
    return entries if value.get("complete_as_of") else f"{entries} (not called complete)"


def _entry(entry: Any, joint: str = ", ") -> str:
    """Say an entry of a list by what it is and its days, and behind a joint what else is stated of it."""
    if not isinstance(entry, Mapping):
        return str(entry)
    parts = [f"cycle {entry['number']}"] if "number" in entry else []
    parts += [str(entry[name]) if name == "agent" else _printed(str(entry[name]))
             for name in _DESCRIBES if name in entry and not (name == "drug_class" and "drug" in entry)]  # fmt: skip
    parts += [f"{word} {str(entry[name])[:10]}" for name, word in _DAYS.items() if name in entry]
    rest = {name: value for name, value in entry.items() if name not in {*_DESCRIBES, *_DAYS, "number"}}
    if "id" in rest and rest["id"] in map(entry.get, _DESCRIBES):
        del rest["id"]
    further = [part for name, value in rest.items() if (part := _further(name, value))]
    return joint.join([" ".join([*parts, *further[: not parts]]), *further[not parts :]])


def _printed(word: str) -> str:
    return _PRINTED.get(word, word.replace("-", " ").replace("_", " "))


def _further(name: str, value: Any) -> str:
    word = _printed(name)
    if isinstance(value, bool):
        return word if value else f"not {word}"
    if isinstance(value, Mapping):
        if set(value) <= {"value", "unit"}:
            return f"{word} {value.get('value')} {value.get('unit', '')}".rstrip()
        return f"{word} {_entry(value, ' ')}".rstrip()
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"{word} ({', '.join(_entry(one, ' ').removeprefix('lesion ') for one in value)})"
    return f"{word} {value}"
