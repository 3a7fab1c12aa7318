"""What happened between the decisions: results, imaging, events, other treatment, each with its day, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from lutetia.course import Course, Cycle, Fact, day_of
from lutetia.course.decision import Decision
from lutetia.criteria import Interval, grade
from lutetia.guideline.logic.context import readable
from lutetia.vocabulary import Item, condition, disease, laboratory, person

_FATAL_GRADE: Final = 5
_TOLD_FROM: Final = 2
"""CTCAE grade from which a result is told with it."""
_ALWAYS: Final = (
    laboratory.psa, laboratory.haemoglobin, laboratory.leukocytes, laboratory.neutrophils, laboratory.platelets,
    laboratory.creatinine,
)  # fmt: skip
_WHERE_GRADED: Final = (laboratory.ast, laboratory.alt, laboratory.bilirubin)
_CHANGES: Final = (
    condition.ecog, condition.acute_urinary_obstruction, condition.hydronephrosis, condition.urinary_catheter,
    condition.acute_infection, condition.toxicity_unacceptable, disease.superscan, disease.cytopenia_from_tumour,
)  # fmt: skip
"""What is told when it is first so, and whenever it changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainEvent:
    """Something that happened on a day.

    Attributes
    ----------
    kind : str
        ``laboratory``, ``condition``, ``imaging``, ``scan``, ``adverse event``, ``treatment``, ``support``,
        ``consent``, ``decision``, ``life`` or ``plan``.
    text : str
        In words; ids of the vocabulary stand for the names of items.
    dates_known_to : str
        ``day``, ``month`` or ``year``.
    """

    on: date
    kind: str
    text: str
    dates_known_to: str = "day"


def plain_events(course: Course, *, known_on: date, other_decisions: Iterable[Decision] = ()) -> tuple[PlainEvent, ...]:
    """Return what happened, in order of time.

    Parameters
    ----------
    course : Course
        As known on a day.
    known_on : date
    other_decisions : iterable of Decision
        Those that no decision point tells.
    """
    found = [
        *_results(course), *_conditions(course), *_imaging(course), *_scans(course), *_adverse(course),
        *_treatments(course), *_support(course), *_consents(course), *_life(course), *_plans(course, known_on),
        *(PlainEvent(on=day_of(one.on), kind="decision", text=_decision(one)) for one in other_decisions),
    ]  # fmt: skip
    return tuple(sorted((one for one in found if one.on <= known_on or one.kind == "plan"), key=lambda one: one.on))


def _decision(one: Decision) -> str:
    about = f" on cycle {one.cycle}" if one.cycle else ""
    return f"decided{about}: {one.outcome}, {one.author}" + (f" ({one.reason})" if one.reason else "")


def _results(course: Course) -> Iterator[PlainEvent]:
    days: dict[date, list[str]] = {}
    for item in (*_ALWAYS, *_WHERE_GRADED):
        for fact in course.facts_of(item):
            worst = _grade(item, fact)
            if item in _ALWAYS or worst:
                days.setdefault(fact.day, []).append(f"{item.id} {readable(fact)}{worst}")
    for day, told in days.items():
        yield PlainEvent(on=day, kind="laboratory", text=", ".join(told))


def _grade(item: Item, fact: Fact) -> str:
    if item is laboratory.psa:
        return ""
    value = Interval.result(fact.quantity, fact.comparator)
    found = grade(item.id, value, lower=fact.lower_limit, upper=fact.upper_limit, computed_only=True)
    return f" (grade {found.least})" if found.least == found.most and found.least >= _TOLD_FROM else ""


def _conditions(course: Course) -> Iterator[PlainEvent]:
    for item in _CHANGES:
        before: object = None if item is condition.ecog else False
        for fact in course.facts_of(item):
            if fact.value != before:
                yield PlainEvent(on=fact.day, kind="condition", text=f"{item.id}: {readable(fact)}")
            before = fact.value


def _imaging(course: Course) -> Iterator[PlainEvent]:
    for one in course.examinations.entries:
        tracer = f" ({one.tracer})" if one.tracer else ""
        progressed = {True: "progression", False: "no progression", None: ""}[one.radiographic_progression]
        said = "; ".join(part for part in (progressed, one.conclusion or "") if part)
        text = f"{_KINDS.get(one.kind, one.kind)}{tracer}" + (f": {said}" if said else "")
        yield PlainEvent(on=day_of(one.on), kind="imaging", text=text)


_KINDS: Final = {
    "psma-pet": "PSMA PET", "psma-spect": "PSMA SPECT", "fdg-pet": "FDG PET", "ct": "CT", "mri": "MRI",
    "bone-scan": "bone scan", "post-therapy-spect": "SPECT after therapy", "other": "imaging",
}  # fmt: skip


