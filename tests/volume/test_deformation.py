"""A deformation moves points and regions there and back, and says by how much it changes volumes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lutetia.volume import (
    Deformation,
    FrameOfReferenceError,
    Geometry,
    Mask,
    Rigid,
    Volume,
    deformed_mask,
    deformed_volume,
    moved_mask,
    nodes_of,
    resample_mask,
    undeformed_volume,
)

FIRST, SECOND = "1.1", "1.2"
GRID = Geometry(
    shape=(15, 16, 17), spacing_mm=(8.0, 8.0, 8.0), origin_mm=(-64.0, -60.0, -56.0), frame_of_reference=FIRST
)
CT = Geometry(shape=(24, 40, 40), spacing_mm=(5.0, 3.0, 3.0), origin_mm=(-58.5, -58.5, -57.5), frame_of_reference=FIRST)
MOTION = Rigid.about((0.0, 0.0, 0.0), turned_degrees=(2.0, -1.0, 3.0), shift_mm=(5.0, -4.0, 7.0))
CLOSED_MM = 0.02
"""Twice what the way back is sought to."""
SINGLE_PRECISION_MM = 1e-5
ROUNDED = 1e-5
"""Displacements are kept in single precision."""
PAINTED_BY_VOXELS = 0.02
"""A ball of 25 mm radius, counted on voxels of 2.5 mm and less."""
PART_OF_A_VOXEL_MM = 0.2
INTERPOLATED_TWICE = 0.01
"""Of the range of a smooth image on voxels of 3 to 5 mm."""


def deformation(displacement: Callable[[np.ndarray], np.ndarray], motion: Rigid = MOTION) -> Deformation:
    return Deformation(motion=motion, displacement_mm=displacement(nodes_of(GRID)), grid=GRID, into=SECOND)


def wavy(points: np.ndarray) -> np.ndarray:
    """Up to 6 mm along each axis; smooth over 100 mm."""
    return 6.0 * np.sin(points[..., ::-1] / 25.0)


def stretched(factor: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda points: (factor - 1) * points


def ball(radius_mm: float = 25.0, at_mm: tuple[float, float, float] = (2.0, -3.0, 1.0)) -> Mask:
    return Mask(
        voxels=np.linalg.norm(nodes_of(CT) - np.array(at_mm), axis=-1) <= radius_mm, geometry=CT, name="kidney_left"
    )


def centre_of(mask: Mask) -> np.ndarray:
    return mask.geometry.to_patient(np.argwhere(mask.voxels)).mean(axis=0)


PLACES = np.random.default_rng(5).uniform(-45, 45, (200, 3))


def test_a_place_goes_there_and_back() -> None:
    found = deformation(wavy)
    assert np.abs(found.before(found.point(PLACES)) - PLACES).max() < CLOSED_MM


def test_without_a_displacement_it_is_the_rigid_motion() -> None:
    found = deformation(np.zeros_like)
    assert np.allclose(found.point(PLACES), MOTION.point(PLACES), atol=SINGLE_PRECISION_MM, rtol=0)
    assert found.largest_mm == 0
    assert found.jacobian_range(np.ones(GRID.shape, dtype=bool)) == (1.0, 1.0)
    there = resample_mask(deformed_mask(ball(), found), replace(CT, frame_of_reference=SECOND))
    assert (
        there.voxels == resample_mask(moved_mask(ball(), MOTION, frame_of_reference=SECOND), there.geometry).voxels
    ).mean() > 0.999


def test_one_point_alone_is_moved_as_among_others() -> None:
    found = deformation(wavy)
    assert np.allclose(found.point(PLACES[7]), found.point(PLACES)[7], atol=SINGLE_PRECISION_MM, rtol=0)


@pytest.mark.parametrize("factor", [0.8, 1.1])
def test_a_stretch_by_a_factor_changes_every_volume_by_its_cube(factor: float) -> None:
    found = deformation(stretched(factor))
    assert found.jacobian().values == pytest.approx(factor**3, rel=ROUNDED)
    assert found.jacobian_range(np.ones(GRID.shape, dtype=bool)) == pytest.approx((factor**3,) * 2, rel=ROUNDED)
    there = deformed_mask(ball(), found)
    assert there.volume_ml / ball().volume_ml == pytest.approx(factor**3, rel=PAINTED_BY_VOXELS)


def test_the_jacobian_does_not_depend_on_the_axes_of_its_grid() -> None:
    turned = replace(GRID, axes=((0.0, 0.6, 0.8), (0.0, 0.8, -0.6), (1.0, 0.0, 0.0)), origin_mm=(-64.0, -100.0, -10.0))
    sheared = np.array([[0.1, 0.05, 0.0], [0.0, -0.1, 0.02], [0.03, 0.0, 0.2]])
    found = Deformation(motion=MOTION, displacement_mm=nodes_of(turned) @ sheared.T, grid=turned, into=SECOND)
    assert found.jacobian().values == pytest.approx(np.linalg.det(np.eye(3) + sheared), rel=ROUNDED)


def test_tissue_that_folds_at_one_place_is_seen_there() -> None:
    found = deformation(np.zeros_like)
    values = found.displacement_mm.copy()
    values[7, 8, 8] = (0.0, 0.0, 12.0)
    folded = replace(found, displacement_mm=values)
    assert folded.jacobian_range(np.ones(GRID.shape, dtype=bool))[0] < 0
    elsewhere = np.ones(GRID.shape, dtype=bool)
    elsewhere[5:10, 6:11, 6:11] = False
    assert folded.jacobian_range(elsewhere) == (1.0, 1.0)


def test_a_region_is_shifted_by_less_than_the_voxel_on_which_it_was_drawn() -> None:
    moved = deformed_mask(ball(), deformation(lambda points: np.full_like(points, 1.2), Rigid()))
    assert centre_of(moved) - centre_of(ball()) == pytest.approx([1.2] * 3, abs=SINGLE_PRECISION_MM)
    assert moved.volume_ml == pytest.approx(ball().volume_ml)
    assert moved.name == "kidney_left"
    assert moved.geometry.frame_of_reference == SECOND


def test_a_region_comes_to_lie_where_its_places_do() -> None:
    found = deformation(wavy)
    places = nodes_of(CT)[ball().voxels]
    assert centre_of(deformed_mask(ball(), found)) == pytest.approx(
        found.point(places).mean(axis=0), abs=PART_OF_A_VOXEL_MM
    )


def test_an_empty_region_stays_empty() -> None:
    empty = Mask(voxels=np.zeros(CT.shape, dtype=bool), geometry=CT, name="L1")
    assert deformed_mask(empty, deformation(wavy)).volume_ml == 0


def test_an_image_is_carried_there_and_back() -> None:
    found = deformation(wavy)
    image = Volume(values=np.sin(nodes_of(CT) / 30).sum(axis=-1), geometry=CT, unit="Bq/mL")
    wide = replace(CT, shape=(48, 70, 70), origin_mm=(-110.0, -110.0, -120.0), frame_of_reference=SECOND)
    there = deformed_volume(image, found, wide, outside=0.0)
    back = undeformed_volume(there, found, CT, outside=0.0)
    inner = (slice(5, -5), slice(8, -8), slice(8, -8))
    assert np.abs(back.values - image.values)[inner].max() < INTERPOLATED_TWICE * np.ptp(image.values) * 2
    assert there.values[0, 0, 0] == 0


def test_what_lies_in_another_frame_of_reference_is_refused() -> None:
    found = deformation(wavy)
    with pytest.raises(FrameOfReferenceError):
        deformed_mask(replace(ball(), geometry=replace(CT, frame_of_reference=SECOND)), found)
    image = Volume(values=np.zeros(CT.shape), geometry=CT, unit="Bq/mL")
    with pytest.raises(FrameOfReferenceError):
        deformed_volume(image, found, CT, outside=0.0)
    with pytest.raises(FrameOfReferenceError):
        undeformed_volume(image, found, CT, outside=0.0)


@pytest.mark.parametrize(
    ("values", "says"),
    [(np.zeros((15, 16, 17)), "do not fit"), (np.full((15, 16, 17, 3), np.nan), "finite")],
    ids=["no vectors", "not a number"],
)
def test_what_is_no_displacement_is_refused(values: np.ndarray, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Deformation(motion=MOTION, displacement_mm=values, grid=GRID, into=SECOND)
