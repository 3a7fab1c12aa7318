"""What has been reported on 177Lu-PSMA therapy since the literature of the guideline was closed in December 2021.

Each report is data (``reports.yaml``): trial, population, arms, results with their confidence intervals, the source and
whether it was read itself. A report informs about a man of the population that it studied, from the day on which it was
public. It changes no eligibility and no statement of another book; ``touches`` says upon which it bears.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lutetia.course import read_agent
from lutetia.guideline.book import Book, Scope
from lutetia.guideline.books.evidence_since_2023 import (
    castration_resistant,
    hormone_sensitive,
    ligand,
    repeated,
    taxane_naive,
)
from lutetia.guideline.books.evidence_since_2023.reports import reports
from lutetia.guideline.logic.regimen import agent_of
from lutetia.guideline.topic import Topic
from lutetia.guideline.verdict import Status
from lutetia.provenance import Source

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lutetia.guideline.logic import Context
    from lutetia.guideline.verdict import Answer


def _scope(context: Context) -> Scope:
    """Tell whether the reports are about the agent; all are of 177Lu with PSMA-617 or PSMA-I&T."""
    name = agent_of(context)
    if name is None or read_agent(name).in_scope:
        return Scope(inside=None if name is None else True, text="")
    return Scope(inside=False, text=f"{name}: no report of this agent is held here.")


def _summary(answers: Mapping[str, Answer]) -> str:
    """Name the reports of his population; none of them is an indication."""
    studied = [one.id for one in answers.values() if one.status is Status.MET]
    said = f"Reports of a population like his: {', '.join(studied)}. " if studied else ""
    return f"{said}A report informs; it changes no eligibility."


BOOK: Final = Book(
    id="evidence_since_2023",
    title="Evidence since 2023",
    source=Source(title="Trials and series of 177Lu-PSMA therapy reported since December 2021", year=2025),
    sections=(taxane_naive, ligand, castration_resistant, hormone_sensitive, repeated),
    scope=_scope,
    summary=_summary,
    touches={**{name: report.touches for name, report in reports().items()}, "EV-IT": ("SCOPE-1",)},
    topics={
        Topic.INDICATION: (
            "EV-PSMAFORE",
            "EV-PSMAFORE-OS",
            "EV-SPLASH",
            "EV-ECLIPSE",
            "EV-ENZA-P",
            "EV-ENZA-P-OS",
            "EV-THERAP-OS",
            "EV-PSMADDITION",
            "EV-UPFRONTPSMA",
        ),
        Topic.NUMBER_OF_CYCLES: ("EV-EXTENDED", "EV-EXTENDED-1"),
    },
)
