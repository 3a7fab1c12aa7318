"""Contra-indications A (absolute: there are none) and B (Table 1: relative ones)."""

from __future__ import annotations

from lutetia.guideline.books.eanm_snmmi_2023.kidney import formulas_beside
from lutetia.guideline.logic import (
    Condition,
    Context,
    all_of,
    always,
    any_of,
    choice,
    for_any,
    latest,
    limit,
    no,
    not_,
    yes,
)
from lutetia.guideline.logic.graded import ctcae, gfr
from lutetia.guideline.logic.quantity import upper_limit
from lutetia.guideline.logic.regimen import the_first_cycle
from lutetia.guideline.recommendation import Cite, Effect, Recommendation
from lutetia.guideline.verdict import Outcome, Strength
from lutetia.vocabulary import Item, condition, disease, laboratory, setting

SECTION = "Contra-indications"
COUNTED = (laboratory.haemoglobin, laboratory.leukocytes, laboratory.neutrophils, laboratory.platelets)
"""The blood counts that the guideline's side effects speak about; lymphocytes are not among them."""

WEIGH = Effect(precedence="P6", outcome=Outcome.UNDETERMINED)


def _weigh_first(condition_: Condition) -> Effect:
    """Return the effect of a row about which the side effects speak from the second cycle on."""
    return Effect(precedence="P6", outcome=Outcome.UNDETERMINED, when=all_of(the_first_cycle, condition_))


def _weigh_count(item: Item, few: Condition) -> Effect:
    """Return the effect of a row on a blood count.

    From the second cycle on the side effects speak about a count worse than before the first cycle; one that was as
    low before is still a person's to weigh.
    """
    as_before = not_(ctcae(item) > ctcae(item, "before the first cycle"))
    return Effect(precedence="P6", outcome=Outcome.UNDETERMINED, when=all_of(few, any_of(the_first_cycle, as_before)))


def _row(number: int) -> Cite:
    return Cite(SECTION, f"Table 1, row {number}")


none_absolute = Recommendation(
    id="CI-A-1",
    where=Cite(SECTION, "A"),
    asks="Is anything an absolute contra-indication?",
    says="No absolute contra-indication is defined: the disease threatens life; expected benefit has to exceed "
    "expected harm.",
    informs=always,
    consequence="contra-indications below are relative; a person weighs them",
)

high_grade_myelosuppression = Recommendation(
    id="CI-A-2",
    where=Cite(SECTION, "A"),
    asks="Is the marrow severely suppressed, and can complications be managed?",
    says="With high-grade myelosuppression treat only with caution, and where complications can be dealt with.",
    caution=for_any(COUNTED, lambda item: ctcae(item) >= limit("myelosuppression_high_grade")),
    needs=yes(setting.manages_complications),
    recoverable=True,
    consequence="caution; the site must be able to manage complications",
    choices=(
        "'high-grade' is read as CTCAE grade 3 or 4",
        "a person weighs it before every cycle, whatever its cause",
    ),
    effects=(WEIGH,),
)

life_expectancy = Recommendation(
    id="CI-B-LIFE",
    where=_row(1),
    asks="Is he expected to live long enough?",
    says="An expected survival under 3 months speaks against, except where relief of tumour symptoms is the aim.",
    against=latest(condition.life_expectancy) < limit("life_expectancy_min"),
    unless=(yes(condition.palliative_intent),),
    recoverable=False,
    consequence="relative contra-indication",
    choices=("life expectancy is the clinician's estimate and is never computed",),
    effects=(WEIGH,),
)

performance = Recommendation(
    id="CI-B-ECOG",
    where=_row(2),
    asks="Is his performance status good enough?",
    says="ECOG 3 or worse speaks against: exposure of carers, and suffering is likely to be prolonged.",
    against=latest(condition.ecog) >= limit("ecog_against"),
    recoverable=True,
    consequence="relative contra-indication",
    effects=(WEIGH,),
)

incontinence = Recommendation(
    id="CI-B-INCONT",
    where=_row(3),
    asks="Is urinary incontinence beyond management?",
    says="Urinary incontinence that cannot be managed speaks against.",
    against=choice(condition.urinary_incontinence, "unmanageable"),
    recoverable=True,
    consequence="relative contra-indication",
    effects=(WEIGH,),
)

