import numpy as np
import pytest

from lutetia.errors import InputError
from lutetia.volume import FrameOfReferenceError, Geometry, Mask, Volume, resample, resample_mask

FLOAT32 = 1e-4
"""Both programs interpolate in double precision and store float32."""

ANGLE = np.deg2rad(17.0)
TURNED = ((0.0, np.sin(ANGLE), np.cos(ANGLE)), (0.0, np.cos(ANGLE), -np.sin(ANGLE)), (1.0, 0.0, 0.0))
SOURCE = Geometry(shape=(9, 14, 11), spacing_mm=(5.0, 2.0, 3.0), origin_mm=(-12.0, 4.0, 50.0), frame_of_reference="1")
TARGETS = {
    "finer": Geometry(
        shape=(20, 20, 20), spacing_mm=(1.7, 1.1, 1.3), origin_mm=(-8.0, 7.0, 55.0), frame_of_reference="1"
    ),
    "larger": Geometry(
        shape=(9, 9, 9), spacing_mm=(9.0, 9.0, 9.0), origin_mm=(-30.0, -20.0, 40.0), frame_of_reference="1"
    ),
    "oblique": Geometry(
        shape=(12, 13, 14),
        spacing_mm=(2.2, 2.4, 2.6),
        origin_mm=(-14.0, 8.0, 52.0),
        axes=TURNED,
        frame_of_reference="1",
    ),
}


def volume(geometry=SOURCE, unit="Bq/mL"):
    values = np.random.default_rng(3).uniform(1, 100, size=geometry.shape)
    return Volume(values=values, geometry=geometry, unit=unit)


def as_sitk(sitk, given):
    image = sitk.GetImageFromArray(given.values)
    return place_sitk(image, given.geometry)


def place_sitk(image, geometry):
    image.SetSpacing([float(s) for s in geometry.spacing_mm[::-1]])
    image.SetOrigin([float(x) for x in geometry.origin_mm])
    image.SetDirection([float(x) for x in geometry.directions[::-1].T.ravel()])
    return image


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("method", ["linear", "nearest"])
def test_resampling_agrees_with_simpleitk(name, method):
    sitk = pytest.importorskip("SimpleITK")
    given, target = volume(), TARGETS[name]
    reference = place_sitk(sitk.Image([int(n) for n in target.shape[::-1]], sitk.sitkFloat32), target)
    how = sitk.sitkLinear if method == "linear" else sitk.sitkNearestNeighbor
    expected = sitk.GetArrayFromImage(sitk.Resample(as_sitk(sitk, given), reference, sitk.Transform(), how, -7.0))
    found = resample(given, target, outside=-7.0, method=method).values
    assert np.isclose(found, expected, atol=100 * FLOAT32).mean() > 0.999  # ties between two neighbours may differ


def test_a_linear_ramp_survives_linear_resampling_exactly():
    def ramp(geometry):
        index = np.stack(np.meshgrid(*map(np.arange, geometry.shape), indexing="ij"), axis=-1)
        return geometry.to_patient(index) @ np.array([0.3, -0.7, 1.1])

    given = Volume(values=ramp(SOURCE), geometry=SOURCE, unit="Gy")
    inner = Geometry(
        shape=(5, 5, 5), spacing_mm=(1, 1, 1), origin_mm=(0.0, 12.0, 65.0), axes=TURNED, frame_of_reference="1"
    )
    found = resample(given, inner, outside=0.0).values
    assert np.allclose(found, ramp(inner), atol=100 * FLOAT32)


def test_an_asymmetric_object_keeps_its_place_on_an_oblique_grid():
    values = np.zeros(SOURCE.shape)
    values[2, 10, 3] = 1000.0
    target = TARGETS["oblique"]
    fine = Geometry(
        shape=(40, 60, 60),
        spacing_mm=(1.5, 0.75, 0.75),
        origin_mm=(-20.0, 10.0, 40.0),
        axes=TURNED,
        frame_of_reference="1",
    )
    found = resample(Volume(values=values, geometry=SOURCE, unit="Bq/mL"), fine, outside=0.0).values
    brightest = fine.to_patient(np.unravel_index(found.argmax(), fine.shape))
    assert np.linalg.norm(brightest - SOURCE.to_patient((2, 10, 3))) < 1.5
    assert target.frame_of_reference == fine.frame_of_reference


