"""Contra-indications C: precautions for use."""

from __future__ import annotations

from datetime import date

from lutetia.guideline.books.eanm_snmmi_2023.contraindications import SECTION
from lutetia.guideline.books.eanm_snmmi_2023.kidney import REPEAT, formulas_beside
from lutetia.guideline.logic import Context, all_of, always, any_of, limit, no, yes
from lutetia.guideline.logic.entries import entries, lacks
from lutetia.guideline.logic.graded import gfr
from lutetia.guideline.logic.regimen import a_later_cycle
from lutetia.guideline.logic.traits import bone_seeking, large_field, last_given, of_class, still_given, within
from lutetia.guideline.recommendation import Cite, Effect, Recommendation
from lutetia.guideline.verdict import Outcome, Strength
from lutetia.vocabulary import condition, disease

_permitted = entries("therapies", of_class("adt", "arpi", "bone-protection"), still_given, title="treatments")
combination = Recommendation(
    id="CI-C1a",
    where=Cite(SECTION, "C1"),
    strength=Strength.EVIDENCE,
    asks="Which treatments go well beside it?",
    says="Analgesics, androgen deprivation, novel androgen-axis drugs, bone protection and focal radiotherapy were "
    "well tolerated beside it in VISION.",
    informs=_permitted.exist(),
    consequence="well tolerated in VISION",
)

interactions = Recommendation(
    id="CI-C1b",
    where=Cite(SECTION, "C1"),
    strength=Strength.EVIDENCE,
    asks="Is another medicine given of which no interaction is known?",
    says="Interactions with further medicines have not been studied.",
    informs=any_of(
        entries("medication", title="medicines").exist(),
        entries(
            "therapies",
            of_class("taxane", "other-chemotherapy", "parp-inhibitor", "immunotherapy", "corticosteroid", "other"),
            still_given,
            title="treatments",
        ).exist(),
    ),
    consequence="no interaction studies exist",
)

_chemotherapy = entries(
    "therapies", of_class("taxane", "other-chemotherapy"), within(limit("marrow_pause")), title="chemotherapies"
)
_field = entries("external_beam", large_field, within(limit("marrow_pause")), title="external-beam treatments")
_seeker = entries("earlier_radionuclides", bone_seeking, within(limit("marrow_pause")), title="earlier radionuclides")
marrow_pause = Recommendation(
    id="CI-C2",
    where=Cite(SECTION, "C2"),
    asks="Was the marrow spared for four weeks?",
    says="Large-field radiotherapy, chemotherapy and bone-seeking radionuclides should have been stopped for 4 weeks.",
    caution=any_of(_chemotherapy.exist(), _field.exist(), _seeker.exist()),
    recoverable=True,
    consequence="postpone until the pause is over, or justify",
    choices=(
        "counted back from each planned administration",
        "PARP inhibitors and immunotherapy are not named and do not count",
        "earlier 223Ra was harmless, yet the pause is kept",
    ),
    effects=tuple(
        Effect(
            precedence="P4", outcome=Outcome.POSTPONE, when=of.exist(),
            until=of.last_day_after(last_given, limit("marrow_pause")),
        )
        for of in (_chemotherapy, _field, _seeker)
    ),
)  # fmt: skip

_moderate = all_of(gfr() >= limit("egfr_moderate_min"), gfr() <= limit("egfr_moderate_max"))
moderate_kidney = Recommendation(
    id="CI-C3a",
    where=Cite(SECTION, "C3"),
    asks="Is kidney function moderately reduced?",
    says="At a GFR of 30 to 50 ml/min experience is still limited.",
    caution=_moderate,
    recoverable=True,
    consequence="precaution",
    choices=("both ends of the range belong to it",),
    beside=(formulas_beside("egfr_moderate_min", "egfr_moderate_max"),),
)

kidney_risk_factors = Recommendation(
    id="CI-C3d",
    where=Cite(SECTION, "C3"),
    strength=Strength.EVIDENCE,
    asks="What happened to kidneys that were reduced at the start?",
    says="In patients who started with reduced function, later impairment was as frequent as ordinary risk factors "
    "explain.",
    informs=_moderate,
    consequence="for information; kidney function is watched all the same",
)

watch_kidney = Recommendation(
    id="CI-C3b",
    where=Cite(SECTION, "C3"),
    asks="Is the GFR known before this cycle?",
    says="Kidney function should be watched from one cycle to the next.",
    requires=lacks(gfr()),
    applies=a_later_cycle,
    recoverable=True,
    consequence="an eGFR is needed before this cycle",
)

_gfr_lost = gfr() < limit("egfr_stop_precaution")
stop_for_kidney = Recommendation(
    id="CI-C3c",
    where=Cite(SECTION, "C3"),
    asks="Has the eGFR fallen under 30 on treatment?",
    says="The therapy should be discontinued when the eGFR falls under 30 ml/min.",
    against=_gfr_lost,
    applies=a_later_cycle,
    recoverable=True,
    consequence="discontinue",
    choices=(REPEAT,),
    effects=(Effect(precedence="P2", outcome=Outcome.DISCONTINUE, note=REPEAT),),
    beside=(formulas_beside("egfr_stop_precaution"),),
)

_chemotherapies = entries("therapies", of_class("taxane", "other-chemotherapy"), title="chemotherapies")
marrow_reserve = Recommendation(
    id="CI-C4",
    where=Cite(SECTION, "C4"),
    strength=Strength.EVIDENCE,
    asks="Is he more prone to myelotoxicity?",
    says="Reduced kidney function, extensive chemotherapy or prolonged haematological toxicity in the past may go "
    "with more high-grade myelotoxicity.",
    caution=any_of(
        gfr() < limit("egfr_slow_clearance"),
        _chemotherapies >= limit("chemotherapy_extensive"),
        yes(condition.prolonged_haematotoxicity),
    ),
    recoverable=False,
    consequence="risk of myelotoxicity; check blood counts more often",
    choices=("the numbers are Lutetia's; so is the advice to check more often",),
)


def _contraception_until(context: Context) -> str:
    given = context.course.given_cycles
    if not given or given[-1].given_on is None:
        return ""
    last = given[-1].given_on
    months = last.month - 1 + int(context.limits["contraception"].value)
    year, month = last.year + months // 12, months % 12 + 1
    return f"after the latest administration ({last}): at least until {_same_day(last, year, month)}"


def _same_day(day: date, year: int, month: int) -> date:
    """Return the same day of a month, or the first of the next where the month is too short."""
    try:
        return day.replace(year=year, month=month)
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1)


contraception = Recommendation(
    id="CI-C5a",
    where=Cite(SECTION, "C5"),
    asks="Is contraception arranged?",
    says="Contraception has to be reliable while he is treated and for another 3 months.",
    advises=always,
    consequence="advise contraception until 3 months after the last administration",
    beside=(_contraception_until,),
)

fertility = Recommendation(
    id="CI-C5b",
    where=Cite(SECTION, "C5"),
    asks="Was infertility spoken about?",
    says="Irreversible infertility, possibly related to the cumulative lifetime dose, must be considered.",
    advises=always,
    consequence="counsel",
)

late_effects = Recommendation(
    id="CI-C5c",
    where=Cite(SECTION, "C5"),
    asks="Do late effects on the marrow matter for him?",
    says="Myelodysplasia and secondary leukaemia may come years later; hardly relevant in mCRPC, but in earlier "
    "stages.",
    informs=any_of(no(disease.castration_resistant), no(disease.metastatic)),
    consequence="counsel, and consider in the decision",
)