catheter = Recommendation(
    id="CI-B-CATHETER",
    where=_row(3),
    asks="Would a catheter help radiation protection?",
    says="A catheter alone does not speak against; placing one may even be worth considering for radiation protection.",
    advises=all_of(
        choice(condition.urinary_incontinence, "manageable", "unmanageable"), no(condition.urinary_catheter)
    ),
    consequence="consider a catheter",
)

obstruction = Recommendation(
    id="CI-B-OBSTR",
    where=_row(4),
    asks="Is the urinary tract obstructed?",
    says="Acute obstruction of the urinary tract, or hydronephrosis, speaks against.",
    against=any_of(yes(condition.acute_urinary_obstruction), yes(condition.hydronephrosis)),
    recoverable=True,
    consequence="relative contra-indication",
    choices=("any hydronephrosis counts; a chronic stable one may be weighed down by the clinician",),
    effects=(WEIGH,),
)

renogram = Recommendation(
    id="CI-B-RENOGRAM",
    where=_row(4),
    asks="Is a baseline renal scintigraphy needed?",
    says="With diagnosed or threatening retention, 99mTc-MAG3 or -DTPA scintigraphy should be considered as a "
    "baseline.",
    advises=choice(condition.urinary_retention, "risk", "diagnosed"),
    consequence="consider a baseline renal scintigraphy",
)


def _no_isolation(context: Context) -> str:
    if no(setting.isolation_required).find(context).holds:
        return "local rules require no isolation: the clinician may weigh this down"
    return ""


psychiatric = Recommendation(
    id="CI-B-PSYCH",
    where=_row(5),
    asks="Is there a psychiatric condition that cannot be managed?",
    says="A psychiatric comorbidity beyond management speaks against where isolation on a ward is required.",
    against=yes(condition.unmanageable_psychiatric),
    recoverable=True,
    consequence="relative contra-indication",
    choices=("speaks also where no isolation is required, since stay and contact rules ask for cooperation",),
    effects=(WEIGH,),
    beside=(_no_isolation,),
)

comorbidity = Recommendation(
    id="CI-B-COMORB",
    where=_row(6),
    asks="Is there another severe disease, or can he not stand hydration?",
    says="Another severe comorbidity, of the heart for instance, speaks against; he must be able to stand more "
    "hydration.",
    against=any_of(yes(condition.severe_comorbidity), no(condition.tolerates_hydration)),
    recoverable=True,
    consequence="relative contra-indication",
    choices=("hydration is an example: being unable to stand it is enough, and not necessary",),
    effects=(WEIGH,),
)

_gfr_too_low = gfr() < limit("egfr_min")
kidney_function = Recommendation(
    id="CI-B-GFR",
    where=_row(7),
    asks="Is kidney function sufficient?",
    says="Failing organs speak against, for example a GFR under 30 ml/min.",
    against=_gfr_too_low,
    recoverable=True,
    consequence="relative contra-indication",
    choices=(
        "CKD-EPI 2021 decides unless the site chooses otherwise; other formulas and the reported value are shown",
    ),
    effects=(_weigh_first(_gfr_too_low),),
    beside=(formulas_beside("egfr_min"),),
)

creatinine = Recommendation(
    id="CI-B-CREA",
    where=_row(7),
    asks="Is creatinine more than twice normal?",
    says="The same heading, for example a creatinine above twice the upper limit of normal.",
    against=latest(laboratory.creatinine) > limit("creatinine_multiple_max") * upper_limit(laboratory.creatinine),
    recoverable=True,
    consequence="relative contra-indication",
    effects=(WEIGH,),
)


def _ggt_beside(context: Context) -> str:
    facts = context.seen(laboratory.ggt).facts
    return f"gamma-GT {facts[-1].shown()} ({facts[-1].day}), shown only" if facts else ""


