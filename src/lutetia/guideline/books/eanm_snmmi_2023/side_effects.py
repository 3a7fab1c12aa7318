"""Management of side effects: what toxicity means for the next cycle."""

from __future__ import annotations

from datetime import timedelta

from lutetia.guideline.books.eanm_snmmi_2023.contraindications import COUNTED
from lutetia.guideline.books.eanm_snmmi_2023.kidney import REPEAT, formulas_beside
from lutetia.guideline.logic import Condition, Context, Quantity, all_of, any_of, for_any, latest, limit, yes
from lutetia.guideline.logic.entries import entries
from lutetia.guideline.logic.episode import unresolved
from lutetia.guideline.logic.graded import ctcae, fall, gfr, worst_between_cycles
from lutetia.guideline.logic.quantity import upper_limit
from lutetia.guideline.logic.regimen import a_cycle, a_later_cycle, after_plan, delayed_by
from lutetia.guideline.logic.traits import (
    at_least,
    last_given,
    not_a_blood_count,
    not_treated_adequately,
    of_kind,
    of_organ,
    unresolved_for,
    unresolved_since,
    within,
)
from lutetia.guideline.recommendation import Cite, Effect, Recommendation, Remark
from lutetia.guideline.verdict import Outcome
from lutetia.vocabulary import Item, condition, disease, laboratory

SECTION = "Management of side effects"
_COUNTS = "haemoglobin, leukocytes, neutrophils and platelets count, graded by CTCAE 5.0; lymphocytes do not"
_ACUTE = "'acute' is read as worse than the value before the first cycle; the plain rule is shown beside it"

_PLAIN_RULE = "the plain rule, without comparison with the value before the first cycle"


def _worsened(grade: limit, *, interim: bool = False) -> Condition:
    """Return: a blood count has reached a grade, and a worse one than before the first cycle."""

    def one(item: Item) -> Condition:
        now: Quantity = worst_between_cycles(item) if interim else ctcae(item)
        return all_of(now >= grade, now > ctcae(item, "before the first cycle"))

    return for_any(COUNTED, one)


def _plain(said: str, condition_: Condition) -> Remark:
    def say(context: Context) -> str:
        state = {True: "holds", False: "does not hold", None: "cannot be told"}[condition_.find(context).holds]
        return f"{said}: {state}"

    return say


def _plain_rule(grade: limit) -> Condition:
    return for_any(COUNTED, lambda item: ctcae(item) >= grade)


interim_toxicity = _worsened(limit("interim_grade"), interim=True)
already_delayed = delayed_by(limit("postponement"))
toxicity_on_the_day = _worsened(limit("day_grade"))
_severe_on_the_day = _worsened(limit("day_grade_postpone_only"))

postpone = Recommendation(
    id="AE-1a",
    where=Cite(SECTION, "1"),
    asks="Was there grade 3 or 4 haematological toxicity between the cycles?",
    says="Acute haematological toxicity of grade 3 or 4 at an interim test: the next cycle is postponed by 2 weeks.",
    against=interim_toxicity,
    applies=a_later_cycle,
    recoverable=True,
    consequence="postpone by 2 weeks",
    choices=(
        _COUNTS,
        _ACUTE,
        "interim is every test after the previous administration and before the planned day",
        "the 2 weeks are counted from the day originally planned",
    ),
    effects=(Effect(precedence="P4", outcome=Outcome.POSTPONE, until=after_plan(limit("postponement"))),),
)

no_recovery = Recommendation(
    id="AE-1b",
    where=Cite(SECTION, "1"),
    asks="Has the blood count recovered after the delay?",
    says="If the counts do not recover, the postponed cycle may be cancelled.",
    against=all_of(already_delayed, interim_toxicity, _worsened(limit("not_recovered_grade"))),
    applies=a_later_cycle,
    recoverable=True,
    consequence="the cycle may be cancelled; the physician decides",
    choices=(
        _COUNTS,
        "'recovery' is not defined: grade 1 or baseline is recovered, grade 2 falls under AE-2, beyond it is none",
    ),
    effects=(Effect(precedence="P4", outcome=Outcome.CANCEL, alternatives=(Outcome.POSTPONE,)),),
)

_gcsf = entries("support", of_kind("g-csf"), within(limit("gcsf_pause")), title="supportive treatments")


def _long_acting(context: Context) -> str:
    given = [entry for entry, holds in _gcsf.told(context) if holds and entry.long_acting]
    return "a long-acting G-CSF was given: counted from its injection, it acts longer" if given else ""


