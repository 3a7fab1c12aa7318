"""A man who breathes, bends and fills his bladder is followed; what no deformation should join is not joined."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lutetia.errors import RefusedError
from lutetia.quantification.alignment import Alignment, DeformationCheck, Residual, align_deformably
from lutetia.quantification.alignment.check import checked
from lutetia.quantification.alignment.free_form import free_form
from lutetia.quantification.alignment.prepared import prepared
from lutetia.simulation import acquisition
from lutetia.simulation.anatomy import Build, structures
from lutetia.simulation.body import Body, paint
from lutetia.simulation.motion import SmoothMotion, painted_after
from lutetia.volume import (
    Deformation,
    Geometry,
    Mask,
    Rigid,
    Volume,
    deformed_mask,
    moved_mask,
    nodes_of,
    resample_mask,
)

GRID = Geometry(
    shape=(98, 56, 80), spacing_mm=(5.0, 6.0, 6.0), origin_mm=(-237.0, -165.0, -195.0), frame_of_reference="1.1"
)
"""From the pelvis to the apex of the lungs."""
OTHER = replace(GRID, frame_of_reference="1.2")
MAN = structures(Build())
MOTION = SmoothMotion.drawn(3)

PART_OF_A_VOXEL_MM = 1.5
"""A quarter of the 6 mm voxels, in the mean over an organ's places."""
A_VOXEL_MM = 6.0
"""For the worst place: within even tissue nothing shows it."""
ON_VOXELS_OF_SIX_MM = 0.05
"""A volume of some hundred voxels, as found and as counted."""


@pytest.fixture(scope="module")
def first() -> Body:
    return paint(MAN, GRID)


@pytest.fixture(scope="module")
def second() -> Body:
    return painted_after(MAN, OTHER, MOTION)


def ct(body: Body, seed: int = 1) -> Volume:
    return acquisition.ct_of(body, np.random.default_rng(seed))


def part(image: Volume) -> Volume:
    """Return the belly alone."""
    box = (slice(30, 66), slice(0, 56), slice(0, 80))
    return Volume(values=image.values[box], geometry=image.geometry.part(box), unit="HU")


@pytest.fixture(scope="module")
def found(first: Body, second: Body) -> Alignment:
    return align_deformably(ct(first), ct(second, 2))


def places(body: Body, region: str) -> np.ndarray:
    return nodes_of(body.geometry)[body.mask(region).voxels]


@pytest.mark.parametrize("region", ["liver", "spleen", "kidney_left", "kidney_right", "L1", "L2"])
def test_every_place_of_an_organ_is_followed_and_better_than_rigidly(
    found: Alignment, first: Body, region: str
) -> None:
    assert found.deformation is not None
    here = places(first, region)
    true = MOTION.after(here)
    off = np.linalg.norm(found.deformation.point(here) - true, axis=-1)
    rigid = np.linalg.norm(found.motion.point(here) - true, axis=-1)
    assert off.mean() < PART_OF_A_VOXEL_MM
    assert off.max() < A_VOXEL_MM
    assert off.mean() < rigid.mean() / 2


def test_what_it_leaves_is_measured_and_less_than_the_rigid_motion_left(found: Alignment) -> None:
    assert found.method == "deformable"
    assert found.check is not None
    assert not found.check.failed
    assert found.residual == found.check.residual
    assert found.residual.median_mm < found.check.rigid_residual.median_mm / 2
    assert 0 < found.check.smallest_factor < 1 < found.check.largest_factor
    said = found.as_json()
    assert said["method"] == "deformable"
    assert said["deformable"]["used"] is True


@pytest.mark.parametrize("region", ["liver", "kidney_left", "spleen"])
def test_a_deformed_organ_covers_the_true_one_better_than_a_moved_one(
    found: Alignment, first: Body, second: Body, region: str
) -> None:
    assert found.deformation is not None
    true, drawn = second.mask(region), first.mask(region)

    def common(mask: Mask) -> float:
        here = resample_mask(mask, OTHER).voxels
        return float((here & true.voxels).sum() / (here | true.voxels).sum())

    deformed = deformed_mask(drawn, found.deformation)
    assert common(deformed) > common(moved_mask(drawn, found.motion, frame_of_reference="1.2"))
    assert deformed.volume_ml == pytest.approx(true.volume_ml, rel=ON_VOXELS_OF_SIX_MM)


