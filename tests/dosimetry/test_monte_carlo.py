"""The Monte Carlo engine: reproducible, conserving, honest about its uncertainty."""

import importlib.util

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lutetia.dosimetry import KernelEngine
from lutetia.dosimetry.voxel import MonteCarloEngine
from lutetia.dosimetry.voxel.body import Body
from lutetia.errors import MissingExtraError
from lutetia.reference.material import ICRU_SOFT_TISSUE, WATER_H2O
from lutetia.reference.nuclide import LU177

pytest.importorskip("numba")

SIZE_MM = (4.0, 4.0, 4.0)
PHOTONS = 400_000
"""The fewest: 20 batches of 20,000."""
FIVE_SIGMA = 5.0
ENERGY_CLOSES_WITHIN = 0.002
"""Asked for by the design."""


def patient(n=24):
    density = np.full((n, n, n), 0.0012, dtype=np.float32)
    density[3:21, 4:20, 2:22] = 1.04
    density[12:20, 5:12, 4:12] = 0.26
    density[3:21, 14:17, 10:14] = 1.5
    decays = np.zeros_like(density)
    decays[5:9, 8:12, 8:12] = 1.0
    decays[14:16, 7:9, 6:9] = 0.2
    return Body.from_density(density), decays


def engine(**changes):
    return MonteCarloEngine(**{"nuclide": "Lu-177", "relative_sigma": 1e-9, "most_histories": PHOTONS} | changes)


@pytest.fixture(scope="module", autouse=True)
def small_batches():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lutetia.dosimetry.monte_carlo.run.SMALLEST_BATCH", 20_000)
        yield


@pytest.fixture(scope="module")
def found():
    body, decays = patient()
    inside = {"hot": decays > 0.5, "bone": body.density_g_ml == np.float32(1.5)}
    return engine(body=body, workers=2, regions=inside).followed(decays, SIZE_MM)


def test_the_same_seed_gives_the_same_numbers_on_any_number_of_threads(found):
    body, decays = patient()
    inside = {"hot": decays > 0.5, "bone": body.density_g_ml == np.float32(1.5)}
    alone = engine(body=body, workers=1, regions=inside).followed(decays, SIZE_MM)
    assert np.array_equal(alone.photon, found.photon)
    assert np.array_equal(alone.photon_sigma, found.photon_sigma)
    assert alone.escaped == found.escaped


def test_another_seed_differs_by_the_stated_uncertainty(found):
    body, decays = patient()
    other = engine(body=body, seed=178).followed(decays, SIZE_MM)
    apart = (slice(4, 20, 2), slice(5, 19, 2), slice(3, 21, 2))
    variance = found.photon_sigma[apart] ** 2 + other.photon_sigma[apart] ** 2
    chi2 = (found.photon[apart] - other.photon[apart]) ** 2 / variance
    freedom = 2 * (found.batches - 1)
    expected = freedom / (freedom - 2)
    """Of a ratio whose variance is estimated from the batches (Fisher's F distribution)."""
    neighbours_share_photons = 1.5
    sigma = expected * np.sqrt(2 / chi2.size) * neighbours_share_photons
    assert chi2.mean() == pytest.approx(expected, abs=FIVE_SIGMA * sigma)
    for name, (kev, relative) in found.regions.items():
        again = float((other.photon * {"hot": decays > 0.5, "bone": body.density_g_ml == np.float32(1.5)}[name]).sum())
        assert abs(again - kev) < FIVE_SIGMA * np.sqrt(2) * relative * kev


def test_what_is_absorbed_and_what_escapes_is_what_was_emitted(found):
    photons = found.photon.sum(dtype=np.float64) + found.escaped
    within = min(ENERGY_CLOSES_WITHIN, FIVE_SIGMA * found.balance_relative_sigma)
    assert photons == pytest.approx(found.emitted, rel=within)
    _, decays = patient()
    electrons_into_air = 0.002
    radiated_kev = 0.134
    stopping = (LU177.electron_kev - radiated_kev) * decays.sum()
    assert found.electron.sum(dtype=np.float64) == pytest.approx(stopping, rel=electrons_into_air)


def test_electrons_and_photons_are_emitted_by_what_is_asked_for():
    body, decays = patient()
    whole = {part: engine(body=body).followed(decays, SIZE_MM, part) for part in ("electron", "photon")}
    assert whole["photon"].electron.sum() == 0
    printed_to_two_decimals = 0.01
    assert whole["photon"].emitted / decays.sum() == pytest.approx(LU177.photon_kev, abs=printed_to_two_decimals)
    assert 0 < whole["electron"].emitted < whole["photon"].emitted / 100


