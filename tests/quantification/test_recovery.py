"""A small torso of ellipsoids, blurred on a fine grid and read on a SPECT grid that does not fit it."""

from functools import cache

import numpy as np
import pytest

from lutetia.errors import InputError
from lutetia.quantification import cover, measure, measure_together, visible_fraction
from lutetia.quantification.recovery import _solved
from lutetia.volume import FrameOfReferenceError, Geometry, Mask, Volume, resample

SINGLE_PRECISION = 1e-05
MIRRORED = 1e-06
"""Two lesions that mirror each other, summed in another order."""
TWO_PER_CENT_SEEN = 0.1
"""Of a cube of 4 mm 2 % of the activity is seen inside it."""
SAMPLED_OBLIQUELY = 0.002
"""An oblique voxel is sampled in as many points as the mask is finer."""

CT = Geometry(shape=(150, 140, 176), spacing_mm=(2.0, 2.0, 2.0), origin_mm=(-175.0, -139.0, -149.0))
SPECT = Geometry(shape=(61, 57, 72), spacing_mm=(4.8, 4.8, 4.8), origin_mm=(-171.3, -135.1, -145.7))
FWHM_MM = 12.0
MBQ_ML = {"kidney_left": 0.8, "kidney_right": 0.7, "liver": 0.3, "spleen": 0.5, "L1": 2.0}
BACKGROUND = 0.02
CENTRES = {
    "kidney_left": ((62, 40, -20), (28, 27, 56)),
    "kidney_right": ((-62, 40, -30), (28, 27, 56)),
    "liver": ((-70, -25, 45), (75, 70, 65)),
    "spleen": ((95, 20, 55), (28, 40, 52)),
    "L1": ((0, 30, -70), (10, 10, 10)),
}
PERFECT_WITHIN = 0.01
"""Asked for: no edge error of voxels in organs when the image itself is perfect."""
ORGAN_WITHIN = 0.01
"""Contours and resolution exactly known: what remains is the sampling of a 12 mm Gaussian at 4.8 mm."""


@cache
def points():
    return CT.to_patient(np.stack(np.meshgrid(*[np.arange(n) for n in CT.shape], indexing="ij"), axis=-1))


def ellipsoid(centre, radii):
    return (((points() - np.array(centre)) / np.array(radii)) ** 2).sum(axis=-1) < 1


@cache
def regions():
    taken = np.zeros(CT.shape, dtype=bool)
    masks = {}
    for name, (centre, radii) in CENTRES.items():
        inside = ellipsoid(centre, radii) & ~taken
        taken |= inside
        masks[name] = Mask(voxels=inside, geometry=CT, name=name)
    return masks


@cache
def body():
    return Mask(voxels=ellipsoid((0, 0, 0), (165, 125, 1e6)), geometry=CT, name="body")


@cache
def blurred_image():
    from scipy.ndimage import gaussian_filter, map_coordinates

    truth = np.where(body().voxels, BACKGROUND, 0.0)
    for name, mask in regions().items():
        truth[mask.voxels] = MBQ_ML[name]
    sigma = FWHM_MM / 2.354820045 / 2.0
    seen = gaussian_filter(truth, sigma, truncate=5)
    at = CT.to_index(SPECT.to_patient(np.stack(np.meshgrid(*[np.arange(n) for n in SPECT.shape], indexing="ij"), -1)))
    values = map_coordinates(seen, np.moveaxis(at, -1, 0), order=3, mode="nearest")
    return Volume(values=values * 1e6, geometry=SPECT, unit="Bq/mL")


def true_mbq(name):
    return MBQ_ML[name] * regions()[name].volume_ml


