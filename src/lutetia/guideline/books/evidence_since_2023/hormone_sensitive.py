"""Trials in metastatic hormone-sensitive disease, of which the guideline does not speak."""

from __future__ import annotations

from lutetia.guideline.books.evidence_since_2023.population import informing, mhspc, taxane_naive, treated_at_most
from lutetia.guideline.logic import all_of, limit

SECTION = "Metastatic hormone-sensitive prostate cancer"

psmaddition = informing(
    SECTION, "EV-PSMADDITION", "Is he of the population of PSMAddition?",
    all_of(mhspc, taxane_naive, treated_at_most(limit("minimally_treated"))),
    "treatment is counted from the start of androgen deprivation or of an androgen receptor pathway inhibitor",
)  # fmt: skip
upfront = informing(
    SECTION, "EV-UPFRONTPSMA", "Is he of the population of UpFrontPSMA?",
    all_of(mhspc, taxane_naive, treated_at_most(limit("newly_treated"))),
    "that the disease was new and of high volume is not in the record",
)  # fmt: skip
