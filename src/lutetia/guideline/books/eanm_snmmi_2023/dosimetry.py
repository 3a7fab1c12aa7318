"""Dosimetry: are doses plausible, when are they needed, and how sure are they?"""

from __future__ import annotations

from lutetia.guideline.logic import all_of, any_of, limit, not_
from lutetia.guideline.logic.after import dose_made_by, dose_out_of_range, doses_accepted
from lutetia.guideline.logic.regimen import a_cycle, cycle_number, prescribed
from lutetia.guideline.recommendation import Cite, Recommendation
from lutetia.guideline.verdict import Strength

SECTION = "Dosimetry"
_KIDNEY = ("kidneys", limit("kidney_dose_mean"), limit("kidney_dose_sd"))
_SALIVARY = ("salivary glands", limit("salivary_dose_mean"), limit("salivary_dose_sd"))
_LACRIMAL = ("lacrimal glands", limit("lacrimal_dose_mean"), limit("lacrimal_dose_sd"))
_MARROW = ("red marrow", limit("marrow_dose_mean"), limit("marrow_dose_sd"))

plausible = Recommendation(
    id="DOS-1",
    where=Cite(SECTION, "para 1"),
    strength=Strength.EVIDENCE,
    asks="Is an organ's dose for its activity out of the usual range?",
    says="In 29 men of VISION the first cycle gave, in Gy/GBq, 0.43 (SD 0.16) to kidneys, 0.63 (0.36) to salivary "
    "glands, "
    "2.1 (0.47) to lacrimal glands and 0.035 (0.02) to red marrow.",
    caution=dose_out_of_range(
        {
            "kidney_left": _KIDNEY, "kidney_right": _KIDNEY, "parotid_left": _SALIVARY, "parotid_right": _SALIVARY,
            "submandibular_left": _SALIVARY, "submandibular_right": _SALIVARY, "lacrimal_left": _LACRIMAL,
            "lacrimal_right": _LACRIMAL, "marrow": _MARROW,
        },
        limit("dose_deviations_max"),
    ),
    applies=doses_accepted,
    recoverable=True,
    consequence="check contour, calibration, activity and mass: no limit of tolerance is meant",
    choices=("more than three standard deviations from the mean count; below the mean only where that is above zero",),
)  # fmt: skip

individual = Recommendation(
    id="DOS-7",
    where=Cite(SECTION, "para 4"),
    asks="Is a regimen beyond the usual one backed by his own dosimetry?",
    says="Men differ widely; some may bear more activity or more cycles when dosimetry of their own guides it.",
    requires=all_of(
        any_of(prescribed > limit("practice_activity_max"), cycle_number > limit("cycles_max")), not_(doses_accepted)
    ),
    applies=a_cycle,
    recoverable=True,
    consequence="patient dosimetry is needed for a regimen of his own",
    choices=(
        "a regimen of his own is more activity than published practice gave, or a seventh cycle",
        "that it then needs dosimetry is Lutetia's conclusion; doses count once a person has accepted them",
    ),
)

approximate = Recommendation(
    id="DOS-9",
    where=Cite(SECTION, "para 4"),
    strength=Strength.EVIDENCE,
    asks="Does a dose rest on one scan?",
    says="Shortened methods, by one SPECT/CT for instance, come from single centres; that they improve outcome is "
    "unproven.",
    informs=dose_made_by("single time point"),
    applies=doses_accepted,
    consequence="read this dose as approximate",
)
