"""Uptake of regions: IBSI's conventions on voxels small enough to count by hand, and comparison with organs."""

from math import pi

import numpy as np
import pytest

from lutetia.errors import InputError
from lutetia.quantification.uptake import Uptake, measure_uptake, with_at_least
from lutetia.quantification.uptake_peak import SPHERE_RADIUS_MM, Peak, sphere_offsets
from lutetia.quantification.uptake_ratio import inverted_organs, ratio
from lutetia.reference.psma_tracer import liver_compares, reference_organ
from lutetia.volume import Geometry, Mask, Volume

SINGLE = 1e-6
SPHERE_OF_SMALL_VOXELS = 0.02
"""Voxels of a tenth of the radius fill a sphere to within a fiftieth."""


def volume(values, spacing=(2.0, 2.0, 2.0), unit="g/mL"):
    values = np.asarray(values, dtype=np.float32)
    return Volume(values=values, geometry=Geometry(shape=values.shape, spacing_mm=spacing), unit=unit)


def mask(voxels, like, name="L1"):
    return Mask(voxels=np.asarray(voxels, dtype=bool), geometry=like.geometry, name=name)


def everywhere(like, name="L1"):
    return mask(np.ones(like.geometry.shape, dtype=bool), like, name)


def test_volume_mean_and_total_count_whole_voxels():
    suv = volume(np.arange(24.0).reshape(2, 3, 4))
    found = measure_uptake(suv, mask(suv.values >= 20, suv))
    assert (found.voxels, found.volume_ml) == (4, pytest.approx(4 * 0.008))
    assert (found.minimum, found.median, found.mean, found.maximum) == (20.0, 21.5, 21.5, 23.0)
    assert found.sd == pytest.approx(np.std([20, 21, 22, 23]))
    assert found.total == pytest.approx(21.5 * 4 * 0.008)
    assert found.maximum_at_mm == (6.0, 4.0, 2.0)


def test_a_threshold_takes_the_voxels_that_reach_it():
    suv = volume(np.arange(24.0).reshape(2, 3, 4))
    found = measure_uptake(suv, everywhere(suv), at_least=21.0)
    assert (found.voxels, found.minimum, found.at_least) == (3, 21.0, 21.0)
    assert with_at_least(suv, everywhere(suv), 22.5).volume_ml == pytest.approx(0.008)


def test_a_sphere_of_a_millilitre_holds_a_millilitre():
    assert 4 / 3 * pi * SPHERE_RADIUS_MM**3 == pytest.approx(1000)
    fine = Geometry(shape=(1, 1, 1), spacing_mm=(0.6, 0.6, 0.6))
    assert len(sphere_offsets(fine)) * fine.voxel_ml == pytest.approx(1.0, rel=SPHERE_OF_SMALL_VOXELS)
    coarse = Geometry(shape=(1, 1, 1), spacing_mm=(7.0, 6.0, 20.0))
    assert sphere_offsets(coarse).tolist() == [[0, -1, 0], [0, 0, 0], [0, 1, 0]]


def test_the_local_peak_lies_on_the_maximum_and_the_global_one_where_the_neighbours_are_high():
    values = np.zeros((1, 1, 30))
    values[0, 0, 5] = 10.0
    values[0, 0, 18:25] = 8.0
    suv = volume(values)
    found = measure_uptake(suv, everywhere(suv))
    assert found.maximum == 10.0
    assert found.local_peak == Peak(value=pytest.approx(10 / 7), at_mm=(10.0, 0.0, 0.0), voxels=7)
    assert found.peak == Peak(value=pytest.approx(8.0), at_mm=(42.0, 0.0, 0.0), voxels=7)


def test_the_peak_counts_voxels_outside_the_region_and_none_outside_the_image():
    values = np.zeros((1, 1, 9))
    values[0, 0, :2] = 6.0
    suv = volume(values)
    only = np.zeros((1, 1, 9), dtype=bool)
    only[0, 0, 0] = True
    assert measure_uptake(suv, mask(only, suv)).peak == Peak(
        value=pytest.approx(2 * 6.0 / 4), at_mm=(0.0, 0.0, 0.0), voxels=4
    )