def _scans(course: Course) -> Iterator[PlainEvent]:
    for cycle in course.cycles:
        if cycle.administration is None:
            continue
        for scan in cycle.scans:
            if scan.acquired_at is not None:
                hours = (scan.acquired_at - cycle.administration.started_at).total_seconds() / 3600
                text = f"scan {hours:.0f} h after cycle {cycle.number}"
                yield PlainEvent(on=day_of(scan.acquired_at), kind="scan", text=text)


def _adverse(course: Course) -> Iterator[PlainEvent]:
    for event in course.events.entries:
        for graded in event.grades:
            word = "over" if graded.grade == 0 else f"grade {graded.grade}"
            yield PlainEvent(on=graded.on, kind="adverse event", text=f"{event.term}: {word} (CTCAE {event.ctcae})")
        if event.treated_adequately_on is not None:
            text = f"{event.term}: adequately treated, says {event.treated_adequately_by}"
            yield PlainEvent(on=event.treated_adequately_on, kind="adverse event", text=text)


def _treatments(course: Course) -> Iterator[PlainEvent]:
    for line in course.therapies.entries:
        yield _dated(line, line.started, f"{line.drug} ({line.drug_class}) started")
        if line.stopped is not None:
            why = f" ({line.reason_for_stopping})" if line.reason_for_stopping else ""
            yield _dated(line, line.stopped, f"{line.drug} stopped{why}")
        if line.progressed_on is not None and line.progressed_on != line.stopped:
            yield _dated(line, line.progressed_on, f"progression after {line.drug}")
    for beam in course.external_beam.entries:
        dose = f", {beam.dose}" if beam.dose else ""
        fractions = f" in {beam.fractions} fractions" if beam.fractions else ""
        until = f", until {beam.ended}" if beam.ended else ""
        yield _dated(beam, beam.started, f"radiotherapy of the {beam.site}{dose}{fractions}{until}")
    for earlier in course.earlier_radionuclides.entries:
        activity = f", {earlier.activity}" if earlier.activity else ""
        yield _dated(earlier, earlier.on, f"{earlier.agent}{activity}")
    for taken in course.medication.entries:
        if taken.started is not None:
            yield _dated(taken, taken.started, f"{taken.drug} started")


def _dated(entry: Any, on: date, text: str) -> PlainEvent:
    return PlainEvent(on=on, kind="treatment", text=text, dates_known_to=entry.dates_known_to)


def _support(course: Course) -> Iterator[PlainEvent]:
    for one in course.support.entries:
        drug = f": {one.drug}" if one.drug else ""
        yield PlainEvent(on=one.on, kind="support", text=f"{_SUPPORT[one.kind]}{drug}")


_SUPPORT: Final = {
    "red-cell-transfusion": "transfusion of red cells", "platelet-transfusion": "transfusion of platelets",
    "g-csf": "G-CSF", "erythropoietin": "erythropoietin",
}  # fmt: skip


def _consents(course: Course) -> Iterator[PlainEvent]:
    for one in course.consents:
        form = {True: " in writing", False: ", not in writing", None: ""}[one.written]
        by = f", {one.obtained_by}" if one.obtained_by else ""
        yield PlainEvent(on=day_of(one.given_at), kind="consent", text=f"informed consent{form}{by}")
        if one.withdrawn_on is not None:
            yield PlainEvent(on=day_of(one.withdrawn_on), kind="consent", text="consent withdrawn")


def _life(course: Course) -> Iterator[PlainEvent]:
    for fact in course.facts_of(person.died_on)[-1:]:
        cause = course.facts_of(person.cause_of_death)[-1:]
        said = f": {cause[0].value}" if cause else ""
        yield PlainEvent(on=date.fromisoformat(str(fact.value)), kind="life", text=f"died{said}")
    alive = [fact for fact in course.facts_of(person.alive) if fact.value is True]
    if alive and not course.facts_of(person.died_on):
        yield PlainEvent(on=alive[-1].day, kind="life", text="alive at the last contact")


def _plans(course: Course, known_on: date) -> Iterator[PlainEvent]:
    given = max((one for cycle in course.cycles if (one := cycle.given_on) is not None), default=date.min)
    for cycle in course.cycles:
        if cycle.given_on is None and cycle.planned > max(known_on, given):
            yield PlainEvent(on=cycle.planned, kind="plan", text=f"cycle {cycle.number} planned")


def death_day(course: Course) -> str:
    """Return the day of death, if it is recorded."""
    died = course.facts_of(person.died_on)
    if died:
        return str(died[-1].value)
    fatal = (graded.on for event in course.events.entries for graded in event.grades if graded.grade == _FATAL_GRADE)
    return next((day.isoformat() for day in fatal), "")


def given_words(cycle: Cycle) -> str:
    """Say what was given: agent, batch, and whether it went beside the vein."""
    given, prepared = cycle.administration, cycle.preparation
    batch = f", batch {prepared.batch}" if prepared is not None and prepared.batch else ""
    beside = ", extravasation" if given is not None and given.extravasation else ""
    return f"{cycle.agent}{batch}{beside}"
