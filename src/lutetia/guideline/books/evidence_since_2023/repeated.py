"""Series of men who were given more cycles than have been studied in trials."""

from __future__ import annotations

from lutetia.guideline.books.evidence_since_2023.population import informing
from lutetia.guideline.logic import any_of, limit
from lutetia.guideline.logic.entries import entries
from lutetia.guideline.logic.regimen import cycle_number
from lutetia.guideline.logic.traits import psma_radioligand

SECTION = "More than six cycles, and treating again"
_beyond = cycle_number > limit("cycles_max")
_again = entries("earlier_radionuclides", psma_radioligand, title="earlier radionuclides").exist()

extended = informing(
    SECTION, "EV-EXTENDED", "Would he get more than six cycles, or be treated again?", any_of(_beyond, _again),
    "earlier radioligands against PSMA count as treating again",
)  # fmt: skip
extended_one_centre = informing(SECTION, "EV-EXTENDED-1", "Would he go on beyond the sixth cycle?", _beyond)
