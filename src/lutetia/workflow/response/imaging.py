"""From the examinations of a record to what each criterion of response says at each restaging.

What was not measured by one method and one tracer is not compared; a lesion is new on a reader's word only.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from lutetia.course import Course, day_of
from lutetia.course.findings import Examination, LesionMeasurement
from lutetia.course.treatment_series import Series
from lutetia.criteria import percist, ppp, recip, recist
from lutetia.criteria.interval import Interval
from lutetia.criteria.pcwg3 import BoneScan, bone_progression
from lutetia.criteria.psa_recip import composite
from lutetia.criteria.psa_series import PsaSeries
from lutetia.criteria.published import published
from lutetia.criteria.response_class import Classified, unsettled
from lutetia.report.restaging import Said, Stance, bounds
from lutetia.workflow.response.psa import cited, psa_near

WITHIN_DAYS: Final = 28
"""Examinations so far apart at most belong to one restaging, as the guideline's book chooses."""
PET, BONE, CT = "psma-pet", "bone-scan", ("ct", "mri")
_SHOWN: Final = (PET, BONE, *CT)


class Imaged(NamedTuple):
    """The imaging of one restaging, with what it is compared with.

    Attributes
    ----------
    before : tuple of Examination
        Every examination up to the first administration.
    since : tuple of Examination
        Every one under treatment up to this restaging.
    now : tuple of Examination
        Those of this restaging.
    """

    before: tuple[Examination, ...]
    since: tuple[Examination, ...]
    now: tuple[Examination, ...]

    @property
    def on(self) -> date:
        """Its last day."""
        return day_of(self.now[-1].on)

    def pets(self) -> tuple[Examination | None, Examination | None]:
        """Return the last PSMA PET before treatment, and that of this restaging."""
        return _last(self.before, PET), _last(self.now, PET)


def _last(examinations: Sequence[Examination], *kinds: str) -> Examination | None:
    return next((one for one in reversed(examinations) if one.kind in kinds), None)


def restagings(course: Course, series: Series) -> tuple[Imaged, ...]:
    """Return the restagings of a series of a course as known, oldest first."""
    shown = sorted((one for one in course.examinations.entries if one.kind in _SHOWN), key=lambda one: day_of(one.on))
    before = tuple(one for one in shown if day_of(one.on) <= series.started)
    since = [one for one in shown if series.holds(day_of(one.on))]
    groups: list[list[Examination]] = []
    for one in since:
        if groups and (day_of(one.on) - day_of(groups[-1][0].on)).days <= WITHIN_DAYS:
            groups[-1].append(one)
        else:
            groups.append([one])
    return tuple(
        Imaged(before, tuple(one for group in groups[: number + 1] for one in group), tuple(group))
        for number, group in enumerate(groups)
    )


def imaging_said(imaged: Imaged, psa: PsaSeries | None) -> tuple[Said, ...]:
    """Return what each criterion on imaging says."""
    rows: list[Said] = []
    if imaged.pets()[1] is not None:
        rows += _pet(imaged, psa)
    if _last(imaged.now, *CT) is not None:
        rows.append(_recist(imaged))
    if _last(imaged.now, BONE) is not None:
        rows.append(_bone(imaged))
    rows += [row for one in imaged.now for row in _stated(one)]
    rows += [_read(one) for one in imaged.now if one.radiographic_progression is not None]
    return tuple(rows)


def _pet(imaged: Imaged, psa: PsaSeries | None) -> list[Said]:
    before, now = imaged.pets()
    assert now is not None
    new = None if now.new_lesions is None else now.new_lesions > 0
    by_volume = _recip(before, now, new)
    read = recip.classify_visually(now.volume_trend, new)
    within = published()["PSA + RECIP"].values["within_days"]
    percent = psa_near(psa, day_of(now.on), within)
    return [
        Said.classified("RECIP 1.0", "PSMA PET", by_volume, cited("RECIP")),
        Said.classified("RECIP 1.0 (visual)", "PSMA PET", read, cited("RECIP")),
        _composite(percent, by_volume, read),
        _ppp(before, now),
        Said.classified("adapted PERCIST", "PSMA PET", _percist(before, now, new), cited("adapted PERCIST")),
    ]


