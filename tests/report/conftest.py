"""Hand-made results to build pages from: every kind of answer, dose, refusal and stop that a page must show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import exp, log

import numpy as np
import pytest

from lutetia.course import Course
from lutetia.dosimetry.result import (
    CycleDose,
    DoseValue,
    Exponential,
    FitRefusal,
    RegionDose,
    Sample,
    TimeActivityFit,
)
from lutetia.guideline.verdict import (
    Answer,
    Ask,
    Assessment,
    CycleDecision,
    Evidence,
    Indication,
    LimitShown,
    Outcome,
    Polarity,
    Reason,
    Status,
    Strength,
)
from lutetia.provenance import RunRecord
from lutetia.report.result import Picture, RunResult, Stop
from lutetia.volume import Geometry, Mask, Volume

KNOWN_ON = date(2026, 6, 4)
BOOK = {"book": "eanm_snmmi_2023", "book_title": "Joint EANM/SNMMI procedure guideline (2023)"}
PHYSICAL_H = 159.5


def _facts(item: str, unit: str, values: dict[str, float], **more: float) -> dict[str, list[dict[str, object]]]:
    return {item: [{"value": value, "unit": unit, "at": at, **more} for at, value in values.items()]}


def _scan(uid: str, at: str) -> dict[str, object]:
    return {"series_uid": uid, "acquired_at": at}


def _given(number: int, day: str, scans: list[dict[str, object]]) -> dict[str, object]:
    return {
        "number": number,
        "agent": "[177Lu]Lu-PSMA-617",
        "planned": day,
        "administration": {
            "started_at": f"{day}T10:15+01:00",
            "syringe_before": {"activity": {"value": 7.52, "unit": "GBq"}, "at": f"{day}T10:05+01:00"},
            "syringe_after": {"activity": {"value": 0.09, "unit": "GBq"}, "at": f"{day}T10:25+01:00"},
        },
        "scans": scans,
    }


@pytest.fixture(scope="session")
def course() -> Course:
    facts: dict[str, object] = {}
    facts |= _facts("lab.psa", "ng/mL", {
        "2026-01-08": 148, "2026-02-20": 131, "2026-03-24": 62.4, "2026-04-17": 40.1, "2026-05-12": 22.8, "2026-06-01": 19.6,
    })  # fmt: skip
    facts |= _facts("lab.haemoglobin", "g/dL", {
        "2026-01-08": 12.1, "2026-02-26": 11.8, "2026-03-24": 11.1, "2026-04-17": 10.9, "2026-06-01": 10.4,
    })  # fmt: skip
    facts |= _facts("lab.platelets", "10*9/L", {
        "2026-01-08": 238, "2026-02-26": 221, "2026-03-24": 149, "2026-04-17": 183, "2026-06-01": 164,
    }, lower=150)  # fmt: skip
    facts |= _facts("lab.neutrophils", "10*9/L", {"2026-01-08": 4.2, "2026-02-26": 3.9, "2026-05-26": 2.6})
    facts |= _facts("lab.egfr", "mL/min/{1.73_m2}", {"2026-01-08": 74, "2026-02-26": 71, "2026-04-17": 66, "2026-06-01": 40})
    return Course.model_validate(
        {
            "format": "lutetia-course/1",
            "id": "P-001",
            "synthetic": True,
            "facts": facts,
            "lesions": {"entries": [{"id": "L1", "site": "L3 vertebra", "kind": "bone"}, {"id": "L2", "site": "left iliac node", "kind": "node"}]},
            "events": {"entries": [{"term": "dry mouth", "ctcae": "5.0", "organ": "salivary-glands", "grades": [{"on": "2026-03-20", "grade": 1}]}]},
            "examinations": {"entries": [{"on": "2026-01-15", "kind": "psma-pet"}, {"on": "2026-05-20", "kind": "psma-pet"}]},
            "cycles": [
                _given(1, "2026-03-02", [_scan(f"1.2.{n}", f"2026-03-0{2 + n}T11:00+01:00") for n in range(4)]),
                _given(2, "2026-04-20", [_scan("1.3.1", "2026-04-21T11:00+02:00")]),
                {"number": 3, "agent": "[177Lu]Lu-PSMA-617", "planned": "2026-06-08"},
            ],
        }
    )  # fmt: skip


def answer(rule: str, status: Status, polarity: Polarity, asks: str, says: str, **more: object) -> Answer:
    section = str(more.pop("section", "Contra-indications"))
    place = {"section": section, "citation": f"{section}, {more.pop('item', 'Table 1')}", "strength": Strength.UNRATED}
    return Answer(id=rule, status=status, polarity=polarity, asks=asks, says=says, **{**place, **more})


def evidence(item: str, shown: str, on: date | None, state: str, why: str = "") -> Evidence:
    return Evidence(item=item, shown=shown, on=on, state=state, why=why)


def ask(item: str, question: str, why: str) -> Ask:
    return Ask(item=item, question=question, why=why)


def limit(name: str, shown: str, locator: str, chosen_by_lutetia: bool) -> LimitShown:
    return LimitShown(name=name, shown=shown, locator=locator, chosen_by_lutetia=chosen_by_lutetia)


@pytest.fixture(scope="session")
def answers() -> tuple[Answer, ...]:
    day = date(2026, 6, 1)
    return (
        answer(
            "IND-1", Status.MET, Polarity.FOR, "Progressive metastatic castration-resistant disease after an ARPI and a taxane?",
            "Progressive PSMA-positive mCRPC after a novel androgen-axis drug and taxane chemotherapy.",
            section="Indications", item="para 1", strength=Strength.STRONG, strength_note="level of evidence not stated",
            condition="castration-resistant and metastatic and PSMA-positive and progressed under arpi and taxane",
            evidence=(
                evidence("therapies", "enzalutamide 2023-04 to 2024-11, progressed", date(2024, 11, 3), "used"),
                evidence("therapies", "docetaxel, 6 cycles, progressed", date(2025, 9, 12), "used"),
                evidence("disease.psma_positive", "yes", date(2026, 1, 15), "used"),
            ),
        ),
        answer(
            "CI-B-GFR", Status.NOT_MET, Polarity.AGAINST, "Is renal function sufficient?", "GFR under 30 mL/min.",
            item="Table 1 row 4", condition="latest lab.egfr < 30 mL/min/{1.73_m2}", recoverable=True,
            evidence=(evidence("lab.egfr", "40 mL/min/{1.73_m2}", day, "used"),),
            limits=(limit("egfr_min", "30 mL/min/{1.73_m2}", "Table 1 row 4", False),),
        ),
        answer(
            "CI-B-PLT", Status.NOT_MET, Polarity.AGAINST, "Are there enough platelets?", "Platelets under 75/nl.",
            item="Table 1 row 9", condition="latest lab.platelets < 75 10*9/L", recoverable=True,
            evidence=(evidence("lab.platelets", "164 10*9/L", day, "used"),),
            limits=(limit("platelets_min", "75 10*9/L", "Table 1 row 9", False),),
        ),
        answer(
            "CI-B-ANC", Status.UNKNOWN, Polarity.AGAINST, "Are there enough neutrophils?", "Neutrophils under 1.5/nl.",
            item="Table 1 row 10", condition="latest lab.neutrophils < 1.5 10*9/L", recoverable=True,
            evidence=(evidence("lab.neutrophils", "2.6 10*9/L", date(2026, 5, 26), "stale", "13 days before the cycle, 5 allowed"),),
            asks_for=(ask("lab.neutrophils", "Neutrophils, absolute?", "last value is 13 days before the cycle; 5 are allowed"),),
            limits=(limit("neutrophils_min", "1.5 10*9/L", "Table 1 row 10", False),),
        ),
        answer(
            "CI-B-ECOG", Status.MET, Polarity.CAUTION, "Is his performance good enough?", "ECOG performance status of 2 asks for caution.",
            item="Table 1 row 2", condition="latest condition.ecog >= 2", recoverable=True,
            evidence=(evidence("condition.ecog", "2", day, "used"),),
            limits=(limit("ecog_max", "2", "Table 1 row 2", False),),
        ),
        answer(
            "AE-3", Status.MET, Polarity.AGAINST, "Did renal function fall?",
            "eGFR fell by 40 % or more against baseline and is above 30: reduce the activity by 20 %.", section="Side effects", item="item 3",
            condition="fall of lab.egfr from baseline >= 40 % and lab.egfr > 30", consequence="reduce by 20 %", recoverable=True,
            evidence=(
                evidence("lab.egfr", "71 mL/min/{1.73_m2}", date(2026, 2, 26), "used"),
                evidence("lab.egfr", "40 mL/min/{1.73_m2}", day, "used"),
            ),
            limits=(limit("egfr_fall", "40 %", "Side effects, item 3", False), limit("baseline_window", "28 d", "not in the source", True)),
            choices=("The value before cycle 1 is taken as baseline; the source does not name it.",),
        ),
        answer(
            "AE-6c", Status.UNKNOWN, Polarity.EXCLUDES, "Is eGFR below 30, confirmed?", "eGFR under 30 on treatment: discontinue.",
            section="Side effects", item="item 6", condition="confirmed lab.egfr < 30", recoverable=False,
            evidence=(evidence("lab.egfr", "", None, "missing", "no second sample within a week"),),
            asks_for=(ask("lab.egfr", "Estimated GFR, and by which formula?", "the fall to 40 is not confirmed by a second sample"),),
        ),
        answer(
            "PROC-11b", Status.MET, Polarity.INFORMS, "Which activities were used?",
            "Both ligands were used at 6 to 9.3 GBq every 4 to 10 weeks.", section="Process of treatment", item="item 11",
            strength=Strength.EVIDENCE, condition="prescribed within 6 to 9.3 GBq",
        ),
        answer(
            "CI-A-2", Status.NOT_MET, Polarity.EXCLUDES, "Unmanageable urinary incontinence?", "Urinary incontinence that cannot be managed.",
            item="list A", condition="condition.urinary_incontinence is unmanageable",
            evidence=(evidence("condition.urinary_incontinence", "none", day, "used"),),
        ),
    )  # fmt: skip


@pytest.fixture(scope="session")
def undetermined(answers: tuple[Answer, ...]) -> Assessment:
    asks = tuple(asked for a in answers for asked in a.asks_for)
    reasons = (
        Reason(precedence="P1", rule="AE-6c", outcome=Outcome.DISCONTINUE, text="eGFR not confirmed", possible=True,
               citation="Side effects, item 6", strength=Strength.UNRATED),
        Reason(precedence="P5", rule="AE-3", outcome=Outcome.REDUCE, text="eGFR 71 → 40 (−44 %): reduce by 20 %", possible=False,
               citation="Side effects, item 3", strength=Strength.UNRATED),
    )  # fmt: skip
    decision = CycleDecision(
        cycle=3, planned=date(2026, 6, 8), outcome=Outcome.UNDETERMINED, at_most=Outcome.REDUCE, activity_gbq=5.92,
        reasons=reasons, decides=asks, notes=("Repeat eGFR before making a discontinuation final (Lutetia's choice).",),
    )  # fmt: skip
    return Assessment(
        course="P-001", synthetic=True, question="cycle 3", on=date(2026, 6, 8), known_on=KNOWN_ON, in_scope=True,
        scope="", answers=answers, decision=decision, ready=Status.UNKNOWN, unknown=asks,
        indication=Indication(summary="IND-1 holds", holding=("IND-1",), possible=()),
        not_encoded=("imaging tier (patient selection)",), notes=("Ages of laboratory values count to the planned day.",), **BOOK,
    )  # fmt: skip


@pytest.fixture(scope="session")
def eligible(answers: tuple[Answer, ...]) -> Assessment:
    clear = tuple(a for a in answers if a.status in (Status.NOT_MET, Status.MET) and a.id != "AE-3" and a.id != "CI-B-ECOG")
    return Assessment(
        course="P-001", synthetic=True, question="selection", on=date(2026, 2, 27), known_on=date(2026, 2, 27), in_scope=True,
        scope="", answers=clear, indication=Indication(summary="IND-1 holds", holding=("IND-1",), possible=()), **BOOK,
    )  # fmt: skip


@pytest.fixture(scope="session")
def out_of_scope() -> Assessment:
    return Assessment(
        course="P-002", synthetic=False, question="cycle 1", on=date(2026, 3, 2), known_on=KNOWN_ON, in_scope=False,
        scope="The agent '[177Lu]Lu-DOTATATE' is not one of the two ligands that the guideline speaks about.", **BOOK,
    )  # fmt: skip


def region(
    code: str, label: str, start_mbq: float, half_life_h: float, mass_g: float, *, recovery: float | None = 0.82, wobble: int = 0
) -> RegionDose:
    start = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
    rate = log(2) / half_life_h
    factor = 1.0 if recovery is None else recovery
    noise = np.random.default_rng(wobble).normal(0, 0.03, 4)
    hours = (2.1, 24.3, 71.8, 167.4)
    samples = tuple(
        Sample(hours=t, acquired_at=start + timedelta(hours=t), volume_ml=mass_g / 1.04, recovery=recovery,
               uncorrected_mbq=factor * start_mbq * exp(-rate * t) * (1 + e))
        for t, e in zip(hours, noise, strict=True)
    )  # fmt: skip

    def value(scale: float) -> DoseValue:
        tia = scale * start_mbq / rate
        dose = tia * 0.0853 / mass_g
        fit = TimeActivityFit(
            model="mono-exponential", terms=(Exponential(scale * start_mbq, rate),), tia_mbq_h=tia,
            tail_fraction=exp(-rate * hours[-1]), effective_half_life_h=half_life_h, residuals=tuple(map(float, noise)),
            chosen_because="lowest AICc of the admissible models", alternatives={"bi-exponential": tia * 1.013},
        )  # fmt: skip
        return DoseValue(fit=fit, mean_dose_gy=dose, kernel_dose_gy=dose * 1.021)

    return RegionDose(
        region=code, label=label, samples=samples, mass_g=mass_g, mass_from="contour on CT, density 1.04 g/mL from HU",
        uncorrected=value(factor), corrected=None if recovery is None else value(1.0),
        notes=("contour moved by hand at the second scan",) if code == "kidney_right" else (),
    )  # fmt: skip


def refused(code: str, label: str) -> RegionDose:
    plain = region(code, label, 30, 100, 14, wobble=9)
    refusal = FitRefusal(
        reason="activity still rises from 24.3 h to 71.8 h; one exponential would fall from the start",
        offered=("bi-exponential with uptake needs one more scan", "a single-time-point dose with a stated half-life"),
    )
    rising = tuple(replace(s, uncorrected_mbq=10 + 4 * n) for n, s in enumerate(plain.samples))
    return replace(plain, samples=rising, uncorrected=refusal, corrected=refusal)


@pytest.fixture(scope="session")
def cycle_dose() -> CycleDose:
    regions = (
        region("kidney_left", "Kidney, left", 168, 38, 172, wobble=1),
        region("kidney_right", "Kidney, right", 159, 36.5, 165, wobble=2),
        region("liver", "Liver", 420, 31, 1720, recovery=0.97, wobble=3),
        region("spleen", "Spleen", 46, 30, 210, recovery=0.91, wobble=4),
        region("parotid_left", "Parotid, left", 22, 34, 24, recovery=0.61, wobble=5),
        region("parotid_right", "Parotid, right", 24, 33, 25, recovery=0.62, wobble=6),
        region("L1", "L1, L3 vertebra", 41, 62, 9.2, recovery=0.55, wobble=7),
        refused("L2", "L2, left iliac node"),
    )
    return CycleDose(
        cycle=1, agent="[177Lu]Lu-PSMA-617", given_mbq=7432.0, regions=regions, dose_map=None,
        engine="kernel: FFT convolution, 4.80 mm, ICRP-107 water kernel, density-scaled",
        assumptions=("The kidney keeps its mass over the cycle.", "No correction for scans of different duration."),
        warnings=("The stated resolution (12.4 mm) comes from the course file, not from a calibration.",),
    )  # fmt: skip


@pytest.fixture(scope="session")
def uncorrected_dose(cycle_dose: CycleDose) -> CycleDose:
    regions = (region("kidney_left", "Kidney, left", 168, 38, 172, recovery=None, wobble=1),)
    warning = "No resolution is stated: doses are not corrected for recovery and small regions are underestimated."
    return replace(cycle_dose, cycle=2, regions=regions, warnings=(warning,))


def _ellipsoid(points: np.ndarray, centre: tuple[float, ...], radii: tuple[float, ...]) -> np.ndarray:
    return (((points - np.asarray(centre)) / np.asarray(radii)) ** 2).sum(-1) <= 1


@pytest.fixture(scope="session")
def pictures() -> tuple[Picture, ...]:
    """A torso; the patient's left kidney is the hotter one, so that a mirrored picture would be seen."""
    spect = Geometry(shape=(90, 80, 100), spacing_mm=(4.8, 4.8, 4.8), origin_mm=(-240.0, -190.0, -260.0))
    ct = Geometry(shape=(108, 190, 240), spacing_mm=(4.0, 2.0, 2.0), origin_mm=(-239.0, -189.0, -258.0))

    def points(grid: Geometry) -> np.ndarray:
        return grid.to_patient(np.stack(np.meshgrid(*map(np.arange, grid.shape), indexing="ij"), -1))

    shapes = {
        "kidney_left": ((70, 50, -40), (28, 26, 55)),
        "kidney_right": ((-70, 50, -50), (28, 26, 55)),
        "liver": ((-70, -20, 60), (85, 75, 65)),
        "spleen": ((105, 40, 60), (30, 30, 45)),
        "L1": ((0, 75, -90), (15, 12, 14)),
    }
    level = {"kidney_left": 3.0, "kidney_right": 2.0, "liver": 0.7, "spleen": 0.8, "L1": 4.0}
    where, fine = points(spect), points(ct)
    activity = np.full(spect.shape, 0.01)
    hu = np.where(_ellipsoid(fine, (0, 0, 0), (190, 130, 1e6)), 40.0, -1000.0)
    hu[_ellipsoid(fine, (0, 75, 0), (20, 20, 1e6))] = 400.0
    masks = []
    for name, (centre, radii) in shapes.items():
        activity[_ellipsoid(where, centre, radii)] = level[name]
        masks.append(Mask(voxels=_ellipsoid(fine, centre, radii), geometry=ct, name=name))
    from scipy.ndimage import gaussian_filter

    blurred = Volume(values=gaussian_filter(activity, 1.2) * 1e6, geometry=spect, unit="Bq/mL")
    background = Volume(values=hu, geometry=ct, unit="HU")
    title = "Cycle 1, SPECT/CT 24 h after administration"
    return (
        Picture(title=title, background=background, overlay=blurred, masks=tuple(masks)),
        Picture(title=title, background=None, overlay=blurred, masks=tuple(masks), kind="mip"),
    )


