"""What is due when: the times that the guideline names, for the plan of a course.

Paraphrased and cited from *Process of treatment procedure*, *Follow-up*, *Management of side effects* and
*Contra-indications C*. Numbers stand in ``windows.yaml``, those that recommendations use too in ``limits.yaml``.
"""

from __future__ import annotations

from typing import Final

from lutetia.guideline.books.eanm_snmmi_2023 import precautions, procedure, side_effects
from lutetia.guideline.books.eanm_snmmi_2023.contraindications import COUNTED
from lutetia.guideline.recommendation import Cite
from lutetia.guideline.schedule_clocks import (
    Pause,
    consent_before_the_first,
    interval,
    months_after_the_last,
    must_resolve,
)
from lutetia.guideline.schedule_follow_up import (
    reliable_from,
    restaging,
    restaging_after_rise,
    scanned_later_than,
    scanned_on_days,
    second_modality,
)
from lutetia.guideline.schedule_windows import (
    Window,
    after_each_cycle,
    after_the_last,
    all_sampled,
    any_sampled,
    before_each_cycle,
    between_cycles,
)
from lutetia.guideline.verdict import Strength
from lutetia.vocabulary import laboratory, setting

_PROCEDURE, _FOLLOW_UP = procedure.SECTION, "Follow-up"
_CHECKED = (*COUNTED, laboratory.creatinine)
_BLOOD = "the blood count is haemoglobin, leukocytes, neutrophils and platelets; each must fall into the window"
_DAYS = "a week is 7 days; windows are counted in calendar days from the day of administration, both ends included"
_PLANNED = "for a planned cycle counted from its planned day, with which it moves"
_LAST = "the end of therapy is read as the last administration"
_LATE = "recorded after the window and before the next cycle: called missed, with the day, and not asked for again"

_gcsf = Pause(side_effects.growth_factor)
_marrow = Pause(precautions.marrow_pause)
_postponed = Pause(side_effects.postpone, asked_on_planned_day=True, open_from="nadir_from")
_PAUSES = (_gcsf, _marrow, _postponed)
_EXPLAINED = "a pause that the guideline asks for moves the window, and the delay counts as explained"

