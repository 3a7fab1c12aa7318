"""Are contradictions between the parts of a record found, and is what is right let through?"""

from __future__ import annotations

from typing import Any

import pytest

from lutetia.course import Course
from lutetia.course.file import parse_course, write_course

AT = "2026-03-02T10:15+01:00"
AGENT = "[177Lu]Lu-PSMA-617"


def course(**parts: Any) -> Course:
    return Course.model_validate({"format": "lutetia-course/1", "id": "P-001", **parts})


def reading(value: float, unit: str, at: str) -> dict[str, Any]:
    return {"activity": {"value": value, "unit": unit}, "at": at}


def administration(at: str = AT, **parts: Any) -> dict[str, Any]:
    return {"started_at": at, "syringe_before": reading(7.5, "GBq", at), **parts}


def cycle(number: int = 1, **parts: Any) -> dict[str, Any]:
    return {"number": number, "agent": AGENT, "planned": "2026-03-02", **parts}


PLATELETS = {"value": 180, "unit": "10*9/L", "at": "2026-02-27"}
CORRECTION = {"recorded_at": "2026-03-01", "why": "typing error"}

CONTRADICTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "a correction of another kind of entry": (
        {"facts": {"lab.platelets": [{**PLATELETS, **CORRECTION, "supersedes": "e1"}]},
         "events": {"entries": [{"id": "e1", "term": "nausea", "ctcae": "5.0", "organ": "general",
                                 "grades": [{"on": "2026-01-01", "grade": 1}]}]}},
        "an entry of another kind",
    ),
    "two corrections of one entry": (
        {"facts": {"lab.platelets": [{**PLATELETS, "id": "a"}, {**PLATELETS, **CORRECTION, "supersedes": "a"},
                                     {**PLATELETS, **CORRECTION, "supersedes": "a"}]}},
        "corrected twice",
    ),
    "a correction older than what it corrects": (
        {"facts": {"lab.platelets": [{**PLATELETS, "id": "a", "recorded_at": "2026-03-05"},
                                     {**PLATELETS, **CORRECTION, "supersedes": "a"}]}},
        "recorded before 'a'",
    ),
    "a correction that does not say since when": (
        {"facts": {"lab.platelets": [{**PLATELETS, "id": "a"}, {**PLATELETS, "supersedes": "a", "why": "typing"}]}},
        "add 'recorded_at: ...'",
    ),
    "a correction of itself": (
        {"facts": {"lab.platelets": [{**PLATELETS, **CORRECTION, "id": "a", "supersedes": "a"}]}},
        "corrects itself",
    ),
    "a cycle that supersedes": (
        {"cycles": [cycle(**CORRECTION, supersedes="x")]},
        "correct the entry itself",
    ),
    "a corrected administration without a reason": (
        {"cycles": [cycle(administration=administration(recorded_at="2026-03-05", corrects=administration()))]},
        "lacks 'why'",
    ),
    "two cycles on one day": (
        {"cycles": [cycle(1, administration=administration()),
                    cycle(2, administration=administration("2026-03-02T16:00+01:00"))]},
        "not after the one before it",
    ),
    "one series in two cycles": (
        {"cycles": [cycle(1, scans=[{"series_uid": "1.2"}]), cycle(2, scans=[{"series_uid": "1.2"}])]},
        "stands in the course twice",
    ),
    "a scan before the injection": (
        {"cycles": [cycle(administration=administration(),
                          scans=[{"series_uid": "1.2", "acquired_at": "2026-03-01T10:00+01:00"}])]},
        "before the injection began",
    ),
    "one organ under two contours": (
        {"cycles": [cycle(scans=[{"series_uid": "1.2", "regions": {"a": "liver", "b": "liver"}}])]},
        "given to two contours",
    ),
    "a dose of a region that is none": (
        {"cycles": [cycle(doses=[{"region": "kidney", "dose": {"value": 3.1, "unit": "Gy"}, "recovery_corrected": True,
                                  "method": "mean dose", "result": "r1", "accepted_by": "x",
                                  "accepted_on": "2026-04-01"}])]},
        "neither an organ code nor a listed lesion",
    ),
    "a residual read before the injection": (
        {"cycles": [cycle(administration=administration(syringe_after=reading(70, "MBq", "2026-03-02T09:00+01:00")))]},
        "read after the injection",
    ),
    "a lesion seen later than it was measured": (
        {"lesions": {"entries": [{"id": "L1", "site": "rib", "kind": "bone", "first_seen": "2026-02-01"}]},
         "examinations": {"entries": [{"on": "2026-01-01", "kind": "ct", "lesions": [{"lesion": "L1"}]}]}},
        "correct first_seen",
    ),
    "axes exchanged": (
        {"lesions": {"entries": [{"id": "L1", "site": "rib", "kind": "bone"}]},
         "examinations": {"entries": [{"on": "2026-01-01", "kind": "ct", "lesions": [
             {"lesion": "L1", "long_axis": {"value": 12, "unit": "mm"}, "short_axis": {"value": 2, "unit": "cm"}}]}]}},
        "longer than the long axis",
    ),
    "a mean uptake above the maximum": (
        {"examinations": {"entries": [{"on": "2026-01-01", "kind": "psma-pet",
                                       "reference_organs": [{"organ": "liver", "suv_mean": 41, "suv_max": 5.2}]}]}},
        "above the maximum",
    ),
    "death before birth": (
        {"patient": {"birth_date": "1951-04-12"},
         "facts": {"person.died_on": {"value": "1950-01-01", "at": "2026-01-01"}}},
        "before he was born",
    ),
    "alive after death": (
        {"facts": {"person.died_on": {"value": "2026-01-01", "at": "2026-01-05"},
                   "person.alive": {"value": True, "at": "2026-02-01"}}},
        "after the patient's death",
    ),
    "an age that nobody reaches": (
        {"patient": {"birth_date": "1901-04-12"}, "facts": {"lab.platelets": PLATELETS}},
        "over 120 years old",
    ),
    "a consent withdrawn before it was given": (
        {"consents": [{"given_at": "2026-01-05", "withdrawn_on": "2026-01-04"}]},
        "before it was given",
    ),
    "a departure from advice without a reason": (
        {"decisions": [{"on": "2026-01-05", "outcome": "go", "author": "Dr Martin", "departs_from": ["CI-B-PLT"]}]},
        "add 'reason: ...'",
    ),
    "a radiotherapy in centigray taken for gray": (
        {"external_beam": {"entries": [{"site": "spine", "started": "2025-01-01",
                                        "dose": {"value": 2000, "unit": "Gy"}}]}},
        "Gy or cGy",
    ),
    "an earlier radionuclide of 7400 GBq": (
        {"earlier_radionuclides": {"entries": [{"agent": AGENT, "on": "2024-01-01",
                                                "activity": {"value": 7400, "unit": "GBq"}}]}},
        "beyond any single administration",
    ),
    "grades out of order": (
        {"events": {"entries": [{"term": "nausea", "ctcae": "5.0", "organ": "general",
                                 "grades": [{"on": "2026-02-01", "grade": 1}, {"on": "2026-01-01", "grade": 2}]}]}},
        "sort them",
    ),
    "a stopping for progression without progression": (
        {"therapies": {"entries": [{"drug": "docetaxel", "drug_class": "taxane", "started": "2024-01-01",
                                    "progressed": False, "reason_for_stopping": "progression"}]}},
        "stated and denied",
    ),
    "a certain day among dates known to the month": (
        {"therapies": {"entries": [{"drug": "docetaxel", "drug_class": "taxane", "started": "2021-05-17",
                                    "dates_known_to": "month"}]}},
        "write 2021-05-01",
    ),
    "a treatment that ends before it starts": (
        {"medication": {"entries": [{"drug": "x", "started": "2024-01-02", "stopped": "2024-01-01"}]}},
        "before it starts",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_refused(name: str) -> None:
    parts, words = CONTRADICTIONS[name]
    with pytest.raises(ValueError, match=words):
        course(**parts)


def test_two_formulas_may_give_two_values_at_one_time() -> None:
    gfr = {"unit": "mL/min/{1.73_m2}", "at": "2026-02-27"}
    both = [{**gfr, "value": 49, "method": "CKD-EPI 2021"}, {**gfr, "value": 46, "method": "MDRD"}]
    assert len(course(facts={"lab.egfr": both}).facts_of("lab.egfr")) == 2


def test_a_result_entered_twice_in_the_same_way_is_no_contradiction() -> None:
    assert len(course(facts={"lab.platelets": [PLATELETS, PLATELETS]}).facts_of("lab.platelets")) == 2


def test_a_treatment_of_long_ago_may_be_dated_to_the_year() -> None:
    line = {"drug": "docetaxel", "drug_class": "taxane", "started": "2021-01-01", "dates_known_to": "year"}
    entry = course(therapies={"entries": [line]}).therapies.entries[0]
    assert entry.dates_known_to == "year"


def test_an_alpha_emitter_may_be_given_in_megabecquerels() -> None:
    prescription = {"activity": {"value": 8, "unit": "MBq"}, "by": "Dr Martin", "on": "2026-03-01"}
    given = course(cycles=[{**cycle(prescription=prescription), "agent": "[225Ac]Ac-PSMA-617"}])
    assert given.cycles[0].read_agent.nuclide == "Ac-225"


def test_a_prescription_written_afterwards_is_recorded_when_it_says_why() -> None:
    late = {"activity": {"value": 7.4, "unit": "GBq"}, "by": "Dr Martin", "on": "2026-03-03"}
    with pytest.raises(ValueError, match="after the administration"):
        course(cycles=[cycle(prescription=late, administration=administration())])
    explained = {**late, "written_afterwards": "oral order, written the next morning"}
    assert course(cycles=[cycle(prescription=explained, administration=administration())]).cycles


def test_a_cause_of_death_may_become_known_after_death() -> None:
    facts = {
        "person.died_on": {"value": "2026-01-01", "at": "2026-01-05"},
        "person.cause_of_death": {"value": "prostate cancer", "at": "2026-01-20"},
        "person.alive": {"value": False, "at": "2026-01-05"},
    }
    assert course(facts=facts).last_contact is not None


def test_a_course_with_every_part_is_written_and_read_back() -> None:
    dose = {
        "region": "L1", "dose": {"value": 21.5, "unit": "Gy"}, "recovery_corrected": True, "method": "mean dose",
        "result": "run 1", "accepted_by": "Dr Martin", "accepted_on": "2026-04-01",
    }  # fmt: skip
    whole = course(
        lesions={"entries": [{"id": "L1", "site": "rib", "kind": "bone"}]},
        support={"entries": [{"kind": "g-csf", "drug": "pegfilgrastim", "long_acting": True, "on": "2026-02-01"}]},
        earlier_radionuclides={
            "entries": [
                {"agent": "radium-223", "on": "2024-01-01", "organ_doses": {"marrow": {"value": 0.4, "unit": "Gy"}}}
            ]
        },
        cycles=[
            cycle(
                administration={
                    **administration(), "recorded_at": "2026-03-05", "why": "wrong syringe",
                    "corrects": administration(),
                },
                doses=[dose],
            )
        ],
    )  # fmt: skip
    assert parse_course(write_course(whole), name="course.yaml") == whole
