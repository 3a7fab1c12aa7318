"""From a PET series to uptake values by body weight, with what the course states about it; and may two be compared?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from lutetia.quantification.suv import share_in_view, suv_rule, to_suv
from lutetia.workflow.disease.images import ReadPsma, UptakeImage
from lutetia.workflow.record.opened import Opened
from lutetia.workflow.suv.stated import doubtful_share, examination_of, stated_about
from lutetia.workflow.suv.told import rule_json

if TYPE_CHECKING:
    from lutetia.dicom.read import SeriesFiles

APART_MIN: Final = 10.0
"""Uptake times further apart are told: tumour goes on taking up while organs wash out. Lutetia's choice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuvReader:
    """Reads a PET and turns it into uptake values by body weight, by the rule that its header asks for.

    Attributes
    ----------
    opened : Opened or None
        A course; its examination that names the series states what the header cannot say.
    timezone : str or None
        IANA name, for clock times without an offset; else that of the course.
    """

    opened: Opened | None = None
    timezone: str | None = None

    def __call__(self, series: SeriesFiles) -> UptakeImage:
        """Read one series.

        Raises
        ------
        lutetia.errors.InputError
            If a fact that the uptake value needs is missing or contradicts another one.
        lutetia.errors.RefusedError
            If the image would show far more than was injected.
        """
        from lutetia.dicom.read import read_for_suv

        opened = self.opened
        examination = None if opened is None else examination_of(opened.course, series.series_uid)
        zone = self.timezone or (opened.timezone if opened else None)
        source = read_for_suv(series, stated=stated_about(opened, examination, timezone=zone))
        rule = suv_rule(source.facts, "bw")
        suv = to_suv(source.image.volume, rule)
        unnamed = opened is not None and examination is None
        return UptakeImage(
            image=source.image,
            suv=suv,
            tracer=examination.tracer if examination is not None and examination.tracer else source.tracer,
            notes=(
                _told(rule.name, rule.uptake_time_min),
                *rule.notes,
                *(("no examination of the course names this PET: its header alone was used",) if unnamed else ()),
            ),
            rule=rule,
            cautions=(*rule.cautions, *doubtful_share(share_in_view(suv, rule))),
        )


def _told(name: str, minutes: float | None) -> str:
    return f"SUV by body weight: {name}; uptake time {'not known' if minutes is None else f'{minutes:.0f} min'}"


def uptake_cautions(days: Sequence[ReadPsma]) -> Iterator[str]:
    """Yield what a reader has to weigh of the uptake values of one PET, or of two that are compared."""
    for day in days:
        yield from (f"{day.acquired_at.date()}: {caution}" for caution in day.cautions)
    rules = [day.rule for day in days if day.rule is not None]
    if len(rules) != 2:
        return
    first, second = rules
    if first.name != second.name:
        yield f"the uptake values of the two PET were made by different rules: {first.name}; {second.name}"
    times = first.uptake_time_min, second.uptake_time_min
    if times[0] is None or times[1] is None:
        yield "the uptake time of one of the two PET is not known: whether they may be compared is open"
    elif abs(times[0] - times[1]) > APART_MIN:
        yield (
            f"the uptake times differ: {times[0]:.0f} min and {times[1]:.0f} min from injection to scan; tumour and "
            "organs change in between"
        )


def uptake_json(days: Sequence[ReadPsma]) -> list[dict[str, Any] | None]:
    """Return the rule of each PET as plain values; None where the caller made the uptake values."""
    return [None if day.rule is None else {"kind": day.rule.kind, "rule": rule_json(day.rule)} for day in days]
