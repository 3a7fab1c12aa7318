"""Trials against a change of hormonal drug in men who have had no taxane."""

from __future__ import annotations

from lutetia.guideline.books.evidence_since_2023.population import (
    informing,
    mcrpc,
    progressed_on_an_arpi,
    progressed_on_one_arpi,
    taxane_naive,
)
from lutetia.guideline.logic import all_of

SECTION = "Taxane-naive mCRPC"
_ARPI = "progression under the drug counts, exposure alone does not"
_CONTROL = "the control arm changed the hormonal drug; docetaxel was not compared"

psmafore = informing(
    SECTION, "EV-PSMAFORE", "Is he of the population of PSMAfore, which reported on progression?",
    all_of(mcrpc, taxane_naive, progressed_on_one_arpi), _ARPI, _CONTROL,
)  # fmt: skip
psmafore_survival = informing(
    SECTION, "EV-PSMAFORE-OS", "Is he of the population of PSMAfore, which reported on survival?",
    all_of(mcrpc, taxane_naive, progressed_on_one_arpi), _ARPI, _CONTROL,
)  # fmt: skip
splash = informing(
    SECTION, "EV-SPLASH", "Is he of the population of SPLASH?", all_of(mcrpc, taxane_naive, progressed_on_an_arpi),
    _ARPI, _CONTROL, "a taxane given before castration resistance, which the trial allowed, is not told apart",
)  # fmt: skip
eclipse = informing(
    SECTION, "EV-ECLIPSE", "Is he of the population of ECLIPSE?", all_of(mcrpc, taxane_naive, progressed_on_one_arpi),
    _ARPI, _CONTROL, "a taxane given before castration resistance is not told apart",
)  # fmt: skip
