"""The record of one man's treatment: everything else is a function of it as known on a given day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from lutetia.course.cycle import Cycle
from lutetia.course.decision import Consent, Decision
from lutetia.course.entry import Listed, Part, known_entries
from lutetia.course.event import AdverseEvent, Allergy, Comorbidity
from lutetia.course.fact import Fact
from lutetia.course.findings import Examination, Lesion
from lutetia.course.moment import Day
from lutetia.course.therapy import EarlierRadionuclide, ExternalBeam, Medication, Support, TherapyLine
from lutetia.course.vocabulary import Item


class Patient(Part):
    """Who is treated; ``dicom_patient_id`` is what images must carry."""

    birth_date: Day | None = None
    dicom_patient_id: str | None = None


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
        Item id to its dated facts, in any order.
    """

    format: Literal["lutetia-course/1"]
    id: str = Field(min_length=1, pattern=r"^[A-Za-z0-9._-]+$")
    synthetic: bool = False
    timezone: str | None = None
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
    consents: tuple[Consent, ...] = ()
    cycles: tuple[Cycle, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _a_known_zone(cls, name: str | None) -> str | None:
        if name is not None:
            try:
                ZoneInfo(name)
            except (KeyError, ValueError, OSError):
                raise ValueError(f"'{name}' is not an IANA time zone; write e.g. Europe/Paris") from None
        return name

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
    def _cycles_are_numbered_in_order(self) -> Self:
        numbers = [cycle.number for cycle in self.cycles]
        if numbers != list(range(1, len(numbers) + 1)):
            raise ValueError(f"cycles are numbered {numbers}; number them 1, 2, 3 ... in order")
        given = [day for cycle in self.cycles if (day := cycle.given_on) is not None]
        if given != sorted(set(given)):
            raise ValueError("the cycles were not given in the order of their numbers, or two on one day")
        return self

    @model_validator(mode="after")
    def _references_resolve(self) -> Self:
        lesions = {lesion.id for lesion in self.lesions.entries}
        for examination in self.examinations.entries:
            for measurement in examination.lesions:
                if measurement.lesion not in lesions:
                    raise ValueError(f"lesion '{measurement.lesion}' is measured but not listed under lesions")
        ids = [entry.id for entry in self.all_entries() if entry.id is not None]
        if twice := {entry_id for entry_id in ids if ids.count(entry_id) > 1}:
            raise ValueError(f"the id '{sorted(twice)[0]}' is used twice")
        for entry in self.all_entries():
            if entry.supersedes is not None and entry.supersedes not in ids:
                raise ValueError(f"'supersedes: {entry.supersedes}' names no entry of this course")
        return self

    def all_entries(self) -> tuple[Any, ...]:
        """Return every entry of the record that may carry an id or a correction."""
        listed = (
            self.therapies, self.medication, self.external_beam, self.earlier_radionuclides, self.support,
            self.comorbidities, self.allergies, self.events, self.lesions, self.examinations,
        )  # fmt: skip
        facts = (fact for facts in self.facts.values() for fact in facts)
        return (*facts, *(e for part in listed for e in part.entries), *self.consents, *self.cycles, *self.decisions)

    def facts_of(self, item: Item | str) -> tuple[Fact, ...]:
        """Return the facts of an item, oldest first."""
        return self._ordered.get(item if isinstance(item, str) else item.id, ())

    @cached_property
    def _ordered(self) -> dict[str, tuple[Fact, ...]]:
        return {item: tuple(sorted(facts, key=lambda fact: fact.day)) for item, facts in self.facts.items()}

    def cycle(self, number: int) -> Cycle | None:
        """Return the cycle of that number, if it is in the record."""
        return next((cycle for cycle in self.cycles if cycle.number == number), None)

    @property
    def given_cycles(self) -> tuple[Cycle, ...]:
        """The cycles that were given, in order."""
        return tuple(cycle for cycle in self.cycles if cycle.administration is not None)

    def as_known(self, on: date) -> Course:
        """Return the record as it was known at the end of a day: nothing dated or recorded later.

        Where an entry has no ``recorded_at`` its own date stands in; :meth:`undated_records` counts those.
        """
        listed = (
            "therapies", "medication", "external_beam", "earlier_radionuclides", "support", "comorbidities",
            "allergies", "events", "lesions", "examinations",
        )  # fmt: skip
        update: dict[str, Any] = {name: getattr(self, name).as_known(on) for name in listed}
        update["facts"] = {
            item: seen for item, facts in self.facts.items() if (seen := known_entries(tuple(facts), on))
        }
        update["consents"] = known_entries(self.consents, on)
        update["cycles"] = known_entries(self.cycles, on)
        update["decisions"] = known_entries(self.decisions, on)
        known = self.model_copy(update=update)
        known.__dict__.pop("_ordered", None)  # pydantic copies cached properties with the fields
        return known

    def undated_records(self) -> int:
        """Return how many entries do not say when they were recorded."""
        return sum(entry.recorded_at is None for entry in self.all_entries())
