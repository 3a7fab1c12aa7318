import numpy as np
import pytest

from lutetia.dosimetry.gamma import GammaCriterion, gamma_index
from lutetia.errors import InputError
from lutetia.volume import FrameOfReferenceError, Geometry, Volume

STEP_OF_THE_SEARCH = 0.06
REFINED_SEARCH = 1e-4
STEPS_OF_THE_SEARCH = 1e-2
"""Places are searched on a lattice of a tenth of the distance to agreement; half its diagonal, and a quarter of that
again where the dose is curved."""
GRID = Geometry(
    shape=(14, 16, 18), spacing_mm=(4.0, 3.0, 3.5), origin_mm=(-30.0, -22.0, -26.0), frame_of_reference="1.2"
)


def map_of(function, geometry=GRID):
    index = np.stack(np.meshgrid(*[np.arange(n) for n in geometry.shape], indexing="ij"), axis=-1)
    x, y, z = np.moveaxis(geometry.to_patient(index), -1, 0)
    return Volume(values=function(x, y, z), geometry=geometry, unit="Gy")


def flat(x, y, z):
    return np.full_like(x, 10.0)


def ramp(gy_per_mm, shift_mm=0.0):
    return lambda x, y, z: 10.0 + gy_per_mm * (x - shift_mm)


def test_the_same_map_agrees_everywhere():
    found = gamma_index(map_of(ramp(0.1)), map_of(ramp(0.1)))
    assert (found.passing, found.mean) == (1.0, 0.0)


@pytest.mark.parametrize(("scale", "index"), [(1.015, 0.5), (1.03, 1.0), (0.97, 1.0), (1.045, 1.5), (1.2, 2.0)])
def test_a_uniform_offset_is_the_offset_over_the_tolerance(scale, index):
    found = gamma_index(map_of(flat), map_of(lambda x, y, z: scale * flat(x, y, z)))
    assert found.indices == pytest.approx(np.full(found.points, index), abs=REFINED_SEARCH)


def test_a_shifted_ramp_trades_distance_against_dose():
    """In a linear dose of gradient g the index of a shift s is s g / hypot(tolerance, g DTA), times 1 / 1."""
    gradient, shift = 0.2, 2.0
    reference, evaluated = map_of(ramp(gradient)), map_of(ramp(gradient, shift))
    found = gamma_index(reference, evaluated)
    tolerance = 0.03 * float(reference.values.max())
    expected = gradient * shift / np.hypot(tolerance, gradient * 3.0)
    assert np.median(found.indices) == pytest.approx(expected, abs=STEP_OF_THE_SEARCH)


def test_the_index_is_never_larger_than_at_the_place_itself():
    noise = np.random.default_rng(3).normal(1.0, 0.02, GRID.shape)
    reference = map_of(ramp(0.1))
    evaluated = reference.with_values(reference.values * noise)
    found = gamma_index(reference, evaluated, GammaCriterion(largest=3.0))
    at_place = np.abs(evaluated.values - reference.values) / (0.03 * reference.values.max())
    assert (found.indices <= at_place.ravel() + 1e-5).all()


def test_points_below_the_cut_off_are_not_judged():
    reference = map_of(lambda x, y, z: np.where(x < 0, 0.5, 10.0))
    assert gamma_index(reference, reference).points == int((reference.values > 1).sum())


def test_local_tolerance_is_stricter_where_the_dose_is_low():
    reference = map_of(ramp(0.25))
    evaluated = reference.with_values(reference.values * 1.03)
    everywhere = gamma_index(reference, evaluated, GammaCriterion(local=True, distance_mm=0.01))
    assert everywhere.indices == pytest.approx(np.ones(everywhere.points), abs=STEPS_OF_THE_SEARCH)
    assert gamma_index(reference, evaluated, GammaCriterion(distance_mm=0.01)).mean < 0.8


def test_the_evaluated_map_may_lie_on_another_grid():
    finer = Geometry(
        shape=(40, 40, 40), spacing_mm=(1.9, 1.7, 2.1), origin_mm=(-35.0, -30.0, -35.0), frame_of_reference="1.2"
    )
    found = gamma_index(map_of(ramp(0.1)), map_of(ramp(0.1), finer))
    assert found.indices.max() < 1e-3


def test_what_lies_outside_the_evaluated_map_is_counted_and_not_judged():
    half = Geometry(shape=(14, 16, 9), spacing_mm=GRID.spacing_mm, origin_mm=GRID.origin_mm, frame_of_reference="1.2")
    found = gamma_index(map_of(flat), map_of(flat, half))
    assert (found.points, found.outside) == (14 * 16 * 9, 14 * 16 * 9)


def test_maps_in_different_frames_of_reference_are_refused():
    other = Geometry(shape=GRID.shape, spacing_mm=GRID.spacing_mm, frame_of_reference="1.3")
    with pytest.raises(FrameOfReferenceError):
        gamma_index(map_of(flat), map_of(flat, other))


def test_maps_without_overlap_or_dose_are_refused():
    away = Geometry(shape=GRID.shape, spacing_mm=GRID.spacing_mm, origin_mm=(500.0, 0.0, 0.0), frame_of_reference="1.2")
    with pytest.raises(InputError, match="no point of the reference"):
        gamma_index(map_of(flat), map_of(flat, away))
    with pytest.raises(InputError, match="holds no dose"):
        gamma_index(map_of(lambda x, y, z: 0 * x), map_of(flat))


@pytest.mark.parametrize("wrong", [{"dose_percent": 0}, {"distance_mm": -1}, {"cutoff_percent": 100}, {"largest": 0.5}])
def test_an_impossible_criterion_is_refused(wrong):
    with pytest.raises(ValueError, match=r"positive|cut-off"):
        GammaCriterion(**wrong)
