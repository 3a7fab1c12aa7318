"""Process of treatment procedure: what must be there before a cycle, and the regimen."""

from __future__ import annotations

from lutetia.guideline.books.eanm_snmmi_2023.side_effects import (
    already_delayed,
    interim_toxicity,
    kidney_reduction,
    toxicity_on_the_day,
)
from lutetia.guideline.logic import Context, all_of, any_of, choice, limit, not_, yes
from lutetia.guideline.logic.after import a_cycle_was_given, half_measured, not_scanned_after
from lutetia.guideline.logic.consent import consent_lacking
from lutetia.guideline.logic.entries import entries, lacks
from lutetia.guideline.logic.graded import gfr
from lutetia.guideline.logic.regimen import (
    a_cycle,
    a_later_cycle,
    cycle_number,
    days_since_previous,
    departure,
    ligand,
    prescribed,
    the_first_cycle,
)
from lutetia.guideline.logic.traits import of_class, still_given
from lutetia.guideline.recommendation import Cite, Effect, Recommendation
from lutetia.guideline.verdict import Outcome, Strength
from lutetia.vocabulary import condition, disease, laboratory, setting

SECTION = "Process of treatment procedure"

history = Recommendation(
    id="PROC-1a",
    where=Cite(SECTION, "1"),
    asks="Is the history complete?",
    says="History, earlier treatment, medication, comorbidity, recent staging and the present condition are collected.",
    requires=lacks(
        condition.ecog,
        disease.histology,
        lists=(
            entries("therapies"),
            entries("medication"),
            entries("comorbidities"),
            entries("examinations"),
        ),
    ),
    consequence="complete the record",
    choices=("complete means: histology and performance status are recorded, and somebody calls the lists complete",),
)

keep_deprivation = Recommendation(
    id="PROC-1b",
    where=Cite(SECTION, "1"),
    asks="Does androgen deprivation go on?",
    says="Androgen deprivation is continued during the therapy.",
    caution=choice(disease.castration, "none"),
    recoverable=True,
    consequence="androgen deprivation should be continued",
    choices=("orchiectomy counts as continued deprivation",),
)

bone_protection = Recommendation(
    id="PROC-1c",
    where=Cite(SECTION, "1"),
    asks="Is bone protection given?",
    says="Bone protection, by denosumab or a bisphosphonate, may go on.",
    informs=entries("therapies", of_class("bone-protection"), still_given, title="treatments").exist(),
    consequence="permitted",
)

androgen_axis_beside = Recommendation(
    id="PROC-1d",
    where=Cite(SECTION, "1"),
    asks="Is a novel androgen-axis drug given in parallel after a taxane?",
    says="In men who have had a taxane, a novel androgen-axis drug may go along with it.",
    informs=all_of(
        entries("therapies", of_class("arpi"), still_given, title="treatments").exist(),
        entries("therapies", of_class("taxane"), title="treatments").exist(),
    ),
    consequence="permitted",
)

consent = Recommendation(
    id="PROC-1e",
    where=Cite(SECTION, "1"),
    asks="Is there informed consent?",
    says="No first cycle without the patient's informed consent; national law may ask for it in writing and a day "
    "ahead.",
    requires=consent_lacking(
        in_writing=setting.written_consent_required,
        in_time=setting.consent_24h_required,
        hours=limit("consent_before"),
    ),
    applies=a_cycle,
    recoverable=True,
    consequence="blocked until consent is recorded",
    choices=(
        "a consent that is not recorded does not exist: it blocks the first cycle, and is asked for",
        "renewed consent is a local matter; a consent that was withdrawn blocks every cycle",
    ),
    effects=(Effect(precedence="P1", outcome=Outcome.HOLD),),
)

laboratory_tests = Recommendation(
    id="PROC-2-LABS",
    where=Cite(SECTION, "2"),
    asks="Are all laboratory tests there and recent?",
    says="Before each cycle, not older than 5 days: blood count, creatinine, eGFR, AST, ALT, total bilirubin, "
    "albumin, alkaline phosphatase, LDH, PSA and CRP.",
    requires=lacks(
        laboratory.haemoglobin, laboratory.leukocytes, laboratory.neutrophils, laboratory.platelets,
        laboratory.creatinine, gfr(), laboratory.ast, laboratory.alt, laboratory.bilirubin, laboratory.albumin,
        laboratory.alkaline_phosphatase, laboratory.ldh, laboratory.psa, laboratory.crp,
        limits=("lab_age_max",),
    ),
    applies=a_cycle,
    recoverable=True,
    consequence="not ready until these are there",
    choices=(
        "calendar days from the sampling day to the planned day; the fifth day still counts",
        "the blood count includes neutrophils, which the side effects ask for",
        "a test that is not recorded may exist: readiness is then unknown, and never given",
    ),
)  # fmt: skip