@pytest.mark.parametrize("name", CENTRES)
def test_a_perfect_image_gives_the_true_activity(name):
    """Voxels hold the mean of what is in them; the contour is on a grid that cuts them anywhere."""
    alone = Volume(values=regions()[name].voxels * 1e6, geometry=CT, unit="Bq/mL")
    seen = resample(alone, SPECT, outside=0.0, method="mean")
    found = measure(seen, regions()[name], fwhm_mm=0.1)
    assert found.corrected_mbq == pytest.approx(regions()[name].volume_ml, rel=PERFECT_WITHIN)


@pytest.mark.parametrize("name", ["kidney_left", "kidney_right", "liver", "spleen"])
def test_organs_beside_each_other_are_recovered_together(name):
    found = measure_together(blurred_image(), regions(), fwhm_mm=FWHM_MM, body=body())[name]
    assert found.uncorrected_mbq < 0.95 * true_mbq(name)
    assert found.corrected_mbq == pytest.approx(true_mbq(name), rel=ORGAN_WITHIN)


def test_a_lesion_of_four_millilitres_is_recovered_in_its_background():
    small_region = 0.02
    found = measure_together(blurred_image(), regions(), fwhm_mm=FWHM_MM)["L1"]
    assert found.uncorrected_mbq < 0.5 * true_mbq("L1")
    assert found.corrected_mbq == pytest.approx(true_mbq("L1"), rel=small_region)


def test_the_simple_coefficient_overestimates_beside_neighbours():
    found = measure_together(blurred_image(), regions(), fwhm_mm=FWHM_MM)["spleen"]
    assert found.uncorrected_mbq / found.simple_recovery > 1.01 * true_mbq("spleen")


def test_a_lesion_inside_an_organ_counts_in_both():
    inner = Mask(voxels=ellipsoid((-70, -25, 45), (20, 20, 20)), geometry=CT, name="L2")
    hot = np.where(body().voxels, BACKGROUND, 0.0)
    hot[regions()["liver"].voxels] = 0.3
    hot[inner.voxels] = 3.0
    seen = resample(Volume(values=hot * 1e6, geometry=CT, unit="Bq/mL"), SPECT, outside=0.0, method="mean")
    both = {"liver": regions()["liver"], "L2": inner}
    found = measure_together(seen, both, fwhm_mm=0.1, body=body())
    assert found["L2"].corrected_mbq == pytest.approx(3.0 * inner.volume_ml, rel=PERFECT_WITHIN)
    whole = 0.3 * regions()["liver"].volume_ml + 2.7 * inner.volume_ml
    assert found["liver"].corrected_mbq == pytest.approx(whole, rel=PERFECT_WITHIN)


def test_without_a_resolution_nothing_is_corrected():
    found = measure_together(blurred_image(), regions(), fwhm_mm=None)["liver"]
    assert found.recovery is None
    assert found.simple_recovery is None
    assert found.corrected_mbq is None


@pytest.mark.parametrize("width", [0.0, -1.0, float("nan")])
def test_an_impossible_resolution_is_refused(width):
    with pytest.raises(InputError, match="is not a width"):
        measure(blurred_image(), regions()["liver"], fwhm_mm=width)


def test_an_empty_region_is_refused():
    empty = Mask(voxels=np.zeros(CT.shape, dtype=bool), geometry=CT, name="L9")
    with pytest.raises(InputError, match="'L9': it holds no voxel"):
        measure(blurred_image(), empty, fwhm_mm=None)


def test_a_region_cut_off_by_the_image_is_refused():
    outside = Mask(voxels=ellipsoid((-175, 0, 0), (30, 30, 30)), geometry=CT, name="L9")
    with pytest.raises(InputError, match="of it lies outside the SPECT"):
        measure(blurred_image(), outside, fwhm_mm=None)


def test_a_region_of_another_frame_of_reference_is_refused():
    there = Geometry(
        shape=SPECT.shape, spacing_mm=SPECT.spacing_mm, origin_mm=SPECT.origin_mm, frame_of_reference="1.2"
    )
    with pytest.raises(FrameOfReferenceError):
        cover(regions()["L1"], there)


