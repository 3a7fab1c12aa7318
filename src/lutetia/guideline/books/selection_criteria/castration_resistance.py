"""Castration resistance: by the joint EANM/SNMMI guideline, by PCWG3, and for entry into a trial by PCWG3.

Kratochwil et al., Eur J Nucl Med Mol Imaging 2023;50:2830, doi 10.1007/s00259-023-06255-8, Definitions; Scher et al.,
J Clin Oncol 2016;34:1402, doi 10.1200/JCO.2015.64.2702.
"""

from __future__ import annotations

from typing import Final

from lutetia.criteria.castration_resistance import confirmed_rise, rising_sequence
from lutetia.guideline.logic import Condition, all_of, any_of, choice, latest, limit, yes
from lutetia.guideline.logic.psa import doubling_time, psa_progressed_twice
from lutetia.guideline.logic.regimen import before_treatment
from lutetia.guideline.logic.selection import progressed_on_imaging, psa_rose
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.guideline.verdict import Strength
from lutetia.vocabulary import disease, laboratory

SECTION: Final = "Castration resistance"
_GUIDELINE: Final = "Kratochwil et al., Eur J Nucl Med Mol Imaging 2023;50:2830, doi:10.1007/s00259-023-06255-8"
_PCWG3: Final = "Scher et al. (PCWG3), J Clin Oncol 2016;34:1402, doi:10.1200/JCO.2015.64.2702"
_CAVEAT: Final = "the wording was seen in secondary sources only: verify it against the publication"
_OPEN: Final = (
    "values after the first administration are not looked at",
    "a rise that the record does not show may exist: the PSA arm is then open, never absent",
)


def _castrate(below: str) -> Condition:
    return all_of(choice(disease.castration, "medical", "orchiectomy"), latest(laboratory.testosterone) < limit(below))


by_guideline = Recommendation(
    id="CRPC-EANM",
    where=Cite(SECTION, f"{_GUIDELINE}, Definitions, 4"),
    strength=Strength.DEFINITION,
    asks="Is the disease castration-resistant by the guideline?",
    says="With testosterone under 50 ng/dl, PSA rises twice in a row, 2 weeks or more apart, to 25 % over its nadir, "
    "or imaging shows new lesions.",
    informs=all_of(
        _castrate("guideline_testosterone"),
        any_of(
            yes(disease.new_lesions),
            psa_progressed_twice(factor=limit("guideline_over_nadir"), apart=limit("guideline_apart")),
        ),
    ),
    applies=before_treatment,
    consequence="castration-resistant by the guideline",
    choices=("both values lie above the nadir and the second reaches 1.25 times it", *_OPEN),
    beside=(doubling_time,),
)

by_pcwg3 = Recommendation(
    id="CRPC-PCWG3",
    where=Cite(SECTION, f"{_PCWG3}, PSA and radiographic progression"),
    strength=Strength.DEFINITION,
    asks="Is the disease castration-resistant by PCWG3?",
    says="With testosterone under 50 ng/dl, PSA lies 25 % and 2 ng/ml or more over its nadir, and again 3 weeks later "
    "or more, or imaging shows progression.",
    informs=all_of(
        _castrate("pcwg3_testosterone"),
        any_of(
            progressed_on_imaging,
            psa_rose(
                "two PSA values {over_nadir} x the nadir or more and {least_rise_ng_ml} or more above it, {apart_days} "
                "or more apart",
                confirmed_rise,
                over_nadir=limit("pcwg3_over_nadir"),
                least_rise_ng_ml=limit("pcwg3_least_rise"),
                apart_days=limit("pcwg3_confirmed_after"),
            ),
        ),
    ),
    applies=before_treatment,
    consequence="castration-resistant by PCWG3",
    choices=(
        "both values reach 25 % and 2 ng/ml over the nadir; the date of progression is that of the first",
        (
            "the minimal starting value belongs to entry into a trial and stands in CRPC-ENTRY: after a rise of 2 "
            "ng/ml it could not fail"
        ),
        "imaging counts where it was read by PCWG3 or RECIST 1.1, or the clinician says so; another reading does not",
        *_OPEN,
    ),
    beside=(doubling_time,),
    caveat=_CAVEAT,
)

for_entry = Recommendation(
    id="CRPC-ENTRY",
    where=Cite(SECTION, f"{_PCWG3}, criteria of entry into a trial"),
    strength=Strength.DEFINITION,
    asks="Did the disease progress enough for entry into a trial by PCWG3?",
    says="With testosterone under 50 ng/dl, PSA rises from value to value, 1 week or more apart, to 1.0 ng/ml at "
    "least, or imaging shows progression.",
    informs=all_of(
        _castrate("pcwg3_testosterone"),
        any_of(
            progressed_on_imaging,
            psa_rose(
                "{rises} rises of PSA one after the other, {apart_days} or more from value to value, up to "
                "{start_ng_ml} or more",
                rising_sequence,
                rises=limit("entry_rises"),
                apart_days=limit("entry_apart"),
                start_ng_ml=limit("entry_start"),
            ),
        ),
    ),
    applies=before_treatment,
    consequence="progression by the criteria of entry of PCWG3",
    choices=(
        "a sequence is a first value and two rises; the last value is the starting value",
        "a value taken sooner than a week after the one before it is passed over, one that does not rise begins anew",
        *_OPEN,
    ),
    caveat=_CAVEAT,
)
