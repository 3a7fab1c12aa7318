"""How is a number put into a record, so that a comparison stands exactly at its limit, or just on one side of it?

What a comparison means there is said here from the comparison alone (at the limit ``<`` does not hold and ``<=`` does),
never by asking the book.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import floor, log10
from typing import Any, Final

from lutetia.criteria.ctcae import terms
from lutetia.guideline.book import Edition
from lutetia.guideline.logic import Condition, Quantity, limit
from lutetia.guideline.logic.condition import Compare, name_of
from lutetia.guideline.logic.entries import Exists, entries, lacks
from lutetia.guideline.logic.graded import age as the_age
from lutetia.guideline.logic.graded import ctcae, fall, gfr, reference, worst_between_cycles
from lutetia.guideline.logic.preparation import concentration, purity
from lutetia.guideline.logic.psa import psa_rise
from lutetia.guideline.logic.quantity import Multiple, latest, lower_limit, upper_limit
from lutetia.guideline.logic.regimen import (
    cycle_number,
    days_since_previous,
    delayed_by,
    departure,
    prescribed,
)
from lutetia.guideline.proof.puts import (
    LAST_DAY,
    Put,
    aged,
    departing,
    egfr,
    event_grade,
    fact,
    fallen_egfr,
    given_on,
    interim,
    interval,
    last_day,
    number_of,
    numbered,
    prepared,
    prescription,
    put_off,
    risen_psa,
)
from lutetia.guideline.proof.written import Draft, Raw, day_of, in_item_unit, shifted
from lutetia.units import UnitError, convert
from lutetia.vocabulary import ITEMS

_HOLDS: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "<": lambda x, at: x < at, "<=": lambda x, at: x <= at, ">": lambda x, at: x > at, ">=": lambda x, at: x >= at,
}  # fmt: skip
_GRADE: Final = 3
_HUNDREDTH: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Dial:
    """A number of the record that a comparison looks at.

    Attributes
    ----------
    said : str
        What it is, for the name of a case.
    limits : tuple of str
        The limits that the comparison uses.
    points : tuple of (str, Decimal, bool)
        Where it is put: in words, the number, and whether the comparison then holds.
    put : callable
        Puts it there; None where the draft has no place for it.
    item : str
        The item of the vocabulary, where the number is the latest value of one; empty otherwise.
    """

    said: str
    limits: tuple[str, ...]
    points: tuple[tuple[str, Decimal, bool], ...]
    put: Put
    item: str = ""
    told: bool = True
    """Whether the number is said in the name of a case."""

    def name(self, words: str, value: Decimal) -> str:
        """Return the name of the case at a point."""
        return f"{self.said} of {value.normalize():f}, {words} the limit" if self.told else f"{self.said}, {words}"


def dials(atom: Condition, edition: Edition, draft: Draft) -> Iterator[Dial]:
    """Yield the dial of a comparison, if its number can be put into a record here."""
    names = tuple(sorted(atom.names()))
    match atom:
        case Compare(left=left, operator=operator, right=limit(name=name)):
            yield from _at_limit(left, operator, edition.limits[name], names, draft)
        case Compare(left=left, operator=">", right=ctcae(item=item, when="before the first cycle")):
            between = isinstance(left, worst_between_cycles)
            if _value_of_grade(item.id, _GRADE) is not None:
                said = f"{'interim ' if between else ''}{name_of(item)} of grade {_GRADE}"
                points = (("as before the first cycle", Decimal(_GRADE), False),
                          ("worse than before the first cycle", Decimal(_GRADE - 1), True))  # fmt: skip
                yield Dial(said, names, points, _grade_before(item.id, between=between), told=False)
        case Compare(left=latest(item=item), operator=operator, right=right):
            at = _of_record(right, edition, draft)
            if at is not None:
                yield Dial(name_of(item), names, _around(at, operator), fact(item.id), item.id)
        case delayed_by(pause=pause):
            yield Dial("days of postponement", names, _days(edition, pause.name, ">="), put_off)
        case Exists(of=entries() as listed):
            yield from _in_list(listed, edition, names)


def _at_limit(left: Quantity, operator: str, at: Any, names: tuple[str, ...], draft: Draft) -> Iterator[Dial]:
    """Yield the dial of a quantity that is compared with a limit of the book."""
    value = Decimal(repr(at.value))
    for number, (said, put, step) in _PLAIN.items():
        if left is number:
            whole = step is None and at.unit in ("", "d", "years")
            yield Dial(said, names, _around(value, operator, whole=whole, step=step), put)
    match left:
        case latest(item=item):
            value = _in_unit_of_fact(item.id, at, draft)
            whole = ITEMS[item.id].kind == "score"
            yield Dial(name_of(item), names, _around(value, operator, whole=whole), fact(item.id), item.id)
        case ctcae(item=item) | worst_between_cycles(item=item) if operator == ">=":
            edge = _edge(item.id, int(at.value))
            between = isinstance(left, worst_between_cycles)
            said = f"{'interim ' if between else ''}{name_of(item)} (grade {at.value:g})"
            if edge is not None:
                yield Dial(said, names, edge, *((interim(item.id),) if between else (fact(item.id), item.id)))
        case gfr(when="now"):
            yield Dial("eGFR", names, _around(value, operator), egfr, "lab.egfr")
        case fall(since="before the previous cycle"):
            yield Dial("fall of the eGFR", names, _around(value, operator, step=_HUNDREDTH), fallen_egfr)
        case departure(regular=limit(name="regular_activity")):
            part = _around(value, operator, step=_HUNDREDTH)
            yield Dial("departure from the regular activity", names, part, departing)
        case entries():
            yield from _counted(left, operator, value, names)


def _around(at: Decimal, operator: str, *, whole: bool = False, step: Decimal | None = None) -> Any:
    """Return the limit and one printed digit on each side of it."""
    one = step or (Decimal(1) if whole else Decimal(10) ** (floor(log10(at)) - 2 if at else -2))
    holds = _HOLDS[operator]
    places = (("just below", at - one), ("exactly at", at), ("just above", at + one))
    return tuple((words, value, holds(value, at)) for words, value in places)


def _days(edition: Edition, name: str, operator: str) -> Any:
    return _around(Decimal(repr(edition.limits[name].value)), operator, whole=True)


def _edge(item: str, grade: int) -> Any:
    """Return the edge of a grade: the end of a range belongs to the milder grade."""
    steps = terms()[item].grades.get(grade, ()) if item in terms() else ()
    fixed = [Decimal(repr(step.of)) for step in steps if step.side == "below" and isinstance(step.of, float | int)]
    return _around(fixed[0], "<") if len(fixed) == 1 else None


def _in_unit_of_fact(item: str, at: Any, draft: Draft) -> Decimal:
    unit = next((fact.get("unit") for fact in reversed(draft.facts(item))), in_item_unit(item))
    try:
        return Decimal(f"{convert(at.value, at.unit, unit or at.unit, substance=ITEMS[item].substance):.6g}")
    except (UnitError, TypeError, AttributeError):
        return Decimal(repr(at.value))


def _of_record(right: Quantity, edition: Edition, draft: Draft) -> Decimal | None:
    """Return a limit that the record itself gives: a laboratory's bound, an earlier value, or a multiple of one."""
    match right:
        case Multiple(factor=limit(name=name), of=of):
            inner = _of_record(of, edition, draft)
            return None if inner is None else (Decimal(repr(edition.limits[name].value)) * inner).normalize()
        case upper_limit(item=item) | lower_limit(item=item):
            bound = "upper" if isinstance(right, upper_limit) else "lower"
            found = [fact[bound] for fact in draft.facts(item.id)[-1:] if bound in fact]
            return Decimal(str(found[0])) if found else None
        case reference(item=item, when="before the first cycle"):
            first = given_on(draft, 1)
            facts = [fact for fact in draft.facts(item.id) if first is not None and day_of(fact["at"]) <= first]
            return Decimal(str(facts[-1]["value"])) if facts else None
    return None


