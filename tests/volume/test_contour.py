import numpy as np
import pytest

from lutetia.volume import ContourError, Contours, Coverage, Geometry, Mask, Volume, coverage, outline, rasterise

SAMPLED_AT_CENTRES = 0.01
"""A disc of radius 20 voxels, sampled at centres, differs from pi r**2 by about one part in its perimeter."""

GRID = Geometry(shape=(8, 60, 50), spacing_mm=(3.0, 2.0, 2.0), origin_mm=(5.0, -10.0, 30.0), frame_of_reference="1.2")


def square(low, high, k, *, grid=GRID):
    corners = [(k, low, low), (k, low, high), (k, high, high), (k, high, low)]
    return grid.to_patient(corners)


def region(*polygons, name="region", frame="1.2", slab=None):
    return Contours(name=name, polygons=polygons, frame_of_reference=frame, slab_mm=slab)


def test_a_square_drawn_on_voxel_edges_holds_its_voxels_and_no_others():
    mask = rasterise(region(square(9.5, 19.5, 2)), GRID)
    expected = np.zeros(GRID.shape, dtype=bool)
    expected[2, 10:20, 10:20] = True
    assert (mask.voxels == expected).all()


def test_an_outline_inside_another_one_is_a_hole():
    mask = rasterise(region(square(9.5, 29.5, 2), square(14.5, 19.5, 2)), GRID)
    assert mask.voxels[2].sum() == 20 * 20 - 5 * 5
    assert not mask.voxels[2, 16, 16]


def test_two_separate_outlines_on_one_slice_are_both_filled():
    mask = rasterise(region(square(1.5, 4.5, 2), square(9.5, 12.5, 2)), GRID)
    assert mask.voxels[2].sum() == 18


def test_squares_that_share_an_edge_through_voxel_centres_share_no_voxel():
    left = GRID.to_patient([(1, 10, 10), (1, 10, 20), (1, 20, 20), (1, 20, 10)])
    right = GRID.to_patient([(1, 10, 20), (1, 10, 30), (1, 20, 30), (1, 20, 20)])
    first, second = rasterise(region(left), GRID), rasterise(region(right), GRID)
    assert first.voxels.sum() == second.voxels.sum() == 100
    assert not (first.voxels & second.voxels).any()


def test_the_area_of_a_disc_is_that_of_the_drawn_circle():
    turn = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    disc = GRID.to_patient(np.column_stack([np.full(200, 3), 25 + 20 * np.sin(turn), 24.3 + 20 * np.cos(turn)]))
    assert rasterise(region(disc), GRID).voxels.sum() == pytest.approx(np.pi * 400, rel=SAMPLED_AT_CENTRES)
    assert coverage(region(disc), GRID).volume_ml == pytest.approx(np.pi * 1600 * 3 / 1000, rel=SAMPLED_AT_CENTRES / 5)


def test_the_filling_of_a_self_crossing_polygon_agrees_with_counting_crossings_point_by_point():
    points = np.random.default_rng(7).uniform(3, 45, size=(9, 2))
    polygon = GRID.to_patient(np.column_stack([np.full(9, 4.0), points]))
    mask = rasterise(region(polygon), GRID).voxels[4]
    j, i = np.mgrid[:60, :50]
    crossings = np.zeros((60, 50), dtype=int)
    for a, b in zip(points, np.roll(points, -1, axis=0), strict=True):
        between = (a[0] <= j) != (b[0] <= j)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = a[1] + (j - a[0]) / (b[0] - a[0]) * (b[1] - a[1])
        crossings += between & (at <= i)
    assert (mask == (crossings % 2 == 1)).all()


def test_planes_are_taken_in_the_axes_of_an_oblique_grid():
    angle = np.deg2rad(25)
    turned = ((0.0, np.sin(angle), np.cos(angle)), (0.0, np.cos(angle), -np.sin(angle)), (1.0, 0.0, 0.0))
    grid = Geometry(shape=(6, 30, 30), spacing_mm=(4.0, 1.5, 2.5), axes=turned, frame_of_reference="1.2")
    mask = rasterise(region(square(4.5, 9.5, 3, grid=grid)), grid)
    assert mask.voxels.sum() == 25
    assert mask.voxels[3, 5:10, 5:10].all()


