"""Indications and usage (section 1)."""

from __future__ import annotations

from collections.abc import Mapping

from lutetia.guideline.books.label_us.scope import BEFORE_TAXANE, HORMONE_SENSITIVE
from lutetia.guideline.logic import all_of, no, yes
from lutetia.guideline.logic.entries import entries
from lutetia.guideline.logic.traits import of_class, still_given
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.guideline.verdict import Answer, Status
from lutetia.vocabulary import condition, disease

SECTION = "Indications and usage"

_psma_positive_mcrpc = all_of(yes(disease.psma_positive), yes(disease.castration_resistant), yes(disease.metastatic))
_arpi_had = entries("therapies", of_class("arpi"), title="treatments").exist()
_EXPOSURE = "having been treated is what counts; progression under the drug is not asked"

after_taxane = Recommendation(
    id="US-IND-TAXANE",
    where=Cite(SECTION, "1"),
    asks="PSMA-positive mCRPC, treated with an androgen receptor pathway inhibitor and a taxane?",
    says="Adults with PSMA-positive mCRPC who have had androgen receptor pathway inhibition and taxane chemotherapy.",
    for_=all_of(_psma_positive_mcrpc, _arpi_had, entries("therapies", of_class("taxane"), title="treatments").exist()),
    consequence="within the label",
    choices=(_EXPOSURE,),
)

before_taxane = Recommendation(
    id="US-IND-DELAY",
    where=Cite(SECTION, "1"),
    asks="PSMA-positive mCRPC after an androgen receptor pathway inhibitor, and a taxane may appropriately wait?",
    says="The same after androgen receptor pathway inhibition alone, where delaying taxane chemotherapy is considered "
    "appropriate.",
    for_=all_of(_psma_positive_mcrpc, _arpi_had, yes(condition.taxane_delay_appropriate)),
    since=BEFORE_TAXANE,
    consequence="within the label",
    choices=(_EXPOSURE, "whether a delay is appropriate is asked of the clinician, never derived"),
)

hormone_sensitive = Recommendation(
    id="US-IND-SENSITIVE",
    where=Cite(SECTION, "1"),
    asks="PSMA-positive, metastatic, not castration-resistant, and given together with a pathway inhibitor?",
    says="With an androgen receptor pathway inhibitor: PSMA-positive metastatic disease that is naive or sensitive to "
    "modulation of the androgen pathway.",
    for_=all_of(
        yes(disease.psma_positive),
        yes(disease.metastatic),
        no(disease.castration_resistant),
        entries("therapies", of_class("arpi"), still_given, title="treatments").exist(),
    ),
    since=HORMONE_SENSITIVE,
    consequence="within the label",
    choices=(
        "'naive or sensitive' is read as not castration-resistant",
        "the inhibitor must be recorded as still given; one that is only planned does not count",
    ),
    caveat="verify against the current label; this indication is known from reports of the approval only",
)

INDICATIONS = ("US-IND-TAXANE", "US-IND-DELAY", "US-IND-SENSITIVE")


def summary(answers: Mapping[str, Answer]) -> str:
    """Say in words whether an indication of the label holds or may hold."""
    said = [one for one in INDICATIONS if one in answers]
    if holding := [one for one in said if answers[one].status is Status.MET]:
        return f"Within the US label: {' and '.join(holding)}; verify against the current label."
    if possible := [one for one in said if answers[one].status is Status.UNKNOWN]:
        return f"Not settled: {' or '.join(possible)}, depending on facts that are not known."
    return "Not covered by the indications of the US label as known here; verify against the current label."