growth_factor = Recommendation(
    id="AE-1c",
    where=Cite(SECTION, "1"),
    asks="Was G-CSF given too shortly before?",
    says="Growth factors may be given until neutropenia has come back to grade 1; 2 weeks at least lie between them "
    "and "
    "the injection.",
    caution=_gcsf.exist(),
    applies=a_cycle,
    recoverable=True,
    consequence="postpone until 2 weeks after the last G-CSF",
    choices=("counts after any G-CSF, whatever the reason and before whichever cycle",),
    effects=(
        Effect(precedence="P4", outcome=Outcome.POSTPONE, until=_gcsf.last_day_after(last_given, limit("gcsf_pause"))),
    ),
    beside=(_long_acting,),
)

anaemia = Recommendation(
    id="AE-1d",
    where=Cite(SECTION, "1"),
    asks="Is there anaemia that may be treated?",
    says="Anaemia may be treated by transfusion or erythropoietin where there is a clinical reason.",
    advises=any_of(
        ctcae(laboratory.haemoglobin) >= limit("interim_grade"),
        worst_between_cycles(laboratory.haemoglobin) >= limit("interim_grade"),
    ),
    applies=a_later_cycle,
    recoverable=True,
    consequence="transfusion or erythropoietin, where there is a clinical reason",
    choices=("read as part of the item on grades 3 and 4",),
)

reduce_or_postpone = Recommendation(
    id="AE-2",
    where=Cite(SECTION, "2"),
    asks="Is there grade 2 or worse haematological toxicity on the day?",
    says="Acute haematological toxicity of grade 2 or worse on the scheduled day: 20 % less activity, or postponed.",
    caution=toxicity_on_the_day,
    applies=a_later_cycle,
    recoverable=True,
    consequence="20 % less activity, or postpone",
    choices=(
        _COUNTS,
        _ACUTE,
        "at grade 3 or worse on the day only postponing is offered",
        "the source gives no length for this postponement, and none is invented",
    ),
    effects=(
        Effect(
            precedence="P4",
            outcome=Outcome.POSTPONE,
            when=_severe_on_the_day,
            says="postpone: grade 3 or worse on the day",
            note="grade 3 or worse on the day: only postponing is offered (Lutetia's choice); the source "
            "gives no length",
        ),
        Effect(
            precedence="P5",
            outcome=Outcome.REDUCE,
            alternatives=(Outcome.POSTPONE,),
            factor=limit("reduced_part"),
            regular=limit("regular_activity"),
        ),
    ),
    beside=(
        _plain(_PLAIN_RULE, _plain_rule(limit("day_grade"))),
        lambda context: "Table 1 (CI-B-WBC, CI-B-ANC, CI-B-PLT) is shown with the contra-indications",
    ),
)

_fallen = fall("before the previous cycle") > limit("egfr_fall_max")
kidney_reduction = all_of(_fallen, gfr() > limit("egfr_reduce_above"))
acute_kidney_loss = Recommendation(
    id="AE-3",
    where=Cite(SECTION, "3"),
    asks="Has the eGFR fallen by more than 40 %?",
    says="Acute loss of more than 40 % of the eGFR, still above 30 ml/min: 20 % less activity.",
    caution=kidney_reduction,
    applies=a_later_cycle,
    recoverable=True,
    consequence="20 % less activity",
    choices=(
        "a loss of 40 per cent, not of 40 ml/min",
        "the reference is the value before the previous cycle; the value before the first cycle is shown beside it",
    ),
    effects=(
        Effect(
            precedence="P5", outcome=Outcome.REDUCE, factor=limit("reduced_part"), regular=limit("regular_activity")
        ),
    ),
    beside=(
        _plain(
            "against the value before the first cycle, a fall beyond the limit",
            fall("before the first cycle") > limit("egfr_fall_max"),
        ),
        formulas_beside("egfr_reduce_above"),
    ),
)

_severe_events = entries("events", not_a_blood_count, at_least(limit("hold_grade")), title="adverse events")
_lasting_events = entries(
    "events",
    unresolved_for(
        limit("life_threatening_max"), grade=limit("life_threatening_grade"), recovered=limit("recovered_grade")
    ),
    title="adverse events",
)
_lasting_counts = tuple(
    unresolved(
        item,
        grade=limit("life_threatening_grade"),
        recovered=limit("recovered_grade"),
        days=limit("life_threatening_max"),
    )
    for item in COUNTED
    if item is not laboratory.haemoglobin
)


def _fires_on(context: Context) -> str:
    """Say on which day a life-threatening toxicity that lasts will stop the therapy."""
    grade, recovered = context.limits["life_threatening_grade"].value, context.limits["recovered_grade"].value
    days = [
        unresolved_since(event, context, grade=grade, recovered=recovered) for event in context.course.events.entries
    ]
    days += [count.since(context) for count in _lasting_counts]
    known = [day for day in days if day is not None]
    if not known:
        return ""
    fires = min(known) + timedelta(days=int(context.limits["life_threatening_max"].value) + 1)
    return f"grade 4 since {min(known)}: AE-6b (discontinue) holds from {fires} if it does not resolve before"


