"""What the record of the simulated patient says.

A man of 71 with castration-resistant disease that progressed under two androgen-axis drugs and docetaxel. Two cycles
were given; the third is planned, and on the day before it one result that it needs is stale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

import numpy as np

from lutetia.course import Course, Cycle, Fact, Listed, Patient, Scan
from lutetia.course.cycle import Preparation, Prescription
from lutetia.course.decision import Consent, Decision
from lutetia.course.findings import Examination, Lesion, LesionMeasurement, ReferenceUptake
from lutetia.course.pet import PetScan
from lutetia.fileform import Quantity
from lutetia.simulation import history
from lutetia.simulation.anatomy import LESIONS
from lutetia.simulation.bloods import BORN, results
from lutetia.simulation.history import BEFORE_CYCLES, BOARD, COMPLETE, PHYSICIAN, REFERRED
from lutetia.simulation.images import CONTOURS, UNUSED, SimulatedSpect
from lutetia.simulation.schedule import AGENT, PARIS, TIME_ZONE, Given

COURSE_ID: Final = "LUT-SIM-001"
DICOM_PATIENT_ID: Final = "SYNTHETIC-001"
THIRD_CYCLE: Final = date(2026, 4, 8)


@dataclass(frozen=True, slots=True)
class PetReading:
    """What a reader measured on a PET: volume [mL], SUVmax and SUVmean by lesion and by organ."""

    started_at: datetime
    study_uid: str
    series_uid: str
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
        Named in the batches.
    rng : numpy.random.Generator
        For the laboratory's small differences.
    given : sequence of Given
        Cycles given, in order.
    scans : sequence of SimulatedSpect
    readings : sequence of PetReading
        Baseline first.
    """
    lesions = tuple(
        Lesion(id=lesion.id, site=lesion.site, kind=lesion.kind, first_seen=readings[0].started_at.date())
        for lesion in LESIONS
    )
    consent = Consent(given_at=datetime(2025, 12, 22, 14, 30, tzinfo=PARIS), written=True, obtained_by=PHYSICIAN)
    return Course(
        format="lutetia-course/1",
        id=COURSE_ID,
        synthetic=True,
        timezone=TIME_ZONE,
        patient=Patient(birth_date=BORN, dicom_patient_id=DICOM_PATIENT_ID),
        facts={**history.facts(), **_read(readings[0]), **results(rng)},
        therapies=history.therapies(),
        medication=history.medication(),
        external_beam=history.external_beam(),
        earlier_radionuclides=history.earlier_radionuclides(),
        support=history.support(),
        comorbidities=history.comorbidities(),
        allergies=history.allergies(),
        events=history.events(),
        lesions=Listed[Lesion](entries=lesions, complete=COMPLETE),
        examinations=_examinations(readings),
        consents=(consent,),
        cycles=(*(_cycle(one, scans, seed) for one in given), _third_cycle()),
        decisions=_decisions(given),
    )


def _read(baseline: PetReading) -> dict[str, tuple[Fact, ...]]:
    """Return what the reader of the first PET says of all lesions together, as their uptake has it; all exceed 1 cm."""
    half = baseline.organs["parotid_left"][2] / 2
    low = any(mean < half for _, _, mean in baseline.lesions.values())
    fact = Fact(item="imaging.low_uptake_lesion", value=low, at=REFERRED, source=PHYSICIAN)
    return {fact.item: (fact,)}


def _examinations(readings: Sequence[PetReading]) -> Listed[Examination]:
    baseline, later = readings
    entries = (
        Examination(
            id="CT-1", on=date(2025, 12, 10), kind="ct", reader="radiologist", radiographic_progression=True,
            compared_with="CT of 2025-07-02", conclusion="Growing para-aortic node, new sclerotic pelvic lesions.",
        ),
        _pet("PET-1", baseline, progression=None, compared_with=None,
             conclusion="Five PSMA-positive metastases, all with more uptake than the parotids or near to it."),
        Examination(
            id="CT-2", on=later.started_at.date(), kind="ct", reader="radiologist", radiographic_progression=False,
            compared_with="CT-1", conclusion="Para-aortic node smaller, no new lesion.",
        ),
        _pet("PET-2", later, progression=False, compared_with="PET-1",
             conclusion="All lesions smaller and less avid; no new lesion."),
    )  # fmt: skip
    return Listed[Examination](entries=entries, complete=COMPLETE)


def _pet(
    name: str, reading: PetReading, *, progression: bool | None, compared_with: str | None, conclusion: str
) -> Examination:
    return Examination(
        id=name,
        on=reading.started_at,
        kind="psma-pet",
        tracer=reading.tracer,
        study_uid=reading.study_uid,
        pet=PetScan(series_uid=reading.series_uid),
        reader=PHYSICIAN,
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


def _reference(organ: Literal["liver", "spleen", "parotid"], seen: tuple[float, float, float]) -> ReferenceUptake:
    return ReferenceUptake(organ=organ, suv_mean=round(seen[2], 1), suv_max=round(seen[1], 1))


def _cycle(given: Given, scans: Sequence[SimulatedSpect], seed: int) -> Cycle:
    day = given.administration.started_at.date()
    return Cycle(
        number=given.number,
        agent=AGENT,
        planned=day,
        recorded_at=REFERRED if given.number == 1 else date(2026, 1, 13),
        prescription=Prescription(
            activity=Quantity(value=7.4, unit="GBq"), by=PHYSICIAN, on=BEFORE_CYCLES[given.number - 1]
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
        prescription=Prescription(activity=Quantity(value=7.4, unit="GBq"), by=PHYSICIAN, on=date(2026, 4, 2)),
    )


def _decisions(given: Sequence[Given]) -> tuple[Decision, ...]:
    treat = Decision(
        on=REFERRED, outcome="treat", author=BOARD, reason="progression after docetaxel; declines cabazitaxel"
    )
    return (
        treat,
        *(
            Decision(on=one.administration.started_at, cycle=one.number, outcome="go", author=PHYSICIAN)
            for one in given
        ),
    )
