"""The record of one man's treatment: everything else is a function of it as known on a given day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr, field_validator, model_validator

from lutetia.course.consistency import LISTS, misfits, placed_entries, standing_facts
from lutetia.course.cycle import Cycle
from lutetia.course.decision import Consent, Decision
from lutetia.course.entry import Entry, Listed, Part, known_entries
from lutetia.course.event import AdverseEvent, Allergy, Comorbidity
from lutetia.course.fact import Fact, time_order
from lutetia.course.findings import Examination, Lesion
from lutetia.course.questionnaire import Questionnaire
from lutetia.course.therapy import EarlierRadionuclide, ExternalBeam, Medication, Support, TherapyLine
from lutetia.fileform import Day, MisfitError
from lutetia.fileform.moment import ZoneName
from lutetia.vocabulary import Item

FORMAT = "lutetia-course/1"


class Patient(Part):
    """Who is treated; ``dicom_patient_id`` is what images must carry."""

    birth_date: Day | None = None
    dicom_patient_id: Annotated[str, Field(min_length=1)] | None = None


class Course(Part):
    """A course of treatment.

    Attributes
    ----------
    format : str
        Version of the file form.
    id : str
        The course's own id; no name of a person.
    synthetic : bool
        True for made-up patients; printed on every page.
    timezone : str or None
        IANA name in which clock times without an offset are read.
    facts : mapping of str to tuple of Fact
        Item id to its dated facts, in any order; what was corrected stands beside its correction.
    """

    format: Literal["lutetia-course/1"]
    id: str = Field(min_length=1, pattern=r"^[A-Za-z0-9._-]+$")
    synthetic: bool = False
    timezone: ZoneName | None = None
    patient: Patient = Patient()
    facts: Mapping[str, tuple[Fact, ...]] = Field(default_factory=dict)
    therapies: Listed[TherapyLine] = Listed[TherapyLine]()
    medication: Listed[Medication] = Listed[Medication]()
    external_beam: Listed[ExternalBeam] = Listed[ExternalBeam]()
    earlier_radionuclides: Listed[EarlierRadionuclide] = Listed[EarlierRadionuclide]()
    support: Listed[Support] = Listed[Support]()
    comorbidities: Listed[Comorbidity] = Listed[Comorbidity]()
    allergies: Listed[Allergy] = Listed[Allergy]()
    events: Listed[AdverseEvent] = Listed[AdverseEvent]()
    lesions: Listed[Lesion] = Listed[Lesion]()
    examinations: Listed[Examination] = Listed[Examination]()
    questionnaires: Annotated[tuple[Questionnaire, ...], Field(strict=False)] = ()
    consents: Annotated[tuple[Consent, ...], Field(strict=False)] = ()
    cycles: Annotated[tuple[Cycle, ...], Field(strict=False)] = ()
    decisions: Annotated[tuple[Decision, ...], Field(strict=False)] = ()

    _whole: Course | None = PrivateAttr(default=None)
    """For a view of the record as known on a day: the whole record."""
    _until: date | None = PrivateAttr(default=None)

    @field_validator("facts", mode="before")
    @classmethod
    def _each_fact_knows_its_item(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping):
            return raw
        return {
            item: tuple(
                {**fact, "item": item} if isinstance(fact, Mapping) else fact
                for fact in (facts if isinstance(facts, list | tuple) else (facts,))
            )
            for item, facts in raw.items()
        }

    @model_validator(mode="after")
    def _its_parts_agree(self) -> Self:
        if found := misfits(self):
            raise MisfitError(found)
        return self

    def __eq__(self, other: object) -> bool:
        """Two records are equal when they say the same, whatever they are views of."""
        if not isinstance(other, Course):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in type(self).model_fields)

    __hash__ = None  # type: ignore[assignment]

    def all_entries(self) -> tuple[Entry, ...]:
        """Return every entry of the record that may carry an id or a correction."""
        return tuple(entry for _, entry in placed_entries(self))

    def facts_of(self, item: Item | str) -> tuple[Fact, ...]:
        """Return the facts of an item, oldest first, without those that others correct."""
        return self._ordered.get(item if isinstance(item, str) else item.id, ())

    @cached_property
    def _ordered(self) -> dict[str, tuple[Fact, ...]]:
        return {item: tuple(sorted(standing_facts(facts), key=time_order)) for item, facts in self.facts.items()}

    def cycle(self, number: int) -> Cycle | None:
        """Return the cycle of that number, if it is in the record."""
        return self._numbered.get(number)

    @cached_property
    def _numbered(self) -> dict[int, Cycle]:
        return {cycle.number: cycle for cycle in self.cycles}

    @property
    def given_cycles(self) -> tuple[Cycle, ...]:
        """The cycles that were given, in order."""
        return tuple(cycle for cycle in self.cycles if cycle.administration is not None)

    @property
    def last_contact(self) -> date | None:
        """The latest day on which it was stated whether he is alive."""
        stated = [fact.day for item in ("person.alive", "person.died_on") for fact in self.facts_of(item)]
        return max(stated, default=None)

    @property
    def dead(self) -> bool:
        """Whether the record says that he died."""
        alive = self.facts_of("person.alive")
        return bool(self.facts_of("person.died_on")) or (bool(alive) and alive[-1].value is False)

    @property
    def is_view(self) -> bool:
        """Whether this is a record as known on a day, made by :meth:`as_known`."""
        return self._whole is not None

    def as_known(self, on: date) -> Course:
        """Return the record as it was known at the end of a day: nothing dated or recorded later.

        Corrections that were recorded by then are applied. Where an entry has no ``recorded_at`` its own date
        stands in; :meth:`undated_records` counts those. A view remembers the whole record, so that asking it
        for an earlier day shows again what was corrected since; it never shows more than it does itself.
        """
        if self._whole is not None and self._until is not None:
            return self if on >= self._until else self._whole.as_known(on)
        update: dict[str, Any] = {name: getattr(self, name).as_known(on) for name in LISTS}
        known_lesions = {lesion.id for lesion in update["lesions"].entries}
        update["examinations"] = _of_known_lesions(update["examinations"], known_lesions)
        update["facts"] = {item: seen for item, facts in self.facts.items() if (seen := known_entries(facts, on))}
        for name in ("questionnaires", "consents", "cycles", "decisions"):
            update[name] = known_entries(getattr(self, name), on)
        view = self.model_copy(update=update)
        view._whole, view._until = self, on
        return view

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy, unvalidated as always; changed, it is a record of its own and no longer a view."""
        copied = super().model_copy(update=update, deep=deep)
        if update:
            copied._whole = copied._until = None
            for cached in ("_ordered", "_numbered"):
                copied.__dict__.pop(cached, None)  # pydantic copies cached properties with the fields
        return copied

    def with_facts(self, extra: Mapping[str, tuple[Mapping[str, Any], ...]], *, where_silent: bool = False) -> Course:
        """Return the record with more facts, validated as if they had been in the file.

        Parameters
        ----------
        extra : mapping of str to tuple of mapping
            Item id to facts as they would stand in a file, without ``item``.
        where_silent : bool
            Add facts only of items about which this record says nothing; so a course overrules its site.

        Raises
        ------
        pydantic.ValidationError
            If they do not fit the vocabulary or contradict what is there.

        Notes
        -----
        Added to a view, a fact dated or recorded after the view's day stays hidden in it.
        """
        if self._whole is not None and self._until is not None:
            return self._whole.with_facts(extra, where_silent=where_silent).as_known(self._until)
        added = {item: facts for item, facts in extra.items() if not (where_silent and self.facts.get(item))}
        if not added:
            return self
        raw = {
            item: (*self.facts.get(item, ()), *({**fact, "item": item} for fact in facts))
            for item, facts in added.items()
        }
        parts = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate({**parts, "facts": {**self.facts, **raw}})

    def undated_records(self) -> int:
        """Return how many entries do not say when they were recorded."""
        return sum(entry.recorded_at is None for entry in self.all_entries())


def _of_known_lesions(examinations: Listed[Examination], known: set[str]) -> Listed[Examination]:
    """Leave out measurements of lesions that were entered later."""
    entries = tuple(
        examination
        if all(measured.lesion in known for measured in examination.lesions)
        else examination.model_copy(
            update={"lesions": tuple(measured for measured in examination.lesions if measured.lesion in known)}
        )
        for examination in examinations.entries
    )
    return examinations.model_copy(update={"entries": entries})