def comparable(before: Examination | None, now: Examination) -> tuple[str, ...]:
    """Return why the uptake of two PET cannot be compared; empty where it can."""
    if before is None:
        return ("a PSMA PET before treatment",)
    if before.tracer is None or now.tracer is None:
        return ("the tracer of both PET",)
    if before.tracer != now.tracer:
        return (f"two PET with one tracer: before treatment {before.tracer}, now {now.tracer}",)
    return ()


def volumes(before: Examination | None, now: Examination) -> tuple[float | None, float | None]:
    """Return the volume of all tumour before treatment and now [mL], as recorded."""
    first = None if before is None or before.tumour_volume is None else before.tumour_volume.to("mL")
    return first, None if now.tumour_volume is None else now.tumour_volume.to("mL")


def nothing_left(pet: Examination) -> bool:
    """Tell whether a PET shows no tumour at all, as measured or as read."""
    return pet.volume_trend == "none" or (pet.tumour_volume is not None and pet.tumour_volume.value == 0)


def _recip(before: Examination | None, now: Examination, new: bool | None) -> Classified:
    first, second = volumes(before, now)
    lacking = comparable(before, now)
    if not lacking and before is not None and None not in (first, second):
        methods = before.tumour_method, now.tumour_method
        if None in methods:
            lacking = ("by which method both volumes were segmented",)
        elif methods[0] != methods[1]:
            lacking = (f"two volumes by one method: before treatment {methods[0]}, now {methods[1]}",)
    if lacking:
        return unsettled("the volumes cannot be compared", *lacking)
    return recip.classify(first, second, new)


def _composite(percent: Interval | None, by_volume: Classified, read: Classified) -> Said:
    """Join PSA with RECIP by volume, or with RECIP as read where the volumes leave it open."""
    visual = by_volume.response is None and read.response is not None
    found = composite(percent, read if visual else by_volume)
    stances = {
        "response": Stance.BETTER, "stable": Stance.STABLE, "progression": Stance.WORSE, "discordant": Stance.OPEN,
        None: Stance.OPEN,
    }  # fmt: skip
    needs = (
        *(["a PSA within 2 weeks of the PET"] if percent is None else []),
        *(["an answer of RECIP"] if found.recip is None else []),
    )
    shown = "unknown" if percent is None else f"{found.psa or 'unknown'} ({bounds(percent)})"
    because = f"PSA: {shown}; RECIP{' (visual)' if visual else ''}: {found.recip or 'unknown'}"
    return Said(
        criterion="PSA + RECIP", of="PSA and PSMA PET", answer=found.together or "unknown",
        stance=stances[found.together], because=because, needs=() if found.together else needs,
        source=cited("PSA + RECIP"),
    )  # fmt: skip


def _ppp(before: Examination | None, now: Examination) -> Said:
    growth = _growth(before, now)
    found = ppp.progressed(now.new_lesions, growth, supported=now.progression_supported)
    answer = {True: "progression", False: "no progression", None: "unknown"}[found.holds]
    stance = {True: Stance.WORSE, False: Stance.NOT_WORSE, None: Stance.OPEN}[found.holds]
    return Said(criterion="PPP", of="PSMA PET", answer=answer, stance=stance, because=found.because,
                needs=tuple(map(str, found.needs)), source=cited("PPP"))  # fmt: skip


def _growth(before: Examination | None, now: Examination) -> list[ppp.Growth]:
    """Return size and uptake of every lesion of the baseline; uptake only where the tracer is the same."""
    if before is None:
        return []
    later = {one.lesion: one for one in now.lesions}
    same = not comparable(before, now)
    found: list[ppp.Growth] = []
    for one in before.lesions:
        again = later.get(one.lesion)
        found.append(_size(one, again))
        if same:
            found.append(ppp.Growth(one.lesion, "SUVmax", one.suv_max, None if again is None else again.suv_max))
    return found


