"""What was found in the PET of a folder: the disease of one, or of two and what became of it; as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from lutetia.criteria.graded import Need
from lutetia.criteria.recip import classify
from lutetia.criteria.response_class import Classified
from lutetia.provenance import RunRecord
from lutetia.response import Disease, NewLesion, Pair, counted_new
from lutetia.workflow.disease.images import ReadPsma
from lutetia.workflow.disease.uptake import uptake_cautions, uptake_json
from lutetia.workflow.record.opened import record_json

FORMAT: Final = "lutetia-disease-pair/2"
FORMAT_OF_ONE: Final = "lutetia-disease/2"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCourse:
    """To which course a measurement belongs.

    Attributes
    ----------
    id : str
    synthetic : bool
    inputs : mapping of str to str
        File of the record or of the site to SHA-256.
    notes : tuple of str
        What a reader of any result has to know of them.
    """

    id: str
    synthetic: bool
    inputs: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OnePetRun:
    """What was found in one PET of a folder.

    Attributes
    ----------
    disease : Disease
    days : tuple of ReadPsma
        The PET as read.
    record : RunRecord
    course : OfCourse or None
    """

    disease: Disease
    days: tuple[ReadPsma]
    record: RunRecord
    course: OfCourse | None = None

    @property
    def diseases(self) -> tuple[Disease, ...]:
        """The one disease."""
        return (self.disease,)

    @property
    def proposals(self) -> tuple[NewLesion, ...]:
        """None: one PET says nothing of what is new."""
        return ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known of the images."""
        return _notes(self.days, self.course)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What a reader should know before he believes the volume."""
        return (*self.disease.cautions, *uptake_cautions(self.days))

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"format": FORMAT_OF_ONE, "disease": self.disease.as_json(), **_made(self)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DiseaseRun:
    """What was found in two PET of a folder.

    Attributes
    ----------
    pair : Pair
    days : tuple of ReadPsma
        Baseline and follow-up as read.
    record : RunRecord
    course : OfCourse or None
    """

    pair: Pair
    days: tuple[ReadPsma, ReadPsma]
    record: RunRecord
    course: OfCourse | None = None

    @property
    def diseases(self) -> tuple[Disease, ...]:
        """Of baseline and follow-up."""
        return self.pair.baseline, self.pair.follow_up

    @property
    def proposals(self) -> tuple[NewLesion, ...]:
        """What may be new."""
        return self.pair.proposals

    @property
    def recip(self) -> Classified:
        """RECIP 1.0 of the volumes and of what the reader says of new lesions; open while he has said nothing."""
        return recip_of(self.pair)

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known of the images."""
        return _notes(self.days, self.course)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What a reader should know before he believes the change."""
        return (*self.pair.cautions, *uptake_cautions(self.days))

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        recip, new = self.recip, counted_new(self.pair)
        return {
            "format": FORMAT,
            "recip_1_0": {
                "class": recip.response,
                "because": recip.because,
                "needs": [need.what for need in recip.needs],
                "could_be": list(recip.could_be),
            },
            "new_lesion_count": {"count": new.count, "why": new.why},
            **self.pair.as_json(),
            **_made(self),
        }


def _made(run: OnePetRun | DiseaseRun) -> dict[str, Any]:
    course = run.course
    return {
        "uptake": uptake_json(run.days),
        "cautions": list(run.cautions),
        "notes": list(run.notes),
        "course": None if course is None else {"id": course.id, "synthetic": course.synthetic},
        "record": record_json(run.record),
    }


def _notes(days: Sequence[ReadPsma], course: OfCourse | None) -> tuple[str, ...]:
    own = () if course is None else course.notes
    return (*(f"{day.acquired_at.date()}: {note}" for day in days for note in day.notes), *own)


def recip_of(pair: Pair) -> Classified:
    """Return RECIP 1.0 of a pair; open while no reader has spoken of new lesions and it depends on them.

    Where an organ that nobody took out may be among a volume, no volume is classified.
    """
    facts = pair.recip
    found = classify(facts.baseline_ml, facts.follow_up_ml, facts.new_lesions)
    days = (("baseline", pair.baseline), ("follow-up", pair.follow_up))
    why: dict[str, list[str]] = {}
    needs = tuple(dict.fromkeys(Need(one.remedy) for _, one in days if not one.settled))
    for when, one in days:
        if not one.settled:
            why.setdefault(one.left_open, []).append(when)
    because = "; ".join(f"{' and '.join(when)}: {left_open}" for left_open, when in why.items())
    return found._replace(because=because, needs=needs) if why else found