@pytest.fixture(scope="session")
def record() -> RunRecord:
    return RunRecord(
        command="lutetia run P-001", started_at=datetime(2026, 6, 4, 8, 0, tzinfo=UTC),
        finished_at=datetime(2026, 6, 4, 8, 1, 12, tzinfo=UTC), python="3.11.9", packages={"numpy": "2.4.6"},
        datasets={"nuclide": "ICRP Publication 107 (2008), Lu-177", "kernel": "water, ICRP-107"},
        parameters={"book": "eanm_snmmi_2023"}, inputs={"course.yaml": "ab" * 32, "imaging/ct.dcm": "cd" * 32},
    )  # fmt: skip


@pytest.fixture(scope="session")
def full(
    course: Course, undetermined: Assessment, eligible: Assessment, cycle_dose: CycleDose, uncorrected_dose: CycleDose,
    pictures: tuple[Picture, ...], record: RunRecord,
) -> RunResult:  # fmt: skip
    return RunResult(
        course=course, known_on=KNOWN_ON, assessments=(undetermined, eligible), cycles=(cycle_dose, uncorrected_dose),
        pictures=pictures, record=record, notes=("Clock times without an offset are read in Europe/Paris.",),
    )  # fmt: skip


@pytest.fixture(scope="session")
def stopped(out_of_scope: Assessment, record: RunRecord) -> RunResult:
    course = Course.model_validate(
        {"format": "lutetia-course/1", "id": "P-002", "cycles": [{"number": 1, "agent": "[177Lu]Lu-DOTATATE", "planned": "2026-03-02"}]}
    )
    stop = Stop(
        part="dosimetry, cycle 1",
        message="spect 1 (series ...0417): the header says decay-corrected to administration, and a decay factor of 1.",
        remedy="write 'decay: as-acquired' or 'decay: to-administration' under the scan in course.yaml",
    )
    return RunResult(course=course, known_on=KNOWN_ON, assessments=(out_of_scope,), stopped=(stop,), record=record)


@pytest.fixture(scope="session")
def bare(record: RunRecord) -> RunResult:
    """Nothing but an identity: no facts, no question, no dose."""
    return RunResult(course=Course(format="lutetia-course/1", id="P-003"), known_on=KNOWN_ON, record=record)
