"""The kinetics conserve activity, decay at least physically, and stay where they were published."""

from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad

from lutetia.simulation.anatomy import Build, structures
from lutetia.simulation.body import region_volumes
from lutetia.simulation.kinetics import (
    LU177_DECAY_PER_H,
    LU177_HALF_LIFE_H,
    UPTAKES,
    Habit,
    kind_of,
    kinetics,
)
from lutetia.simulation.sphere import self_dose_gy

MASSES = {
    "kidney_left": 160.0, "kidney_right": 158.0, "liver": 1750.0, "spleen": 190.0, "parotid_left": 22.0,
    "parotid_right": 22.0, "submandibular_left": 8.0, "submandibular_right": 8.0, "small_bowel": 260.0,
    "marrow": 690.0, "L1": 40.0, "L4": 15.0,
}  # fmt: skip
TYPICAL = Habit(dict.fromkeys(MASSES, 1.0), dict.fromkeys(MASSES, 1.0))
QUADRATURE = 1e-6
PRINTED_TO_TWO_DIGITS = 0.04
FLOATING_POINT = 1e-12
BETWEEN_MEN = 0.12


@pytest.fixture(scope="module")
def typical():
    return kinetics(MASSES, TYPICAL)


def total_share(kinetics, hours):
    return sum(float(curve.share(hours)) for curve in kinetics.curves.values())


def test_the_closed_integral_is_the_numeric_one(typical):
    for region, curve in typical.curves.items():
        pieces = [
            quad(curve.activity_mbq, a, b, args=(7400.0,))[0] for a, b in ((0, 1), (1, 12), (12, 150), (150, 3000))
        ]
        assert sum(pieces) == pytest.approx(curve.tia_mbq_h(7400.0), rel=QUADRATURE), region


def test_nothing_is_taken_up_at_the_start_and_all_is_in_the_rest(typical):
    for region, curve in typical.curves.items():
        if region != "remainder":
            assert float(curve.share(0.0)) == pytest.approx(0.0, abs=FLOATING_POINT), region
    assert total_share(typical, 0.0) == pytest.approx(1.0)


def test_no_effective_half_life_is_longer_than_the_physical_one(typical):
    assert pytest.approx(6.647 * 24) == LU177_HALF_LIFE_H
    for region, curve in typical.curves.items():
        assert all(phase.rate_per_h > 0 for phase in curve.phases), region
        assert curve.slowest_effective_half_life_h() < LU177_HALF_LIFE_H


def test_half_is_excreted_after_four_hours_and_seven_tenths_after_twelve(typical):
    # Kurth et al., EJNMMI Res 2018;8:32: about 50 % and 70 %; others 45 % (32 to 65) at 6 h, 56 % (48 to 65) at 24 h
    stored = [total_share(typical, h) for h in (4.0, 12.0)]
    assert 1 - stored[0] == pytest.approx(0.50, abs=BETWEEN_MEN)
    assert 1 - stored[1] == pytest.approx(0.70, abs=BETWEEN_MEN)


def test_lesions_still_rise_between_four_and_twelve_hours_and_kidneys_do_not(typical):
    lesion, kidney = typical.curves["L1"], typical.curves["kidney_left"]
    assert float(lesion.activity_mbq(12, 1.0)) > float(lesion.activity_mbq(4, 1.0))
    assert float(kidney.activity_mbq(12, 1.0)) < float(kidney.activity_mbq(4, 1.0))


def test_a_mean_over_a_scan_is_the_activity_with_its_decay(typical):
    curve = typical.curves["liver"]
    start, length = 24.0, 1 / 3
    assert curve.mean_over(start, length, 7400.0) == pytest.approx(
        quad(lambda t: float(curve.activity_mbq(start, 7400.0)) * np.exp(-LU177_DECAY_PER_H * t), 0, length)[0] / length
    )


def test_regions_know_their_kind():
    assert [kind_of(r) for r in ("kidney_left", "small_bowel", "L3", "liver")] == [
        "kidney",
        "small_bowel",
        "lesion",
        "liver",
    ]
    assert set(UPTAKES) >= {kind_of(r) for r in MASSES}


def test_regions_that_bind_too_much_are_refused():
    with pytest.raises(ValueError, match="too little for the rest"):
        kinetics({**MASSES, "L1": 1500.0}, TYPICAL)


def _documented():
    page = (Path(__file__).parents[2] / "docs" / "simulated-patient.md").read_text(encoding="utf-8")
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| ")
    ]
    return {row[0]: row[1:] for row in rows if row[0] in UPTAKES}


def test_the_kinetics_of_the_documentation_are_those_of_the_code():
    written = {kind: [float(cell) for cell in row[:7]] for kind, row in _documented().items()}
    assert written == {
        kind: [u.share_per_g, u.effective_h, u.fast_fraction, u.fast_effective_h, u.uptake_h, u.spread, u.spread_h]
        for kind, u in UPTAKES.items()
    }


def test_the_doses_of_the_documentation_follow_from_the_kinetics():
    sizes = region_volumes(structures(Build()))
    masses = {region: mass for region, (_, mass) in sizes.items() if region != "bladder"}
    drawn = kinetics(masses, Habit(dict.fromkeys(masses, 1.0), dict.fromkeys(masses, 1.0)))
    for region in ("kidney_left", "liver", "spleen", "parotid_left", "submandibular_left", "L1"):
        written = float(_documented()[kind_of(region)][7])
        dose = self_dose_gy(drawn.curves[region].tia_mbq_h(1000.0), masses[region])
        assert dose == pytest.approx(written, rel=PRINTED_TO_TWO_DIGITS), region