def test_covered_parts_keep_the_volume():
    for mask in regions().values():
        assert cover(mask, SPECT).volume_ml == pytest.approx(mask.volume_ml, rel=SINGLE_PRECISION)


def test_covered_parts_keep_the_volume_on_an_oblique_image():
    turn = np.deg2rad(11)
    axes = ((0.0, 0.0, 1.0), (-np.sin(turn), np.cos(turn), 0.0), (np.cos(turn), np.sin(turn), 0.0))
    oblique = Geometry(shape=(61, 70, 80), spacing_mm=(4.8, 4.8, 4.8), origin_mm=(-150.0, -190.0, -145.0), axes=axes)
    mask = regions()["kidney_left"]
    assert visible_fraction(mask, oblique) == 1.0
    sampled_at_the_pace_of_the_mask = 0.005
    assert cover(mask, oblique).volume_ml == pytest.approx(mask.volume_ml, rel=sampled_at_the_pace_of_the_mask)


def test_on_its_own_grid_a_mask_is_its_own_cover():
    mask = regions()["L1"]
    assert np.array_equal(cover(mask, CT).fractions, mask.voxels.astype(np.float32))


def seen_by_camera(truth):
    from scipy.ndimage import gaussian_filter, map_coordinates

    blurred = gaussian_filter(truth, FWHM_MM / 2.354820045 / 2.0, truncate=5)
    at = CT.to_index(SPECT.to_patient(np.stack(np.meshgrid(*[np.arange(n) for n in SPECT.shape], indexing="ij"), -1)))
    values = map_coordinates(blurred, np.moveaxis(at, -1, 0), order=3, mode="nearest")
    return Volume(values=values * 1e6, geometry=SPECT, unit="Bq/mL")


def measured_in(masks, mbq_ml, background=BACKGROUND):
    """Paint concentrations in the order given, look with the camera, and measure; return found and true MBq."""
    truth = np.where(body().voxels, background, 0.0)
    for name, concentration in mbq_ml.items():
        truth[masks[name].voxels] = concentration
    found = measure_together(seen_by_camera(truth), masks, fwhm_mm=FWHM_MM, body=body())
    return found, {name: float(truth[mask.voxels].sum()) * CT.voxel_ml for name, mask in masks.items()}


def named(voxels, name):
    return Mask(voxels=voxels, geometry=CT, name=name)


def test_one_region_contoured_twice_has_one_activity():
    ball = ellipsoid((0, 30, -70), (14, 14, 14))
    found, true = measured_in({"L1": named(ball, "L1"), "L2": named(ball, "L2")}, {"L1": 2.0})
    assert found["L2"].corrected_mbq == pytest.approx(found["L1"].corrected_mbq, rel=MIRRORED)
    assert found["L1"].corrected_mbq == pytest.approx(true["L1"], rel=ORGAN_WITHIN)


def test_a_lesion_that_shares_the_border_of_its_organ_is_divided_where_it_was_drawn():
    """Half-covered voxels of the image hold lesion and organ in the same half."""
    thin_slabs_beside_a_hot_lesion = 0.02
    x, y, z = (points()[..., axis] for axis in range(3))
    vertebra = (abs(x) < 20) & (abs(y - 40) < 15) & (abs(z + 60) < 12)
    masks = {"marrow": named(vertebra, "marrow"), "L1": named(vertebra & (abs(z + 60) < 6), "L1")}
    found, true = measured_in(masks, {"marrow": 0.05, "L1": 2.0})
    for name in masks:
        assert found[name].corrected_mbq == pytest.approx(true[name], rel=thin_slabs_beside_a_hot_lesion)