def test_contours_of_thick_slices_fill_every_thin_slice_in_their_slab():
    thin = Geometry(shape=(16, 60, 50), spacing_mm=(1.5, 2.0, 2.0), origin_mm=GRID.origin_mm, frame_of_reference="1.2")
    drawn = region(square(9.5, 19.5, 2), square(9.5, 19.5, 3), square(9.5, 19.5, 4))
    mask = rasterise(drawn, thin)
    assert mask.volume_ml == pytest.approx(rasterise(drawn, GRID).volume_ml)
    assert np.flatnonzero(mask.voxels.any(axis=(1, 2))).tolist() == [3, 4, 5, 6, 7, 8]


def test_contours_of_thin_slices_are_not_mixed_on_a_thick_slice():
    thick = Geometry(
        shape=(2, 60, 50), spacing_mm=(12.0, 2.0, 2.0), origin_mm=(5.0, -10.0, 34.5), frame_of_reference="1.2"
    )
    drawn = region(*(square(9.5, 19.5, k) for k in range(8)))
    assert rasterise(drawn, thick).voxels.sum() == 200


def test_a_slice_left_out_stays_empty_where_the_slice_distance_is_known():
    drawn = (square(9.5, 19.5, 2), square(9.5, 19.5, 4))
    assert not rasterise(region(*drawn, slab=3.0), GRID).voxels[3].any()


def test_a_tilted_contour_is_refused():
    polygon = GRID.to_patient([(2, 10, 10), (2, 10, 20), (4, 20, 20), (4, 20, 10)])
    with pytest.raises(ContourError, match=r"tilted against the slices.*crosses 2\.0 slices"):
        rasterise(region(polygon), GRID)


def test_contours_of_another_frame_of_reference_are_refused():
    with pytest.raises(ContourError, match="another frame of reference"):
        rasterise(region(square(9.5, 19.5, 2), frame="9.9"), GRID)


def test_a_region_that_leaves_the_image_is_refused_unless_cropping_was_asked_for():
    drawn = region(square(39.5, 54.5, 2))
    with pytest.raises(ContourError, match=r"reaches 10\.0 mm out of the image"):
        rasterise(drawn, GRID)
    assert rasterise(drawn, GRID, beyond="crop").voxels.sum() == 15 * 10


def test_a_region_on_a_plane_outside_the_image_is_refused():
    with pytest.raises(ContourError, match="out of the image"):
        rasterise(region(square(9.5, 19.5, 9)), GRID)


def test_half_covered_voxels_count_half():
    covered = coverage(region(square(9.5, 20.0, 2)), GRID, parts=4)
    assert covered.fractions[2, 15, 20] == pytest.approx(0.5)
    assert covered.fractions[2, 20, 20] == pytest.approx(0.25)
    assert covered.volume_ml == pytest.approx(10.5**2 * GRID.voxel_ml)


def test_coverage_of_a_region_on_voxel_edges_is_its_mask():
    drawn = region(square(9.5, 19.5, 2), square(9.5, 19.5, 3))
    assert (coverage(drawn, GRID).fractions == rasterise(drawn, GRID).voxels).all()


def test_the_outlines_of_a_mask_are_few_and_merge_straight_edges():
    voxels = np.zeros(GRID.shape, dtype=bool)
    voxels[2, 10:20, 10:20] = True
    drawn = outline(Mask(voxels=voxels, geometry=GRID, name="square"))
    assert [len(polygon) for polygon in drawn.polygons] == [4]


def test_a_contour_of_two_points_is_no_contour():
    with pytest.raises(ValueError, match="at least three finite points"):
        region(np.zeros((2, 3)))


def test_the_mean_over_an_empty_region_is_an_error_not_a_nan():
    volume = Volume(values=np.ones(GRID.shape), geometry=GRID, unit="Bq/mL")
    empty = Mask(voxels=np.zeros(GRID.shape, dtype=bool), geometry=GRID, name="kidney_left")
    with pytest.raises(ValueError, match="no voxel"):
        empty.mean(volume)
    with pytest.raises(ValueError, match="empty"):
        Coverage(fractions=np.zeros(GRID.shape), geometry=GRID, name="kidney_left").mean(volume)


def test_a_coverage_beyond_one_is_impossible():
    with pytest.raises(ValueError, match="between 0 and 1"):
        Coverage(fractions=np.full(GRID.shape, 1.1), geometry=GRID, name="x")
