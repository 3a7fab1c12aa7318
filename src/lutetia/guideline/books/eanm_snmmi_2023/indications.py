"""Indications: for whom 177Lu-PSMA radioligand therapy is recommended, and for whom not."""

from __future__ import annotations

from collections.abc import Mapping

from lutetia.guideline.logic import Context, all_of, any_of, limit, named, no, not_, yes
from lutetia.guideline.logic.entries import entries
from lutetia.guideline.logic.traits import of_class, of_drug, progressed
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.guideline.verdict import Answer, Status, Strength
from lutetia.vocabulary import condition, disease, setting

SECTION = "Indications"

taxanes = entries("therapies", of_class("taxane"))
taxanes_failed = entries("therapies", of_class("taxane"), progressed)
_taxane_naive = not_(taxanes.exist())
_psma_positive_mcrpc = all_of(yes(disease.psma_positive), yes(disease.castration_resistant), yes(disease.metastatic))
_arpi_failed = entries("therapies", of_class("arpi"), progressed) >= limit("arpi_lines_min")
_no_second_taxane = any_of(
    no(condition.fit_for_second_taxane),
    yes(condition.declines_second_taxane),
    taxanes_failed >= limit("taxane_lines_exhausted"),
)


def _superseded(context: Context) -> str:
    if _taxane_naive.find(context).holds is False:
        return ""
    return (
        "statement of 2023; evidence and labels since then differ (PSMAfore; US label of 2025-03-28 where a delay "
        "of chemotherapy is appropriate), which other books hold"
    )


after_taxane = Recommendation(
    id="IND-1",
    where=Cite(SECTION, "1"),
    strength=Strength.STRONG,
    asks="Did he progress after a novel androgen-axis drug and a taxane, with no second taxane ahead?",
    says="PSMA-positive mCRPC after progression under one or more novel androgen-axis drugs and one or more taxanes, "
    "in a man unfit for a second taxane or declining it: recommended (VISION).",
    for_=all_of(_psma_positive_mcrpc, _arpi_failed, taxanes_failed >= limit("taxane_lines_min"), _no_second_taxane),
    consequence="indicated",
    choices=(
        "progression under a drug counts, exposure alone does not",
        "after two taxanes the condition about a second one counts as met",
    ),
)

cabazitaxel_ahead = Recommendation(
    id="IND-2",
    where=Cite(SECTION, "2"),
    strength=Strength.STRONG,
    asks="Did he progress after a novel androgen-axis drug and docetaxel, and could he have cabazitaxel?",
    says="The same after docetaxel in a possible candidate for cabazitaxel: recommended (TheraP).",
    for_=all_of(
        _psma_positive_mcrpc,
        _arpi_failed,
        entries("therapies", of_drug("docetaxel"), progressed) >= limit("taxane_lines_min"),
        yes(condition.cabazitaxel_candidate),
    ),
    consequence="indicated; compare with cabazitaxel together with the patient",
    choices=(
        "while fitness for a second taxane is not known the answer is 'IND-1 or IND-2'",
        "a candidate for cabazitaxel who declines it belongs to IND-1",
        "TheraP selected by stricter imaging; the grade strictly holds for such a selection",
    ),
)

docetaxel_contraindicated = Recommendation(
    id="IND-3a",
    where=Cite(SECTION, "3"),
    strength=Strength.MODERATE_STRONG,
    asks="Taxane-naive, and docetaxel contra-indicated for him?",
    says="Taxane-naive PSMA-positive mCRPC after a novel androgen-axis drug, with an individual contra-indication "
    "to docetaxel: a benefit can be expected, possibly with better tolerance than under docetaxel.",
    for_=all_of(_psma_positive_mcrpc, _taxane_naive, _arpi_failed, yes(condition.docetaxel_contraindicated)),
    consequence="reasonable, may be offered",
    beside=(_superseded,),
)

