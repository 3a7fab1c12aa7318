"""Radiopharmaceuticals: what is given, and what to give outside the label."""

from __future__ import annotations

from lutetia.guideline.logic import all_of, any_of, limit, no, not_, yes
from lutetia.guideline.logic.preparation import concentration, prepared, prepared_with, purity
from lutetia.guideline.logic.regimen import before_treatment
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.vocabulary import setting

SECTION = "Radiopharmaceuticals"
_ONCE = "asked once a preparation is recorded for the cycle"

diluted = Recommendation(
    id="RPH-2",
    where=Cite(SECTION, "para 1"),
    asks="Is the solution dilute enough?",
    says="The solution is usually thinned to 1000 MBq/ml or less, against harm by extravasation.",
    caution=concentration > limit("concentration_max"),
    applies=prepared,
    recoverable=True,
    consequence="more concentrated than usual: dilute it, or watch the vein",
    choices=(_ONCE,),
)

batch = Recommendation(
    id="RPH-3",
    where=Cite(SECTION, "para 1"),
    asks="Is the batch as it should be?",
    says="The solution is clear, at most slightly yellow, free of particles, and 97 % pure or purer.",
    requires=any_of(
        purity < limit("purity_min"),
        prepared_with(
            "appearance_as_specified",
            False,
            said="its appearance is not as specified",
            asks="Clear, without particles?",
        ),
    ),
    applies=prepared,
    recoverable=True,
    consequence="not ready: do not use this batch",
    choices=(_ONCE, "the source describes the solution; not to use one that differs is Lutetia's conclusion"),
)

approved_in_label = Recommendation(
    id="RPH-4",
    where=Cite(SECTION, "para 2"),
    asks="Is the approved product used inside the label?",
    says="Inside the label the approved product is the one to use.",
    caution=all_of(
        yes(setting.in_label),
        not_(prepared_with("product", "approved", said="the approved product is used", asks="Which product?")),
    ),
    applies=prepared,
    recoverable=True,
    consequence="inside the label, and not the approved product: justify",
    choices=(_ONCE,),
)

trial_outside_label = Recommendation(
    id="RPH-5",
    where=Cite(SECTION, "para 3"),
    asks="Is use outside the label brought into a trial?",
    says="Outside the approved indications a formal trial is the aim.",
    advises=no(setting.in_label),
    applies=before_treatment,
    consequence="look for a trial",
)

approved_outside_label = Recommendation(
    id="RPH-8",
    where=Cite(SECTION, "para 4"),
    asks="Can the approved preparation be used outside the label?",
    says="Where no trial takes him, the approved preparation is recommended outside its label too, if it can be had "
    "and is "
    "paid for in full.",
    advises=all_of(
        no(setting.in_label),
        no(setting.trial_available),
        yes(setting.approved_obtainable),
        yes(setting.fully_reimbursed),
    ),
    applies=before_treatment,
    consequence="prefer the approved preparation",
)
