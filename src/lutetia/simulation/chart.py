"""What does the record of the simulated patient say?

A man of 71 with castration-resistant disease that progressed under an androgen-axis drug, docetaxel and another
androgen-axis drug. Two cycles were given; the third is planned, and on the day before it one result is stale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import numpy as np

from lutetia.course import Course, Cycle, Fact, Listed, Patient, Scan
from lutetia.course.cycle import Preparation, Prescription
from lutetia.course.decision import Consent, Decision
from lutetia.course.event import AdverseEvent, Allergy, Comorbidity, GradeOn
from lutetia.course.findings import Examination, Lesion, LesionMeasurement, ReferenceUptake
from lutetia.course.quantity import Quantity
from lutetia.course.therapy import EarlierRadionuclide, ExternalBeam, Medication, Support, TherapyLine
from lutetia.simulation.anatomy import LESIONS
from lutetia.simulation.bloods import BORN, LAST_DAY, results
from lutetia.simulation.images import CONTOURS, UNUSED, SimulatedSpect
from lutetia.simulation.schedule import AGENT, PARIS, TIME_ZONE, Given

COURSE_ID: Final = "LUT-SIM-001"
DICOM_PATIENT_ID: Final = "SYNTHETIC-001"
THIRD_CYCLE: Final = date(2026, 4, 8)

_COORDINATOR: Final = "coordinator"
_PHYSICIAN: Final = "nuclear medicine physician"
_BOARD: Final = "tumour board"
_REFERRED: Final = date(2025, 12, 18)
_BEFORE_CYCLES: Final = (date(2026, 1, 9), date(2026, 2, 20), LAST_DAY)


@dataclass(frozen=True, slots=True)
class PetReading:
    """What a reader measured on a PET: volume [mL], SUVmax and SUVmean by lesion and by organ."""

    started_at: datetime
    study_uid: str
    tracer: str
    lesions: Mapping[str, tuple[float, float, float]]
    organs: Mapping[str, tuple[float, float, float]]


def chart(
    seed: int,
    rng: np.random.Generator,
    given: Sequence[Given],
    scans: Sequence[SimulatedSpect],
    readings: Sequence[PetReading],
) -> Course:
    """Write the record.

    Parameters
    ----------
    seed : int
        Told in the notes.
    rng : numpy.random.Generator
        For the laboratory's small differences.
    given : sequence of Given
        Cycles given, in order.
    scans : sequence of SimulatedSpect
    readings : sequence of PetReading
        Baseline first.
    """
    return Course(
        format="lutetia-course/1",
        id=COURSE_ID,
        synthetic=True,
        timezone=TIME_ZONE,
        patient=Patient(birth_date=BORN, dicom_patient_id=DICOM_PATIENT_ID),
        facts={**_facts(), **results(rng)},
        therapies=_complete(_therapies()),
        medication=_complete(_medication()),
        external_beam=_complete(_external_beam()),
        earlier_radionuclides=Listed[EarlierRadionuclide](complete_as_of=LAST_DAY, by=_COORDINATOR),
        support=Listed[Support](complete_as_of=LAST_DAY, by=_COORDINATOR),
        comorbidities=_complete(_comorbidities()),
        allergies=Listed[Allergy](complete_as_of=LAST_DAY, by=_COORDINATOR),
        events=_complete(_events()),
        lesions=_complete(
            tuple(
                Lesion(id=lesion.id, site=lesion.site, kind=lesion.kind, first_seen=readings[0].started_at.date())
                for lesion in LESIONS
            )
        ),
        examinations=_complete(_examinations(readings)),
        consents=(
            Consent(given_at=datetime(2025, 12, 22, 14, 30, tzinfo=PARIS), written=True, obtained_by=_PHYSICIAN),
        ),
        cycles=(*(_cycle(one, scans, seed) for one in given), _third_cycle()),
        decisions=_decisions(given),
    )


def _complete(entries):  # type: ignore[no-untyped-def]
    return Listed[type(entries[0])](entries=entries, complete_as_of=LAST_DAY, by=_COORDINATOR)


def _facts() -> dict[str, tuple[Fact, ...]]:
    found: dict[str, tuple[Fact, ...]] = {}
    for item, value in _AT_REFERRAL.items():
        found[item] = (Fact(item=item, value=value, at=_REFERRED, source=_BOARD),)
    for item, values in _AT_EACH_CYCLE.items():
        found[item] = tuple(
            Fact(item=item, value=value, at=day, source=_PHYSICIAN)
            for day, value in zip((_REFERRED, *_BEFORE_CYCLES), values, strict=True)
        )
    found["person.height"] = (Fact(item="person.height", value=175, unit="cm", at=_REFERRED),)
    found["person.weight"] = tuple(
        Fact(item="person.weight", value=value, unit="kg", at=day)
        for day, value in zip((date(2025, 12, 16), *_BEFORE_CYCLES), (82.0, 81.8, 81.2, 80.7), strict=True)
    )
    found["condition.life_expectancy"] = (
        Fact(item="condition.life_expectancy", value=14, unit="mo", at=_REFERRED, source=_BOARD),
    )
    return found


_AT_REFERRAL: Final[Mapping[str, bool | str | int]] = {
    "person.solitary_kidney": False,
    "person.partner_of_childbearing_potential": False,
    "disease.histology": "adenocarcinoma",
    "disease.gleason": 8,
    "disease.hrr_status": "not-altered",
    "disease.castration_resistant": True,
    "disease.metastatic": True,
    "disease.psma_positive": True,
    "disease.bone_metastases": True,
    "disease.node_metastases": True,
    "disease.liver_metastases": False,
    "disease.other_visceral_metastases": False,
    "disease.superscan": False,
    "condition.palliative_intent": True,
    "condition.prolonged_haematotoxicity": False,
    "fitness.second_taxane": False,
    "fitness.declines_second_taxane": True,
    "fitness.cabazitaxel_candidate": False,
    "setting.isolation_required": True,
    "setting.manages_complications": True,
    "setting.written_consent_required": True,
    "setting.consent_24h_required": True,
    "setting.individual_use_allowed": True,
    "setting.trial_available": False,
    "setting.alternatives_exhausted": False,
    "setting.close_blood_count_monitoring": True,
}

_AT_EACH_CYCLE: Final[Mapping[str, tuple[bool | str | int, ...]]] = {
    "person.alive": (True,) * 4,
    "disease.castration": ("medical",) * 4,
    "condition.ecog": (1,) * 4,
    "condition.good_general_condition": (True,) * 4,
    "symptom.pain": (4, 4, 2, 1),
    "condition.urinary_incontinence": ("none",) * 4,
    "condition.urinary_catheter": (False,) * 4,
    "condition.acute_urinary_obstruction": (False,) * 4,
    "condition.hydronephrosis": (False,) * 4,
    "condition.urinary_retention": ("none",) * 4,
    "condition.unmanageable_psychiatric": (False,) * 4,
    "condition.severe_comorbidity": (False,) * 4,
    "condition.tolerates_hydration": (True,) * 4,
    "condition.organ_deterioration": (False,) * 4,
    "condition.multiorgan_failure_risk": (False,) * 4,
    "condition.acute_infection": (False,) * 4,
    "condition.toxicity_unacceptable": (False,) * 4,
}
"""Asked at referral, before each cycle given, and before the third."""


def _therapies() -> tuple[TherapyLine, ...]:
    return (
        TherapyLine(drug="leuprorelin", drug_class="adt", started=date(2019, 3, 11), ongoing=True, progressed=True),
        TherapyLine(
            drug="abiraterone", drug_class="arpi", started=date(2020, 6, 2), stopped=date(2023, 1, 17), progressed=True,
            reason_for_stopping="progression",
        ),
        TherapyLine(
            drug="docetaxel", drug_class="taxane", started=date(2023, 2, 20), stopped=date(2023, 9, 4), progressed=True,
            reason_for_stopping="progression", note="eight cycles of 75 mg/m2",
        ),
        TherapyLine(
            drug="enzalutamide", drug_class="arpi", started=date(2023, 10, 9), stopped=date(2025, 11, 24),
            progressed=True, reason_for_stopping="progression",
        ),
        TherapyLine(drug="denosumab", drug_class="bone-protection", started=date(2023, 3, 13), ongoing=True),
    )  # fmt: skip


def _medication() -> tuple[Medication, ...]:
    return (
        Medication(drug="amlodipine", started=date(2012, 5, 2)),
        Medication(drug="calcium and vitamin D", started=date(2023, 3, 13)),
        Medication(drug="paracetamol", started=date(2025, 10, 6)),
    )


def _external_beam() -> tuple[ExternalBeam, ...]:
    return (
        ExternalBeam(
            site="prostate", large_field=False, dose=Quantity(value=78, unit="Gy"), fractions=39,
            started=date(2017, 9, 4), ended=date(2017, 10, 27),
        ),
    )  # fmt: skip


def _comorbidities() -> tuple[Comorbidity, ...]:
    return (
        Comorbidity(term="arterial hypertension", since=date(2012, 5, 2)),
        Comorbidity(term="peripheral neuropathy after docetaxel", since=date(2023, 8, 14)),
    )


def _events() -> tuple[AdverseEvent, ...]:
    def event(term: str, organ: str, *grades: tuple[date, int]) -> AdverseEvent:
        return AdverseEvent(
            term=term, ctcae="5.0", organ=organ, baseline_grade=0,  # type: ignore[arg-type]
            grades=tuple(GradeOn(on=on, grade=grade) for on, grade in grades), recorded_by="study nurse",
        )  # fmt: skip

    return (
        event("nausea", "gastrointestinal", (date(2026, 1, 12), 1), (date(2026, 1, 15), 0)),
        event("fatigue", "general", (date(2026, 1, 19), 1)),
        event("dry mouth", "salivary-glands", (date(2026, 2, 2), 1)),
    )


def _examinations(readings: Sequence[PetReading]) -> tuple[Examination, ...]:
    baseline, later = readings
    return (
        Examination(
            id="CT-1", on=date(2025, 12, 10), kind="ct", reader="radiologist", radiographic_progression=True,
            compared_with="CT of 2025-07-02", conclusion="Growing para-aortic node, new sclerotic lesions of the pelvis.",
        ),
        _pet("PET-1", baseline, progression=None, compared_with=None,
             conclusion="Five PSMA-positive metastases, all with more uptake than the parotids or near to it."),
        _pet("PET-2", later, progression=False, compared_with="PET-1",
             conclusion="All lesions smaller and less avid; no new lesion."),
    )  # fmt: skip


def _pet(
    name: str, reading: PetReading, *, progression: bool | None, compared_with: str | None, conclusion: str
) -> Examination:
    return Examination(
        id=name,
        on=reading.started_at,
        kind="psma-pet",
        tracer=reading.tracer,
        study_uid=reading.study_uid,
        reader=_PHYSICIAN,
        compared_with=compared_with,
        psma_positive=True,
        radiographic_progression=progression,
        lesions=tuple(
            LesionMeasurement(
                lesion=lesion,
                volume=Quantity(value=round(volume, 1), unit="mL"),
                suv_max=round(suv_max, 1),
                suv_mean=round(suv_mean, 1),
                psma_positive=True,
            )
            for lesion, (volume, suv_max, suv_mean) in reading.lesions.items()
        ),
        reference_organs=(
            _reference("liver", reading.organs["liver"]),
            _reference("spleen", reading.organs["spleen"]),
            _reference("parotid", reading.organs["parotid_left"]),
        ),
        conclusion=conclusion,
    )


def _reference(organ: str, seen: tuple[float, float, float]) -> ReferenceUptake:
    return ReferenceUptake(organ=organ, suv_mean=round(seen[2], 1), suv_max=round(seen[1], 1))  # type: ignore[arg-type]


def _cycle(given: Given, scans: Sequence[SimulatedSpect], seed: int) -> Cycle:
    day = given.administration.started_at.date()
    return Cycle(
        number=given.number,
        agent=AGENT,
        planned=day,
        recorded_at=_REFERRED if given.number == 1 else date(2026, 1, 13),
        prescription=Prescription(
            activity=Quantity(value=7.4, unit="GBq"), by=_PHYSICIAN, on=_BEFORE_CYCLES[given.number - 1]
        ),
        preparation=Preparation(
            batch=f"SIM-{seed}-{given.number}", production_route="no-carrier-added", radiochemical_purity_percent=99.1
        ),
        administration=given.administration,
        scans=tuple(
            Scan(
                series_uid=scan.series_uid,
                ct_series_uid=scan.ct_series_uid,
                structure_series_uid=scan.structure_series_uid,
                acquired_at=scan.started_at,
                regions={name: region for name, region in CONTOURS.items() if name not in UNUSED},
            )
            for scan in scans
            if scan.cycle == given.number
        ),
    )


def _third_cycle() -> Cycle:
    return Cycle(
        number=3,
        agent=AGENT,
        planned=THIRD_CYCLE,
        recorded_at=date(2026, 2, 24),
        prescription=Prescription(activity=Quantity(value=7.4, unit="GBq"), by=_PHYSICIAN, on=date(2026, 4, 2)),
    )


def _decisions(given: Sequence[Given]) -> tuple[Decision, ...]:
    treat = Decision(on=_REFERRED, outcome="treat", author=_BOARD, reason="progression after docetaxel; declines cabazitaxel")
    return (
        treat,
        *(
            Decision(on=one.administration.started_at, cycle=one.number, outcome="go", author=_PHYSICIAN)
            for one in given
        ),
    )
