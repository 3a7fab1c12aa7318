"""What entries of the record's lists may be: a drug of some class, still given, an event of some grade."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from lutetia.course.agent import read_agent
from lutetia.course.event import AdverseEvent
from lutetia.course.therapy import EarlierRadionuclide, ExternalBeam, Support, TherapyLine
from lutetia.criteria import Interval
from lutetia.guideline.logic.entries import Trait
from lutetia.vocabulary.drugs import drug

if TYPE_CHECKING:
    from lutetia.guideline.logic.context import Context
    from lutetia.guideline.logic.limit import limit


_SAID: Final = {
    "adt": "androgen deprivation", "arpi": "novel androgen-axis drugs", "taxane": "taxanes",
    "other-chemotherapy": "other chemotherapy", "parp-inhibitor": "PARP inhibitors", "immunotherapy": "immunotherapy",
    "bone-protection": "bone protection", "corticosteroid": "corticosteroids", "other": "other drugs",
    "psma-pet": "PSMA PET", "psma-spect": "PSMA SPECT", "fdg-pet": "FDG PET", "ct": "CT", "mri": "MRI",
    "bone-scan": "bone scan", "g-csf": "G-CSF", "salivary-glands": "the salivary glands", "skeleton": "the skeleton",
}  # fmt: skip


def said(codes: Sequence[str]) -> str:
    """Write codes of the record as a reader knows them: ``psma-pet`` becomes PSMA PET."""
    *others, last = [_SAID.get(code, code.replace("-", " ")) for code in codes]
    return f"{', '.join(others)} or {last}" if others else last


def of_class(*classes: str) -> Trait:
    """Return: a drug of one of the classes."""
    return Trait(f"with {said(classes)}", lambda entry, _: entry.drug_class in classes)


def of_drug(name: str) -> Trait:
    """Return: a drug by its generic name, whatever brand or strength it is entered with."""

    def holds(entry: Any, context: Context) -> bool | None:
        known = drug(entry.drug)
        return (known.name if known else entry.drug.strip().lower()) == name

    return Trait(f"with {name}", holds)


def of_kind(*kinds: str) -> Trait:
    """Return: an entry of one of the kinds."""
    return Trait(f"of kind {said(kinds)}", lambda entry, _: entry.kind in kinds)


progressed = Trait(
    "under which the disease progressed",
    lambda entry, _: entry.progressed_under,
    "Did the disease progress under {entry}?",
)
large_field = Trait(
    "with a large field", lambda entry, _: entry.large_field, "Was the radiotherapy of {entry} large-field?"
)
bone_seeking = Trait("that seek bone", lambda entry, _: entry.bone_seeking, "Is {entry} a bone-seeker?")


def _still_given(entry: TherapyLine, context: Context) -> bool | None:
    if entry.stopped is not None:
        return entry.stopped > context.on
    return entry.ongoing


still_given = Trait("still given", _still_given, "Is {entry} still given?")


def last_given(entry: Any, context: Context) -> date | None:
    """Return the last day of a treatment; None while it goes on or its end is not known.

    Of a date known to the month or year only, the last day that it may mean.
    """
    match entry:
        case TherapyLine():
            last = entry.stopped
        case ExternalBeam():
            last = entry.ended
        case EarlierRadionuclide() | Support():
            last = entry.on
        case _:
            return None
    return None if last is None else _latest_meant(last, getattr(entry, "dates_known_to", "day"))


def _latest_meant(day: date, known_to: str) -> date:
    """Return the last day that a date known to the day, month or year may mean."""
    if known_to == "day":
        return day
    month = 12 if known_to == "year" else day.month
    return day.replace(month=month, day=monthrange(day.year, month)[1])


def _last_days(entry: Any, context: Context) -> Interval:
    """Return the span in which the last day lies, as ordinals."""
    on = context.on.toordinal()
    last = last_given(entry, context)
    if last is not None:
        named = (getattr(entry, name, None) for name in ("stopped", "ended", "on"))
        first: date = next(day for day in named if day is not None)
        return Interval(min(first.toordinal(), on), min(last.toordinal(), on))
    if getattr(entry, "ongoing", None):
        return Interval.point(on)
    return Interval(min(entry.started.toordinal(), on), on)


def within(pause: limit) -> Trait:
    """Return: given less than a pause before the day of the question."""

    def holds(entry: Any, context: Context) -> bool | None:
        earliest_allowed = context.on.toordinal() - pause.number(context)
        return Interval.point(earliest_allowed).below(_last_days(entry, context))

    words = f"given less than {{{pause.name}}} before the day asked about"
    return Trait(words, holds, "When did {entry} end?", limits=pause.names(), raised=1)


def of_organ(*organs: str) -> Trait:
    """Return: an event of one of the organs."""
    return Trait(f"of {said(organs)}", lambda entry, _: entry.organ in organs)


def not_of_organ(*organs: str) -> Trait:
    """Return: an event of any other organ."""
    return Trait(f"other than of {said(organs)}", lambda entry, _: entry.organ not in organs)


_BLOOD_COUNTS = frozenset(
    ("anaemia", "anemia", "neutropenia", "leukopenia", "leucopenia", "thrombocytopenia", "lymphopenia",
     "neutrophil count decreased", "white blood cell decreased", "platelet count decreased",
     "lymphocyte count decreased")
)  # fmt: skip
"""Events that are a blood count under another name, as CTCAE and the guideline call them."""

not_a_blood_count = Trait(
    "other than a low blood count", lambda entry, _: entry.term.strip().lower() not in _BLOOD_COUNTS
)


def grade_on(event: AdverseEvent, day: date) -> int | None:
    """Return the grade of an event on a day; None before its onset."""
    return next((graded.grade for graded in reversed(event.grades) if graded.on <= day), None)


def baseline_of(event: AdverseEvent, context: Context) -> int | None:
    """Return the grade before the first cycle: as stated, or as graded then."""
    first = context.given_on(1)
    if event.baseline_grade is not None or first is None:
        return event.baseline_grade
    return grade_on(event, first) if event.onset < first else None


_ASKS_BASELINE = "Which grade did {entry} have before the first cycle?"


def at_least(grade: limit) -> Trait:
    """Return: now of at least a grade, unless that is recorded as the grade before the first cycle."""

    def holds(entry: AdverseEvent, context: Context) -> bool | None:
        now = grade_on(entry, context.on)
        return now is not None and now >= grade.number(context)

    def excuse(entry: AdverseEvent, context: Context) -> bool | None:
        baseline, now = baseline_of(entry, context), grade_on(entry, context.on)
        return None if baseline is None or now is None else now <= baseline

    words = f"of grade {{{grade.name}}} or worse now, and worse than before the first cycle"
    return Trait(words, holds, excuse=excuse, excuse_asks=_ASKS_BASELINE, limits=grade.names(), raised=-1)


def unresolved_since(event: AdverseEvent, context: Context, *, grade: float, recovered: float) -> date | None:
    """Return the day since which an event reached a grade and has not come back to the recovered one or baseline."""
    since = None
    resolved = max(recovered, baseline_of(event, context) or 0)
    for graded in event.grades:
        if graded.on > context.on:
            break
        if graded.grade >= grade and since is None:
            since = graded.on
        elif graded.grade <= resolved:
            since = None
    return since


def unresolved_for(days: limit, *, grade: limit, recovered: limit) -> Trait:
    """Return: an event that reached a grade more than some days ago and has not resolved."""

    def holds(entry: AdverseEvent, context: Context) -> bool | None:
        since = unresolved_since(entry, context, grade=grade.number(context), recovered=recovered.number(context))
        return since is not None and (context.on - since).days > days.number(context)

    back = f"to grade {{{recovered.name}}} or baseline within {{{days.name}}}"
    words = f"of grade {{{grade.name}}} that did not return {back}"
    return Trait(words, holds, limits=grade.names() | recovered.names() | days.names(), raised=-1)


def _not_treated(entry: AdverseEvent, context: Context) -> bool | None:
    over = grade_on(entry, context.on) in (0, None)
    judged = entry.treated_adequately_on
    return not over and (judged is None or judged > context.on)


not_treated_adequately = Trait("neither over nor adequately treated", _not_treated)


def of_grade(grade: limit) -> Trait:
    """Return: now of exactly a grade."""
    return Trait(
        f"of grade {{{grade.name}}} now",
        lambda entry, context: grade_on(entry, context.on) == grade.number(context),
        limits=grade.names(),
    )


still_there = Trait("not over", lambda entry, context: grade_on(entry, context.on) not in (0, None))
psma_radioligand = Trait(
    "directed at PSMA",
    lambda entry, _: read_agent(entry.agent).ligand is not None or "psma" in entry.agent.lower(),
)
