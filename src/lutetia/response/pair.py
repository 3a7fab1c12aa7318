"""What became of PSMA-positive disease between two PET, and which lesions may be new?

A lesion of the follow-up is proposed as new where nothing at baseline belongs to it, and the baseline, in whose field
it lies, shows no focus of its own there with :data:`FAINT` of the threshold: uptake just below it is no new lesion when
it crosses it. A proposal is never a fact: that a lesion is new is a reader's statement, and RECIP 1.0 waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from lutetia.quantification.alignment import Alignment
from lutetia.response.disease import Disease, compare_volumes
from lutetia.response.lesion import FoundLesion
from lutetia.response.match import Group, Status, groups
from lutetia.response.place import OtherScan, seen_there
from lutetia.response.proposal import NewLesion, proposed
from lutetia.volume import Rigid

FAINT: Final = 0.8
"""Of the threshold; noise of a scan moves uptake by about a tenth. Lutetia's choice."""
HALF: Final = 0.5
"""Of a lesion must lie in the other scan's field for that scan to say anything about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What became of a lesion, or of lesions that grew together or fell apart.

    Attributes
    ----------
    status : str
    baseline, follow_up : tuple of str
        Ids of the lesions in each scan.
    baseline_ml, follow_up_ml : float
        Their volume [mL].
    other : OtherScan or None
        Of a lesion of one scan only: what the other scan shows at its place.
    """

    status: Status
    baseline: tuple[str, ...]
    follow_up: tuple[str, ...]
    baseline_ml: float
    follow_up_ml: float
    other: OtherScan | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "status": self.status,
            "baseline": list(self.baseline),
            "follow_up": list(self.follow_up),
            "baseline_ml": self.baseline_ml,
            "follow_up_ml": self.follow_up_ml,
            "suv_max_in_the_other_scan": None if self.other is None else self.other.suv_max,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipFacts:
    """What RECIP 1.0 asks for.

    Attributes
    ----------
    baseline_ml, follow_up_ml : float or None
        None where an organ that nobody took out may be among it.
    new_lesions : bool or None
        A reader's statement; None while he has made none.
    """

    baseline_ml: float | None
    follow_up_ml: float | None
    new_lesions: bool | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Pair:
    """Two PET of one patient, compared.

    Attributes
    ----------
    baseline, follow_up : Disease
        Measured by one method and with one tracer.
    motion : Rigid
        From the baseline to the follow-up.
    alignment : Alignment or None
        How the motion was found; None where it was given.
    histories : tuple of History
    proposals : tuple of NewLesion
        What may be new, the largest first.
    """

    baseline: Disease
    follow_up: Disease
    motion: Rigid
    histories: tuple[History, ...]
    proposals: tuple[NewLesion, ...]
    alignment: Alignment | None = None
    stated_new_lesions: bool | None = None

    @cached_property
    def change_percent(self) -> float | None:
        """Change of the volume; None where there was none at baseline, or one of the two is not known [%]."""
        return compare_volumes(self.baseline, self.follow_up)

    @property
    def new_lesions(self) -> bool | None:
        """What the reader says: his own statement, or that he confirmed a proposal; None while he has not spoken."""
        if self.stated_new_lesions is not None:
            return self.stated_new_lesions
        return True if any(one.confirmed for one in self.proposals) else None

    @property
    def recip(self) -> RecipFacts:
        """What RECIP 1.0 asks for; a volume in which an organ may be hidden is not known to it."""
        before, after = (one.volume_ml if one.settled else None for one in (self.baseline, self.follow_up))
        return RecipFacts(baseline_ml=before, follow_up_ml=after, new_lesions=self.new_lesions)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What a reader should know before he believes the change."""
        return tuple(self._cautions())

    def _cautions(self) -> Iterator[str]:
        for when, disease in (("baseline", self.baseline), ("follow-up", self.follow_up)):
            yield from (f"{when}: {caution}" for caution in disease.cautions)
        for history in self.histories:
            if history.status in {"outside the field at baseline", "outside the field at follow-up"}:
                ids = ", ".join(history.baseline + history.follow_up)
                yield f"{ids} lies {history.status}: the change of volume rests on different fields"
            if history.status in {"excluded at baseline", "excluded at follow-up"}:
                ids = ", ".join(history.baseline + history.follow_up)
                yield f"{ids} counts in one of the scans only, as a reader {history.status}"

    def as_json(self) -> dict[str, Any]:
        """Return everything but images as plain values."""
        return {
            "baseline": self.baseline.as_json(),
            "follow_up": self.follow_up.as_json(),
            "change_percent": self.change_percent,
            "new_lesions": self.new_lesions,
            "proposals": [one.as_json() for one in self.proposals],
            "histories": [one.as_json() for one in self.histories],
            "alignment": None if self.alignment is None else self.alignment.as_json(),
            "cautions": list(self.cautions),
        }


def compare(baseline: Disease, follow_up: Disease, *, motion: Rigid, alignment: Alignment | None = None) -> Pair:
    """Compare the disease of two PET.

    Parameters
    ----------
    baseline, follow_up : Disease
    motion : Rigid
        From the baseline to the follow-up.
    alignment : Alignment, optional
        How it was found.

    Raises
    ------
    lutetia.quantification.segmentation.DifferentMethodsError
        If the two were not measured in the same way, or not with the same tracer.
    """
    compare_volumes(baseline, follow_up)
    before, after = _judged(baseline), _judged(follow_up)
    found = groups(before, after, (baseline.geometry, follow_up.geometry), motion)
    scans = _Scans(baseline, follow_up, motion)
    histories = tuple(one for group in found for one in _histories(scans, group, before, after))
    proposals = tuple(
        proposed(follow_up.lesion(one.follow_up[0]), one.other, before, scans.grids, motion, follow_up.level_suv)
        for one in histories
        if one.status == "new" and one.other is not None
    )
    return Pair(
        baseline=baseline,
        follow_up=follow_up,
        motion=motion,
        alignment=alignment,
        histories=histories,
        proposals=tuple(sorted(proposals, key=lambda one: -one.lesion.volume_ml)),
    )


def with_answers(pair: Pair, answers: dict[str, bool], stated: bool | None) -> Pair:
    """Return a pair with what a reader says: of single proposals by the id of their lesion, and of all together."""
    told = tuple(replace(one, confirmed=answers.get(one.lesion.id, one.confirmed)) for one in pair.proposals)
    return replace(pair, proposals=told, stated_new_lesions=stated)


@dataclass(frozen=True, slots=True)
class _Scans:
    baseline: Disease
    follow_up: Disease
    motion: Rigid

    @property
    def grids(self) -> tuple[Any, Any]:
        return self.baseline.geometry, self.follow_up.geometry

    def at_baseline(self, lesion: FoundLesion) -> OtherScan:
        return _seen(lesion, self.follow_up, self.baseline, self.motion.inverse())

    def at_follow_up(self, lesion: FoundLesion) -> OtherScan:
        return _seen(lesion, self.baseline, self.follow_up, self.motion)


def _seen(lesion: FoundLesion, own: Disease, other: Disease, motion: Rigid) -> OtherScan:
    organs = None if other.organs is None else other.organs.voxels
    return seen_there(lesion, own.geometry, motion, other.pet.suv, organs)


def _judged(disease: Disease) -> tuple[FoundLesion, ...]:
    """Return the lesions that count or that a reader took out; what an organ spills out has no history."""
    return tuple(lesion for lesion in disease.lesions if lesion.counted or lesion.decided_by == "reader")


def _histories(
    scans: _Scans, group: Group, before: tuple[FoundLesion, ...], after: tuple[FoundLesion, ...]
) -> Iterator[History]:
    first, second = [before[n] for n in group.baseline], [after[n] for n in group.follow_up]
    counts = (any(one.counted for one in first), any(one.counted for one in second))
    if first and second:
        if any(counts):
            status: Status = (
                group.status if all(counts) else "excluded at baseline" if counts[1] else "excluded at follow-up"
            )
            yield _history(status, first, second)
        return
    for lesion in first + second:
        if lesion.counted:
            yield _alone(scans, lesion, at_baseline=bool(first))


def _alone(scans: _Scans, lesion: FoundLesion, *, at_baseline: bool) -> History:
    """Return the history of a lesion to which nothing in the other scan belongs."""
    other = scans.at_follow_up(lesion) if at_baseline else scans.at_baseline(lesion)
    level = scans.baseline.level_suv
    faint = level is not None and other.suv_max is not None and other.suv_max >= FAINT * level and other.own_focus
    status: Status
    if at_baseline:
        status = (
            "outside the field at follow-up" if other.in_field < HALF else "faint at follow-up" if faint else "vanished"
        )
        return _history(status, [lesion], [], other)
    status = "outside the field at baseline" if other.in_field < HALF else "faint at baseline" if faint else "new"
    return _history(status, [], [lesion], other)


def _history(
    status: Status, first: list[FoundLesion], second: list[FoundLesion], other: OtherScan | None = None
) -> History:
    return History(
        status=status,
        baseline=tuple(one.id for one in first),
        follow_up=tuple(one.id for one in second),
        baseline_ml=sum(one.volume_ml for one in first if one.counted),
        follow_up_ml=sum(one.volume_ml for one in second if one.counted),
        other=other,
    )
