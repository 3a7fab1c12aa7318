"""The Monte Carlo engine against EGSnrc and PENELOPE: voxel S-values, photons through layers, electrons at interfaces.

Sources: golden/physics/egsnrc_vsv_*.csv and penelope_vsv_*.csv (see test_voxel_s_dose.py), penelope_layered_box_*.csv
(scripts/layered_box_penelope.py). The page docs/validation/monte-carlo.md has the same with more photons.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pytest

pytest.importorskip("numba")

LAYERS_WITHIN = 0.015
INTERFACE_WITHIN = 0.03
"""Asked for in photon energy through water, lung and bone; interface slices also three combined sigma."""
COMBINED_SIGMAS = 3.0
ENERGY_CLOSES_WITHIN = 0.002
SELF_KEV_WITHIN = 0.01
SCATTERED_AT_THE_INTERFACE = 0.08
"""Straight rays by density know nothing of backscatter; PENELOPE's own sigma is 1 to 3 %."""
PHOTONS = 1_500_000
ENOUGH_TISSUE_MM = 150.0
"""What is scattered back from further into voxels at most 58 mm away is less than 0.1 % of their dose."""


@pytest.fixture(scope="module")
def page(script: Callable[[str], ModuleType]) -> ModuleType:
    return script("validate_monte_carlo")


def test_voxel_s_values_agree_with_monte_carlo(page: ModuleType) -> None:
    code, name, size_mm = page.VOXEL_TABLES[1]
    rows = page.voxel_rows(name, size_mm, PHOTONS, around_mm=ENOUGH_TISSUE_MM)
    assert code == "EGSnrc"
    by_place = {row.place: row for row in rows}
    assert by_place[0, 0, 0].within
    assert by_place[0, 0, 1].within
    expected_by_chance = 0.01 * len(rows)
    assert sum(not row.within for row in rows) <= max(1.0, expected_by_chance)


def test_photons_through_layers_agree_with_penelope(page: ModuleType) -> None:
    slices, found = page.photon_slices(1e-9, PHOTONS)
    for name, _, layer in page.by_layer(slices):
        assert layer.mine == pytest.approx(layer.theirs, rel=max(LAYERS_WITHIN, COMBINED_SIGMAS * layer.combined)), name
    for one in slices:
        if one.at_interface:
            allowed = max(INTERFACE_WITHIN, COMBINED_SIGMAS * one.combined)
            assert one.mine == pytest.approx(one.theirs, rel=allowed), one.material
    balance = (float(found.photon.sum(dtype=float)) + found.escaped) / found.emitted
    assert balance == pytest.approx(1.0, abs=ENERGY_CLOSES_WITHIN)


def test_electrons_at_interfaces_agree_with_penelope(page: ModuleType) -> None:
    for case in page.interfaces():
        self_kev, _ = case.theirs[-1]
        assert case.mine[-1] == pytest.approx(self_kev, rel=SELF_KEV_WITHIN), case.near
        for neighbour in (-2, 0):
            kev, sigma = case.theirs[neighbour]
            allowed = SCATTERED_AT_THE_INTERFACE * kev + COMBINED_SIGMAS * sigma
            assert case.mine[neighbour] == pytest.approx(kev, abs=allowed), (case.near, case.far, neighbour)