def test_the_same_images_give_the_same_deformation(first: Body, second: Body) -> None:
    pair = [prepared(part(ct(body, seed)), spacing_mm=8.0, where="") for seed, body in enumerate((first, second))]
    once, again = (free_form(pair[0], pair[1], MOTION.whole, lambda _: None) for _ in range(2))
    assert once.largest_mm > 0
    assert np.array_equal(once.displacement_mm, again.displacement_mm)


def test_a_man_who_did_not_move_is_not_deformed(first: Body) -> None:
    alignment = align_deformably(part(ct(first)), part(ct(paint(MAN, OTHER), 2)))
    assert alignment.deformation is None
    assert alignment.method == "rigid"
    assert alignment.check is not None
    assert "it gains nothing" in alignment.check.failed[0]
    assert alignment.residual == alignment.check.rigid_residual


def test_noise_in_place_of_a_ct_is_refused(first: Body) -> None:
    image = ct(first)
    noise = np.random.default_rng(0).normal(0, 300, GRID.shape)
    with pytest.raises(RefusedError):
        align_deformably(image, image.with_values(noise))


def test_a_man_of_another_width_is_not_made_to_fit(first: Body) -> None:
    c, b, a = GRID.spacing_mm
    x, y, z = GRID.origin_mm
    wide = replace(GRID, spacing_mm=(c, b, a * 1.35), origin_mm=(x * 1.35, y, z), frame_of_reference="1.2")
    with pytest.raises(RefusedError, match="still"):
        align_deformably(part(ct(first)), part(replace(ct(first, 2), geometry=wide)))


def test_only_ct_are_deformed(first: Body) -> None:
    image = ct(first)
    with pytest.raises(ValueError, match="two CT in HU"):
        align_deformably(image, image.with_values(image.values, "Bq/mL"))


GOOD = Residual(median_mm=1.0, high_mm=3.0, blocks=60, correlation=0.95, overlap=1.0)
RIGID = Residual(median_mm=3.0, high_mm=8.0, blocks=60, correlation=0.9, overlap=1.0)
NODES = Geometry(shape=(12, 12, 12), spacing_mm=(8.0,) * 3, frame_of_reference="1.1")
PATIENT = Mask(voxels=np.ones(NODES.shape, dtype=bool), geometry=NODES, name="patient")


def looked_at(
    displacement: np.ndarray | None = None, after: Residual = GOOD, rigid: Residual = RIGID
) -> DeformationCheck:
    values = np.zeros((*NODES.shape, 3)) if displacement is None else displacement
    return checked(Deformation(motion=Rigid(), displacement_mm=values, grid=NODES, into="1.2"), PATIENT, after, rigid)


def bump(mm: float) -> np.ndarray:
    values = np.zeros((*NODES.shape, 3))
    values[6, 6, 6] = (0.0, 0.0, mm)
    return values


@pytest.mark.parametrize(
    ("displacement", "says"),
    [
        (bump(12.0), "tissue folds (Jacobian determinant down to -"),
        (bump(6.5), "tissue shrinks to 0.19 of its volume"),
        (nodes_of(NODES) * 0.7, "tissue swells to 4.9 times its volume"),
        (np.full((*NODES.shape, 3), 30.0), "displaced by 52 mm"),
        (bump(12.0), "there and back a place lies"),
    ],
    ids=["folds", "shrinks", "swells", "far", "no way back"],
)
def test_what_tissue_does_not_do_is_found_and_told_with_its_number(displacement: np.ndarray, says: str) -> None:
    assert any(says in one for one in looked_at(displacement).failed)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"median_mm": 3.6}, "3.6 mm are left in the median, and the rigid motion leaves 3.0 mm"),
        ({"high_mm": 8.6}, "8.6 mm are left in the 90th percentile"),
        ({"correlation": 0.89}, "less alike (correlation 0.890, rigid 0.900)"),
        ({"blocks": 7}, "only 7 places"),
        (
            {"median_mm": 3.2, "high_mm": 7.6},
            "it gains nothing: median and 90th percentile are 3.2 and 7.6 mm",
        ),
    ],
    ids=["median", "high", "correlation", "blocks", "nothing gained"],
)
def test_a_deformation_that_leaves_more_than_the_rigid_motion_is_not_used(change: dict, says: str) -> None:
    failed = looked_at(after=replace(GOOD, **change)).failed
    assert len(failed) == 1
    assert says in failed[0]


def test_a_deformation_that_passes_is_used() -> None:
    assert looked_at().failed == ()