two_readings = Recommendation(
    id="PROC-3b",
    where=Cite(SECTION, "3"),
    asks="Was the syringe measured before and after?",
    says="An activity meter reads the syringe twice, full before the injection and emptied after it.",
    caution=half_measured,
    applies=a_cycle_was_given,
    recoverable=False,
    consequence="the activity given is not known",
    choices=("asked of the last cycle given; an injection documented elsewhere counts with what is reported",),
)

_may_swell = any_of(yes(disease.brain_metastases), yes(disease.spinal_canal_threatened), yes(disease.swelling_risk))
_steroids = any_of(
    yes(condition.steroids_arranged),
    entries("therapies", of_class("corticosteroid"), still_given, title="treatments").exist(),
)
steroids = Recommendation(
    id="PROC-5c",
    where=Cite(SECTION, "5"),
    asks="Do metastases that may swell have corticosteroids?",
    says="Corticosteroids are a must where metastases, of the brain, the spine or elsewhere, may swell and hurt or "
    "obstruct.",
    requires=all_of(_may_swell, not_(_steroids)),
    applies=a_cycle,
    recoverable=True,
    consequence="not ready until corticosteroids are arranged or a reason is recorded",
    choices=(
        "any metastasis of the brain counts; of the spine what threatens the canal; elsewhere what is called at risk",
    ),
)

allopurinol = Recommendation(
    id="PROC-7b",
    where=Cite(SECTION, "7"),
    asks="Is the tumour burden high?",
    says="With a high burden, and so a risk of tumour lysis, allopurinol can be given for the first week.",
    advises=yes(disease.high_tumour_burden),
    applies=a_cycle,
    consequence="consider allopurinol for a week",
    choices=("'high' is the clinician's word; the source has no number",),
)

heart = Recommendation(
    id="PROC-7c",
    where=Cite(SECTION, "7"),
    asks="Does the heart limit hydration?",
    says="Heart and circulation may ask for less fluid, or for diuretics.",
    advises=yes(condition.heart_limits_hydration),
    applies=a_cycle,
    consequence="less hydration, or diuretics",
)

verification = Recommendation(
    id="PROC-9",
    where=Cite(SECTION, "9"),
    asks="Was the last cycle verified by a scan?",
    says="One emission scan at least, later than 2 h after the injection, rules out extravasation and confirms where "
    "the "
    "activity went.",
    caution=not_scanned_after(limit("verification_after")),
    applies=a_cycle_was_given,
    recoverable=True,
    consequence="the scan that verifies the last cycle is missing",
    choices=(
        "asked after every administration; SPECT counts as more than a planar scan",
        "a scan that is not recorded may exist: missing reads as unknown",
    ),
)

_departs = departure(limit("regular_activity")) > limit("activity_tolerance")
_reduced = all_of(a_later_cycle, any_of(toxicity_on_the_day, kidney_reduction), prescribed < limit("regular_activity"))
_too_soon = all_of(a_later_cycle, days_since_previous < limit("interval_min"))
_too_late = all_of(a_later_cycle, days_since_previous > limit("interval_max"))
approved_regimen = Recommendation(
    id="PROC-11a",
    where=Cite(SECTION, "11"),
    asks="Does the plan depart from the approved regimen?",
    says="The approved regimen of PSMA-617 is 7.4 GBq every 6 weeks (give or take one) for at most 6 cycles.",
    caution=any_of(
        cycle_number > limit("cycles_max"),
        all_of(_departs, not_(_reduced)),
        _too_soon,
        all_of(_too_late, not_(all_of(interim_toxicity, already_delayed))),
    ),
    applies=all_of(a_cycle, ligand("PSMA-617")),
    recoverable=True,
    consequence="departs from the approved regimen: justify",
    choices=(
        "a difference in activity counts beyond 10 %",
        "reductions and delays that the rules on side effects ask for count as justified",
        "'non-compromised patients' is not defined and not tested",
    ),
)


def _reduced_beside(context: Context) -> str:
    if not any_of(toxicity_on_the_day, kidney_reduction).find(context).holds:
        return ""
    part = context.limits["reduced_part"].value * context.limits["regular_activity"].value
    return (
        f"one reduction of the regular activity gives {part:g} GBq (the US label rounds to 5.9); that it lies below "
        "the published range is intended and not a finding"
    )


_in_range = all_of(prescribed >= limit("practice_activity_min"), prescribed <= limit("practice_activity_max"))
_in_interval = any_of(
    the_first_cycle,
    all_of(
        a_later_cycle,
        days_since_previous >= limit("practice_interval_min"),
        days_since_previous <= limit("practice_interval_max"),
    ),
)
published_practice = Recommendation(
    id="PROC-11b",
    where=Cite(SECTION, "11"),
    strength=Strength.EVIDENCE,
    asks="Does the plan lie within published practice?",
    says="In practice both ligands were given safely with 6 to 9.3 GBq per treatment every 4 to 10 weeks.",
    informs=all_of(_in_range, _in_interval),
    applies=a_cycle,
    consequence="within published practice",
    beside=(_reduced_beside,),
)
