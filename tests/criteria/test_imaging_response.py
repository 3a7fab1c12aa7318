"""RECIST, adapted PERCIST, PPP, bone by PCWG3 and the composite: each by its own rules, each open where facts lack."""

from datetime import date, timedelta

import pytest

from lutetia.criteria import percist, ppp
from lutetia.criteria.interval import Interval
from lutetia.criteria.pcwg3 import BoneScan, bone_progression
from lutetia.criteria.psa_recip import composite
from lutetia.criteria.recist import Targets, classify
from lutetia.criteria.response_class import Classified

FIRST = date(2026, 3, 2)


def seen(sum_mm: float | None, **said: object) -> Targets:
    return Targets(sum_mm, **{"non_target": "absent", "new_lesions": False, **said})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sums", "expected"),
    [((70,), "PR"), ((70.1,), "SD"), ((119.9,), "SD"), ((120,), "PD"), ((50, 60), "PD"), ((50, 59.9), "PR"),
     ((20, 24.9), "PR"), ((20, 25), "PD"), ((0,), "CR"), ((0, 4.9), "PR"), ((0, 5), "PD")],
)  # fmt: skip
def test_recist_measures_response_from_the_baseline_and_progression_from_the_smallest_sum(
    sums: tuple[float, ...], expected: str
) -> None:
    assert classify(100, [seen(one) for one in sums]).response == expected


@pytest.mark.parametrize(
    ("target", "non_target", "expected"),
    [(seen(0), "present", "PR"), (seen(0), "gone", "CR"), (seen(0), "progressed", "PD"), (seen(60), "present", "PR"),
     (seen(9, gone=True), "absent", "CR"), (seen(100), "present", "SD")],
)  # fmt: skip
def test_recist_joins_targets_and_other_disease(target: Targets, non_target: str, expected: str) -> None:
    assert classify(100, [target._replace(non_target=non_target)]).response == expected  # type: ignore[arg-type]


def test_recist_calls_a_new_lesion_progression_whatever_the_sum() -> None:
    assert classify(100, [seen(40, new_lesions=True)]).response == "PD"
    assert classify(None, [seen(None, new_lesions=True)]).response == "PD"


def test_recist_asks_for_what_was_not_said() -> None:
    found = classify(100, [Targets(60)])
    assert found.could_be == ("PR", "PD")
    assert len(found.needs) == 2
    assert classify(100, [Targets(0, new_lesions=False)]).could_be == ("CR", "PR", "PD")
    assert "at baseline" in str(classify(None, [seen(50)]).needs[0])


def test_recist_needs_an_examination_under_treatment() -> None:
    with pytest.raises(ValueError, match="nothing was examined"):
        classify(100, [])


@pytest.mark.parametrize(
    ("after", "new", "expected"),
    [
        (0, False, "CR"),
        (70, False, "PR"),
        (70.1, False, "SD"),
        (129.9, False, "SD"),
        (130, None, "PD"),
        (0, True, "PD"),
    ],
)
def test_percist_goes_by_the_summed_uptake_and_by_any_new_lesion(after: float, new: bool | None, expected: str) -> None:
    assert percist.classify(100, after, new).response == expected


def test_percist_asks_for_uptake_and_for_new_lesions() -> None:
    assert percist.classify(None, 10, False).needs
    assert percist.classify(100, 50, None).could_be == ("PR", "PD")
    assert percist.classify(0, 50, False).response == "NE"


STABLE = [ppp.Growth("L1", "volume", 10, 12), ppp.Growth("L1", "SUVmax", 20, 15)]
GROWN = [*STABLE, ppp.Growth("L2", "SUVmax", 10, 13)]


@pytest.mark.parametrize(
    ("new", "growth", "supported", "expected"),
    [(2, STABLE, None, True), (2, STABLE, False, True), (1, STABLE, True, True), (1, STABLE, False, False),
     (1, STABLE, None, None), (0, GROWN, True, True), (0, GROWN, None, None), (0, GROWN, False, False),
     (0, STABLE, None, False), (None, STABLE, True, None), (None, GROWN, True, True), (0, [], True, None)],
)  # fmt: skip
def test_ppp_takes_two_new_lesions_or_one_sign_with_support(
    new: int | None, growth: list[ppp.Growth], supported: bool | None, expected: bool | None
) -> None:
    assert ppp.progressed(new, growth, supported=supported).holds is expected


def test_ppp_names_the_lesion_that_was_not_measured_again() -> None:
    found = ppp.progressed(0, [ppp.Growth("L3", "volume", 10, None)], supported=True)
    assert str(found.needs[0]) == "L3: volume"


def scans(*told: tuple[int, int | None] | tuple[int, int | None, bool]) -> list[BoneScan]:
    return [BoneScan(FIRST + timedelta(days=day), *rest) for day, *rest in told]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("told", "state", "day"),
    [
        (scans((0, 2)), "to be confirmed", 0),
        (scans((0, 2), (42, 2)), "progression", 0),
        (scans((0, 2), (41, 2)), "to be confirmed", 0),
        (scans((0, 5), (42, 1)), "none", None),
        (scans((0, 1), (42, 1)), "none", None),
        (scans((0, 1), (60, 2)), "to be confirmed", 60),
        (scans((0, 1), (60, 2), (120, 0, True)), "progression", 60),
        (scans((0, 1), (60, 2), (120, 0, False)), "none", None),
        (scans((0, 1), (60, 1), (120, 1), (180, 0, True)), "progression", 120),
        (scans((0, None)), "unknown", 0),
        (scans((0, 0), (60, None)), "unknown", 60),
    ],
)
def test_two_new_bone_lesions_count_only_when_confirmed(told: list[BoneScan], state: str, day: int | None) -> None:
    found = bone_progression(told)
    assert (found.state, found.on) == (state, None if day is None else FIRST + timedelta(days=day))


def test_without_a_bone_scan_bone_is_unknown() -> None:
    assert bone_progression([]).state == "unknown"


@pytest.mark.parametrize(
    ("psa", "recip", "together"),
    [(-50, "SD", "response"), (-49.9, "SD", "stable"), (10, "PR", "response"), (25, "SD", "progression"),
     (0, "PD", "progression"), (-60, "PD", "discordant"), (30, "CR", "discordant"), (30, None, None),
     (None, "PD", None), (0, "NE", None)],
)  # fmt: skip
def test_the_composite_shows_discordance_and_never_settles_it(
    psa: float | None, recip: str | None, together: str | None
) -> None:
    percent = None if psa is None else Interval.point(psa)
    assert composite(percent, Classified(recip)).together == together  # type: ignore[arg-type]


def test_a_psa_of_which_only_a_bound_is_known_may_leave_the_composite_open() -> None:
    assert composite(Interval(-100, -40, high_open=True), Classified("SD")).psa is None
    assert composite(Interval(-100, -60, high_open=True), Classified("SD")).together == "response"
