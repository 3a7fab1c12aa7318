"""Whether the parts of a course agree with each other: what no entry can see on its own.

Each check yields misfits at the path of what is wrong, in the words of the person who wrote the record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from lutetia.course.cycle import Administration
from lutetia.course.decision import Consent
from lutetia.course.entry import Entry, superseded_ids
from lutetia.course.fact import Fact
from lutetia.course.questionnaire import Questionnaire
from lutetia.course.therapy import Support
from lutetia.fileform import Misfit, day_of
from lutetia.fileform.findings import Path, nearest
from lutetia.vocabulary.region import ORGANS, REPORTED_TOGETHER

if TYPE_CHECKING:
    from lutetia.course.course import Course

LISTS: Final = (
    "therapies", "medication", "external_beam", "earlier_radionuclides", "support", "comorbidities", "allergies",
    "events", "lesions", "examinations",
)  # fmt: skip
"""The lists of a course that state up to when they are complete."""

OLDEST_YEARS: Final = 120


def misfits(course: Course) -> tuple[Misfit, ...]:
    """Return everything in which the parts of a course contradict each other."""
    return tuple(misfit for check in _CHECKS for misfit in check(course))


def families(course: Course) -> Iterator[tuple[Path, tuple[Entry, ...]]]:
    """Yield the groups of entries within which one may correct another, with their paths."""
    for item, facts in course.facts.items():
        yield ("facts", item), facts
    for name in LISTS:
        yield (name, "entries"), getattr(course, name).entries
    yield ("questionnaires",), course.questionnaires
    yield ("consents",), course.consents
    yield ("decisions",), course.decisions
    yield ("cycles",), course.cycles


def placed_entries(course: Course) -> Iterator[tuple[Path, Entry]]:
    """Yield every entry with its path, those inside cycles included."""
    for path, entries in families(course):
        for index, entry in enumerate(entries):
            yield (*path, index), entry
    for index, cycle in enumerate(course.cycles):
        for name in ("prescription", "administration"):
            version, path = getattr(cycle, name), ("cycles", index, name)
            while version is not None:
                yield path, version
                version, path = version.corrects, (*path, "corrects")
        for number, scan in enumerate(cycle.scans):
            yield ("cycles", index, "scans", number), scan
        for number, sample in enumerate(cycle.blood):
            yield ("cycles", index, "blood", number), sample


def _ids(course: Course) -> Iterator[Misfit]:
    """Check that ids are used once."""
    first: set[str] = set()
    for path, entry in placed_entries(course):
        if entry.id is not None and entry.id in first:
            yield Misfit((*path, "id"), f"the id '{entry.id}' is used twice; give each entry its own")
        if entry.id is not None:
            first.add(entry.id)


def _corrections(course: Course) -> Iterator[Misfit]:
    """Check that a correction names an entry of its own kind, alone and not in a circle."""
    everywhere = {entry.id: path for path, entry in placed_entries(course) if entry.id is not None}
    for path, entries in families(course):
        own = {entry.id: entry for entry in entries if entry.id is not None}
        times = Counter(entry.supersedes for entry in entries)
        for index, entry in enumerate(entries):
            if entry.supersedes is None:
                continue
            place = (*path, index, "supersedes")
            named = f"'supersedes: {entry.supersedes}'"
            if entry.supersedes not in everywhere:
                yield Misfit(place, f"{named} names no entry of this course; {nearest(entry.supersedes, own)}")
            elif entry.supersedes not in own:
                yield Misfit(
                    place, f"{named} names an entry of another kind; a correction stands beside what it corrects"
                )
            elif times[entry.supersedes] > 1:
                yield Misfit(
                    place, f"'{entry.supersedes}' is corrected twice; let the second correct the first correction"
                )
            elif _circular(entry, own):
                yield Misfit(place, f"{named} leads back to this entry; a correction names what was wrong before it")
            elif (known := own[entry.supersedes].known_from()) and (since := entry.known_from()) and since < known:
                yield Misfit(
                    place, f"this was recorded before '{entry.supersedes}', which it corrects; correct recorded_at"
                )


def _circular(entry: Entry, own: dict[str, Entry]) -> bool:
    step, seen = entry, set()
    while step.supersedes in own and step.supersedes not in seen:
        seen.add(step.supersedes)
        step = own[step.supersedes]
    return entry.id is not None and entry.id in seen


def _numbers(course: Course) -> Iterator[Misfit]:
    """Check that cycles are numbered in order and were given in that order."""
    for index, cycle in enumerate(course.cycles):
        if cycle.number != index + 1:
            text = f"cycle {cycle.number} stands in place {index + 1}; number the cycles 1, 2, 3 ... in order"
            yield Misfit(("cycles", index, "number"), text)
    given = [
        (index, cycle.administration.started_at) for index, cycle in enumerate(course.cycles) if cycle.administration
    ]
    for (_, earlier), (index, later) in pairwise(given):
        if day_of(later) <= day_of(earlier):
            text = f"this cycle was given on {day_of(later)}, not after the one before it ({day_of(earlier)})"
            yield Misfit(("cycles", index, "administration", "started_at"), f"{text}; correct the dates or the order")


def _series(course: Course) -> Iterator[Misfit]:
    """Check that no series of images stands in the course twice."""
    first: dict[str, int] = {}
    for index, cycle in enumerate(course.cycles):
        for number, scan in enumerate(cycle.scans):
            if first.setdefault(scan.series_uid, index) != index or scan.series_uid in {
                other.series_uid for other in cycle.scans[:number]
            }:
                text = "this series stands in the course twice; name each scan once, in the cycle it belongs to"
                yield Misfit(("cycles", index, "scans", number, "series_uid"), text)


def _lesions(course: Course) -> Iterator[Misfit]:
    """Check that what is measured is listed, and was seen by then."""
    seen = {lesion.id: lesion.first_seen for lesion in course.lesions.entries}
    for index, examination in enumerate(course.examinations.entries):
        times, on = Counter(measurement.lesion for measurement in examination.lesions), day_of(examination.on)
        for number, measurement in enumerate(examination.lesions):
            path = ("examinations", "entries", index, "lesions", number, "lesion")
            name = measurement.lesion
            first = seen.get(name)
            if name not in seen:
                yield Misfit(path, f"lesion '{name}' is measured but not listed; list it under lesions")
            elif times[name] > 1:
                yield Misfit(path, f"lesion '{name}' is measured twice; keep one, or give the other its own id")
            elif first is not None and first > on:
                yield Misfit(path, f"lesion '{name}' is measured on {on} and first seen on {first}; correct first_seen")


def _regions(course: Course) -> Iterator[Misfit]:
    """Check that every region named in a cycle is an organ or a listed lesion."""
    lesions = {lesion.id for lesion in course.lesions.entries}
    known = {*ORGANS, *lesions}
    for path, region in _named_regions(course):
        if region not in known:
            yield Misfit(
                path, f"'{region}' is neither an organ code nor a listed lesion; {nearest(region, sorted(known))}"
            )
    for path, lesion in _named_points(course):
        if lesion not in lesions:
            yield Misfit(path, f"'{lesion}' is no listed lesion; {nearest(lesion, sorted(lesions))}")


def _named_points(course: Course) -> Iterator[tuple[Path, str]]:
    for index, cycle in enumerate(course.cycles):
        for number, scan in enumerate(cycle.scans):
            for lesion in scan.lesion_points:
                yield ("cycles", index, "scans", number, "lesion_points", lesion), lesion


def _named_regions(course: Course) -> Iterator[tuple[Path, str]]:
    for index, cycle in enumerate(course.cycles):
        for number, scan in enumerate(cycle.scans):
            for contour, region in scan.regions.items():
                yield ("cycles", index, "scans", number, "regions", contour), region
        for region in cycle.curves:
            yield ("cycles", index, "curves", region), region
        for region in cycle.planned_doses:
            yield ("cycles", index, "planned_doses", region), region
        for number, dose in enumerate(cycle.doses):
            yield ("cycles", index, "doses", number, "region"), dose.region
    for index, earlier in enumerate(course.earlier_radionuclides.entries):
        for organ in earlier.organ_doses:
            if organ not in REPORTED_TOGETHER:
                yield ("earlier_radionuclides", "entries", index, "organ_doses", organ), organ


def _life(course: Course) -> Iterator[Misfit]:
    """Check that nothing is dated before birth, and nothing happens after death."""
    born, died = course.patient.birth_date, _day_of_death(course)
    if born is not None and died is not None and died < born:
        yield Misfit(
            ("facts", "person.died_on"), f"died on {died}, before he was born ({born}); correct one of the two"
        )
        return
    for path, entry in placed_entries(course):
        own = entry.own_date()
        day = None if own is None else day_of(own)
        if day is None:
            continue
        if born is not None and day < born:
            yield Misfit(path, f"{day} lies before the patient was born ({born}); correct one of the two")
        elif born is not None and day.year - born.year > OLDEST_YEARS:
            yield Misfit(
                path,
                f"on {day} the patient would be over {OLDEST_YEARS} years old (born {born}); correct one of the two",
            )
        elif died is not None and day > died and _needs_a_living_man(entry):
            yield Misfit(path, f"{day} lies after the patient's death ({died}); correct one of the two")


def _needs_a_living_man(entry: Entry) -> bool:
    if isinstance(entry, Fact):
        says_alive = entry.item == "person.alive" and entry.value is True
        return says_alive or entry.definition.group in ("lab", "symptom")
    return isinstance(entry, Administration | Support | Consent | Questionnaire)


def _day_of_death(course: Course) -> date | None:
    deaths = course.facts_of("person.died_on")
    return date.fromisoformat(str(deaths[-1].value)) if deaths else None


def _one_value_at_a_time(course: Course) -> Iterator[Misfit]:
    """Check that no item has two different values at one moment."""
    for item, facts in course.facts.items():
        superseded, ids = superseded_ids(facts), {fact.id for fact in facts}
        standing = [
            (index, fact)
            for index, fact in enumerate(facts)
            if (fact.id is None or fact.id not in superseded) and (fact.supersedes is None or fact.supersedes in ids)
        ]
        first: dict[object, Fact] = {}
        for index, fact in standing:
            other = first.setdefault((fact.at, fact.method), fact)
            if (other.value, other.unit, other.comparator) != (fact.value, fact.unit, fact.comparator):
                text = f"{item} is {other.shown()} and {fact.shown()} at the same time ({fact.at})"
                yield Misfit(
                    ("facts", item, index), f"{text}; give both a clock time, or let one correct the other (supersedes)"
                )


def _questionnaires(course: Course) -> Iterator[Misfit]:
    """Check that an instrument was filled in once a day."""
    entries = course.questionnaires
    corrected = superseded_ids(entries)
    first: set[tuple[str, str, date]] = set()
    for index, one in enumerate(entries):
        if one.id is not None and one.id in corrected:
            continue
        key = (one.instrument, one.version, one.on)
        if key in first:
            text = f"{one.instrument} {one.version} was filled in twice on {one.on}"
            remedy = "keep one, or let one correct the other (supersedes)"
            yield Misfit(("questionnaires", index), f"{text}; {remedy}")
        first.add(key)


def standing_facts(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return facts without those that another one corrects."""
    every = tuple(facts)
    superseded = superseded_ids(every)
    return tuple(fact for fact in every if fact.id is None or fact.id not in superseded)


_CHECKS: Final[tuple[Callable[[Course], Iterator[Misfit]], ...]] = (
    _ids, _corrections, _numbers, _series, _lesions, _regions, _life, _one_value_at_a_time, _questionnaires,
)  # fmt: skip
