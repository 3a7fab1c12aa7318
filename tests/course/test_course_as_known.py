"""Does the record, asked what was known on a day, hide what came later and nothing else?"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lutetia.course import Course
from lutetia.course.file import parse_course, write_course

PLATELETS = {"unit": "10*9/L", "at": "2026-02-27"}


def course(**parts: Any) -> Course:
    return Course.model_validate({"format": "lutetia-course/1", "id": "P-001", **parts})


def platelets(record: Course, on: date) -> list[object]:
    return [fact.value for fact in record.as_known(on).facts_of("lab.platelets")]


def cycle(**parts: Any) -> dict[str, Any]:
    return {"number": 1, "agent": "[177Lu]Lu-PSMA-617", "planned": "2026-03-02", **parts}


def given(activity: float = 7.4, **parts: Any) -> dict[str, Any]:
    reading = {"activity": {"value": activity, "unit": "GBq"}, "at": "2026-03-02T10:00+01:00"}
    return {"started_at": "2026-03-02T10:15+01:00", "syringe_before": reading, **parts}


def test_a_result_is_known_from_its_own_day_where_nobody_said_when_it_was_recorded() -> None:
    record = course(facts={"lab.platelets": [{"value": 180, **PLATELETS}]})
    assert platelets(record, date(2026, 2, 26)) == []
    assert platelets(record, date(2026, 2, 27)) == [180]
    assert record.undated_records() == 1


def test_a_result_recorded_later_is_hidden_until_then() -> None:
    record = course(facts={"lab.platelets": [{"value": 180, **PLATELETS, "recorded_at": "2026-03-03"}]})
    assert platelets(record, date(2026, 3, 2)) == []
    assert platelets(record, date(2026, 3, 3)) == [180]


def corrected_twice() -> Course:
    return course(
        facts={
            "lab.platelets": [
                {"value": 1800, **PLATELETS, "id": "a"},
                {"value": 18, **PLATELETS, "id": "b", "recorded_at": "2026-03-01", "supersedes": "a", "why": "typing"},
                {"value": 180, **PLATELETS, "recorded_at": "2026-03-05", "supersedes": "b", "why": "typing again"},
            ]
        }
    )


@pytest.mark.parametrize(("day", "value"), [(28 - 1, 1800), (28, 1800)])
def test_before_a_correction_was_recorded_people_saw_what_was_wrong(day: int, value: int) -> None:
    assert platelets(corrected_twice(), date(2026, 2, day)) == [value]


@pytest.mark.parametrize(("day", "value"), [(1, 18), (4, 18), (5, 180), (31, 180)])
def test_from_the_day_of_a_correction_only_the_correction_is_seen(day: int, value: int) -> None:
    assert platelets(corrected_twice(), date(2026, 3, day)) == [value]


def test_the_record_itself_shows_what_stands_today() -> None:
    assert [fact.value for fact in corrected_twice().facts_of("lab.platelets")] == [180]


def test_an_earlier_view_of_a_later_view_shows_again_what_was_corrected_since() -> None:
    view = corrected_twice().as_known(date(2026, 3, 31))
    assert platelets(view, date(2026, 2, 27)) == [1800]


def test_a_later_view_of_an_earlier_view_shows_no_more_than_the_earlier() -> None:
    view = corrected_twice().as_known(date(2026, 2, 27))
    assert platelets(view, date(2026, 3, 31)) == [1800]


def test_facts_of_an_item_come_in_the_order_of_their_clock_times() -> None:
    late = {"value": 80, "unit": "10*9/L", "at": "2026-02-27T16:00+01:00"}
    early = {"value": 90, "unit": "10*9/L", "at": "2026-02-27T08:00+01:00"}
    record = course(facts={"lab.platelets": [late, early]})
    assert [fact.value for fact in record.facts_of("lab.platelets")] == [90, 80]


def test_a_treatment_that_ended_later_was_still_being_given_and_its_end_is_hidden() -> None:
    line = {
        "drug": "docetaxel", "drug_class": "taxane", "started": "2025-01-10", "stopped": "2025-06-10",
        "progressed": True, "reason_for_stopping": "progression",
    }  # fmt: skip
    record = course(therapies={"entries": [line]})
    during = record.as_known(date(2025, 3, 1)).therapies.entries[0]
    assert (during.stopped, during.ongoing, during.progressed_under) == (None, True, None)
    after = record.as_known(date(2025, 6, 10)).therapies.entries[0]
    assert (after.stopped, after.ongoing, after.progressed_under) == (date(2025, 6, 10), None, True)


def test_progression_with_a_date_of_its_own_is_known_from_that_date() -> None:
    line = {
        "drug": "docetaxel", "drug_class": "taxane", "started": "2025-01-10", "stopped": "2025-06-10",
        "progressed": True, "progressed_on": "2025-05-02",
    }  # fmt: skip
    record = course(therapies={"entries": [line]})
    seen = [record.as_known(day).therapies.entries[0].progressed_under for day in (date(2025, 5, 1), date(2025, 5, 2))]
    assert seen == [None, True]


@pytest.mark.parametrize(
    ("name", "entry", "field"),
    [
        ("medication", {"drug": "amlodipine", "started": "2025-01-01", "stopped": "2026-01-01"}, "stopped"),
        ("external_beam", {"site": "spine", "started": "2025-01-01", "ended": "2026-01-01"}, "ended"),
    ],
)
def test_the_end_of_what_was_going_on_is_hidden(name: str, entry: dict[str, str], field: str) -> None:
    record = course(**{name: {"entries": [entry]}})
    ends = [
        getattr(getattr(record.as_known(day), name).entries[0], field) for day in (date(2025, 6, 1), date(2026, 6, 1))
    ]
    assert ends == [None, date(2026, 1, 1)]


def test_a_consent_withdrawn_later_was_a_consent() -> None:
    record = course(consents=[{"given_at": "2026-01-05", "withdrawn_on": "2026-02-01"}])
    assert [record.as_known(date(2026, month, 1)).consents[0].withdrawn for month in (2,)] == [True]
    assert not record.as_known(date(2026, 1, 31)).consents[0].withdrawn


def test_grades_of_later_days_are_hidden() -> None:
    grades = [{"on": "2026-01-12", "grade": 1}, {"on": "2026-01-20", "grade": 3}]
    event = {"term": "nausea", "ctcae": "5.0", "organ": "gastrointestinal", "grades": grades}
    record = course(events={"entries": [event]})
    assert record.as_known(date(2026, 1, 11)).events.entries == ()
    assert record.as_known(date(2026, 1, 19)).events.entries[0].worst_grade == 1


def test_a_list_is_not_complete_before_somebody_said_so() -> None:
    record = course(allergies={"complete_as_of": "2026-02-20", "by": "Dr Martin"})
    before, after = (record.as_known(day).allergies for day in (date(2026, 2, 19), date(2026, 2, 20)))
    assert not before.complete_on(date(2026, 2, 1))
    assert after.complete_on(date(2026, 2, 20))
    assert not after.complete_on(date(2026, 2, 21))


def test_each_day_has_the_statements_of_completeness_that_were_made_by_then() -> None:
    stated = [{"as_of": "2026-01-09", "by": "Dr Martin"}, {"as_of": "2026-02-20", "by": "study nurse"}]
    record = course(allergies={"complete": stated})
    seen = {day: record.as_known(day).allergies for day in (date(2026, 1, 8), date(2026, 1, 9), date(2026, 2, 20))}
    assert [(one.complete_as_of, one.by) for one in seen.values()] == [
        (None, None), (date(2026, 1, 9), "Dr Martin"), (date(2026, 2, 20), "study nurse"),
    ]  # fmt: skip
    assert seen[date(2026, 1, 9)].complete_on(date(2026, 1, 9))
    assert not seen[date(2026, 1, 9)].complete_on(date(2026, 1, 10))


def test_a_further_statement_of_completeness_can_be_supposed() -> None:
    stated = [{"as_of": "2026-01-09", "by": "Dr Martin"}, {"as_of": "2026-02-20", "by": "study nurse"}]
    listed = course(allergies={"complete": stated}).allergies
    supposed = listed.model_copy(update={"complete_as_of": date(2026, 3, 1), "by": "somebody"})
    assert [one.by for one in supposed.statements] == ["Dr Martin", "study nurse", "somebody"]
    assert supposed.as_known(date(2026, 3, 1)).complete_as_of == date(2026, 3, 1)
    assert supposed.as_known(date(2026, 2, 28)).by == "study nurse"


def test_one_statement_of_completeness_has_one_form() -> None:
    short = course(allergies={"complete_as_of": "2026-02-20", "by": "Dr Martin"})
    long = course(allergies={"complete": [{"as_of": "2026-02-20", "by": "Dr Martin"}]})
    assert short == long
    assert [one.by for one in short.allergies.statements] == ["Dr Martin"]


def test_several_statements_of_completeness_are_written_as_they_were_read() -> None:
    stated = [{"as_of": "2026-01-09", "by": "Dr Martin"}, {"as_of": "2026-02-20", "by": "study nurse"}]
    record = course(allergies={"complete": stated})
    written = write_course(record)
    assert "complete_as_of" not in written
    assert parse_course(written, name="course.yaml") == record


def test_an_administration_of_a_later_day_is_hidden_with_its_preparation_and_the_plan_is_not() -> None:
    record = course(cycles=[cycle(preparation={"batch": "B1"}, administration=given())])
    before = record.as_known(date(2026, 3, 1)).cycles[0]
    assert (before.administration, before.preparation, before.planned) == (None, None, date(2026, 3, 2))
    assert record.as_known(date(2026, 3, 2)).given_cycles[0].preparation is not None


def test_a_corrected_administration_shows_the_version_known_on_the_day() -> None:
    right = given(7.4, recorded_at="2026-03-10", why="read from the wrong line", corrects=given(4.7))
    record = course(cycles=[cycle(administration=right)])

    def before(day: date) -> float:
        administration = record.as_known(day).cycles[0].administration
        assert administration is not None
        return administration.syringe_before.activity.to("GBq")

    assert [before(date(2026, 3, day)) for day in (2, 9, 10)] == [4.7, 4.7, 7.4]


def test_a_measurement_of_a_lesion_entered_later_is_hidden_with_it() -> None:
    record = course(
        lesions={"entries": [{"id": "L1", "site": "rib", "kind": "bone", "recorded_at": "2026-04-01"}]},
        examinations={"entries": [{"on": "2026-03-01", "kind": "psma-pet", "lesions": [{"lesion": "L1"}]}]},
    )
    assert record.as_known(date(2026, 3, 15)).examinations.entries[0].lesions == ()
    assert len(record.as_known(date(2026, 4, 1)).examinations.entries[0].lesions) == 1


def test_facts_can_be_added_and_are_checked_as_if_they_had_been_in_the_file() -> None:
    record = course(facts={"setting.trial_available": [{"value": True, "at": "2026-01-01"}]})
    site = {
        "setting.trial_available": ({"value": False, "at": "2025-01-01"},),
        "setting.isolation_required": ({"value": True, "at": "2025-01-01"},),
    }
    extended = record.with_facts(site, where_silent=True)
    assert [fact.value for fact in extended.facts_of("setting.trial_available")] == [True]
    assert [fact.value for fact in extended.facts_of("setting.isolation_required")] == [True]
    assert record.facts_of("setting.isolation_required") == ()
    with pytest.raises(ValueError, match="no unit"):
        record.with_facts({"lab.platelets": ({"value": 180, "at": "2026-02-27"},)})


def test_facts_added_to_a_view_stay_within_its_day() -> None:
    view = corrected_twice().as_known(date(2026, 2, 27))
    more = view.with_facts({"lab.psa": ({"value": 3, "unit": "ng/mL", "at": "2026-03-20"},)})
    assert more.facts_of("lab.psa") == ()
    assert more.as_known(date(2026, 12, 31)).facts_of("lab.psa") == ()


def test_a_changed_copy_of_a_view_is_a_record_of_its_own() -> None:
    view = corrected_twice().as_known(date(2026, 3, 31))
    changed = view.model_copy(update={"facts": {}})
    assert not changed.is_view
    assert changed.as_known(date(2026, 2, 27)).facts_of("lab.platelets") == ()


def test_vital_status_has_a_day_of_last_contact() -> None:
    alive = [{"value": True, "at": "2026-02-01"}, {"value": True, "at": "2026-05-01"}]
    record = course(facts={"person.alive": alive})
    assert record.last_contact == date(2026, 5, 1)
    assert record.as_known(date(2026, 3, 1)).last_contact == date(2026, 2, 1)


def test_the_activity_given_is_what_was_drawn_less_what_was_left_at_the_start() -> None:
    reading = {"activity": {"value": 100, "unit": "MBq"}, "at": "2026-03-02T10:15+01:00"}
    record = course(cycles=[cycle(administration=given(7.4, syringe_after=reading))])
    administration = record.cycles[0].administration
    assert administration is not None
    half_life_h = 0.25  # the quarter of an hour between reading and injection is then one half-life
    assert administration.given_mbq(half_life_h) == pytest.approx(3700 - 100)
    assert record.cycles[0].given_on == date(2026, 3, 2)


def test_without_a_residual_the_activity_given_is_unknown() -> None:
    administration = course(cycles=[cycle(administration=given())]).cycles[0].administration
    assert administration is not None
    assert administration.given_mbq(159.5) is None


def test_times_of_the_record_are_plain_and_equal_to_themselves_in_any_zone() -> None:
    administration = course(cycles=[cycle(administration=given())]).cycles[0].administration
    assert administration is not None
    assert administration.started_at == datetime.fromisoformat("2026-03-02T09:15+00:00")
    assert administration.started_at.utcoffset() == timedelta(hours=1)