docetaxel_possible = Recommendation(
    id="IND-3b",
    where=Cite(SECTION, "3"),
    asks="Taxane-naive, and likely to tolerate docetaxel?",
    says="The same setting in a man in good condition who would probably stand docetaxel: benefit and risk cannot be "
    "balanced yet, and the guideline of 2023 does not recommend it.",
    against=all_of(
        _psma_positive_mcrpc,
        _taxane_naive,
        _arpi_failed,
        yes(condition.good_general_condition),
        yes(condition.tolerates_docetaxel),
        no(condition.docetaxel_contraindicated),
    ),
    recoverable=False,
    consequence="not recommended by the guideline of 2023",
    choices=("good general condition is asked of the clinician, never derived from the performance status",),
    beside=(_superseded,),
)

no_preference = Recommendation(
    id="IND-3c",
    where=Cite(SECTION, "3"),
    asks="Is one ligand to be preferred in the taxane-naive?",
    says="In the taxane-naive setting neither ligand can be preferred.",
    informs=_taxane_naive,
    consequence="no preference of a ligand",
)

weak_evidence = Recommendation(
    id="IND-3d",
    where=Cite(SECTION, "3"),
    strength=Strength.EVIDENCE,
    asks="How good is the evidence in the taxane-naive?",
    says="It was weak in 2023: one small randomised trial at one centre against docetaxel, and retrospective series.",
    informs=_taxane_naive,
    consequence="weak level of evidence in this setting",
)

_covered = named(
    "IND-1, IND-2 or IND-3a",
    any_of(after_taxane.condition, cabazitaxel_ahead.condition, docetaxel_contraindicated.condition),
)

trial_first = Recommendation(
    id="IND-4a",
    where=Cite(SECTION, "4"),
    asks="Is a randomised trial open to him?",
    says="Other situations are under test in trials: referral is encouraged wherever one is open.",
    advises=all_of(not_(_covered), yes(setting.trial_available)),
    consequence="refer to the trial",
    choices=("read as speaking about situations that IND-1 to IND-3 do not cover",),
)

individual_use = Recommendation(
    id="IND-4b",
    where=Cite(SECTION, "4"),
    asks="Is use on an individual basis reasonable?",
    says="Without an open trial, and with other treatments exhausted or contra-indicated, individual or "
    "compassionate use is reasonable within national rules.",
    for_=all_of(
        not_(_covered),
        no(setting.trial_available),
        yes(setting.alternatives_exhausted),
        yes(setting.individual_use_allowed),
    ),
    consequence="individual use possible; tumour board, consent and documentation are needed",
    choices=("the tumour board and the documentation come from the chapter on patient selection",),
)

INDICATIONS = ("IND-1", "IND-2", "IND-3a", "IND-4b")
_GRADE = {"IND-1": "strong", "IND-2": "strong", "IND-3a": "moderate-strong"}


def summary(answers: Mapping[str, Answer]) -> str:
    """Say in words which indication holds, may hold, or that none is covered."""
    graded = [one for one in INDICATIONS if one in _GRADE]
    if holding := [f"{one} ({_GRADE[one]})" for one in graded if answers[one].status is Status.MET]:
        return f"Indicated: {' and '.join(holding)}."
    if answers["IND-3b"].status is Status.MET:
        return "Not recommended by the guideline of 2023 (IND-3b); see what later books say."
    if possible := [f"{one} ({_GRADE[one]})" for one in graded if answers[one].status is Status.UNKNOWN]:
        return f"Not settled: {' or '.join(possible)}, depending on facts that are not known."
    if answers["IND-4b"].status is Status.MET:
        return "Not covered by IND-1 to IND-3; use on an individual basis is possible (IND-4b)."
    if answers["IND-4a"].status is Status.MET:
        return "Not covered by IND-1 to IND-3; a trial is open to him (IND-4a)."
    return "Not covered by IND-1 to IND-3; see IND-4a and IND-4b."