def _value_of_grade(item: str, grade: int) -> Decimal | None:
    """Return a value of a grade, just within its range."""
    edge = _edge(item, grade)
    return None if edge is None else next(value for _, value, met in edge if met)


def _grade_before(item: str, *, between: bool) -> Put:
    """Put the value before the first cycle at a grade, and the one of now, or between the cycles, at grade 3."""

    def put(draft: Draft, grade: Decimal) -> Draft | None:
        first, then, now = given_on(draft, 1), _value_of_grade(item, int(grade)), _value_of_grade(item, _GRADE)
        facts = draft.facts(item)
        if first is None or then is None or now is None or day_of(facts[0]["at"]) > first:
            return None
        facts = [{**one, "value": number_of(then)} if day_of(one["at"]) <= first else one for one in facts]
        return (interim(item) if between else fact(item))(draft.with_facts(item, facts), now)

    return put


_PLAIN: Final[dict[Quantity, tuple[str, Put, Decimal | None]]] = {
    the_age: ("age", aged, None),
    psa_rise: ("rise of PSA", risen_psa, _HUNDREDTH),
    prescribed: ("prescribed activity", prescription, None),
    cycle_number: ("number of the cycle", numbered, None),
    days_since_previous: ("days since the previous cycle", interval, None),
    purity: ("radiochemical purity", prepared("radiochemical_purity_percent"), None),
    concentration: ("activity concentration", prepared("concentration_mbq_per_ml"), None),
}
"""What is one number of the record: how it is said, how it is put there, and the step to its sides."""


