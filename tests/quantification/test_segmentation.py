"""Thresholds, edges and pieces on spheres whose blurred profile is known in closed form, and what is refused."""

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar
from scipy.special import erf

from lutetia.errors import InputError, MissingExtraError
from lutetia.quantification.segmentation import (
    DifferentMethodsError,
    Method,
    components,
    differences,
    hottest,
    liver_threshold,
    qpsma_threshold,
    reference_sphere,
    require_comparable,
    steepest_edge,
    threshold_at,
    threshold_of_maximum,
    without,
)
from lutetia.units import UnitError
from lutetia.volume import FrameOfReferenceError, Geometry, Mask, Volume

SPHERES = [(10.0, 7.0), (15.0, 7.0), (20.0, 7.0), (20.0, 12.0), (30.0, 12.0)]
WHOLE_VOXELS = 0.02
WHOLE_VOXELS_OF_THREE_MM = 0.05
"""Voxels of 1 mm on spheres of at least 8 mm: a shell is in or out as a whole."""
EDGE_WITHIN_MM = 0.5
"""Half a voxel: a watershed gives the ridge's voxels to one side or the other."""
PRINTED_WITHOUT_DECIMALS = 0.6
PRINTED_TO_THREE_DECIMALS = 5e-4


def profile(r, radius, sigma):
    """A uniform sphere blurred by a Gaussian, in closed form; r > 0."""
    near, far = (r - radius) / sigma, (r + radius) / sigma
    edge = (erf(far / np.sqrt(2)) - erf(near / np.sqrt(2))) / 2
    return edge - sigma / (r * np.sqrt(2 * np.pi)) * (np.exp(-(near**2) / 2) - np.exp(-(far**2) / 2))


def crossing(radius, sigma, fraction):
    top = profile(1e-3, radius, sigma)
    return brentq(lambda r: profile(r, radius, sigma) - fraction * top, 1e-3, radius + 10 * sigma)


def steepest(radius, sigma, *, within):
    return minimize_scalar(
        lambda r: profile(r + 1e-4, radius, sigma) - profile(r - 1e-4, radius, sigma), bounds=within, method="bounded"
    ).x