hold = Recommendation(
    id="AE-4",
    where=Cite(SECTION, "4"),
    asks="Is there a non-haematological toxicity of grade 3 or 4?",
    says="Non-haematological toxicity of grade 3 or 4: the therapy is held until grade 2 or baseline.",
    against=_severe_events.exist(),
    applies=a_later_cycle,
    recoverable=True,
    consequence="hold until grade 2 or baseline",
    choices=(
        "the organs named are examples: everything but low blood counts; AE-3, AE-5 and AE-6 speak first about theirs",
        "an event of the blood that is no low count holds too, such as febrile neutropenia: no other rule speaks of it",
        "an event at its recorded baseline grade does not hold; an unrecorded baseline excuses nothing",
    ),
    effects=(Effect(precedence="P3", outcome=Outcome.HOLD),),
    beside=(_fires_on,),
)

_skeletal = entries("events", of_organ("skeleton"), not_treated_adequately, title="adverse events")
skeletal = Recommendation(
    id="AE-5",
    where=Cite(SECTION, "5"),
    asks="Is there a skeletal event that is not adequately treated?",
    says="Skeletal events: the therapy is held until whoever treats them calls them adequately treated.",
    against=_skeletal.exist(),
    applies=a_later_cycle,
    recoverable=True,
    consequence="hold until adequately treated",
    effects=(Effect(precedence="P3", outcome=Outcome.HOLD),),
)

_DISCONTINUE = Effect(precedence="P2", outcome=Outcome.DISCONTINUE)

unacceptable = Recommendation(
    id="AE-6a",
    where=Cite(SECTION, "6"),
    asks="Does the patient find the toxicity unacceptable?",
    says="Toxicity that the patient considers unacceptable: discontinue.",
    against=yes(condition.toxicity_unacceptable),
    applies=a_later_cycle,
    recoverable=True,
    consequence="discontinue",
    choices=("entered by or for the patient, at any grade; once informed he may wish to go on",),
    effects=(_DISCONTINUE,),
)

life_threatening = Recommendation(
    id="AE-6b",
    where=Cite(SECTION, "6"),
    asks="Has a life-threatening toxicity lasted more than 4 weeks?",
    says="A life-threatening toxicity still there after 4 weeks: discontinue.",
    against=any_of(_lasting_events.exist(), *_lasting_counts),
    applies=a_later_cycle,
    recoverable=False,
    consequence="discontinue",
    choices=(
        "life-threatening is read as CTCAE grade 4, grade 4 by the laboratory alone included",
        "resolved means grade 2 or less, or baseline",
        "no number tells grade 4 anaemia: it counts when entered as an event",
    ),
    effects=(_DISCONTINUE,),
    beside=(_fires_on,),
)

_gfr_lost = gfr() < limit("egfr_stop")
kidney_lost = Recommendation(
    id="AE-6c",
    where=Cite(SECTION, "6"),
    asks="Has the GFR fallen under 30?",
    says="A loss of GFR to under 30 ml/min: discontinue.",
    against=_gfr_lost,
    applies=a_later_cycle,
    recoverable=True,
    consequence="discontinue",
    choices=(REPEAT, "an eGFR of exactly 30 is in neither rule: hold and repeat"),
    effects=(
        Effect(precedence="P2", outcome=Outcome.DISCONTINUE, note=REPEAT),
        Effect(
            precedence="P3",
            outcome=Outcome.HOLD,
            when=gfr() <= limit("egfr_stop"),  # below it discontinuing, the stricter effect, stands for this one
            note="eGFR exactly at the limit is in neither rule: hold and repeat (Lutetia's choice)",
        ),
    ),
    beside=(formulas_beside("egfr_stop"),),
)

_enzymes = for_any(
    (laboratory.ast, laboratory.alt), lambda item: latest(item) > limit("liver_stop_multiple") * upper_limit(item)
)
liver_toxicity = Recommendation(
    id="AE-6d",
    where=Cite(SECTION, "6"),
    asks="Is there unexpected liver toxicity?",
    says="AST or ALT above five times the upper limit of normal, not expected: discontinue.",
    against=_enzymes,
    applies=a_later_cycle,
    unless=(yes(disease.liver_enzymes_explained),),
    recoverable=True,
    consequence="discontinue",
    choices=(
        "'unexpected' means not explained by liver metastases; while that is not recorded the rule fires and asks",
    ),
    effects=(_DISCONTINUE,),
)