def _in_list(listed: entries, edition: Edition, names: tuple[str, ...]) -> Iterator[Dial]:
    """Yield the day or the grade of the last entry of a list."""
    words = [trait.words for trait in listed.traits if trait.limits]
    if len(words) != 1 or listed.name not in (*LAST_DAY, "events"):
        return
    if words[0].startswith("given less than") and listed.name in LAST_DAY:
        yield Dial(
            f"days since the last of {listed.title}", names, _days(edition, names[0], "<"), last_day(listed.name)
        )
    elif "or worse now" in words[0] and listed.name == "events":
        yield Dial("grade of the event", names, _days(edition, names[0], ">="), event_grade)


def _counted(listed: entries, operator: str, value: Decimal, names: tuple[str, ...]) -> Iterator[Dial]:
    """Yield the number of lines of therapy: the last entry that counts, taken out or entered again."""

    def put(draft: Draft, number: Decimal) -> Draft | None:
        lines: Raw = draft.part("therapies") or {}
        kinds = [one for one in lines.get("entries", ()) if _counts(listed, one)]
        if listed.name != "therapies" or not kinds:
            return None
        others = [one for one in lines["entries"] if one not in kinds]
        again = [shifted(kinds[-1], -365 * index) for index in range(int(number))]
        return draft.with_part("therapies", {**lines, "entries": [*others, *again]})

    yield Dial(f"number of {listed.title}", names, _around(value, operator, whole=True), put)


def _counts(listed: entries, entry: Raw) -> bool:
    """Tell whether an entry as written is of the classes that a list counts."""
    words = " ".join(trait.words for trait in listed.traits)
    classes = {"taxanes": "taxane", "novel androgen-axis drugs": "arpi", "other chemotherapy": "other-chemotherapy"}
    named = {code for said, code in classes.items() if said in words}
    if "docetaxel" in words:
        return entry.get("drug") == "docetaxel"
    progressed = "progressed" not in words or bool(entry.get("progressed"))
    return entry.get("drug_class") in named and progressed


def lacking(atom: Condition) -> tuple[str, ...]:
    """Return the items that a condition on missing facts asks for."""
    return tuple(one.id for one in atom.items if hasattr(one, "id")) if isinstance(atom, lacks) else ()
