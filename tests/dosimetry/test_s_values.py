"""What organs give to each other by a table of S-values, and what the table leaves out."""

from __future__ import annotations

import pytest

from lutetia.dosimetry.organ.s_values import SValues, cross_organ_dose

TABLE = SValues(
    phantom="a body",
    source="made up",
    mgy_per_mbq_s={"liver": {"liver": 1e-5, "spleen": 2e-8, "kidney_left": 1e-7}, "spleen": {"kidney_left": 1.5e-6}},
)
FLOATING_POINT = 1e-12


def test_a_target_gets_the_sum_over_its_sources() -> None:
    """In becquerel seconds and gray, from the definition: 1 mGy/(MBq s) is 1e-9 Gy/(Bq s)."""
    found = cross_organ_dose({"liver": 1000.0, "spleen": 500.0, "kidney_left": 300.0}, TABLE)
    decays_liver, decays_spleen = 1000e6 * 3600, 500e6 * 3600
    assert found.gy["kidney_left"] == pytest.approx(decays_liver * 1e-16 + decays_spleen * 1.5e-15, rel=FLOATING_POINT)
    assert found.gy["spleen"] == pytest.approx(decays_liver * 2e-17, rel=FLOATING_POINT)


def test_no_organ_gives_to_itself() -> None:
    assert cross_organ_dose({"liver": 1000.0}, TABLE).gy == {"liver": 0.0}


def test_a_region_that_the_table_does_not_know_is_named_and_gets_nothing() -> None:
    found = cross_organ_dose({"liver": 1.0, "L1": 5.0, "kidney_left": 1.0}, TABLE)
    assert found.sources_missing == ("L1", "kidney_left")
    assert "L1" not in found.gy


def test_a_pair_that_the_table_leaves_out_is_named_not_taken_as_nothing() -> None:
    found = cross_organ_dose({"liver": 1.0, "spleen": 1.0}, TABLE)
    assert found.pairs_missing == (("spleen", "liver"),)


def test_a_negative_activity_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        cross_organ_dose({"liver": -1.0}, TABLE)
