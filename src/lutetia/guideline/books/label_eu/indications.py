"""Therapeutic indications and contraindications (sections 4.1 and 4.3)."""

from __future__ import annotations

from collections.abc import Mapping

from lutetia.guideline.books.label_eu.scope import WITHDRAWN
from lutetia.guideline.logic import Context, all_of, any_of, choice, no, not_, yes
from lutetia.guideline.logic.entries import Trait, entries
from lutetia.guideline.logic.traits import of_class
from lutetia.guideline.logic.untold import not_told
from lutetia.guideline.recommendation import Cite, Effect, Recommendation
from lutetia.guideline.verdict import Answer, Outcome, Status
from lutetia.vocabulary import disease

SECTION = "Therapeutic indications"
_PRODUCT = ("vipivotide", "psma-617", "pluvicto", "gentisic", "ascorb", "pentetic", "dtpa", "acetic acid", "acetate")
"""The active substance and the excipients, as an allergy may be entered."""

_taxane_had = entries("therapies", of_class("taxane"), title="treatments").exist()
_metastatic = all_of(yes(disease.psma_positive), yes(disease.metastatic))

after_taxane = Recommendation(
    id="EU-IND-TAXANE",
    where=Cite(SECTION, "4.1"),
    asks="PSMA-positive mCRPC under androgen deprivation, after a pathway inhibitor and a taxane?",
    says="With androgen deprivation, with or without androgen receptor pathway inhibition: adults with progressive "
    "PSMA-positive mCRPC who have had androgen receptor pathway inhibition and taxane chemotherapy.",
    for_=all_of(
        _metastatic,
        yes(disease.castration_resistant),
        choice(disease.castration, "medical", "orchiectomy"),
        entries("therapies", of_class("arpi"), title="treatments").exist(),
        _taxane_had,
    ),
    consequence="within the label",
    choices=(
        "having been treated is what counts; progression under the drug is not asked",
        "'progressive' is taken to be said with castration resistance",
        "orchiectomy counts as androgen deprivation",
    ),
)


def _withdrawn(context: Context) -> str:
    if context.on < WITHDRAWN:
        return ""
    return (
        f"as reported in April 2026, an application for use in mCRPC before a taxane was withdrawn on {WITHDRAWN}; "
        "verify against the current label"
    )


earlier = Recommendation(
    id="EU-IND-EARLIER",
    where=Cite(SECTION, "4.1"),
    asks="Does the label cover him before a taxane, or while the disease is hormone-sensitive?",
    says="What the label says of PSMA-positive metastatic disease before a taxane or before castration resistance is "
    "not known here.",
    for_=not_told(
        all_of(_metastatic, any_of(no(disease.castration_resistant), not_(_taxane_had))),
        question="What does the current EU label say of this setting?",
        why="no decision on this setting is known here",
    ),
    consequence="within the label",
    choices=("not known is not 'no': the answer stays unknown until the current label has been read",),
    beside=(_withdrawn,),
)

hypersensitivity = Recommendation(
    id="EU-CI-HYPERSENSITIVITY",
    where=Cite("Contraindications", "4.3"),
    asks="Is he hypersensitive to the product?",
    says="Hypersensitivity to the active substance or an excipient is a contraindication.",
    excludes=entries(
        "allergies",
        Trait("to the product", lambda entry, _: any(word in entry.substance.lower() for word in _PRODUCT)),
    ).exist(),
    recoverable=False,
    consequence="contraindicated",
    choices=("looked up among the allergies by the names of substance and excipients",),
    effects=(Effect(precedence="P2", outcome=Outcome.DISCONTINUE),),
)

INDICATIONS = ("EU-IND-TAXANE", "EU-IND-EARLIER")


def summary(answers: Mapping[str, Answer]) -> str:
    """Say in words whether the indication of the label holds, may hold, or is not known for this setting."""
    status = {one: answers[one].status for one in INDICATIONS}
    if status["EU-IND-TAXANE"] is Status.MET:
        return "Within the EU label: EU-IND-TAXANE; verify against the current label."
    if status["EU-IND-TAXANE"] is Status.UNKNOWN:
        return "Not settled: EU-IND-TAXANE, depending on facts that are not known."
    if status["EU-IND-EARLIER"] is Status.UNKNOWN:
        return (
            "Unknown: the EU indication known here is after a taxane; whether the label covers an earlier setting is "
            "not known here."
        )
    return "Not covered by the indication of the EU label as known here; verify against the current label."
