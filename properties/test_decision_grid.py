"""The decision on a cycle over a grid of blood counts, eGFR, liver and events: no gap, no contradiction, no dead rule.

The grid is the product of the axes below. Every run takes the points that differ from a well man on one axis, a set in
which any two values of any two axes occur together, and a seeded sample; with ``LUTETIA_DEEP`` set, every point.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import combinations, product
from random import Random
from typing import Any, NamedTuple

from lutetia.course import Course, Fact, Listed
from lutetia.course.event import AdverseEvent
from lutetia.guideline import DEFAULT_BOOK, CycleQuestion, Settings
from lutetia.guideline.book import Book, Edition, load
from lutetia.guideline.cases import read_cases
from lutetia.guideline.cycle_decision import RESTRICTION, Fired, decide
from lutetia.guideline.evaluate import _evaluation, assess_by
from lutetia.guideline.logic.entries import entries
from lutetia.guideline.logic.graded import fall, gfr
from lutetia.guideline.proof.tree import parts_of, roots_of
from lutetia.guideline.verdict import Assessment, CycleDecision, Outcome, Status

DEEP = bool(os.environ.get("LUTETIA_DEEP"))
SAMPLE = 3000
SEED = 177
QUESTION = CycleQuestion(3, date(2026, 5, 25))
BEFORE_FIRST, BEFORE_SECOND, NOW = date(2026, 2, 27), date(2026, 4, 10), date(2026, 5, 22)
REPORTED = Settings(egfr="reported")
CASES = read_cases()
WELL = next(case for case in CASES if case.name == "nothing in the way of the third cycle").course

UNIT = {"lab.haemoglobin": "g/dL", "lab.egfr": "mL/min/{1.73_m2}", "lab.ast": "U/L", "lab.alt": "U/L",
        "lab.bilirubin": "mg/dL"}  # fmt: skip
LOWER = {"lab.haemoglobin": 12.5, "lab.leukocytes": 4.0, "lab.neutrophils": 1.8, "lab.platelets": 150.0}
UPPER = {"lab.ast": 40.0, "lab.alt": 45.0, "lab.bilirubin": 1.2}
OF_GRADE = {
    "lab.haemoglobin": (13.0, 11.0, 9.0, 7.9),
    "lab.leukocytes": (6.0, 3.5, 2.9, 1.9, 0.9),
    "lab.neutrophils": (3.9, 1.6, 1.4, 0.9, 0.4),
    "lab.platelets": (210.0, 100.0, 74.9, 49.9, 24.9),
}


def fact(item: str, value: Any, on: date) -> Fact:
    if isinstance(value, bool):
        return Fact(item=item, value=value, at=on)
    unit = UNIT.get(item, "10*9/L")
    return Fact(item=item, value=value, unit=unit, at=on, lower=LOWER.get(item), upper=UPPER.get(item))


Change = Mapping[str, Any]


def counts(item: str, before: int, now: int | None) -> Change:
    """A count of a grade before the first cycle, an unremarkable one between, and one of a grade now or none."""
    series = [fact(item, OF_GRADE[item][before], BEFORE_FIRST), fact(item, OF_GRADE[item][0], date(2026, 5, 4))]
    return {item: (*series, *(() if now is None else (fact(item, OF_GRADE[item][now], NOW),)))}


def kidney(before: float | None, now: float | None) -> Change:
    known = [(before, BEFORE_SECOND), (now, NOW)]
    return {"lab.egfr": tuple(fact("lab.egfr", value, on) for value, on in known if value is not None)}


def liver(ast: float = 30, alt: float = 26, bilirubin: float = 0.6, explained: bool | None = False) -> Change:
    values = {"lab.ast": ast, "lab.alt": alt, "lab.bilirubin": bilirubin}
    changed: dict[str, Any] = {item: (fact(item, value, NOW),) for item, value in values.items()}
    told = () if explained is None else (fact("disease.liver_enzymes_explained", explained, NOW),)
    return {**changed, "disease.liver_enzymes_explained": told}


def events(*told: tuple[str, str, date, int], complete: bool = True) -> Change:
    entries = tuple(
        AdverseEvent(term=term, ctcae="5.0", organ=organ, grades=[{"on": on, "grade": grade}])  # type: ignore[arg-type,list-item]
        for term, organ, on, grade in told
    )
    as_of = {"complete_as_of": QUESTION.on, "by": "the ward"} if complete else {}
    return {"events": Listed[AdverseEvent](entries=entries, **as_of)}


LATE, EARLY = date(2026, 5, 10), date(2026, 4, 20)
DRY = "dry mouth", "salivary-glands"
AXES: dict[str, dict[str, Change]] = {
    "platelets": {
        name: counts("lab.platelets", before, now)
        for before, after in ((0, (0, 1, 2, 3, 4, None)), (2, (1, 2, 3, 4, None)), (3, (2, 3, 4)))
        for now in after
        for name in (f"{before} -> {'unknown' if now is None else now}",)
    },
    "neutrophils": {
        name: counts("lab.neutrophils", before, now)
        for before, after in ((0, (0, 2, 3, 4, None)), (2, (2, 3)))
        for now in after
        for name in (f"{before} -> {'unknown' if now is None else now}",)
    },
    "leukocytes": {f"{before} -> {now}": counts("lab.leukocytes", before, now) for before, now in ((0, 0), (0, 3))},
    "haemoglobin": {str(now): counts("lab.haemoglobin", 0, now) for now in (0, 2, 3)},
    "eGFR": {
        "80 -> 80": kidney(80, 80), "80 -> 48": kidney(80, 48), "80 -> 47.9": kidney(80, 47.9),
        "80 -> 30.1": kidney(80, 30.1), "80 -> 30": kidney(80, 30), "80 -> 29.9": kidney(80, 29.9),
        "80 -> unknown": kidney(80, None), "unknown -> 45": kidney(None, 45),
    },
    "liver": {
        "normal": liver(), "AST at five times": liver(ast=200), "AST above": liver(ast=201),
        "ALT above": liver(alt=226), "AST above, explained": liver(ast=201, explained=True),
        "AST above, not told why": liver(ast=201, explained=None), "bilirubin 5 mg/dL": liver(bilirubin=5),
    },
    "events": {
        "none": events(), "dry mouth 1": events((*DRY, LATE, 1)), "dry mouth 2": events((*DRY, LATE, 2)),
        "dry mouth 3": events((*DRY, LATE, 3)), "dry mouth 4": events((*DRY, LATE, 4)),
        "fracture": events(("fracture", "skeleton", LATE, 2)), "ileus 4 for 35 days": events(
            ("ileus", "gastrointestinal", EARLY, 4)), "febrile neutropenia": events(
            ("febrile neutropenia", "blood", LATE, 3)), "list not complete": events(complete=False),
    },
}  # fmt: skip
NAMES = tuple(AXES)
WORSE: dict[str, tuple[tuple[str, ...], ...]] = {
    "platelets": (
        ("0 -> 0", "0 -> 1", "0 -> 2", "0 -> 3", "0 -> 4"),
        ("2 -> 1", "2 -> 2", "2 -> 3", "2 -> 4"),
        ("3 -> 2", "3 -> 3", "3 -> 4"),
    ),
    "neutrophils": (("0 -> 0", "0 -> 2", "0 -> 3", "0 -> 4"), ("2 -> 2", "2 -> 3")),
    "leukocytes": (("0 -> 0", "0 -> 3"),),
    "haemoglobin": (("0", "2", "3"),),
    "eGFR": (("80 -> 80", "80 -> 48", "80 -> 47.9", "80 -> 30.1", "80 -> 30", "80 -> 29.9"),),
    "liver": (("normal", "AST at five times", "AST above"), ("normal", "ALT above"), ("normal", "bilirubin 5 mg/dL")),
    "events": (("none", "dry mouth 1", "dry mouth 2", "dry mouth 3", "dry mouth 4"), ("none", "fracture")),
}
"""The values of each axis from better to worse, all else and the value before treatment the same."""
Point = tuple[str, ...]
BASE: Point = ("0 -> 0", "0 -> 0", "0 -> 0", "0", "80 -> 80", "normal", "none")


def deciding(book: Book) -> Edition:
    """The book with what the decision is made of: recommendations with an effect, their exceptions, and no others."""
    edition = book.edition(QUESTION.on)
    kept = {name for name, rule in edition.rules.items() if rule.recommendation.effects}
    kept |= {no for name in kept for no in edition.rules[name].recommendation.unless if isinstance(no, str)}
    small = replace(book, indications=(), summary=lambda answers: "")
    return replace(edition, book=small, rules={name: rule for name, rule in edition.rules.items() if name in kept})


EDITION = deciding(load(DEFAULT_BOOK))


def course_at(point: Point) -> Course:
    facts, parts = dict(WELL.facts), {}
    for axis, value in zip(NAMES, point, strict=True):
        for name, change in AXES[axis][value].items():
            if isinstance(change, Listed):
                parts[name] = change
            else:
                facts[name] = change
    return WELL.model_copy(update={"facts": facts, **parts})


def assessed(point: Point) -> Assessment:
    return assess_by(load(DEFAULT_BOOK).edition(QUESTION.on), course_at(point), QUESTION, settings=REPORTED)


class Decided(NamedTuple):
    """What a decision comes down to; the whole grid holds only some hundred different ones."""

    outcome: Outcome
    at_most: Outcome
    activity_gbq: float | None
    open: bool
    certain: tuple[tuple[str, str, Outcome], ...]
    possible: tuple[tuple[str, str, Outcome], ...]


KNOWN: dict[Decided, Decided] = {}


def summed_up(decision: CycleDecision) -> Decided:
    told = [((one.rule, one.precedence, one.outcome), one.possible) for one in decision.reasons]
    found = Decided(
        decision.outcome,
        decision.at_most,
        decision.activity_gbq,
        bool(decision.decides or decision.weigh),
        tuple(one for one, possible in told if not possible),
        tuple(one for one, possible in told if possible),
    )
    return KNOWN.setdefault(found, found)


def read_by(rule: str) -> tuple[int, ...]:
    """The axes that a recommendation looks at, with its exceptions: all others leave its answer as it is."""
    one = EDITION.rules[rule].recommendation
    excuses = [EDITION.rules[no].recommendation for no in one.unless if isinstance(no, str)]
    waiting: list[Any] = [condition for said in (one, *excuses) for _, condition in roots_of(said)]
    looked_at: set[str] = set()
    while waiting:
        node = waiting.pop()
        waiting += [part for _, part in parts_of(node)]
        looked_at |= {item.id for item in (getattr(node, "item", None), *getattr(node, "items", ())) if item}
        looked_at |= {node.name} if isinstance(node, entries) else set()
        looked_at |= {"lab.egfr"} if isinstance(node, gfr | fall) else set()
    changed = [set().union(*AXES[axis].values()) for axis in NAMES]
    return tuple(index for index, items in enumerate(changed) if items & looked_at)


READ_BY = {rule: read_by(rule) for rule in EDITION.rules}
CONTEXT = _evaluation(EDITION, WELL, QUESTION, None, REPORTED).context
"""For what does not change over the grid: the planned day, the prescription, the pauses."""
ANSWERED: dict[tuple[str, Point], Fired] = {}


def answered(point: Point) -> list[Fired]:
    """Every recommendation answered; where the axes it looks at are as before, its answer is taken from there."""
    keys = [(rule, tuple(point[index] for index in axes)) for rule, axes in READ_BY.items()]
    if any(key not in ANSWERED for key in keys):
        evaluation = _evaluation(EDITION, course_at(point), QUESTION, None, REPORTED)
        for key in keys:
            if key not in ANSWERED:
                ANSWERED[key] = evaluation.answer(EDITION.rules[key[0]])
    return [ANSWERED[key] for key in keys]


@cache
def decided(point: Point) -> Decided:
    return summed_up(decide(answered(point), CONTEXT, None))


def every_point() -> Iterator[Point]:
    return product(*(tuple(AXES[axis]) for axis in NAMES))  # type: ignore[return-value]


def points() -> list[Point]:
    if DEEP:
        return list(every_point())
    random = Random(SEED)
    found = {(*BASE[:i], value, *BASE[i + 1 :]) for i, axis in enumerate(NAMES) for value in AXES[axis]}
    seen = {pair for point in found for pair in combinations(enumerate(point), 2)}
    for one, other in combinations(range(len(NAMES)), 2):
        for a, b in product(AXES[NAMES[one]], AXES[NAMES[other]]):
            if ((one, a), (other, b)) not in seen:
                point = list(anywhere(random))
                point[one], point[other] = a, b
                found.add(tuple(point))
                seen |= set(combinations(enumerate(point), 2))
    return [*sorted(found), *(anywhere(random) for _ in range(SAMPLE))]


def anywhere(random: Random) -> Point:
    return tuple(random.choice(tuple(AXES[axis])) for axis in NAMES)


POINTS = points()


def certain(decision: Decided) -> list[Outcome]:
    return [outcome for _, _, outcome in decision.certain]


def test_every_two_values_of_two_axes_occur_together() -> None:
    for one, other in combinations(range(len(NAMES)), 2):
        seen = {(point[one], point[other]) for point in POINTS}
        assert len(seen) == len(AXES[NAMES[one]]) * len(AXES[NAMES[other]])


def test_no_gap_every_point_has_an_outcome_with_its_reasons_or_a_clean_go() -> None:
    for point in POINTS:
        decision = decided(point)
        if decision.outcome is Outcome.GO:
            assert decision.certain == (), point
            assert decision.possible == (), point
            assert decision.activity_gbq is not None, point
        elif decision.outcome is Outcome.UNDETERMINED:
            assert decision.open, point
            assert decision.certain or decision.possible, point
        else:
            assert decision.outcome in certain(decision), point
            assert decision.at_most is decision.outcome, point


def test_no_contradiction_the_most_restrictive_certain_outcome_stands() -> None:
    for point in POINTS:
        decision = decided(point)
        acting = [outcome for outcome in certain(decision) if outcome is not Outcome.UNDETERMINED]
        assert decision.at_most is max(acting, key=RESTRICTION.__getitem__, default=Outcome.GO), point


MAY_SAY = {
    "P0": {Outcome.DISCONTINUE, Outcome.HOLD, Outcome.CANCEL},
    "P1": {Outcome.HOLD},
    "P2": {Outcome.DISCONTINUE},
    "P3": {Outcome.HOLD},
    "P4": {Outcome.POSTPONE, Outcome.CANCEL},
    "P5": {Outcome.REDUCE},
    "P6": {Outcome.UNDETERMINED},
}
"""What a place in the order may lead to. Only P4 has two: whether the delayed cycle is postponed again or cancelled."""


def test_precedence_is_a_strict_order() -> None:
    ranks = list(RESTRICTION.values())
    assert set(RESTRICTION) == set(Outcome)
    assert len(set(ranks)) == len(ranks)
    places = ["P2", "P3", "P5"]
    worst = [max(RESTRICTION[outcome] for outcome in MAY_SAY[place]) for place in places]
    assert worst == sorted(worst, reverse=True)
    assert len(set(worst)) == len(worst)
    postponing = RESTRICTION[Outcome.POSTPONE]
    assert RESTRICTION[Outcome.HOLD] > postponing > RESTRICTION[Outcome.UNDETERMINED] > RESTRICTION[Outcome.REDUCE]


def test_a_place_in_the_order_says_one_thing() -> None:
    for rule in EDITION.rules.values():
        for effect in rule.recommendation.effects:
            assert effect.outcome in MAY_SAY[effect.precedence], rule.id


def test_the_whole_book_gives_the_same_decision_every_time() -> None:
    for point in POINTS[:: 5 if not DEEP else 97]:
        again = assessed(point).decision
        assert again is not None
        assert summed_up(again) == decided(point), point


def test_worse_facts_never_make_the_decision_more_permissive() -> None:
    for point in POINTS:
        for index, axis in enumerate(NAMES):
            for worse in worse_than(axis, point[index]):
                other = (*point[:index], worse, *point[index + 1 :])
                before, after = decided(point), decided(other)
                assert RESTRICTION[after.at_most] >= RESTRICTION[before.at_most], f"{point} -> {other}"
                assert before.outcome is Outcome.GO or after.outcome is not Outcome.GO, f"{point} -> {other}"


def worse_than(axis: str, value: str) -> list[str]:
    """The next worse value of an axis."""
    return [order[i + 1] for order in WORSE[axis] for i, one in enumerate(order[:-1]) if one == value]


FIRED_ELSEWHERE: dict[str, str] = {}
"""Effects that neither the grid nor a case reaches, with the reason: none."""


def test_no_effect_is_unreachable() -> None:
    wanted = {
        (rule.id, effect.precedence, effect.outcome)
        for rule in load(DEFAULT_BOOK).edition(QUESTION.on).rules.values()
        for effect in rule.recommendation.effects
    }
    fired: set[tuple[str, str, Outcome]] = set()
    for point in POINTS:
        fired |= set(decided(point).certain)
    for case in CASES:
        if wanted - fired and case.question.kind == "cycle":
            decision = case.assess().decision
            assert decision is not None
            fired |= set(summed_up(decision).certain)
    assert {one for one in wanted - fired if one[0] not in FIRED_ELSEWHERE} == set()


OVERDUE = "what is overdue may exist and not be recorded: it reads as unknown, never as met"
OUT_OF_SCOPE = "for an agent out of scope no recommendation is evaluated; the scope itself says so"
EVERYBODY = "said of everybody"
NEVER: dict[tuple[str, str], str] = {
    **{(rule, "MET"): OVERDUE for rule in ("PROC-1a", "PROC-2-LABS", "PROC-9", "CI-C3b", "FU-1a", "FU-1b", "FU-2a")},
    ("SCOPE-1", "NOT_MET"): OUT_OF_SCOPE, ("SCOPE-2", "MET"): OUT_OF_SCOPE,
    ("CI-A-1", "NOT_MET"): EVERYBODY, ("CI-C5a", "NOT_MET"): EVERYBODY, ("CI-C5b", "NOT_MET"): EVERYBODY,
}  # fmt: skip


def test_every_recommendation_is_met_by_one_case_and_not_met_by_another() -> None:
    said = {(rule, status) for case in CASES for rule, status in case.expected.get("expect", {}).items()}
    for rule in load(DEFAULT_BOOK).edition(QUESTION.on).rules:
        for status in (Status.MET.name, Status.NOT_MET.name):
            assert ((rule, status) in said) is not ((rule, status) in NEVER), f"{rule} {status}"
