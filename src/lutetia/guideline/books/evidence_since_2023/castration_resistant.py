"""Trials in other men with castration-resistant disease: first line with enzalutamide, and after docetaxel."""

from __future__ import annotations

from lutetia.guideline.books.evidence_since_2023.population import (
    arpi,
    docetaxel_failed,
    informing,
    mcrpc,
    taxane_naive,
)
from lutetia.guideline.logic import all_of, limit, not_

SECTION = "mCRPC, first line and after docetaxel"
_first_line = all_of(mcrpc, taxane_naive, not_(arpi.exist()))
_NONE = "no taxane and no androgen receptor pathway inhibitor is asked for; the trial allowed abiraterone"
_RISK = "the risk factors for early progression are not in the record"

enza_p = informing(
    SECTION, "EV-ENZA-P", "Is he of the population of ENZA-p, which reported on PSA?", _first_line, _NONE, _RISK
)
enza_p_survival = informing(
    SECTION, "EV-ENZA-P-OS", "Is he of the population of ENZA-p, which reported on survival?", _first_line, _NONE, _RISK
)
therap_survival = informing(
    SECTION, "EV-THERAP-OS", "Is he of the population of TheraP, which reported on survival?",
    all_of(mcrpc, docetaxel_failed >= limit("taxane_lines_min")),
    "its selection by FDG PET and SUV is not asked for",
)  # fmt: skip
