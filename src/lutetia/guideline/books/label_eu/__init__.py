"""The EU label of lutetium (177Lu) vipivotide tetraxetan (Pluvicto).

Written from secondary sources: pages that repeat parts of the summary of product characteristics, press reports. The
text itself was not read, so every answer says "verify against the current label". What it says of settings before a
taxane, of dosage modifications for adverse reactions and of contraception is not known here: where that is asked the
answer stays unknown. Paraphrased and cited by section. ``docs/labels.md`` says what came from where.
"""

from __future__ import annotations

from typing import Final

from lutetia.guideline.book import Book
from lutetia.guideline.books.label_eu import (
    dosage,
    dosage_modifications,
    indications,
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
    sections=(indications, dosage, dosage_modifications, specific_populations),
    jurisdiction="EU",
    versions=scope.VERSIONS,
    caveat=scope.CAVEAT,
    indications=indications.INDICATIONS,
    scope=scope.scope,
    summary=indications.summary,
    topics={
        Topic.INDICATION: indications.INDICATIONS,
        Topic.IMAGING: ("EU-SELECT-IMAGING",),
        Topic.BLOOD_COUNTS: ("EU-AE-BLOOD",),
        Topic.KIDNEY: ("EU-AE-RENAL", "EU-RENAL-SEVERE", "EU-RENAL-MILD"),
        Topic.LIVER: ("EU-AE-LIVER",),
        Topic.DRY_MOUTH: ("EU-AE-MOUTH",),
        Topic.OTHER_TOXICITY: ("EU-AE-OTHER", "EU-AE-DELAY", "EU-DOSE-TOXICITY"),
        Topic.ACTIVITY: ("EU-DOSE-ACTIVITY", "EU-AE-REDUCED"),
        Topic.INTERVAL: ("EU-DOSE-INTERVAL",),
        Topic.NUMBER_OF_CYCLES: ("EU-DOSE-NUMBER",),
        Topic.CONTRACEPTION: ("EU-CONTRACEPTION",),
        Topic.RESPONSE: ("EU-DOSE-PROGRESSION",),
    },
)