_liver_too_high = for_any(
    (laboratory.ast, laboratory.alt), lambda item: latest(item) > limit("liver_multiple_max") * upper_limit(item)
)
liver = Recommendation(
    id="CI-B-LIVER",
    where=_row(7),
    asks="Are liver enzymes more than five times normal?",
    says="The same heading, for example liver enzymes above five times the upper limit of normal.",
    against=_liver_too_high,
    recoverable=True,
    consequence="relative contra-indication",
    choices=(
        "'liver enzymes' are AST and ALT, as under side effects; alkaline phosphatase rises with bone metastases",
    ),
    effects=(WEIGH,),
    beside=(_ggt_beside,),
)

organs = Recommendation(
    id="CI-B-ORGAN",
    where=_row(7),
    asks="Are organs failing progressively?",
    says="Organs that fail more and more, or a threat of multi-organ failure, speak against.",
    against=any_of(yes(condition.organ_deterioration), yes(condition.multiorgan_failure_risk)),
    recoverable=True,
    consequence="relative contra-indication",
    choices=("the printed numbers are examples and count on their own (CI-B-GFR, CI-B-CREA, CI-B-LIVER)",),
    effects=(WEIGH,),
)

infection = Recommendation(
    id="CI-B-INFECT",
    where=_row(8),
    asks="Is there an acute infection?",
    says="An acute infection speaks against.",
    against=yes(condition.acute_infection),
    recoverable=True,
    consequence="relative contra-indication",
    effects=(WEIGH,),
)

_few_leukocytes = latest(laboratory.leukocytes) < limit("leukocytes_min")
leukocytes = Recommendation(
    id="CI-B-WBC",
    where=_row(9),
    asks="Are there enough leukocytes?",
    says="Leukocytes under 2.5/nl speak against.",
    against=_few_leukocytes,
    unless=("CI-B-SUPERSCAN",),
    recoverable=True,
    consequence="relative contra-indication",
    effects=(_weigh_count(laboratory.leukocytes, _few_leukocytes),),
)

_few_neutrophils = latest(laboratory.neutrophils) < limit("neutrophils_min")
neutrophils = Recommendation(
    id="CI-B-ANC",
    where=_row(9),
    asks="Are there enough neutrophils?",
    says="Neutrophils under 1.5/nl speak against.",
    against=_few_neutrophils,
    unless=("CI-B-SUPERSCAN",),
    recoverable=True,
    consequence="relative contra-indication",
    effects=(_weigh_count(laboratory.neutrophils, _few_neutrophils),),
)


def _haemoglobin_beside(context: Context) -> str:
    facts = context.seen(laboratory.haemoglobin).facts
    shown = f"{facts[-1].shown()} ({facts[-1].day})" if facts else "not recorded"
    return f"haemoglobin {shown}: Table 1 gives no limit for it"


_few_platelets = latest(laboratory.platelets) < limit("platelets_min")
platelets = Recommendation(
    id="CI-B-PLT",
    where=_row(9),
    asks="Are there enough platelets?",
    says="Platelets under 75/nl speak against.",
    against=_few_platelets,
    unless=("CI-B-SUPERSCAN",),
    recoverable=True,
    consequence="relative contra-indication",
    effects=(_weigh_count(laboratory.platelets, _few_platelets),),
    beside=(_haemoglobin_beside,),
)


def _superscan_beside(context: Context) -> str:
    return (
        "superscan recorded: evidence for a cause in the tumour" if yes(disease.superscan).find(context).holds else ""
    )


superscan = Recommendation(
    id="CI-B-SUPERSCAN",
    where=Cite(SECTION, "Table 1, footnote a"),
    strength=Strength.WEAK,
    asks="Is the low blood count caused by the tumour?",
    says="In selected patients in a worse state, with a superscan for instance, treatment can be reasonable, since "
    "counts low from the tumour were seen to improve; close monitoring of the blood count is then mandatory.",
    caution=all_of(any_of(_few_leukocytes, _few_neutrophils, _few_platelets), yes(disease.cytopenia_from_tumour)),
    needs=yes(setting.close_blood_count_monitoring),
    recoverable=True,
    consequence="the low count becomes a caution; close monitoring of the blood count is mandatory",
    choices=("the cause in the tumour is what counts; a superscan is an example of it and evidence for it",),
    beside=(_superscan_beside,),
)
