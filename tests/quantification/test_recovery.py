"""A small torso of ellipsoids, blurred on a fine grid and read on a SPECT grid that does not fit it."""

from functools import cache

import numpy as np
import pytest

from lutetia.errors import InputError
from lutetia.quantification import cover, measure, measure_together, visible_fraction
from lutetia.volume import FrameOfReferenceError, Geometry, Mask, Volume, resample

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
        assert cover(mask, SPECT).volume_ml == pytest.approx(mask.volume_ml, rel=1e-5)


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
