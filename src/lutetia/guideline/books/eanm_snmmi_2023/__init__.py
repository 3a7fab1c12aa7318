"""Joint EANM/SNMMI procedure guideline for 177Lu-PSMA radioligand therapy, 2023.

Kratochwil et al., Eur J Nucl Med Mol Imaging 2023;50:2830, doi 10.1007/s00259-023-06255-8. Recommendations are
paraphrased and cited; the text itself is not part of Lutetia. One module per section, in the order of the paper;
the long ones on contra-indications and side effects are two each. Facility and
personnel is a checklist that no record decides (``coverage.yaml``).
"""

from __future__ import annotations

from typing import Final

from lutetia.guideline.book import Book
from lutetia.guideline.books.eanm_snmmi_2023 import (
    contraindications,
    definitions,
    dosimetry,
    follow_up,
    indications,
    open_points,
    patient_selection,
    preamble,
    precautions,
    procedure,
    prognosis,
    radiopharmaceuticals,
    scope,
    side_effects,
    symptoms,
)
from lutetia.guideline.topic import Topic
from lutetia.provenance import Source

BOOK: Final = Book(
    id="eanm_snmmi_2023",
    title="EANM/SNMMI 2023",
    source=Source(
        title="Joint EANM/SNMMI procedure guideline for the use of 177Lu-labeled PSMA-targeted radioligand-therapy",
        year=2023,
        identifier="doi:10.1007/s00259-023-06255-8",
    ),
    sections=(
        preamble,
        scope,
        definitions,
        indications,
        contraindications,
        precautions,
        prognosis,
        patient_selection,
        radiopharmaceuticals,
        procedure,
        follow_up,
        side_effects,
        symptoms,
        dosimetry,
        open_points,
    ),
    indications=indications.INDICATIONS,
    topics={
        Topic.INDICATION: ("IND-1", "IND-2", "IND-3a", "IND-3b", "IND-4b"),
        Topic.CASTRATION_RESISTANCE: ("DEF-4",),
        Topic.IMAGING: ("SEL-1", "SEL-2", "SEL-7", "SEL-8"),
        Topic.PERFORMANCE: ("CI-B-ECOG",),
        Topic.BLOOD_COUNTS: ("CI-A-2", "CI-B-WBC", "CI-B-ANC", "CI-B-PLT", "AE-1a", "AE-1b", "AE-2"),
        Topic.KIDNEY: ("CI-B-GFR", "CI-B-CREA", "CI-C3a", "CI-C3c", "AE-3", "AE-6c"),
        Topic.LIVER: ("CI-B-LIVER", "AE-6d"),
        Topic.DRY_MOUTH: ("AE-4", "AE-6b", "AE-7", "AE-8a"),
        Topic.OTHER_TOXICITY: ("AE-4", "AE-5", "AE-6a", "AE-6b"),
        Topic.ACTIVITY: ("PROC-11a", "PROC-11b"),
        Topic.INTERVAL: ("PROC-11a",),
        Topic.NUMBER_OF_CYCLES: ("OPEN-1",),
        Topic.CONTRACEPTION: ("CI-C5a",),
        Topic.RESPONSE: ("FU-2c",),
    },
    scope=scope.scope,
    strength_note=scope.strength_note,
    summary=indications.summary,
    notes=scope.notes,
)