WINDOWS: Final = (
    Window.of(
        procedure.consent,
        what="Informed consent before the first cycle",
        find=consent_before_the_first(procedure.consent, setting.consent_24h_required, "consent_before"),
        limits=("consent_before",),
        choices=("due on the day before, unless the law is recorded as not asking for 24 h",),
    ),
    Window.of(
        procedure.laboratory_tests,
        what="Laboratory tests before cycle {n}",
        find=before_each_cycle(procedure.laboratory_tests, "lab_age_max"),
        limits=("lab_age_max",),
        choices=("PSA among them is what Follow-up, 2 (FU-2a) asks for at each cycle", _PLANNED),
    ),
    Window.of(
        precautions.watch_kidney,
        what="eGFR between cycle {m} and cycle {n}",
        find=between_cycles(any_sampled(laboratory.creatinine, laboratory.egfr, laboratory.measured_gfr)),
        choices=("any creatinine or GFR after one cycle and up to the day of the next; the source gives no day",),
    ),
    Window.of(
        procedure.approved_regimen,
        what="Cycle {n}",
        find=interval("interval_min", "interval_max", ligand="PSMA-617", regular="interval_regular", pauses=_PAUSES),
        limits=("interval_regular", "interval_min", "interval_max", "practice_interval_min", "practice_interval_max",
                "cycles_max"),
        choices=(_EXPLAINED,),
    ),
    Window.of(
        procedure.published_practice,
        what="Cycle {n}",
        find=interval("practice_interval_min", "practice_interval_max", ligand="PSMA-I&T", pauses=_PAUSES),
        limits=("practice_interval_min", "practice_interval_max"),
        choices=("no regimen is approved for PSMA-I&T: published practice stands for it", _EXPLAINED),
    ),
    Window.of(
        side_effects.growth_factor,
        what="Pause after G-CSF before cycle {n}",
        find=_gcsf.find,
        limits=("gcsf_pause",),
    ),
    Window.of(
        precautions.marrow_pause,
        what="Pause after marrow-suppressing treatment before cycle {n}",
        find=_marrow.find,
        limits=("marrow_pause",),
    ),
    Window.of(
        side_effects.postpone,
        what="Postponement of cycle {n} after grade 3 or 4 blood counts",
        find=_postponed.find,
        limits=("postponement", "interim_grade"),
    ),
    Window(
        id="PROC-9",
        where=Cite(_PROCEDURE, "9"),
        what="Scan after cycle {n}, to exclude extravasation",
        says="At least one planar scan later than 2 h after the injection, to exclude extravasation and to see the "
        "distribution.",
        find=after_each_cycle("verification_from", "verification_to", scanned_later_than("verification_after")),
        limits=("verification_after", "verification_to"),
        choices=("after every cycle", "SPECT counts as more than planar; exactly 2 h is not later than 2 h", _PLANNED),
    ),
    Window(
        id="FU-3a",
        where=Cite(_FOLLOW_UP, "3"),
        what="Scan one to two days after cycle {n}, for the response",
        says="Imaging the photons of 177Lu one to two days after the infusion is an easy way to follow the lesions.",
        find=after_each_cycle("response_scan_from", "response_scan_to", scanned_on_days(), optional=True),
        limits=("response_scan_from", "response_scan_to"),
        choices=("counted in calendar days, as the source counts", "an offer: never overdue", _PLANNED),
    ),
    Window(
        id="FU-1a",
        where=Cite(_FOLLOW_UP, "1"),
        what="Blood count and creatinine after cycle {n} (nadir)",
        says="Blood count and creatinine are checked at least 2 to 3 weeks after each cycle, at the expected nadir.",
        find=after_each_cycle("nadir_from", "nadir_to", all_sampled(*_CHECKED)),
        limits=("nadir_from", "nadir_to"),
        choices=("'at least' is read as how often, '2 to 3 weeks' as when", _BLOOD, _DAYS, _LATE, _PLANNED),
    ),
    Window(
        id="FU-1b",
        where=Cite(_FOLLOW_UP, "1"),
        what="Blood count and creatinine after the last cycle",
        says="Blood count and creatinine are checked 4 to 6 weeks after the last cycle.",
        find=after_the_last("final_from", "final_to", all_sampled(*_CHECKED)),
        limits=("final_from", "final_to"),
        choices=(_BLOOD, _DAYS, _LAST),
    ),
    Window(
        id="FU-2a",
        where=Cite(_FOLLOW_UP, "2"),
        what="PSA after the last cycle",
        says="PSA is taken at each cycle, and 4 to 6 weeks after the end of therapy.",
        find=after_the_last("final_from", "final_to", all_sampled(laboratory.psa)),
        limits=("final_from", "final_to"),
        choices=("at each cycle it is one of the tests before the cycle (PROC-2-LABS)", _DAYS, _LAST),
    ),
    Window(
        id="FU-2b",
        where=Cite(_FOLLOW_UP, "2"),
        strength=Strength.EVIDENCE,
        what="First PSA that can be judged as a response",
        says="For flare or late response, PSA is a reliable marker only from 2 to 3 weeks after the second cycle.",
        find=reliable_from(laboratory.psa, "psa_reliable_from"),
        limits=("psa_reliable_from",),
        choices=("the lower end of the range; the source sets no last day", _PLANNED),
    ),
    Window(
        id="FU-2c",
        where=Cite(_FOLLOW_UP, "2"),
        what="Restaging after a rise of PSA",
        says="Once PSA is reliable, every rise of more than 25 % should potentially lead to restaging by imaging.",
        find=restaging_after_rise(laboratory.psa, reliable="psa_reliable_from", rise="psa_rise"),
        limits=("psa_reliable_from", "psa_rise"),
        choices=("against the lowest value since the one before the first cycle of the series, without confirmation",
                 "a cycle half a year or more after the one before begins a new series",
                 "the latest such rise; a PSMA PET on its day or later answers it; the source sets no last day"),
    ),
    Window(
        id="FU-4c",
        where=Cite(_FOLLOW_UP, "4"),
        what="Restaging (12 weeks)",
        says="Restaging is usually advised every 12 weeks and at the end of a series, adjusted to PSA and scans.",
        find=restaging("restaging_every", "restaging_ahead"),
        limits=("restaging_every", "restaging_ahead"),
        choices=(
            "counted from the first cycle, then from each restaging",
            "a PSMA PET counts as restaging; a later day of the same window is called overdue, not wrong",
            "at the end: within the same 12 weeks after the last cycle, for which the source gives no time",
        ),
    ),
    Window(
        id="FU-4b",
        where=Cite(_FOLLOW_UP, "4"),
        what="Second modality with the restaging",
        says="A second modality that can show lesions without PSMA is mandatory with restaging: a fully diagnostic CT, "
        "or in selected patients a bone scan or FDG PET/CT.",
        find=second_modality("second_modality_within"),
        limits=("second_modality_within",),
        choices=("whether the CT of a PET/CT was fully diagnostic is not in the record: it is asked for",),
    ),
    Window.of(
        side_effects.life_threatening,
        what="Life-threatening toxicity, to resolve",
        find=must_resolve(
            tuple(item for item in COUNTED if item is not laboratory.haemoglobin),
            grade_from="life_threatening_grade", recovered="recovered_grade", within="life_threatening_max",
        ),
        limits=("life_threatening_grade", "recovered_grade", "life_threatening_max"),
        choices=("the 28th day still belongs to the 4 weeks",),
    ),
    Window.of(
        precautions.contraception,
        what="Contraception",
        find=months_after_the_last("contraception", "needed"),
        limits=("contraception",),
        choices=("until the same day three months later, or the first of the next month where there is none",),
    ),
)  # fmt: skip
"""Every window of the guideline, in the order of a course."""
