"""Definitions: where PSMA expression is uncertain, and what castration resistance is."""

from __future__ import annotations

from lutetia.guideline.logic import Context, all_of, any_of, choice, latest, limit, yes
from lutetia.guideline.logic.psa import psa_progressed_twice
from lutetia.guideline.logic.regimen import before_treatment
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.guideline.verdict import Strength
from lutetia.vocabulary import disease, laboratory

SECTION = "Definitions"

neuroendocrine = Recommendation(
    id="DEF-2",
    where=Cite(SECTION, "2"),
    strength=Strength.EVIDENCE,
    asks="May PSMA be expressed unevenly?",
    says="Expression of PSMA rises with the grade of the tumour; after neuroendocrine dedifferentiation it is uneven.",
    informs=choice(disease.histology, "neuroendocrine", "small-cell"),
    recoverable=False,
    consequence="PSMA expression may be uneven: verify it by PET, and consider FDG",
    choices=("small-cell carcinoma counts as neuroendocrine; the advice to verify is Lutetia's",),
)


def _as_stated(context: Context) -> str:
    """Say what the clinician answered, since that decides the indications."""
    told = yes(disease.castration_resistant).find(context).holds
    stated = {True: "castration-resistant", False: "not castration-resistant", None: "not recorded"}[told]
    spread = yes(disease.metastatic).find(context).holds
    prefix = {
        True: "metastases on imaging: mCRPC if so",
        False: "no metastases on imaging: nmCRPC if so",
        None: "metastases on imaging not recorded",
    }[spread]
    return f"the clinician's answer, which the indications use: {stated}; {prefix}"


castration_resistance = Recommendation(
    id="DEF-4",
    where=Cite(SECTION, "4"),
    strength=Strength.DEFINITION,
    asks="Is the disease castration-resistant by the guideline's definition?",
    says="Castration-resistant: with testosterone kept under 50 ng/dl, PSA rises twice in a row, 2 weeks or more "
    "apart, to "
    "25 % over its nadir, or imaging shows new lesions.",
    informs=all_of(
        choice(disease.castration, "medical", "orchiectomy"),
        latest(laboratory.testosterone) < limit("testosterone_castrate"),
        any_of(
            yes(disease.new_lesions),
            psa_progressed_twice(factor=limit("psa_over_nadir"), apart=limit("psa_progressions_apart")),
        ),
    ),
    applies=before_treatment,
    consequence="castration-resistant by this definition",
    choices=(
        "both values lie above the nadir and the second reaches 1.25 times it; the nadir is the lowest before",
        "values after the first administration are not looked at",
        "a rise that the record does not show may exist: the PSA arm is then open, never absent",
        "the printed 50 ng/dl decides; the printed 1.7 nmol/l is its rounded form (1.73)",
    ),
    beside=(_as_stated,),
)
