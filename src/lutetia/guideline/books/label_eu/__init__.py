"""The EU label of lutetium (177Lu) vipivotide tetraxetan (Pluvicto).

Written from secondary sources: pages that repeat parts of the summary of product characteristics, press reports. The
text itself was not read, so every answer says "verify against the current label"; rows that are known from the US label
only say so. What the EU label says of settings before a taxane is not known here and stays unknown. Paraphrased and
cited by section. ``docs/labels.md`` says what came from where.
"""

from __future__ import annotations

from typing import Final

from lutetia.guideline.book import Book
from lutetia.guideline.books.label_eu import (
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
    id="label_eu",
    title="EU label of Pluvicto",
    source=Source(
        title="Pluvicto, lutetium (177Lu) vipivotide tetraxetan, EU summary of product characteristics",
        year=2022,
    ),
    sections=(indications, dosage, blood_and_kidney, other_reactions, specific_populations),
    jurisdiction="EU",
    versions=scope.VERSIONS,
    caveat=scope.CAVEAT,
    indications=indications.INDICATIONS,
    scope=scope.scope,
    summary=indications.summary,
    topics={
        Topic.INDICATION: indications.INDICATIONS,
        Topic.IMAGING: ("EU-SELECT-IMAGING",),
        Topic.BLOOD_COUNTS: ("EU-AE-MYELO-HOLD", "EU-AE-MYELO-REDUCE", "EU-AE-MYELO-STOP"),
        Topic.KIDNEY: (
            "EU-AE-RENAL-HOLD", "EU-AE-RENAL-REDUCE", "EU-AE-RENAL-STOP", "EU-AE-RENAL-RECURRENT", "EU-RENAL-UNSTUDIED",
            "EU-RENAL-MILD",
        ),
        Topic.LIVER: ("EU-AE-LIVER",),
        Topic.DRY_MOUTH: ("EU-AE-MOUTH-HOLD", "EU-AE-MOUTH-CONSIDER", "EU-AE-MOUTH-REDUCE", "EU-AE-MOUTH-STOP"),
        Topic.OTHER_TOXICITY: (
            "EU-AE-GI-HOLD", "EU-AE-GI-REDUCE", "EU-AE-GI-STOP", "EU-AE-FATIGUE", "EU-AE-METABOLIC",
            "EU-AE-UNACCEPTABLE", "EU-AE-OTHER", "EU-AE-AGAIN", "EU-DELAY-CONSIDER", "EU-AE-SPINE", "EU-AE-FRACTURE",
        ),
        Topic.ACTIVITY: ("EU-DOSE-ACTIVITY", "EU-DOSE-REDUCED"),
        Topic.INTERVAL: ("EU-DOSE-INTERVAL",),
        Topic.NUMBER_OF_CYCLES: ("EU-DOSE-NUMBER",),
        Topic.CONTRACEPTION: ("EU-CONTRACEPTION",),
        Topic.RESPONSE: ("EU-DOSE-PROGRESSION",),
    },
)  # fmt: skip
