"""From the blood samples of a course and the centre's statements to what a dose of red marrow rests on."""

from __future__ import annotations

from lutetia.course import Course, Cycle
from lutetia.course.blood import BloodSample
from lutetia.course.fact import Fact
from lutetia.dosimetry.marrow import ByBlood, ByImage, MarrowInput, MarrowSelf, ratio_by_haematocrit
from lutetia.dosimetry.result import MarrowRefusal, Sample
from lutetia.site import Site
from lutetia.site.dosimetry import MarrowByBlood, MarrowChoice
from lutetia.workflow.dose.settings import CentreChoices

LITRE_ML = 1000.0
HAEMATOCRIT, BONE, SUPERSCAN = "lab.haematocrit", "disease.bone_metastases", "disease.superscan"
STATE_MARROW = (
    "Blood samples are recorded, and the site states nothing that a dose of red marrow could rest on: state 'marrow' "
    "with 'blood' in dosimetry.yaml."
)


def marrow_of(course: Course, cycle: Cycle, site: Site | None) -> MarrowInput | None:
    """Return what a dose of red marrow rests on in a cycle; None where the centre states nothing.

    Parameters
    ----------
    course : Course
        As known.
    cycle : Cycle
    site : Site or None
    """
    chosen: MarrowChoice | None = CentreChoices.of(site).settings.chosen("marrow").value
    if chosen is None:
        return None
    own, image = chosen.self_dose, chosen.image
    blood = None if chosen.blood is None or not cycle.blood else _by_blood(course, cycle, chosen.blood)
    return MarrowInput(
        self_dose=MarrowSelf(s_mgy_per_mbq_s=own.s_value, mass_g=own.mass_g, source=own.source),
        blood=blood,
        image=None if image is None else ByImage(share=image.share_of_marrow, mass_g=image.mass_g, source=image.source),
        flags=_flags(course),
    )


def unused_blood(cycle: Cycle, wanted: MarrowInput | None) -> tuple[str, ...]:
    """Say where blood was counted and nothing tells what to do with it."""
    return (STATE_MARROW,) if cycle.blood and (wanted is None or wanted.blood is None) else ()


def _by_blood(course: Course, cycle: Cycle, chosen: MarrowByBlood) -> ByBlood | MarrowRefusal:
    haematocrit = _haematocrit(course, cycle)
    plasma = any(sample.counted == "plasma" for sample in cycle.blood)
    if haematocrit is None and (plasma or chosen.ratio == "by haematocrit"):
        what = "plasma was counted" if plasma else "the ratio of red marrow to blood goes by haematocrit"
        return MarrowRefusal(
            method="blood",
            reason=f"{what}, and the haematocrit is not known",
            offered=("record lab.haematocrit up to the day of administration",),
        )
    fraction = None if haematocrit is None else haematocrit.quantity / 100
    if chosen.ratio == "by haematocrit":
        assert haematocrit is not None
        assert fraction is not None
        assert chosen.extracellular_fraction is not None
        ratio = ratio_by_haematocrit(fraction, chosen.extracellular_fraction)
        told = f"haematocrit {haematocrit.shown()} of {haematocrit.day}; {chosen.source}"
    else:
        ratio, told = chosen.ratio, chosen.source
    return ByBlood(samples=_samples(cycle, fraction), ratio=ratio, ratio_from=told)


def _haematocrit(course: Course, cycle: Cycle) -> Fact | None:
    """Return the latest haematocrit up to the day of administration."""
    if cycle.given_on is None:
        return None
    known = [fact for fact in course.facts_of(HAEMATOCRIT) if fact.day <= cycle.given_on and fact.comparator is None]
    return known[-1] if known else None


def _samples(cycle: Cycle, haematocrit: float | None) -> tuple[Sample, ...]:
    assert cycle.administration is not None
    started_at = cycle.administration.started_at
    return tuple(
        Sample(
            hours=(sample.drawn_at - started_at).total_seconds() / 3600,
            acquired_at=sample.drawn_at,
            volume_ml=LITRE_ML,
            uncorrected_mbq=_of_whole_blood(sample, haematocrit) * LITRE_ML,
            recovery=None,
            relative_sigma=sample.relative_sigma,
        )
        for sample in sorted(cycle.blood, key=lambda one: one.drawn_at)
    )


def _of_whole_blood(sample: BloodSample, haematocrit: float | None) -> float:
    """Return the concentration of whole blood [MBq/mL]; what is outside cells is in the plasma alone."""
    counted = sample.concentration.to("MBq/mL")
    if sample.counted == "whole blood":
        return counted
    assert haematocrit is not None
    return counted * (1 - haematocrit)


def _flags(course: Course) -> tuple[str, ...]:
    """Return what the record says of metastases in bone."""

    def told(item: str) -> Fact | None:
        facts = course.facts_of(item)
        return facts[-1] if facts and facts[-1].value is True else None

    if (diffuse := told(SUPERSCAN)) is not None:
        found = "neither blood nor a contour says what healthy marrow got"
        return (f"Diffuse involvement of the marrow is recorded ({diffuse.day}): {found}.",)
    if (bone := told(BONE)) is not None:
        found = "what they give to the red marrow around them is not in its self-dose"
        return (f"Bone metastases are recorded ({bone.day}): {found}.",)
    return ()
