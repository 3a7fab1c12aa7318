"""What the label is about, its version, and what of it is known only at second hand."""

from __future__ import annotations

from datetime import date
from typing import Final

from lutetia.course import read_agent
from lutetia.guideline.book import Scope
from lutetia.guideline.logic import Context
from lutetia.guideline.logic.regimen import agent_of
from lutetia.guideline.verdict import VersionUsed

CAVEAT: Final = "verify against the current label"

FIRST: Final = date(2022, 12, 13)
"""The day on which the approval was announced; the decision itself may be some days older."""

WITHDRAWN: Final = date(2026, 3, 23)
"""The day on which, as reported in April 2026, the application for use before a taxane was withdrawn."""

VERSIONS: Final = (
    VersionUsed(
        since=FIRST,
        title="first authorisation: progressive PSMA-positive mCRPC, with androgen deprivation, after androgen "
        "receptor pathway inhibition and a taxane",
        seen="secondary",
    ),
)


def scope(context: Context) -> Scope:
    """Tell whether the label is of the agent; it is of [177Lu]Lu-PSMA-617 only."""
    name = agent_of(context)
    if name is None:
        return Scope(inside=None, text="No radioligand is recorded yet: read as for [177Lu]Lu-PSMA-617.")
    agent = read_agent(name)
    if agent.nuclide == "Lu-177" and agent.ligand == "PSMA-617":
        return Scope(inside=True, text=f"{name}: the agent of the label.")
    return Scope(
        inside=False,
        text=f"{name}: not the agent of the label, which is [177Lu]Lu-PSMA-617 (Pluvicto); nothing is evaluated.",
    )