def test_values_hold_up_to_the_edge_of_the_outermost_voxel_and_no_further():
    row = Geometry(shape=(1, 1, 3), spacing_mm=(1, 1, 1), frame_of_reference="1")
    given = Volume(values=np.full(row.shape, 5.0), geometry=row, unit="HU")
    wide = Geometry(shape=(1, 1, 11), spacing_mm=(1, 1, 0.4), origin_mm=(-1.0, 0, 0), frame_of_reference="1")
    found = resample(given, wide, outside=-1000.0).values.ravel()
    x = -1.0 + 0.4 * np.arange(11)
    assert (found == np.where((x >= -0.5) & (x <= 2.5), 5.0, -1000.0)).all()


def test_the_mean_over_coarse_voxels_keeps_the_sum():
    given = volume()
    coarse = Geometry(shape=(5, 6, 6), spacing_mm=(12.0, 7.0, 8.0), origin_mm=(-16, 0.0, 45.0), frame_of_reference="1")
    found = resample(given, coarse, outside=0.0, method="mean")
    assert found.total() == pytest.approx(given.total(), rel=1e-6)


def test_the_mean_follows_flipped_and_exchanged_axes():
    given = volume()
    flipped = Geometry(
        shape=(14, 9, 11),
        spacing_mm=(2.0, 5.0, 3.0),
        origin_mm=tuple(SOURCE.to_patient((8, 0, 0)).tolist()),
        axes=((0, 1, 0), (0, 0, -1), (1, 0, 0)),
        frame_of_reference="1",
    )
    found = resample(given, flipped, outside=0.0, method="mean").values
    assert np.allclose(found, given.values[::-1].transpose(1, 0, 2))


def test_a_mean_between_oblique_grids_is_refused():
    with pytest.raises(InputError, match="axes are not parallel"):
        resample(volume(), TARGETS["oblique"], outside=0.0, method="mean")


def test_another_frame_of_reference_is_refused():
    elsewhere = Geometry(shape=(2, 2, 2), spacing_mm=(1, 1, 1), frame_of_reference="2")
    with pytest.raises(FrameOfReferenceError, match="different frames of reference"):
        resample(volume(), elsewhere, outside=0.0)


def test_counts_are_not_resampled():
    with pytest.raises(ValueError, match="counts belong to their voxels"):
        resample(volume(unit="count"), TARGETS["finer"], outside=0.0)


def test_a_mask_on_a_grid_twice_as_fine_keeps_its_volume():
    voxels = np.random.default_rng(5).random(SOURCE.shape) > 0.5
    fine = Geometry(
        shape=(18, 28, 22),
        spacing_mm=(2.5, 1.0, 1.5),
        origin_mm=tuple(SOURCE.to_patient((-0.25, -0.25, -0.25))),
        frame_of_reference="1",
    )
    given = Mask(voxels=voxels, geometry=SOURCE, name="liver")
    assert resample_mask(given, fine).volume_ml == pytest.approx(given.volume_ml)


def test_grids_of_other_frames_of_reference_never_match():
    other = Geometry(
        shape=SOURCE.shape, spacing_mm=SOURCE.spacing_mm, origin_mm=SOURCE.origin_mm, frame_of_reference="2"
    )
    assert not SOURCE.matches(other)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
@pytest.mark.parametrize("seed", range(4))
def test_a_mask_resampled_in_its_box_is_what_it_is_without_one(target, seed):
    rng = np.random.default_rng(seed)
    voxels = np.zeros(SOURCE.shape, dtype=bool)
    box = tuple(slice(*sorted(rng.choice(n + 1, 2, replace=False))) for n in SOURCE.shape)
    voxels[box] = rng.random(voxels[box].shape) > 0.5
    whole = resample(Volume(values=voxels, geometry=SOURCE, unit="1"), target, outside=0.0, method="nearest").values
    assert (resample_mask(Mask(voxels=voxels, geometry=SOURCE, name="m"), target).voxels == (whole > 0.5)).all()
