"""Follow-up: tests after each cycle, PSA, restaging."""

from __future__ import annotations

from lutetia.guideline.logic import all_of, any_of, limit, not_
from lutetia.guideline.logic.after import not_checked_between, series_over
from lutetia.guideline.logic.entries import lacks
from lutetia.guideline.logic.imaging import restaging_due, without_second_modality
from lutetia.guideline.logic.psa import psa_before_reliable, psa_rise
from lutetia.guideline.logic.regimen import a_cycle, a_later_cycle
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.guideline.verdict import Strength
from lutetia.vocabulary import laboratory

SECTION = "Follow-up"
_CHECKED = (
    laboratory.haemoglobin, laboratory.leukocytes, laboratory.neutrophils, laboratory.platelets, laboratory.creatinine,
)  # fmt: skip
_SERIES = (
    "treated again, he has a baseline and a second cycle of his own for the present series, which begins with a cycle "
    "half a year or more after the one before"
)
_MAY_EXIST = "a value that is not recorded may exist: overdue reads as unknown, with what to ask"

nadir = Recommendation(
    id="FU-1a",
    where=Cite(SECTION, "1"),
    asks="Were counts and creatinine checked at the nadir?",
    says="Counts and creatinine are checked 2 to 3 weeks past every cycle at the least, when counts are lowest.",
    caution=not_checked_between(
        *_CHECKED, after="the previous cycle", start=limit("nadir_from"), end=limit("nadir_to")
    ),
    applies=a_later_cycle,
    recoverable=True,
    consequence="the check at the nadir is overdue",
    choices=("'at least' is how often, 2 to 3 weeks is when; further checks are never wrong", _MAY_EXIST),
)

final_check = Recommendation(
    id="FU-1b",
    where=Cite(SECTION, "1"),
    asks="Were counts and creatinine checked after the last cycle?",
    says="They are checked once more 4 to 6 weeks past the final cycle.",
    caution=not_checked_between(*_CHECKED, after="the last cycle", start=limit("final_from"), end=limit("final_to")),
    applies=series_over,
    recoverable=True,
    consequence="the check after the last cycle is overdue",
    choices=("the series is over where every cycle in the record was given and selection is asked about", _MAY_EXIST),
)

psa_each_cycle = Recommendation(
    id="FU-2a",
    where=Cite(SECTION, "2"),
    asks="Is PSA known for this cycle, or after the last one?",
    says="PSA is taken with every cycle and 4 to 6 weeks past the end of therapy, and read by PCWG3.",
    caution=any_of(
        all_of(a_cycle, lacks(laboratory.psa, limits=("lab_age_max",))),
        all_of(
            series_over,
            not_checked_between(
                laboratory.psa, after="the last cycle", start=limit("final_from"), end=limit("final_to")
            ),
        ),
    ),
    applies=any_of(a_cycle, series_over),
    recoverable=True,
    consequence="PSA is overdue",
    choices=("the end of therapy is the last administration", _MAY_EXIST),
)

_too_early = psa_before_reliable(limit("psa_reliable_from"))
psa_reliable = Recommendation(
    id="FU-2b",
    where=Cite(SECTION, "2"),
    strength=Strength.EVIDENCE,
    asks="Is it too early to judge the response by PSA?",
    says="Because of a flare or a late response, PSA tells the response reliably only 2 to 3 weeks past the second "
    "cycle.",
    informs=_too_early,
    applies=a_later_cycle,
    consequence="PSA does not tell the response yet",
    choices=(
        "2 weeks, the lower end, count; PCWG3 waits 12 weeks before it calls a progression, a clock of its own",
        _SERIES,
    ),
)

psa_rises = Recommendation(
    id="FU-2c",
    where=Cite(SECTION, "2"),
    asks="Has PSA risen enough to stage again?",
    says="From then on a rise beyond 25 % may mean resistance and should lead to imaging.",
    advises=all_of(not_(_too_early), psa_rise > limit("psa_rise")),
    applies=a_later_cycle,
    recoverable=True,
    consequence="stage again by imaging; the rise alone stops nothing",
    choices=(
        "measured from the lowest value since the one before the first cycle of the series, without confirmation",
        _SERIES,
        "no progression by PCWG3: that asks for 2 ng/ml more and for a second value",
    ),
)

second_modality = Recommendation(
    id="FU-4b",
    where=Cite(SECTION, "4"),
    asks="Did restaging include a second modality?",
    says="Restaging must include a second modality that can show disease without PSMA: fully diagnostic CT, in "
    "selected men "
    "bone scan or FDG PET too.",
    caution=without_second_modality("ct", "mri", "bone-scan", "fdg-pet", within=limit("second_modality_within")),
    applies=any_of(a_later_cycle, series_over),
    recoverable=True,
    consequence="restaging is incomplete",
    choices=(
        "examinations up to 28 days apart belong to one restaging",
        "the low-dose CT of a PET/CT is no second modality; a CT listed as an examination is taken as diagnostic",
    ),
)

restaging = Recommendation(
    id="FU-4c",
    where=Cite(SECTION, "4"),
    asks="Is restaging due?",
    says="Restaging is usually advised every 12 weeks and when a series ends; scans after therapy and PSA may change "
    "that.",
    advises=restaging_due(limit("restaging_every")),
    applies=any_of(a_later_cycle, series_over),
    recoverable=True,
    consequence="restage by PSMA imaging",
    choices=("counted from the latest PSMA imaging, or from the first administration where that is later",),
)