def test_of_several_maxima_the_one_with_the_highest_surroundings_is_taken():
    values = np.zeros((1, 1, 40))
    values[0, 0, [5, 30]] = 10.0
    values[0, 0, 31] = 4.0
    suv = volume(values)
    assert measure_uptake(suv, everywhere(suv)).local_peak.at_mm == (60.0, 0.0, 0.0)


def test_an_empty_region_and_one_below_the_threshold_are_refused_by_name():
    suv = volume(np.ones((2, 2, 2)))
    with pytest.raises(InputError, match="region 'L1': it holds no voxel"):
        measure_uptake(suv, mask(np.zeros((2, 2, 2)), suv))
    with pytest.raises(InputError, match="no voxel of it reaches 3"):
        measure_uptake(suv, everywhere(suv), at_least=3)


def test_becquerels_and_other_grids_are_no_uptake():
    activity = volume(np.ones((2, 2, 2)), unit="Bq/mL")
    with pytest.raises(ValueError, match="uptake values are needed, not Bq/mL"):
        measure_uptake(activity, everywhere(activity))
    suv = volume(np.ones((2, 2, 2)))
    with pytest.raises(ValueError, match="different grids"):
        measure_uptake(suv, everywhere(volume(np.ones((2, 2, 3)))))


def uptake(name, mean, unit="g/mL"):
    suv = volume(np.full((2, 2, 2), mean), unit=unit)
    return measure_uptake(suv, everywhere(suv, name))


def test_a_ratio_is_mean_over_mean():
    found = ratio(uptake("L1", 12.0), uptake("parotids", 8.0))
    assert (found.lesion, found.organ, found.mean, found.maximum) == ("L1", "parotids", 1.5, 1.5)


def test_a_ratio_to_nothing_or_to_another_kind_of_uptake_is_refused():
    with pytest.raises(InputError, match="its mean uptake is 0"):
        ratio(uptake("L1", 1.0), uptake("liver", 0.0))
    with pytest.raises(InputError, match="are in g/mL and cm2/mL"):
        ratio(uptake("L1", 1.0), uptake("liver", 4.0, unit="cm2/mL"))


def organs(blood, between, parotid) -> tuple[Uptake | None, ...]:
    names = ("blood_pool", "liver", "parotids")
    return tuple(None if mean is None else uptake(name, mean)
                 for name, mean in zip(names, (blood, between, parotid), strict=True))  # fmt: skip


@pytest.mark.parametrize("means", [(1.5, 4.0, 12.0), (None, 4.0, 12.0), (1.5, None, 12.0), (None, None, 12.0)])
def test_organs_in_their_order_are_no_warning(means):
    assert inverted_organs(*organs(*means)) is None


@pytest.mark.parametrize(
    ("means", "lower", "higher"),
    [
        ((4.5, 4.0, 12.0), "blood_pool", "liver"),
        ((1.5, 13.0, 12.0), "liver", "parotids"),
        ((1.5, 12.0, 12.0), "liver", "parotids"),
        ((13.0, None, 12.0), "blood_pool", "parotids"),
    ],
)
def test_inverted_organs_are_a_warning_that_names_both(means, lower, higher):
    words = inverted_organs(*organs(*means))
    assert f"'{lower}'" in words
    assert f"not below '{higher}'" in words


@pytest.mark.parametrize(
    ("tracer", "organ"),
    [("[68Ga]Ga-PSMA-11", "liver"), ("[18F]DCFPyL", "liver"), ("[18F]PSMA-1007", "spleen"), ("18F-PSMA-1007", "spleen"),
     (None, None), (" ", None)],
)  # fmt: skip
def test_the_organ_to_compare_with_depends_on_the_tracer(tracer, organ):
    assert reference_organ(tracer).organ == organ
    assert liver_compares(tracer) == (organ != "spleen")


def test_of_a_tracer_on_which_centres_differ_the_organ_is_to_be_stated():
    choice = reference_organ("[18F]F-rhPSMA-7.3")
    assert choice.organ == "liver"
    assert "state yours" in choice.why