def _size(one: LesionMeasurement, again: LesionMeasurement | None) -> ppp.Growth:
    """Return the longest axis, or the volume where no axis was measured."""
    if one.long_axis is not None:
        after = None if again is None or again.long_axis is None else again.long_axis.to("mm")
        return ppp.Growth(one.lesion, "long axis", one.long_axis.to("mm"), after)
    first = None if one.volume is None else one.volume.to("mL")
    return ppp.Growth(
        one.lesion, "volume", first, None if again is None or again.volume is None else again.volume.to("mL")
    )


def _percist(before: Examination | None, now: Examination, new: bool | None) -> Classified:
    lacking = comparable(before, now)
    if new or lacking or before is None:
        return percist.classify(None, None, new) if new else unsettled("uptake cannot be compared", *lacking)
    later = {one.lesion: one.suv_mean for one in now.lesions}
    first = [one.suv_mean for one in before.lesions if one.psma_positive is not False]
    absent = 0.0 if nothing_left(now) else None
    second = [later.get(one.lesion, absent) for one in before.lesions if one.psma_positive is not False]
    return percist.classify(_sum(first), _sum(second), new)


def _sum(values: Sequence[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return sum(known) if values and len(known) == len(values) else None


def _recist(imaged: Imaged) -> Said:
    """Compare with the sum of the last CT or MRI before treatment; one of long before is no baseline."""
    last = _last(imaged.before, *CT)
    before = next(
        (
            one
            for one in reversed(imaged.before)
            if last is not None
            and one.kind in CT
            and one.target_sum is not None
            and (day_of(last.on) - day_of(one.on)).days <= WITHIN_DAYS
        ),
        None,
    )
    baseline = None if before is None or before.target_sum is None else before.target_sum.to("mm")
    since = [
        recist.Targets(
            sum_mm=None if one.target_sum is None else one.target_sum.to("mm"),
            gone=one.targets_gone is True,
            non_target=one.non_target,
            new_lesions=None if one.new_lesions is None else one.new_lesions > 0,
        )
        for one in imaged.since
        if one.kind in CT
    ]
    return Said.classified("RECIST 1.1", "CT", recist.classify(baseline, since), cited("RECIST"))


def _bone(imaged: Imaged) -> Said:
    scans = [
        BoneScan(day_of(one.on), one.new_bone_lesions, one.new_lesions_persist)
        for one in imaged.since
        if one.kind == BONE
    ]
    found = bone_progression(scans)
    answers = {
        "progression": ("progression", Stance.WORSE),
        "to be confirmed": ("to be confirmed", Stance.OPEN),
        "none": ("no progression", Stance.NOT_WORSE),
        "unknown": ("unknown", Stance.OPEN),
    }
    answer, stance = answers[found.state]
    return Said(criterion="PCWG3 (bone)", of="bone", answer=answer, stance=stance, because=found.because,
                needs=(found.needs,) if found.needs else (), source=cited("PCWG3 bone"))  # fmt: skip


KINDS: Final = {PET: "PSMA PET", BONE: "bone scan", "ct": "CT", "mri": "MRI"}
_BY: Final = {
    "pcwg3": " by PCWG3", "recist-1.1": " by RECIST 1.1", "recip-1.0": " by RECIP 1.0",
    "clinical-reading": " in clinical reading", "other": " by other criteria", None: "",
}  # fmt: skip


def _stated(one: Examination) -> list[Said]:
    """Return the classes that the reader gave by criteria which he names."""
    of = KINDS[one.kind]
    return [
        Said.classified(
            f"{stated.criterion} (as stated)",
            of,
            Classified(stated.response, stated.because or f"the reader's statement on the {of} of {day_of(one.on)}"),
            stated.source,
        )
        for stated in one.stated_responses
    ]


def _read(one: Examination) -> Said:
    """Return the reader's own statement, by the criteria that he names."""
    worse = one.radiographic_progression is True
    return Said(
        criterion=f"the reader of the {KINDS[one.kind]}", of=KINDS[one.kind],
        answer="progression" if worse else "no progression", stance=Stance.WORSE if worse else Stance.NOT_WORSE,
        because=f"stated{_BY[one.criteria]} on {day_of(one.on)}", source=one.reader or "the record",
    )  # fmt: skip
