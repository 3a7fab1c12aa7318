"""Randomised trials of PSMA-I&T, whose evidence was weaker when the guideline was written."""

from __future__ import annotations

from lutetia.guideline.books.evidence_since_2023.population import NEVER
from lutetia.guideline.books.evidence_since_2023.reports import VERIFY, reports
from lutetia.guideline.logic.regimen import ligand
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.guideline.verdict import Strength

SECTION = "PSMA-I&T"
_SPLASH, _ECLIPSE = reports()["EV-SPLASH"], reports()["EV-ECLIPSE"]

randomised = Recommendation(
    id="EV-IT",
    where=Cite(SECTION, f"SPLASH, {_SPLASH.place}; ECLIPSE, {_ECLIPSE.place}"),
    strength=Strength.EVIDENCE,
    asks="Is the ligand PSMA-I&T, of which randomised trials have reported?",
    says="Two randomised trials of PSMA-I&T against a change of hormonal drug in the taxane-naive have reported: "
    "SPLASH with numbers, at another activity than usual, and ECLIPSE at the usual one without any.",
    informs=ligand("PSMA-I&T"),
    consequence="randomised evidence for PSMA-I&T exists, not after a taxane; bears upon SCOPE-1",
    choices=(NEVER,),
    since=max(_SPLASH.public, _ECLIPSE.public),
    caveat=VERIFY,
)
