"""Laws of the criteria of response: what time, units and later values may change, and what they may not."""

from datetime import date, timedelta
from typing import Literal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lutetia.criteria import percist, ppp, recip, recist
from lutetia.criteria.interval import Interval
from lutetia.criteria.pcwg3 import BoneScan, bone_progression, psa_progression
from lutetia.criteria.psa_recip import composite
from lutetia.criteria.psa_response import best_change, decline, doubling_time
from lutetia.criteria.psa_series import Level, PsaSeries, under_treatment
from lutetia.criteria.response_class import Classified, ResponseClass

FLOATING_POINT = 1e-6

START = date(2026, 1, 5)
PSA = st.integers(1, 40_000).map(lambda hundredths: hundredths / 100)
DAYS = st.lists(st.integers(1, 400), min_size=1, max_size=8, unique=True).map(sorted)
ML = st.floats(0.1, 3000)
NEW = st.sampled_from([True, False, None])
CLASSES: tuple[ResponseClass, ...] = ("CR", "PR", "SD", "PD", "NE")


@st.composite
def psa_series(draw: st.DrawFn) -> list[tuple[int, float]]:
    days = [0, *draw(DAYS)]
    return [(day, draw(PSA)) for day in days]


def built(values: list[tuple[int, float]], *, start: date = START, times: float = 1) -> PsaSeries:
    levels = [Level(start + timedelta(days=day), Interval.point(psa * times)) for day, psa in values]
    found = under_treatment(levels, start)
    assert found is not None
    return found


@given(psa_series(), st.integers(-3000, 3000))
def test_a_shift_in_time_shifts_the_dates_and_nothing_else(values: list[tuple[int, float]], shift: int) -> None:
    here, there = built(values), built(values, start=START + timedelta(days=shift))
    one, other = psa_progression(here), psa_progression(there)
    assert one.state == other.state
    assert (one.on is None) == (other.on is None)
    if one.on is not None and other.on is not None:
        assert (other.on - one.on).days == shift
    first, second = best_change(here), best_change(there)
    assert first is not None
    assert second is not None
    assert first.percent == second.percent


@given(psa_series(), st.sampled_from([0.5, 2, 4, 1024]))
def test_another_unit_changes_no_percentage_and_no_doubling_time(values: list[tuple[int, float]], times: float) -> None:
    here, there = built(values), built(values, times=times)
    one, other = best_change(here), best_change(there)
    assert one is not None
    assert other is not None
    assert one.percent.low == pytest.approx(other.percent.low, abs=FLOATING_POINT)
    assert decline(here, 50).holds is decline(there, 50).holds
    fast, same = doubling_time((here.baseline, *here.after)), doubling_time((there.baseline, *there.after))
    assume(fast.months is not None and same.months is not None and fast.months < 1e3)
    assert fast.months == pytest.approx(same.months, rel=FLOATING_POINT)


@given(psa_series(), st.integers(1, 200), PSA)
def test_a_later_value_never_changes_a_date_of_progression(
    values: list[tuple[int, float]], later: int, psa: float
) -> None:
    before = psa_progression(built(values))
    after = psa_progression(built([*values, (values[-1][0] + later, psa)]))
    if before.progressed:
        assert (after.on, after.confirmed_on, after.state) == (before.on, before.confirmed_on, before.state)
    elif after.progressed and after.state == "confirmed":
        assert after.confirmed_on == START + timedelta(days=values[-1][0] + later)


@given(psa_series(), st.integers(1, 200), PSA)
def test_a_confirmed_fall_stays_confirmed(values: list[tuple[int, float]], later: int, psa: float) -> None:
    before = decline(built(values), 50)
    after = decline(built([*values, (values[-1][0] + later, psa)]), 50)
    if before.confirmed:
        assert after == before
    if before.holds:
        assert after.holds
        assert after.on == before.on


@given(psa_series())
def test_a_deeper_fall_is_a_fall(values: list[tuple[int, float]]) -> None:
    series = built(values)
    for deep, shallow in ((90, 50), (50, 30)):
        if decline(series, deep).holds:
            assert decline(series, shallow).holds


