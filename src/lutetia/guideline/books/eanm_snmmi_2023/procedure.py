"""Process of treatment procedure: what must be there before a cycle, and the regimen."""

from __future__ import annotations

from lutetia.guideline.books.eanm_snmmi_2023.side_effects import (
    already_delayed,
    interim_toxicity,
    kidney_reduction,
    toxicity_on_the_day,
)
from lutetia.guideline.logic import Context, all_of, any_of, choice, limit, not_
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
    says="Bisphosphonates or denosumab are permitted.",
    informs=entries("therapies", of_class("bone-protection"), still_given, title="treatments").exist(),
    consequence="permitted",
)

androgen_axis_beside = Recommendation(
    id="PROC-1d",
    where=Cite(SECTION, "1"),
    asks="Is a novel androgen-axis drug given in parallel after a taxane?",
    says="After a taxane, a novel androgen-axis drug might be given in parallel.",
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
    says="Informed consent must be obtained, in writing and 24 h before the first cycle where national law asks for "
    "it.",
    requires=consent_lacking(
        in_writing=setting.written_consent_required,
        in_time=setting.consent_24h_required,
        hours=limit("consent_before"),
    ),
    applies=the_first_cycle,
    recoverable=True,
    consequence="the first cycle is blocked until consent is recorded",
    choices=(
        "a consent that is not recorded does not exist: it blocks, and is asked for",
        "first cycle only; renewed consent is a local matter",
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

_departs = departure(limit("regular_activity")) > limit("activity_tolerance")
_off_interval = all_of(
    a_later_cycle,
    any_of(days_since_previous < limit("interval_min"), days_since_previous > limit("interval_max")),
)
approved_regimen = Recommendation(
    id="PROC-11a",
    where=Cite(SECTION, "11"),
    asks="Does the plan depart from the approved regimen?",
    says="The approved regimen of PSMA-617 is 7.4 GBq every 6 weeks (give or take one) for at most 6 cycles.",
    caution=any_of(
        cycle_number > limit("cycles_max"),
        all_of(_departs, not_(all_of(a_later_cycle, any_of(toxicity_on_the_day, kidney_reduction)))),
        all_of(_off_interval, not_(all_of(interim_toxicity, already_delayed))),
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