def test_expected_scores_agree_with_counting_real_interactions():
    from lutetia.dosimetry.monte_carlo.run import Stopping, sources_of, transport, weights_of
    from lutetia.dosimetry.monte_carlo.tables import emission, photon_tables
    from lutetia.dosimetry.monte_carlo.transport import grid_of
    from lutetia.reference.photon import photon_lines

    body, decays = patient()
    grid = grid_of(body.density_g_ml, body.material, (0.4, 0.4, 0.4))
    bone = {"bone": weights_of(body.density_g_ml == np.float32(1.5))}
    results = [
        transport(
            grid, sources_of(decays, bone), emission(photon_lines("Lu-177")),
            photon_tables(body.materials, grid.densest(len(body.materials))), seed=seed, regions=bone,
            stopping=Stopping(relative_sigma=1e-9, most_histories=PHOTONS), analog=analog,
        )
        for seed, analog in ((1, False), (2, True))
    ]  # fmt: skip
    (expected, sigma), (counted, counted_sigma) = (one.regions["bone"] for one in results)
    assert expected == pytest.approx(counted, abs=FIVE_SIGMA * np.hypot(sigma * expected, counted_sigma * counted))
    tissue = body.density_g_ml.reshape(-1) > 0.2
    variances = [np.median(one.sigma_kev[tissue] ** 2) for one in results]
    assert variances[0] < variances[1] / 2


def test_it_stops_when_every_region_is_known_well_enough_and_tells_how_far_it_is():
    body, decays = patient()
    told = []
    asked = engine(
        body=body, relative_sigma=0.05, most_histories=100 * PHOTONS, report=told.append, regions={"hot": decays > 0.5}
    )
    found = asked.followed(decays, SIZE_MM)
    assert found.reached
    assert found.histories < 100 * PHOTONS
    assert found.regions["hot"][1] <= 0.05
    assert told[-1] == 1.0
    assert told == sorted(told)


def test_it_says_so_when_it_stopped_before():
    body, decays = patient()
    assert not engine(body=body, regions={"hot": decays > 0.5}).followed(decays, SIZE_MM).reached


def test_in_uniform_tissue_it_agrees_with_the_kernel():
    decays = np.zeros((33, 33, 33), dtype=np.float32)
    decays[12:21, 12:21, 12:21] = 1.0
    mine = engine().followed(decays, SIZE_MM)
    kernel = KernelEngine("Lu-177").absorbed(decays, SIZE_MM)
    middle = (slice(13, 20),) * 3
    vacuum_around_the_grid = 0.002
    """Of what lies in the middle; the kernel's tissue has no end."""
    assert mine.total[middle].sum() == pytest.approx(float(kernel[middle].sum()), rel=vacuum_around_the_grid)


def test_a_grid_without_activity_absorbs_nothing():
    found = engine().followed(np.zeros((4, 5, 6), dtype=np.float32), SIZE_MM)
    assert found.total.sum() == found.histories == 0


def test_without_numba_it_names_the_extra(monkeypatch):
    real = importlib.util.find_spec
    monkeypatch.setattr(
        "lutetia.dosimetry.voxel.monte_carlo.find_spec", lambda name: None if name == "numba" else real(name)
    )
    with pytest.raises(MissingExtraError, match=r"lutetia\[transport\]"):
        engine().absorbed(np.ones((3, 3, 3), dtype=np.float32), SIZE_MM)


def test_its_description_names_tables_seed_and_what_was_asked():
    text = engine(relative_sigma=0.01, seed=5).description
    for words in ("photon_lines_lu177", "point_kernel_lu177_water", "seed 5", "1 %", "1.04 g/mL"):
        assert words in text
    assert "tissues of the CT" in engine(body=Body.uniform((2, 2, 2))).description


def test_a_body_that_is_not_that_of_the_grid_is_refused():
    with pytest.raises(ValueError, match="voxels"):
        engine(body=Body.uniform((2, 2, 2))).absorbed(np.ones((3, 3, 3), dtype=np.float32), SIZE_MM)
    with pytest.raises(ValueError, match="differ in shape"):
        Body(np.ones((2, 2, 2), np.float32), np.zeros((2, 2, 3), np.uint8), (WATER_H2O,))
    with pytest.raises(ValueError, match="material 1 of 1"):
        Body(np.ones((2, 2, 2), np.float32), np.ones((2, 2, 2), np.uint8), (ICRU_SOFT_TISSUE,))


@settings(deadline=None)
@given(
    table=st.lists(st.floats(0, 1), min_size=1, max_size=40).map(sorted), part=st.floats(0, 1), ahead=st.floats(0, 1)
)
def test_a_place_in_a_table_is_found_from_anywhere_before_it(table, part, ahead):
    from lutetia.dosimetry.monte_carlo.physics import not_below

    value = part * table[-1]
    place = int(np.searchsorted(table, value))
    assert not_below(np.array(table), value, int(ahead * place)) == place
