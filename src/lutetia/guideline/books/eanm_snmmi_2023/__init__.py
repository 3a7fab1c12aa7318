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
    scope=scope.scope,
    strength_note=scope.strength_note,
    summary=indications.summary,
    notes=scope.notes,
)
