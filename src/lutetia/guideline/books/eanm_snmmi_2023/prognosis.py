"""Factors associated with survival: they annotate and never decide; predictive ones may be used to select."""

from __future__ import annotations

from lutetia.guideline.books.eanm_snmmi_2023.patient_selection import low_uptake_anywhere, mostly_above_parotid
from lutetia.guideline.logic import Condition, Context, any_of, latest, limit, not_, yes
from lutetia.guideline.logic.graded import age
from lutetia.guideline.logic.psa import doubling_time
from lutetia.guideline.logic.quantity import lower_limit, upper_limit
from lutetia.guideline.logic.regimen import before_treatment
from lutetia.guideline.recommendation import Cite, Recommendation, Remark
from lutetia.guideline.verdict import Strength
from lutetia.vocabulary import condition, disease, imaging, laboratory

SECTION = "Factors associated with survival"
_NEVER = "annotates only: it changes no eligibility, since it goes with a worse course under other treatments too"


def _factor(
    name: str,
    item: str,
    asks: str,
    says: str,
    condition_: Condition,
    *choices: str,
    beside: tuple[Remark, ...] = (),
    recoverable: bool | None = None,
) -> Recommendation:
    return Recommendation(
        id=name,
        where=Cite(SECTION, f"prognostic {item}"),
        strength=Strength.EVIDENCE,
        asks=asks,
        says=says,
        informs=condition_,
        applies=before_treatment,
        consequence="goes with a shorter course; changes no eligibility",
        choices=(_NEVER, *choices),
        beside=beside,
        recoverable=recoverable,
    )


young = _factor(
    "PROG-1-AGE", "1", "Is he younger than 65?",
    "An age under 65 goes with a poorer outcome.",
    age < limit("age_young"), "the direction is the printed one", recoverable=False,
)  # fmt: skip
performance = _factor(
    "PROG-1-ECOG", "1", "Is his performance reduced?", "ECOG 2 or worse goes with a poorer outcome.",
    latest(condition.ecog) >= limit("ecog_prognostic"),
)  # fmt: skip
symptoms = _factor(
    "PROG-1-SYMPT", "1", "Does the tumour cause symptoms?", "Symptoms go with a poorer outcome.",
    yes(condition.from_tumour),
)  # fmt: skip
grade = _factor(
    "PROG-1-GLEASON", "1", "Is the Gleason score high?", "A high Gleason score goes with a poorer outcome.",
    latest(disease.gleason) >= limit("gleason_high"), "'high' is read as 8 or more", recoverable=False,
)  # fmt: skip
hormones = _factor(
    "PROG-1-HORM", "1", "Did hormones act only briefly?",
    "A brief answer to androgen deprivation or a novel androgen-axis drug goes with a poorer outcome.",
    yes(disease.short_hormonal_response), "'short' is the clinician's word; the source has no number, and none is made",
)  # fmt: skip
visceral = _factor(
    "PROG-2-VISC", "2", "Are there visceral metastases?", "Visceral metastases go with a poorer outcome.",
    any_of(yes(disease.liver_metastases), yes(disease.other_visceral_metastases)),
)  # fmt: skip
bone = _factor(
    "PROG-2-BONE", "2", "Are there bone metastases?",
    "Disease of the bone rather than of nodes alone, and more of it, goes with a poorer outcome.",
    yes(disease.bone_metastases), "their presence counts; of their extent the source gives no number",
)  # fmt: skip
volume = _factor(
    "PROG-2-VOL", "2", "Is the tumour volume large?", "A large total volume goes with a poorer outcome.",
    yes(imaging.large_tumour_volume), "'large' is the reader's word; the source has no number",
)  # fmt: skip
glucose = _factor(
    "PROG-2-FDG", "2", "Is FDG uptake high?", "High uptake of FDG goes with a poorer outcome.",
    yes(imaging.fdg_uptake_high), "'high' is the reader's word; the source has no number",
)  # fmt: skip


def _psa_beside(context: Context) -> str:
    facts = context.seen(laboratory.psa).facts
    shown = f"PSA {facts[-1].shown()} ({facts[-1].day})" if facts else "PSA not recorded"
    return "; ".join(part for part in (f"{shown}: no limit is given for it", doubling_time(context)) if part)


laboratory_tests = _factor(
    "PROG-3", "3", "Do laboratory tests speak of a poorer outcome?",
    "High LDH, CRP, alkaline phosphatase or PSA, a short PSA doubling time, and low haemoglobin go with a poorer "
    "outcome.",
    any_of(
        latest(laboratory.ldh) > upper_limit(laboratory.ldh),
        latest(laboratory.crp) > upper_limit(laboratory.crp),
        latest(laboratory.alkaline_phosphatase) > upper_limit(laboratory.alkaline_phosphatase),
        latest(laboratory.haemoglobin) < lower_limit(laboratory.haemoglobin),
    ),
    "the laboratory's own limits of normal stand for 'high' and 'low'; PSA and its doubling time are shown as they are",
    beside=(_psa_beside,),
)  # fmt: skip

low_uptake = Recommendation(
    id="PRED-1",
    where=Cite(SECTION, "predictive 1"),
    strength=Strength.EVIDENCE,
    asks="Is uptake in the tumour low?",
    says="Low uptake of the ligand by the tumour, however it is measured, goes with a weaker response to this therapy.",
    informs=any_of(low_uptake_anywhere, not_(mostly_above_parotid)),
    applies=before_treatment,
    consequence="a weaker response is to be expected",
    choices=("read from SEL-7 and SEL-8: a lesion below half of the parotid, or most lesions not above it",),
)

mismatch = Recommendation(
    id="PRED-2",
    where=Cite(SECTION, "predictive 2"),
    strength=Strength.EVIDENCE,
    asks="Is there viable tumour without PSMA?",
    says="Viable lesions, positive on FDG, without PSMA go with a weaker response to this therapy.",
    informs=yes(imaging.fdg_positive_psma_negative),
    applies=before_treatment,
    consequence="a weaker response is to be expected",
)
