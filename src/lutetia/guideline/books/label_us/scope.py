"""What the label is about, and its versions."""

from __future__ import annotations

from datetime import date
from typing import Final

from lutetia.course import read_agent
from lutetia.guideline.book import Scope
from lutetia.guideline.logic import Context
from lutetia.guideline.logic.regimen import agent_of
from lutetia.guideline.verdict import VersionUsed

CAVEAT: Final = "verify against the current label"

FIRST: Final = date(2022, 3, 23)
BEFORE_TAXANE: Final = date(2025, 3, 28)
HORMONE_SENSITIVE: Final = date(2026, 7, 31)

VERSIONS: Final = (
    VersionUsed(
        since=FIRST,
        title="first approval: PSMA-positive mCRPC after androgen receptor pathway inhibition and a taxane",
        seen="secondary",
    ),
    VersionUsed(
        since=BEFORE_TAXANE,
        title="also before a taxane, where delaying it is considered appropriate",
        seen="secondary",
    ),
    VersionUsed(
        since=HORMONE_SENSITIVE,
        title="also with an androgen receptor pathway inhibitor where the metastatic disease is naive or sensitive to "
        "androgen pathway modulation; known from reports of the approval only",
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
