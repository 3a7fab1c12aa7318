"""What holds for every image: thresholds are monotone, pieces partition, a common scale changes nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lutetia.quantification.segmentation import components, threshold_at, threshold_of_maximum, widened, without
from lutetia.volume import Geometry, Mask, Volume

SHAPE = (5, 6, 7)
GRID = Geometry(shape=SHAPE, spacing_mm=(3.0, 2.0, 2.5), frame_of_reference="1.2")
ALL = Mask(voxels=np.ones(SHAPE, dtype=bool), geometry=GRID, name="all")
SUM_OF_FLOATS = 1e-9

images = arrays(np.float32, SHAPE, elements=st.floats(0, 64, width=16)).map(
    lambda values: Volume(values=values, geometry=GRID, unit="Bq/mL")
)
masks = arrays(np.bool_, SHAPE).map(lambda voxels: Mask(voxels=voxels, geometry=GRID, name="m"))
limits = st.floats(0.1, 64)
scales = st.integers(-8, 8).map(lambda n: 2.0**n)  # exact in binary: no voxel is rounded across a threshold
few = settings(max_examples=60, deadline=None)


def hot(image):
    return image.values.max() > 0


@few
@given(images, limits, limits)
def test_a_higher_threshold_never_adds_a_voxel(image, one, other):
    low, high = sorted((one, other))
    wide = threshold_at(image, at_least=low, unit="Bq/mL").voxels
    assert not (threshold_at(image, at_least=high, unit="Bq/mL").voxels & ~wide).any()


@few
@given(images.filter(hot), st.floats(0.05, 1), st.floats(0.05, 1))
def test_a_larger_part_of_the_maximum_never_adds_a_voxel(image, one, other):
    low, high = sorted((one, other))
    wide = threshold_of_maximum(image, fraction=low, seed=ALL).voxels
    assert not (threshold_of_maximum(image, fraction=high, seed=ALL).voxels & ~wide).any()


@few
@given(images.filter(hot), limits, st.floats(0.05, 1), scales)
def test_scaling_image_and_threshold_together_changes_nothing(image, limit, fraction, scale):
    scaled = image.with_values(image.values * np.float32(scale))
    for one, other in (
        (
            threshold_at(image, at_least=limit, unit="Bq/mL"),
            threshold_at(scaled, at_least=limit * scale, unit="Bq/mL"),
        ),
        (
            threshold_of_maximum(image, fraction=fraction, seed=ALL),
            threshold_of_maximum(scaled, fraction=fraction, seed=ALL),
        ),
    ):
        assert (one.voxels == other.voxels).all()


@few
@given(images, limits, masks)
def test_a_region_stays_where_it_was_looked_for(image, limit, room):
    assert not (threshold_at(image, at_least=limit, unit="Bq/mL", within=room).voxels & ~room.voxels).any()


@few
@given(masks, st.sampled_from([6, 18, 26]))
def test_pieces_partition_their_mask_and_come_largest_first(mask, connectivity):
    pieces = components(mask, connectivity=connectivity)
    times = sum((piece.voxels.astype(int) for piece in pieces), np.zeros(SHAPE, dtype=int))
    assert (times == mask.voxels).all()
    assert list(pieces.volumes_ml) == sorted(pieces.volumes_ml, reverse=True)
    assert [piece.volume_ml for piece in pieces] == pytest.approx(list(pieces.volumes_ml), rel=SUM_OF_FLOATS)


@few
@given(masks)
def test_more_neighbours_never_make_more_pieces(mask):
    found = [len(components(mask, connectivity=n)) for n in (6, 18, 26)]
    assert found == sorted(found, reverse=True)


@few
@given(masks, st.floats(0, 0.3))
def test_a_smallest_volume_keeps_the_numbers_of_what_is_left(mask, at_least_ml):
    every, kept = components(mask), components(mask, at_least_ml=at_least_ml)
    assert all((one.voxels == other.voxels).all() for one, other in zip(kept, every, strict=False))
    assert all(ml < at_least_ml for ml in every.volumes_ml[len(kept) :])


@few
@given(masks, masks, masks, st.floats(0, 8))
def test_what_is_taken_out_and_what_is_left_make_the_whole(mask, one, other, margin):
    left = without(mask, [one, other], margin_mm=margin)
    assert left.mask.volume_ml + sum(one.volume_ml for one in left.removed) == pytest.approx(
        mask.volume_ml, abs=SUM_OF_FLOATS
    )
    assert not (left.mask.voxels & (one.voxels | other.voxels)).any()


@few
@given(masks, st.floats(0, 8))
def test_a_widened_mask_is_every_voxel_near_enough(mask, margin):
    index = np.argwhere(np.ones(SHAPE, dtype=bool)) * GRID.spacing_mm
    own = np.argwhere(mask.voxels) * GRID.spacing_mm
    if len(own):
        nearest = np.sqrt(((index[:, None] - own[None]) ** 2).sum(axis=-1)).min(axis=1).reshape(SHAPE)
        clear = np.abs(nearest - margin) > 1e-5
        assert ((nearest <= margin) == widened(mask, margin).voxels)[clear].all()
    else:
        assert not widened(mask, margin).voxels.any()
