"""Laws of volumes: what no grid, rotation or outline may change."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from lutetia.volume import Contours, Geometry, Mask, Volume, coverage, outline, rasterise, resample, resample_mask

ROUNDED_TO_FLOAT32 = 1e-5

lengths = st.floats(0.3, 9.0)
places = st.floats(-500.0, 500.0)


@st.composite
def geometries(draw, largest=9):
    quaternion = np.array(draw(st.tuples(*[st.floats(-1, 1)] * 4))) + np.array([1.5, 0, 0, 0])
    w, x, y, z = quaternion / np.linalg.norm(quaternion)
    rotation = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    return Geometry(
        shape=draw(st.tuples(*[st.integers(1, largest)] * 3)),
        spacing_mm=draw(st.tuples(lengths, lengths, lengths)),
        origin_mm=draw(st.tuples(places, places, places)),
        axes=tuple(tuple(row) for row in rotation.tolist()),
        frame_of_reference="1.2.3",
    )


@st.composite
def masks(draw):
    geometry = draw(geometries())
    return Mask(voxels=draw(hnp.arrays(np.bool_, geometry.shape)), geometry=geometry, name="region")


@given(geometries(), st.tuples(st.floats(-20, 20), st.floats(-20, 20), st.floats(-20, 20)))
@settings(deadline=None)
def test_index_to_patient_and_back_is_the_same_index(geometry, index):
    assert np.allclose(geometry.to_index(geometry.to_patient(index)), index, atol=1e-6)


@given(masks())
@settings(deadline=None)
def test_the_outlines_of_any_mask_give_the_mask_back(mask):
    assert (rasterise(outline(mask), mask.geometry).voxels == mask.voxels).all()


@given(masks(), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_the_coverage_of_a_mask_s_outlines_has_its_volume(mask, parts):
    covered = coverage(outline(mask), mask.geometry, parts=parts)
    assert np.isclose(covered.volume_ml, mask.volume_ml, rtol=ROUNDED_TO_FLOAT32)


@given(masks(), geometries())
@settings(max_examples=60, deadline=None)
def test_moving_patient_and_grid_together_changes_no_voxel(mask, elsewhere):
    moved = Geometry(
        shape=mask.geometry.shape,
        spacing_mm=mask.geometry.spacing_mm,
        origin_mm=elsewhere.origin_mm,
        axes=elsewhere.axes,
        frame_of_reference="1.2.3",
    )
    drawn = outline(mask)
    polygons = tuple(moved.to_patient(mask.geometry.to_index(polygon)) for polygon in drawn.polygons)
    there = Contours(name="region", polygons=polygons, frame_of_reference="1.2.3", slab_mm=drawn.slab_mm)
    assert (rasterise(there, moved).voxels == mask.voxels).all()


@given(geometries(), geometries(), st.floats(-1000, 1000, width=32))
@settings(deadline=None)
def test_a_constant_survives_resampling_and_only_the_outside_value_joins_it(source, target, constant):
    volume = Volume(values=np.full(source.shape, constant), geometry=source, unit="HU")
    found = resample(volume, target, outside=5000.0).values
    assert (np.isclose(found, constant, rtol=ROUNDED_TO_FLOAT32, atol=1e-3) | (found == 5000.0)).all()


@given(geometries(), geometries(), st.floats(0.1, 50))
@settings(deadline=None)
def test_doubling_the_values_doubles_the_resampled_values(source, target, factor):
    values = np.random.default_rng(0).uniform(0, 10, source.shape)
    once = resample(Volume(values=values, geometry=source, unit="Bq/mL"), target, outside=0.0).values
    more = resample(Volume(values=values * factor, geometry=source, unit="Bq/mL"), target, outside=0.0).values
    assert np.allclose(more, once * factor, rtol=1e-4, atol=1e-4)


@given(masks())
@settings(deadline=None)
def test_a_mask_resampled_onto_its_own_grid_is_itself(mask):
    assert (resample_mask(mask, mask.geometry).voxels == mask.voxels).all()