def test_regions_on_grids_of_their_own_are_divided_on_the_image():
    """A structure set on each of two images: only the image's own voxels are common."""
    ball = ellipsoid((0, 30, -70), (14, 14, 14))
    coarse = Geometry(shape=(75, 70, 88), spacing_mm=(4.0, 4.0, 4.0), origin_mm=(-174.0, -138.0, -148.0))
    organ = Mask(voxels=regions()["liver"].voxels[::2, ::2, ::2], geometry=coarse, name="liver")
    found, true = measured_in({"L1": named(ball, "L1")}, {"L1": 2.0})
    both = measure_together(
        seen_by_camera(np.where(ball, 2.0, 0.0)), {"L1": named(ball, "L1"), "liver": organ}, fwhm_mm=12
    )
    assert both["L1"].corrected_mbq == pytest.approx(true["L1"], rel=ORGAN_WITHIN)
    assert found["L1"].corrected_mbq == pytest.approx(true["L1"], rel=ORGAN_WITHIN)
    assert abs(both["liver"].corrected_mbq) < 0.01 * true["L1"]


def test_touching_regions_of_very_different_activity_are_told_apart():
    ball, z = ellipsoid((0, 30, -70), (20, 20, 20)), points()[..., 2]
    masks = {"L1": named(ball & (z < -70), "L1"), "L2": named(ball & (z >= -70), "L2")}
    found, true = measured_in(masks, {"L1": 2.0, "L2": 0.5})
    cut_through_a_ball_of_four_centimetres = 0.02
    for name in masks:
        assert found[name].corrected_mbq == pytest.approx(true[name], rel=cut_through_a_ball_of_four_centimetres)


def test_a_lesion_smaller_than_a_voxel_is_recovered_roughly():
    """A cube of 4 mm: 2 % of its activity is seen inside it, so a tenth is what can be asked for."""
    found, true = measured_in({"L1": named(ellipsoid((0, 30, -70), (2.1, 2.1, 2.1)), "L1")}, {"L1": 50.0})
    assert found["L1"].simple_recovery < 0.03
    assert found["L1"].corrected_mbq == pytest.approx(true["L1"], rel=TWO_PER_CENT_SEEN)


def test_a_cold_region_beside_a_hot_one_has_next_to_nothing():
    masks = {"liver": regions()["liver"], "L1": named(ellipsoid((-70, -25, 45), (8, 8, 8)), "L1")}
    found, true = measured_in(masks, {"liver": 1.0, "L1": 0.0})
    assert found["L1"].uncorrected_mbq > 0.3
    assert abs(found["L1"].corrected_mbq) < 1e-4 * true["liver"]


def test_a_region_in_which_nothing_was_seen_has_no_activity():
    empty = Volume(values=np.zeros(SPECT.shape), geometry=SPECT, unit="Bq/mL")
    found = measure_together(empty, regions(), fwhm_mm=FWHM_MM)
    assert {name: one.corrected_mbq for name, one in found.items()} == dict.fromkeys(regions(), 0.0)


def test_a_region_at_the_edge_of_the_image_is_recovered():
    """What is blurred out of the image is lost there and is not looked for in it."""
    last = float(SPECT.to_patient((60, 0, 0))[2])
    half = ellipsoid((0, 0, last), (25, 25, 25)) & (points()[..., 2] < last + 2.0)
    found, true = measured_in({"L1": named(half, "L1")}, {"L1": 1.0}, background=0.0)
    a_slab_cut_by_the_edge = 0.03
    assert found["L1"].corrected_mbq == pytest.approx(true["L1"], rel=a_slab_cut_by_the_edge)


def test_two_regions_that_nothing_tells_apart_are_refused():
    alike = np.array([[1.0, 1.0], [1.0, 1.0 + 1e-9]])
    with pytest.raises(InputError, match="two of the regions cannot be told apart"):
        _solved(alike, np.array([1.0, 1.0]), 12.0)


