"""The US label of lutetium (177Lu) vipivotide tetraxetan (Pluvicto), NDA 215833, by the versions that changed it.

Written from secondary sources: pages that repeat the prescribing information, the maker's own pages, press reports
of the approvals. The prescribing information itself was not read, so every answer says "verify against the current
label". Paraphrased and cited by section; the text itself is not part of Lutetia. ``docs/labels.md`` says what came from
where.
"""

from __future__ import annotations

from typing import Final

from lutetia.guideline.book import Book
from lutetia.guideline.books.label_us import (
    blood_and_kidney,
    dosage,
    indications,
    other_reactions,
    scope,
    specific_populations,
)
from lutetia.guideline.topic import Topic
from lutetia.provenance import Source

BOOK: Final = Book(
    id="label_us",
    title="US label of Pluvicto",
    source=Source(
        title="Pluvicto (lutetium Lu 177 vipivotide tetraxetan) injection, US prescribing information",
        year=2022,
        identifier="NDA 215833",
    ),
    sections=(indications, dosage, blood_and_kidney, other_reactions, specific_populations),
    jurisdiction="US",
    versions=scope.VERSIONS,
    caveat=scope.CAVEAT,
    indications=indications.INDICATIONS,
    scope=scope.scope,
    summary=indications.summary,
    topics={
        Topic.INDICATION: indications.INDICATIONS,
        Topic.IMAGING: ("US-SELECT-PET",),
        Topic.BLOOD_COUNTS: ("US-AE-MYELO-HOLD", "US-AE-MYELO-REDUCE", "US-AE-MYELO-STOP"),
        Topic.KIDNEY: (
            "US-AE-RENAL-HOLD", "US-AE-RENAL-REDUCE", "US-AE-RENAL-STOP", "US-AE-RENAL-RECURRENT", "US-RENAL-UNSTUDIED",
            "US-RENAL-MONITOR",
        ),
        Topic.LIVER: ("US-AE-LIVER",),
        Topic.DRY_MOUTH: ("US-AE-MOUTH-HOLD", "US-AE-MOUTH-CONSIDER", "US-AE-MOUTH-REDUCE", "US-AE-MOUTH-STOP"),
        Topic.OTHER_TOXICITY: (
            "US-AE-GI-HOLD", "US-AE-GI-REDUCE", "US-AE-GI-STOP", "US-AE-FATIGUE", "US-AE-METABOLIC",
            "US-AE-UNACCEPTABLE", "US-AE-OTHER", "US-AE-AGAIN", "US-DELAY-STOP", "US-DELAY-CONSIDER",
        ),
        Topic.ACTIVITY: ("US-DOSE-ACTIVITY", "US-DOSE-REDUCED"),
        Topic.INTERVAL: ("US-DOSE-INTERVAL",),
        Topic.NUMBER_OF_CYCLES: ("US-DOSE-NUMBER",),
        Topic.CONTRACEPTION: ("US-CONTRACEPTION",),
        Topic.RESPONSE: ("US-DOSE-PROGRESSION",),
    },
)  # fmt: skip