@cache
def sphere(radius, fwhm):
    n = 2 * int(radius + 1.8 * fwhm) + 3
    grid = Geometry(shape=(n, n, n), spacing_mm=(1.0, 1.0, 1.0))
    z, y, x = np.ogrid[:n, :n, :n]
    r = np.maximum(np.sqrt((z - n // 2) ** 2 + (y - n // 2) ** 2 + (x - n // 2) ** 2), 1e-3)
    image = Volume(values=7e4 * profile(r, radius, fwhm / np.sqrt(8 * np.log(2))), geometry=grid, unit="Bq/mL")
    seed = Mask(voxels=r < radius / 2, geometry=grid, name="L1")
    return image, seed, Mask(voxels=r < radius + 1.5 * fwhm, geometry=grid, name="room")


def ml(radius_mm):
    return 4 / 3 * np.pi * radius_mm**3 / 1000


@pytest.mark.parametrize(("radius", "fwhm"), SPHERES)
@pytest.mark.parametrize("fraction", [0.41, 0.5])
def test_a_part_of_the_maximum_finds_the_volume_at_which_the_closed_form_crosses_it(radius, fwhm, fraction):
    image, seed, room = sphere(radius, fwhm)
    sigma = fwhm / np.sqrt(8 * np.log(2))
    found = threshold_of_maximum(image, fraction=fraction, seed=seed, within=room)
    assert found.volume_ml == pytest.approx(ml(crossing(radius, sigma, fraction)), rel=WHOLE_VOXELS)
    assert found.name == "L1"


@pytest.mark.parametrize(("radius", "fwhm"), SPHERES)
def test_the_steepest_edge_lies_where_the_closed_form_is_steepest(radius, fwhm):
    image, seed, room = sphere(radius, fwhm)
    found = steepest_edge(image, seed=seed, within=room, smoothing_fwhm_mm=2.0)
    sigma = np.hypot(fwhm, 2.0) / np.sqrt(8 * np.log(2))
    expected = steepest(radius, sigma, within=(radius - fwhm, radius + fwhm))
    assert (3000 * found.volume_ml / (4 * np.pi)) ** (1 / 3) == pytest.approx(expected, abs=EDGE_WITHIN_MM)


def test_the_page_says_what_the_closed_form_gives():
    page = (Path(__file__).parents[2] / "docs" / "segmentation.md").read_text(encoding="utf-8")
    table = page.split("| diameter / FWHM |")[1].split("\n\n")[0].splitlines()[2:]
    assert len(table) == 6
    for line in table:
        ratio, top, *parts = (float(cell.strip(" %")) for cell in line.strip("|").split("|"))
        sigma = 20.0 / ratio / np.sqrt(8 * np.log(2))
        found = profile(1e-3, 10.0, sigma)
        edges = [crossing(10.0, sigma, fraction) for fraction in (0.41, 0.5)]
        edges.append(steepest(10.0, sigma, within=(3.0, 10.0 + 20.0 / ratio)))
        assert [100 * found, *(100 * (edge / 10.0) ** 3 for edge in edges)] == pytest.approx(
            [top, *parts], abs=PRINTED_WITHOUT_DECIMALS
        )


def test_even_background_moves_a_part_of_the_maximum_and_not_the_edge():
    image, seed, room = sphere(15.0, 7.0)
    warm = image.with_values(image.values + np.float32(2e4))
    edges = [steepest_edge(one, seed=seed, within=room, smoothing_fwhm_mm=2.0).volume_ml for one in (image, warm)]
    parts = [threshold_of_maximum(one, fraction=0.41, seed=seed, within=room).volume_ml for one in (image, warm)]
    assert edges[0] == pytest.approx(edges[1], rel=WHOLE_VOXELS)
    assert parts[1] > parts[0] * (1 + WHOLE_VOXELS)


def line(*values, unit="1"):
    array = np.array(values, dtype=np.float32).reshape(1, 1, -1)
    return Volume(values=array, geometry=Geometry(shape=array.shape, spacing_mm=(10.0, 10.0, 10.0)), unit=unit)


def where(volume, *voxels, name="seed"):
    found = np.zeros(volume.geometry.shape, dtype=bool)
    found[0, 0, list(voxels)] = True
    return Mask(voxels=found, geometry=volume.geometry, name=name)


def marked(mask):
    return np.flatnonzero(mask.voxels.ravel()).tolist()


def test_a_voxel_that_equals_the_threshold_is_inside():
    assert marked(threshold_at(line(2.9, 3.0, 3.1), at_least=3.0, unit="1")) == [1, 2]
    assert marked(threshold_at(line(0.1, 0.3), at_least=0.3, unit="1")) == [1]


def test_a_part_of_the_maximum_grows_out_of_its_seed_but_not_across_a_gap():
    image = line(9, 1, 5, 8, 10, 6, 4, 7)
    assert marked(threshold_of_maximum(image, fraction=0.5, seed=where(image, 4), within=where(image, *range(8)))) == [
        2,
        3,
        4,
        5,
    ]
    assert marked(threshold_of_maximum(image, fraction=0.5, seed=where(image, 3, 4))) == [3, 4]


def test_of_two_equal_maxima_the_first_counts():
    image = line(1, 5, 1, 5)
    assert hottest(image, where(image, 0, 1, 2, 3)) == (0, 0, 1)


def test_pieces_of_one_size_are_numbered_by_their_first_voxel():
    image = line(1, 0, 1, 1, 0, 1)
    pieces = components(threshold_at(image, at_least=1, unit="1", name="uptake"))
    assert [marked(piece) for piece in pieces] == [[2, 3], [0], [5]]
    assert [piece.name for piece in pieces] == ["uptake 1", "uptake 2", "uptake 3"]
    assert pieces.values(image, 0).tolist() == [1, 1]
    assert [marked(piece) for piece in pieces[1:]] == [[0], [5]]
    assert marked(pieces.together()) == [0, 2, 3, 5]


def test_an_empty_mask_has_no_pieces():
    assert len(components(where(line(1, 2)))) == 0


def test_each_organ_says_what_it_took():
    image = line(*range(1, 9))
    left = without(
        where(image, 1, 2, 3, 6, name="uptake"),
        [where(image, 2, name="kidney_left"), where(image, 7, name="bladder")],
        margin_mm=10.0,
    )
    assert marked(left.mask) == []
    assert [(one.organ, round(one.volume_ml, 6)) for one in left.removed] == [("kidney_left", 3.0), ("bladder", 1.0)]


def test_an_organ_drawn_on_another_grid_is_taken_out_by_its_place():
    image = line(1, 1, 1, 1)
    fine = Geometry(shape=(1, 1, 80), spacing_mm=(10.0, 10.0, 0.5), origin_mm=(-4.75, 0.0, 0.0))
    voxels = np.zeros(fine.shape, dtype=bool)
    voxels[..., 20:40] = True
    left = without(where(image, 0, 1, 2, 3), [Mask(voxels=voxels, geometry=fine, name="liver")])
    assert marked(left.mask) == [0, 2, 3]


def test_an_organ_of_another_frame_of_reference_is_refused():
    image = line(1, 1)
    other = Geometry(shape=(1, 1, 2), spacing_mm=(10.0, 10.0, 10.0), frame_of_reference="1.9")
    with pytest.raises(FrameOfReferenceError, match="different frames of reference"):
        without(where(image, 0), [Mask(voxels=np.ones(other.shape, dtype=bool), geometry=other, name="liver")])


def test_a_threshold_in_another_unit_is_refused():
    with pytest.raises(UnitError, match=r"stated in Bq/mL, and the image holds 1\..*another uptake"):
        threshold_at(line(1), at_least=1, unit="Bq/mL")


@pytest.mark.parametrize("at_least", [0, -1, float("nan"), float("inf")])
def test_a_threshold_that_is_no_uptake_is_refused(at_least):
    with pytest.raises(InputError, match="is no uptake"):
        threshold_at(line(1), at_least=at_least, unit="1")


@pytest.mark.parametrize("fraction", [0, 1.01, 41, float("nan")])
def test_a_fraction_that_is_none_is_refused(fraction):
    with pytest.raises(InputError, match=r"no part of a maximum.*0\.41"):
        threshold_of_maximum(line(1), fraction=fraction, seed=where(line(1), 0))


def test_a_seed_without_uptake_or_voxels_is_refused():
    image = line(0, -1)
    with pytest.raises(InputError, match="nothing is taken up"):
        threshold_of_maximum(image, fraction=0.5, seed=where(image, 0, 1))
    with pytest.raises(InputError, match="holds no voxel of the image"):
        threshold_of_maximum(image, fraction=0.5, seed=where(image))


def test_an_edge_without_background_around_it_is_refused():
    image, seed, _ = sphere(15.0, 7.0)
    with pytest.raises(InputError, match="ends within its core"):
        steepest_edge(image, seed=seed, within=seed, smoothing_fwhm_mm=2.0)


def test_without_simpleitk_an_edge_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "SimpleITK", None)
    image, seed, room = sphere(10.0, 7.0)
    with pytest.raises(MissingExtraError, match=r"edge of a region by its gradient.*lutetia\[imaging\]"):
        steepest_edge(image, seed=seed, within=room, smoothing_fwhm_mm=2.0)


QPSMA = [((4.30, 1.0), 5.300), ((3.0, 0.7), 5.303), ((6.0, 1.2), 5.160)]
"""Computed by hand from the formula of Gafita et al. 2019."""


@pytest.mark.parametrize(("liver", "expected"), QPSMA)
def test_the_liver_threshold_follows_the_published_formula(liver, expected):
    assert qpsma_threshold(*liver) == pytest.approx(expected, abs=PRINTED_TO_THREE_DECIMALS)
    mean, sd = liver
    image = line(mean - sd, mean + sd, unit="g/mL")
    assert liver_threshold(image, where(image, 0, 1)) == pytest.approx(expected, abs=PRINTED_TO_THREE_DECIMALS)


def test_a_liver_threshold_needs_uptake_values_and_a_liver():
    image = line(1000, 2000, unit="Bq/mL")
    with pytest.raises(UnitError, match="the image holds Bq/mL"):
        liver_threshold(image, where(image, 0))
    with pytest.raises(InputError, match="not those of a liver"):
        qpsma_threshold(0.0, 1.0)
    with pytest.raises(InputError, match="holds no voxel of the image"):
        liver_threshold(line(1, 2, unit="g/mL"), where(line(1, 2)))


def test_the_reference_sphere_lies_where_the_organ_is_thickest():
    grid = Geometry(shape=(30, 30, 60), spacing_mm=(3.0, 3.0, 3.0))
    z, y, x = np.ogrid[:30, :30, :60]
    thick = (z - 15) ** 2 + (y - 15) ** 2 + (x - 15) ** 2 <= 12**2
    thin = (abs(z - 15) <= 3) & (abs(y - 15) <= 3) & (x >= 15) & (x < 55)
    ball = reference_sphere(Mask(voxels=thick | thin, geometry=grid, name="liver"))
    centre = np.argwhere(ball.voxels).mean(axis=0)
    assert np.abs(centre - 15).max() < 1.5
    assert ball.volume_ml == pytest.approx(ml(15.0), rel=WHOLE_VOXELS_OF_THREE_MM)
    with pytest.raises(InputError, match=r"does not fit into it: it is 2[0-9] mm thick"):
        reference_sphere(Mask(voxels=thin & np.ones(grid.shape, dtype=bool), geometry=grid, name="liver"))


PSMA_11 = "[68Ga]Ga-PSMA-11"
FIXED = Method(name="fixed threshold", threshold=3.0, unit="1", tracer=PSMA_11, excluded=("liver", "bladder"))


def test_results_of_one_method_may_be_compared_whatever_the_order_of_their_organs():
    same = Method(name="fixed threshold", threshold=3.0, unit="1", tracer=PSMA_11, excluded=("bladder", "liver"))
    assert differences(FIXED, same) == ()
    require_comparable(FIXED, same)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (Method(name="fixed threshold", threshold=4.0, unit="1", tracer=PSMA_11, excluded=FIXED.excluded), "3.0 and 4"),
        (
            Method(name="fixed threshold", threshold=3.0, unit="1", tracer="[18F]PSMA-1007", excluded=FIXED.excluded),
            "the tracer",
        ),
        (Method(name="fixed threshold", threshold=3.0, unit="1", tracer=PSMA_11), "the organs taken out.*none"),
        (
            Method(name="percent of maximum", threshold=0.41, unit="1", tracer=PSMA_11, excluded=FIXED.excluded),
            "the rule",
        ),
        (Method(name="fixed threshold", threshold=3.0, unit="1", excluded=FIXED.excluded), "tracer is not stated"),
    ],
)
def test_results_of_different_methods_or_tracers_are_not_compared(other, said):
    with pytest.raises(DifferentMethodsError, match=said):
        require_comparable(FIXED, other)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ({"reach_mm": 10.0}, {"reach_mm": 20.0}, "the reach beyond a mark"),
        ({"smoothing_fwhm_mm": 4.0}, {"smoothing_fwhm_mm": 8.0}, "the smoothing before the gradient"),
        ({"quantity": "SUV by body weight"}, {"quantity": "SUV by lean body mass"}, "what the image shows"),
    ],
)
def test_whatever_decides_about_voxels_keeps_results_apart(one, other, said):
    first, second = (replace(FIXED, name="gradient", threshold=None, **given) for given in (one, other))
    with pytest.raises(DifferentMethodsError, match=said):
        require_comparable(first, second)


def test_a_gradient_says_its_smoothing_and_reach():
    method = Method(name="gradient", unit="Bq/mL", smoothing_fwhm_mm=5.0, reach_mm=15.0)
    assert str(method) == "gradient smoothed by 5 mm (definition 1); up to 15 mm beyond its mark"


def test_uptake_by_surface_has_no_liver_threshold():
    image = line(1, 2)
    with pytest.raises(UnitError, match="the image holds cm2/mL"):
        liver_threshold(image.with_values(image.values, "cm2/mL"), where(image, 0))


def test_a_method_says_itself_in_one_line():
    method = Method(
        name="percent of maximum",
        threshold=0.41,
        unit="1",
        tracer=PSMA_11,
        excluded=("liver", "bladder"),
        margin_mm=5,
        at_least_ml=0.5,
    )
    assert str(method) == (
        "percent of maximum 41 % (definition 1); [68Ga]Ga-PSMA-11; without bladder, liver and 5 mm around; "
        "components of at least 0.5 mL"
    )