@pytest.mark.parametrize("slope", [5e-6, 5e-5, 3e-4])
def test_direction_cosines_written_with_few_decimals_do_not_make_a_grid_oblique(slope):
    """A cosine of 0.00005 moves the far edge of an image by a hundredth of a voxel."""
    axes = ((0.0, 0.0, 1.0), (-slope, 1.0, 0.0), (1.0, slope, 0.0))
    grid = Geometry(shape=SPECT.shape, spacing_mm=SPECT.spacing_mm, origin_mm=SPECT.origin_mm, axes=axes)
    mask = regions()["kidney_left"]
    assert cover(mask, grid).volume_ml == pytest.approx(mask.volume_ml, rel=SAMPLED_OBLIQUELY)
    density = Volume(values=np.where(mask.voxels, 1.05, 0.5), geometry=CT, unit="g/mL")
    assert (
        cover(mask, grid).mean(resample(density, grid, outside=0.5, method="mean" if slope < 1e-4 else "linear")) > 1.0
    )


def turned_ball(degrees):
    """A ball of 3.5 mL, drawn on a grid that is turned about the long axis of the body."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    axes = ((0.0, 0.0, 1.0), (-s, c, 0.0), (c, s, 0.0))
    x, y = -15.0 * (np.array(axes[1]) + np.array(axes[2]))[:2]
    grid = Geometry(shape=(15, 21, 21), spacing_mm=(2.0, 1.5, 1.5), origin_mm=(x, y, -14.0), axes=axes)
    at = grid.to_patient(np.stack(np.meshgrid(*[np.arange(n) for n in grid.shape], indexing="ij"), axis=-1))
    return Mask(voxels=np.linalg.norm(at, axis=-1) < 9.6, geometry=grid, name="L1")


def image_grid(shift_mm):
    return Geometry(shape=(25, 25, 25), spacing_mm=(4.8,) * 3, origin_mm=(shift_mm - 57.6,) * 3)


@pytest.mark.parametrize("degrees", [0, 17])
@pytest.mark.parametrize("shift_mm", [0.0, 0.6, 1.2, 1.8, 2.4, 3.3])
def test_a_small_lesion_is_recovered_wherever_the_voxels_lie(shift_mm, degrees):
    """The image is the closed form of a blurred ball, so nothing of the code under test made it."""
    lesion, grid = turned_ball(degrees), image_grid(shift_mm)
    seen = blurred_ball(grid, (3 * lesion.volume_ml * 1000 / (4 * np.pi)) ** (1 / 3), FWHM_MM / 2.354820045)
    image = Volume(values=(0.1 + 0.9 * seen) * 1e6, geometry=grid, unit="Bq/mL")
    found = measure_together(image, {"L1": lesion}, fwhm_mm=FWHM_MM)["L1"]
    surface_of_few_voxels, sampled = 0.001, 0.003
    within = surface_of_few_voxels if degrees == 0 else sampled
    assert found.corrected_mbq == pytest.approx(lesion.volume_ml, rel=within)


@pytest.mark.parametrize("degrees", [1, 5, 17, 30, 45])
def test_a_small_lesion_keeps_its_volume_on_an_oblique_image_wherever_it_lies(degrees):
    lesion, sampled = turned_ball(degrees), 0.003
    for shift_mm in (0.0, 0.6, 1.1, 1.9, 2.7, 3.3):
        assert cover(lesion, image_grid(shift_mm)).volume_ml == pytest.approx(lesion.volume_ml, rel=sampled)


def blurred_ball(grid, radius, sigma):
    from scipy.special import erf

    index = np.stack(np.meshgrid(*[np.arange(n) for n in grid.shape], indexing="ij"), axis=-1)
    r = np.maximum(np.linalg.norm(grid.to_patient(index), axis=-1), 1e-6)
    near, far = (radius - r) / sigma, (radius + r) / sigma
    edge = (np.exp(-(near**2) / 2) - np.exp(-(far**2) / 2)) * sigma / (r * np.sqrt(2 * np.pi))
    return (erf(near / np.sqrt(2)) + erf(far / np.sqrt(2))) / 2 - edge
