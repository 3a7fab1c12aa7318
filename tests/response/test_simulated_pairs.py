"""Four simulated pairs, one of each class: volumes, new lesions and class are those that are true of them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from lutetia.criteria.recip import classify
from lutetia.quantification.alignment import align
from lutetia.response import Pair, PsmaPet, compare, measure_disease
from lutetia.simulation.acquisition import PET_GRID
from lutetia.simulation.response_pairs import THRESHOLD_SUV, SimulatedPair, simulate_pair
from lutetia.simulation.response_scenarios import SCENARIOS, scenario

LARGE_ML = 2.0
NOISE_AT_THE_EDGE = 0.05
"""What is asked of lesions of 2 mL and more; noise moves the edge at SUV 3 by part of a voxel."""
STEEP = 3.0
"""Times the threshold: below it the edge lies near the top of a lesion, and noise moves it further."""
NOISE_OF_ALL = 0.03
"""Of the sum: the errors of single lesions are independent."""
A_VOXEL_MM = 4.0
REGISTERED_WITHIN_MM = 1.0
"""A quarter of a voxel: no lesion is missed for that."""

FOUR = {
    "everything gone": "CR",
    "a faint lesion crosses the threshold in a responder": "PR",
    "a small new node beside the bladder": "SD",
    "growth and a new node at the kidney": "PD",
}


def by_definition(baseline_ml: float, follow_up_ml: float, *, new: bool) -> str:
    """RECIP 1.0 as its authors print it, written a second time."""
    if follow_up_ml == 0:
        return "CR"
    change = 100 * (follow_up_ml - baseline_ml) / baseline_ml
    if change <= -30 and not new:
        return "PR"
    return "PD" if change >= 20 and new else "SD"


@cache
def made(name: str) -> tuple[SimulatedPair, Pair]:
    pair = simulate_pair(scenario(name), grid=PET_GRID)
    days = [
        measure_disease(PsmaPet(suv=day.suv, organs=day.masks(), tracer="[68Ga]Ga-PSMA-11", name=called))
        for called, day in (("baseline", pair.baseline), ("follow-up", pair.follow_up))
    ]
    motion = pair.baseline.motion.inverse().then(pair.follow_up.motion)
    return pair, compare(days[0], days[1], motion=motion)


@pytest.mark.parametrize(("name", "expected"), FOUR.items())
def test_the_class_is_that_of_the_truth(name: str, expected: str) -> None:
    pair, measured = made(name)
    truth = pair.truth
    assert by_definition(truth.baseline_ml, truth.follow_up_ml, new=bool(truth.new)) == expected
    assert classify(measured.recip.baseline_ml, measured.recip.follow_up_ml, bool(measured.proposals)).response == (
        expected
    )


@pytest.mark.parametrize("name", FOUR)
def test_new_lesions_are_proposed_and_nothing_else_is(name: str) -> None:
    pair, measured = made(name)
    true = sorted(one.centre_mm for one in pair.follow_up.lesions if one.deposit.id in pair.truth.new)
    found = sorted(one.lesion.centre_mm for one in measured.proposals)
    assert len(found) == len(true)
    assert all(np.linalg.norm(np.subtract(a, b)) <= A_VOXEL_MM for a, b in zip(true, found, strict=True))


@pytest.mark.parametrize("name", FOUR)
def test_volumes_are_those_that_the_scanner_shows_without_noise(name: str) -> None:
    pair, measured = made(name)
    for day, disease in ((pair.baseline, measured.baseline), (pair.follow_up, measured.follow_up)):
        shown = sum(one.seen_on_grid_ml for one in day.lesions)
        assert disease.volume_ml == pytest.approx(shown, rel=NOISE_OF_ALL)
        assert bool(disease.counted) is (shown > 0)
        for lesion in disease.counted:
            true = min(day.lesions, key=lambda one: np.linalg.norm(np.subtract(one.centre_mm, lesion.centre_mm)))
            if true.deposit.volume_ml >= LARGE_ML and true.peak_suv >= STEEP * THRESHOLD_SUV:
                assert lesion.volume_ml == pytest.approx(true.seen_on_grid_ml, rel=NOISE_AT_THE_EDGE)


def test_a_faint_lesion_of_the_baseline_is_not_proposed() -> None:
    _, measured = made("a faint lesion crosses the threshold in a responder")
    assert "faint at baseline" in [history.status for history in measured.histories]


def test_a_node_beside_the_bladder_is_proposed_as_uncertain() -> None:
    _, measured = made("a small new node beside the bladder")
    assert any("bladder" in doubt for doubt in measured.proposals[0].doubts)


def test_two_pet_are_registered_though_disease_changed_between_them() -> None:
    pair, measured = made("growth and a new node at the kidney")
    found = align(pair.baseline.suv, pair.follow_up.suv)
    assert found.by == "PET"
    places = np.array([lesion.centre_mm for lesion in measured.baseline.counted])
    off = np.linalg.norm(found.motion.point(places) - measured.motion.point(places), axis=1)
    assert off.max() < REGISTERED_WITHIN_MM


def test_the_twenty_pairs_hold_every_class() -> None:
    assert len(SCENARIOS) == 20
    found = []
    for one in SCENARIOS:
        days = [[d.volume_ml for le in one.lesions if le.disease and (d := le.on(day)) is not None] for day in (0, 1)]
        new = any(lesion.new for lesion in one.lesions)
        found.append(by_definition(sum(days[0]), sum(days[1]), new=new))
    assert set(found) == {"CR", "PR", "SD", "PD"}
    assert min(found.count(one) for one in ("PR", "SD", "PD")) >= 4