@given(psa_series(), st.integers(0, 7), st.sampled_from([0.001, 0.1, 5.0, 50.0]))
def test_a_value_below_detection_says_nothing_that_some_value_below_it_would_deny(
    values: list[tuple[int, float]], place: int, limit: float
) -> None:
    place = 1 + place % (len(values) - 1)
    day, _ = values[place]
    levels = [Level(START + timedelta(days=on), Interval.point(psa)) for on, psa in values if on != day]
    censored = Level(START + timedelta(days=day), Interval.result(limit, "<"))
    told = under_treatment([*levels, censored], START)
    assert told is not None
    for truth in (0.0, limit * 0.5, limit * 0.999):
        exact = under_treatment([*levels, Level(censored.on, Interval.point(truth))], START)
        assert exact is not None
        said, true = decline(told, 50), decline(exact, 50)
        assert said.holds is None or said.holds is true.holds
        if said.confirmed is not None and said.holds:
            assert true.confirmed is said.confirmed
        change, whole = best_change(exact), best_change(told)
        assert change is not None
        assert whole is not None
        assert whole.percent.low - FLOATING_POINT <= change.percent.low <= whole.percent.high + FLOATING_POINT
        found = psa_progression(told)
        if found.progressed and found.may_on is None:
            assert psa_progression(exact).progressed


@given(ML, ML, NEW)
def test_an_open_class_by_recip_holds_the_class_that_the_reader_would_make_of_it(
    before: float, after: float, new: bool | None
) -> None:
    told = recip.classify(before, after, None)
    if new is not None:
        settled = recip.classify(before, after, new).response
        assert settled in (told.could_be or (told.response,))


@given(ML, st.floats(0, 3000), NEW, st.sampled_from([0.5, 2, 1024]))
def test_recip_does_not_depend_on_the_unit_of_volume(
    before: float, after: float, new: bool | None, times: float
) -> None:
    assume(after == 0 or after > FLOATING_POINT)
    assert recip.classify(before, after, new).response == recip.classify(before * times, after * times, new).response


@given(ML, ML, ML)
def test_more_volume_is_never_a_better_class(before: float, one: float, other: float) -> None:
    order = ("CR", "PR", "SD", "PD")
    for new in (True, False):
        smaller = recip.classify(before, min(one, other), new).response
        larger = recip.classify(before, max(one, other), new).response
        assert smaller is not None
        assert larger is not None
        assert order.index(smaller) <= order.index(larger)


@given(ML, ML)
def test_a_new_lesion_alone_is_progression_by_percist_and_recist_and_never_by_recip(
    before: float, after: float
) -> None:
    assume(after < before)
    assert recip.classify(before, after, True).response != "PD"
    assert percist.classify(before, after, True).response == "PD"
    assert recist.classify(before, [recist.Targets(after, new_lesions=True)]).response == "PD"


@given(st.one_of(st.none(), st.integers(0, 5)), st.sampled_from([True, False, None]), ML, ML)
def test_ppp_open_means_that_a_fact_would_settle_it(
    new: int | None, supported: bool | None, before: float, now: float
) -> None:
    found = ppp.progressed(new, [ppp.Growth("L1", "volume", before, now)], supported=supported)
    assert (found.holds is None) == bool(found.needs)
    if supported is None and found.holds is not None:
        both = {
            ppp.progressed(new, [ppp.Growth("L1", "volume", before, now)], supported=word).holds
            for word in (True, False)
        }
        assert both == {found.holds}


@given(st.floats(-100, 400), st.sampled_from(CLASSES))
def test_a_composite_never_hides_that_its_parts_disagree(percent: float, response: ResponseClass) -> None:
    found = composite(Interval.point(percent), Classified(response))
    assert (found.together == "discordant") == ({found.psa, found.recip} == {"response", "progression"})


Persist = Literal[True] | Literal[False] | None


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([True, False, None])), min_size=1, max_size=6))
def test_a_later_bone_scan_never_changes_a_date_of_progression(scans: list[tuple[int, Persist]]) -> None:
    every = [BoneScan(START + timedelta(days=60 * (n + 1)), new, persist) for n, (new, persist) in enumerate(scans)]
    before = bone_progression(every[:-1])
    if before.state == "progression":
        assert bone_progression(every) == before
