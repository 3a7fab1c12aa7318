"""Lesions side by side, beside organs and in the dark: which voxels belong to which."""

import numpy as np
import pytest

from lutetia.errors import InputError
from lutetia.quantification.segmentation import Method, ball, grow, rooms, seed_on
from lutetia.volume import Geometry, Mask, Volume


def half(reach_mm):
    return Method(name="percent of maximum", threshold=0.5, unit="1", reach_mm=reach_mm)


def line(*values):
    array = np.array(values, dtype=np.float32).reshape(1, 1, -1)
    return Volume(values=array, geometry=Geometry(shape=array.shape, spacing_mm=(10.0, 10.0, 10.0)), unit="Bq/mL")


def where(volume, *voxels, name="seed"):
    found = np.zeros(volume.geometry.shape, dtype=bool)
    found[0, 0, list(voxels)] = True
    return Mask(voxels=found, geometry=volume.geometry, name=name)


def marked(mask):
    return np.flatnonzero(mask.voxels.ravel()).tolist()


def seeds(volume, **voxels):
    return {name: where(volume, *at, name=name) for name, at in voxels.items()}


def test_two_lesions_share_no_voxel_and_meet_half_way():
    image = line(9, 9, 9, 9, 9, 9, 9)
    grown = grow(image, seeds(image, L1=[1], L2=[5]), method=half(50))
    assert marked(grown["L1"].mask) == [0, 1, 2, 3]
    assert marked(grown["L2"].mask) == [4, 5, 6]
    assert grown["L1"].at_edge


def test_a_region_ends_at_its_reach():
    image = line(9, 9, 9, 9, 9, 9, 9)
    assert marked(grow(image, seeds(image, L1=[3]), method=half(20))["L1"].mask) == [1, 2, 3, 4, 5]


def test_a_lesion_does_not_grow_into_an_organ_but_may_lie_in_one():
    image = line(9, 9, 9, 9, 9, 9, 9)
    liver = where(image, 3, 4, 5, 6, name="liver")
    assert marked(grow(image, seeds(image, L1=[1]), method=half(50), organs=[liver])["L1"].mask) == [0, 1, 2]
    assert marked(grow(image, seeds(image, L2=[4, 5]), method=half(50), organs=[liver])["L2"].mask) == [4, 5]


def test_a_region_that_runs_into_something_hotter_says_so():
    image = line(1, 8, 7, 20, 1)
    grown = grow(image, seeds(image, L1=[1], L2=[3]), method=half(20))
    assert not grown["L1"].hotter_beyond
    alone = grow(image, seeds(image, L1=[1]), method=half(20))["L1"]
    assert alone.hotter_beyond
    assert alone.maximum == 8


def test_below_a_fixed_threshold_there_is_no_region():
    image = line(1, 4, 1)
    fixed = Method(name="fixed threshold", threshold=5.0, unit="Bq/mL", reach_mm=20)
    assert marked(grow(image, seeds(image, L1=[1]), method=fixed)["L1"].mask) == []


def test_an_unmarked_lesion_on_the_image_is_refused():
    image = line(1, 2)
    with pytest.raises(InputError, match="'L1': its contour or point holds no voxel"):
        rooms({"L1": where(image)}, reach_mm=10)


def test_a_contour_finer_than_the_image_keeps_the_voxels_it_covers_most():
    image = line(1, 1, 1, 1)
    fine = Geometry(shape=(1, 1, 80), spacing_mm=(10.0, 10.0, 0.5), origin_mm=(-4.75, 0.0, 0.0))
    for drawn, expected in (((20, 55), [1, 2]), ((21, 25), [1])):
        voxels = np.zeros(fine.shape, dtype=bool)
        voxels[..., slice(*drawn)] = True
        assert marked(seed_on(Mask(voxels=voxels, geometry=fine, name="L1"), image.geometry)) == expected


def test_a_ball_holds_its_nearest_voxel_and_lies_in_the_image():
    image = line(1, 1, 1, 1)
    assert marked(ball((14.0, 0.0, 0.0), image.geometry, name="L1", radius_mm=0.0)) == [1]
    assert marked(ball((14.0, 0.0, 0.0), image.geometry, name="L1", radius_mm=8.0)) == [1, 2]
    with pytest.raises(InputError, match=r"'L1': its point \(99, 0, 0\) mm lies outside the image"):
        ball((99.0, 0.0, 0.0), image.geometry, name="L1")


def test_a_method_without_a_reach_grows_nothing():
    image = line(1, 9, 1)
    with pytest.raises(ValueError, match="how far a region may grow"):
        grow(image, seeds(image, L1=[1]), method=Method(name="fixed threshold", threshold=5.0, unit="Bq/mL"))
