"""Whom the reports studied, as far as a record can tell, and how a report becomes a recommendation that informs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from lutetia.guideline.books.evidence_since_2023.reports import VERIFY, Report, reports
from lutetia.guideline.logic import Condition, all_of, limit, no, not_, yes
from lutetia.guideline.logic.entries import Trait, entries
from lutetia.guideline.logic.traits import of_class, of_drug, progressed
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.guideline.verdict import Strength
from lutetia.vocabulary import disease

if TYPE_CHECKING:
    from lutetia.guideline.logic import Context

NEVER = "informs only: a trial result changes no eligibility, and no statement of another book"

taxane = entries("therapies", of_class("taxane"))
docetaxel_failed = entries("therapies", of_drug("docetaxel"), progressed)
arpi = entries("therapies", of_class("arpi"))
_arpi_failed = entries("therapies", of_class("arpi"), progressed)

mcrpc: Condition = all_of(yes(disease.psma_positive), yes(disease.castration_resistant), yes(disease.metastatic))
mhspc: Condition = all_of(yes(disease.psma_positive), no(disease.castration_resistant), yes(disease.metastatic))
taxane_naive: Condition = not_(taxane.exist())
progressed_on_an_arpi: Condition = _arpi_failed >= limit("arpi_lines_min")
progressed_on_one_arpi: Condition = all_of(
    _arpi_failed >= limit("arpi_lines_min"), not_(_arpi_failed > limit("arpi_lines_max"))
)


def _begun_before(days: limit) -> Trait:
    def holds(entry: Any, context: Context) -> bool | None:
        return bool(entry.started + timedelta(days=days.number(context)) < context.on)

    return Trait(f"begun more than {{{days.name}}} before the day", holds, limits=days.names(), raised=-1)


def treated_at_most(days: limit) -> Condition:
    """Return the condition that no hormonal treatment began longer ago than some days."""
    return not_(entries("therapies", of_class("adt", "arpi"), _begun_before(days)).exist())


def informing(section: str, name: str, asks: str, population: Condition, *choices: str) -> Recommendation:
    """Return the recommendation by which a report informs about a man of the population that it studied.

    Parameters
    ----------
    section : str
    name : str
        Of the report in ``reports.yaml``; from the day on which that is public it speaks.
    asks : str
        The question that it answers.
    population : Condition
        Whom it studied, as far as a record can tell; what it cannot tell stands under ``choices``.
    """
    report: Report = reports()[name]
    return Recommendation(
        id=name,
        where=Cite(section, f"{report.trial}, {report.place}"),
        strength=Strength.EVIDENCE,
        asks=asks,
        says=report.summary,
        informs=population,
        consequence=f"of the population studied in {report.trial}; bears upon {', '.join(report.touches)}",
        choices=(NEVER, *choices),
        beside=tuple(_always(line) for line in report.details),
        since=report.public,
        caveat=VERIFY if report.seen == "secondary" else "",
    )


class _always:  # noqa: N801 - a remark that is the same for every course
    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __call__(self, context: Context) -> str:
        return self.text
