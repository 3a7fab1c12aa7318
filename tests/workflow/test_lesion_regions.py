"""Do lesions get the region that the centre's method gives, under the id that the course gives, or say why not?"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lutetia.course import Scan
from lutetia.dosimetry.result import DoseValue
from lutetia.errors import InputError
from lutetia.site import DosimetrySettings, choices_of
from lutetia.site.dosimetry import LesionRegions
from lutetia.volume import Geometry, Mask, Volume
from lutetia.workflow.dose.cycles import dose_folder
from lutetia.workflow.dose.lesion_regions import made_lesions, require_choice
from lutetia.workflow.simulated.demo import DemoOutcome

GRID = Geometry(shape=(21, 21, 41), spacing_mm=(4.0, 4.0, 4.0), frame_of_reference="1.2")
HOT, KIDNEY, FAINT = (40.0, 40.0, 40.0), (92.0, 40.0, 40.0), (140.0, 40.0, 40.0)
DOSE_WITHIN = 0.1
"""Asked for of lesions of at least 10 mL."""
HALF_A_VOXEL_MM = 2.0
CHOICE: dict[str, Any] = {
    "method": "percent of maximum",
    "percent": 50,
    "reach": {"value": 20, "unit": "mm"},
    "smallest": {"value": 0.5, "unit": "mL"},
    "made_on": "each scan",
    "source": "x",
}
FIXED = CHOICE | {"method": "fixed threshold", "percent": None, "at_least": {"value": 300, "unit": "kBq/mL"}}


def choice(**other: Any) -> LesionRegions:
    return LesionRegions.model_validate(CHOICE | other)


def away(centre: tuple[float, float, float]) -> np.ndarray:
    index = np.stack(np.indices(GRID.shape), axis=-1)
    return np.sqrt(((GRID.to_patient(index) - centre) ** 2).sum(axis=-1))


@pytest.fixture(scope="module")
def image() -> Volume:
    values = sum(
        top * np.exp(-(away(centre) ** 2) / (2 * width**2))
        for centre, top, width in ((HOT, 1e6, 8.0), (KIDNEY, 3e6, 14.0), (FAINT, 2e5, 6.0))
    )
    return Volume(values=np.asarray(values), geometry=GRID, unit="Bq/mL")


@pytest.fixture(scope="module")
def kidney() -> dict[str, Mask]:
    return {"kidney_left": Mask(voxels=away(KIDNEY) <= 24, geometry=GRID, name="Kidney L")}


def scan(**points: tuple[float, float, float]) -> Scan:
    return Scan.model_validate({"series_uid": "1.2.3", "lesion_points": points})


def test_a_point_becomes_a_region_with_the_lesions_id(image: Volume, kidney: dict[str, Mask]) -> None:
    found = made_lesions(image, kidney, scan(L1=(44.0, 38.0, 41.0)), choice())
    assert list(found.regions) == ["kidney_left", "L1"]
    assert (found.regions["L1"].voxels == (image.values >= 5e5) & (away(HOT) < 24)).all()
    assert "from a point: percent of maximum 50 % (definition 1)" in str(found.made["L1"])
    assert "kidney_left" not in found.made


def test_a_contour_and_a_point_on_the_same_lesion_give_the_same_region(image: Volume) -> None:
    drawn = {"L1": Mask(voxels=away(HOT) <= 6, geometry=GRID, name="anything")}
    by_contour = made_lesions(image, drawn, scan(), choice())
    by_point = made_lesions(image, {}, scan(L1=HOT), choice())
    assert (by_contour.regions["L1"].voxels == by_point.regions["L1"].voxels).all()
    assert "from a contour" in str(by_contour.made["L1"])


def test_an_edge_is_found_from_a_point_and_said_to_be_one(image: Volume) -> None:
    found = made_lesions(
        image, {}, scan(L1=HOT), choice(method="gradient", percent=None, smoothing={"value": 4, "unit": "mm"})
    )
    radius_mm = (3000 * found.regions["L1"].volume_ml / (4 * np.pi)) ** (1 / 3)
    steepest_mm = np.hypot(8.0, 4.0 / np.sqrt(8 * np.log(2)))  # a Gaussian falls most steeply at one sigma
    assert radius_mm == pytest.approx(steepest_mm, abs=HALF_A_VOXEL_MM)
    assert found.made["L1"].algorithm.family[1] == "Edge Detection"


def test_a_point_beside_an_organ_looks_for_its_maximum_outside_it(image: Volume, kidney: dict[str, Mask]) -> None:
    beside = made_lesions(
        image, kidney, scan(L1=(64.0, 40.0, 40.0)), choice(without=["kidneys"], margin={"value": 2, "unit": "mm"})
    )
    assert not (beside.regions["L1"].voxels & kidney["kidney_left"].voxels).any()
    assert "without kidney_left and 2 mm around" in str(beside.made["L1"])
    assert any("not kept out of kidney_right" in note for note in beside.notes)


def test_what_is_too_small_or_too_faint_is_not_measured_and_says_so(image: Volume) -> None:
    small = made_lesions(image, {}, scan(L1=HOT), choice(smallest={"value": 50, "unit": "mL"}))
    assert "L1" not in small.regions
    assert any("L1 is not measured" in note and "less than 50 mL" in note for note in small.notes)
    faint = made_lesions(image, {}, scan(L2=FAINT), LesionRegions.model_validate(FIXED))
    assert "L2" not in faint.regions
    assert any(re.search(r"hottest voxel holds 2\d\d kBq/mL, below the threshold", note) for note in faint.notes)


def test_uptake_above_a_fixed_threshold_that_is_no_lesion_is_a_proposal(image: Volume, kidney: dict[str, Mask]) -> None:
    fixed = LesionRegions.model_validate(FIXED | {"without": ["kidney_left"], "margin": {"value": 8, "unit": "mm"}})
    found = made_lesions(image, kidney, scan(L2=FAINT), fixed)
    assert set(found.regions) == {"kidney_left"}
    (said,) = [note for note in found.notes if "proposals" in note]
    assert "mL at (40, 40, 40) mm." in said
    assert made_lesions(image, kidney, scan(L1=HOT), fixed).notes == ()


def test_a_region_that_could_grow_further_says_so(image: Volume) -> None:
    found = made_lesions(image, {}, scan(L1=(76.0, 40.0, 40.0)), choice())
    assert any("L1 ends where it may not grow further" in note for note in found.notes)
    assert any("L1 holds a hotter voxel" in note for note in found.notes)


def test_points_without_a_method_are_refused() -> None:
    require_choice(scan(), None)
    with pytest.raises(InputError, match=r"no method makes regions of them.*dosimetry\.yaml"):
        require_choice(scan(L1=HOT), None)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ({"percent": None}, "'percent of maximum' needs 'percent'"),
        ({"smoothing": {"value": 4, "unit": "mm"}}, "does not use it"),
        ({"at_least": {"value": 4, "unit": "g/mL"}}, "unknown unit|is no activity concentration"),
        ({"without": ["kidney"], "margin": {"value": 4, "unit": "mm"}}, "did you mean 'kidneys'"),
        ({"without": ["kidneys"]}, "state both, or neither"),
        ({"reach": {"value": 0, "unit": "mm"}}, "is no size"),
    ],
)
def test_a_choice_that_cannot_be_followed_is_refused(stated: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        choice(**stated)


def test_the_choice_is_printed_with_its_source() -> None:
    asked = CHOICE | {"without": ["kidneys"], "margin": {"value": 5, "unit": "mm"}, "source": "own phantom"}
    settings = DosimetrySettings.model_validate({"lesions": asked})
    (line,) = [one for one in choices_of(settings) if one.what == "regions of lesions"]
    assert (line.whose, line.source) == ("the site's", "own phantom")
    assert line.value == (
        "percent of maximum, 50 %; up to 20 mm beyond contour or point; not into both kidneys and 5 mm around; "
        "at least 0.5 mL; made on each scan"
    )
    (line,) = [one for one in choices_of(DosimetrySettings()) if one.what == "regions of lesions"]
    assert (line.value, line.whose) == ("as drawn", "Lutetia's")


def test_doses_of_lesions_made_by_threshold_are_right(tmp_path: Path, demo: DemoOutcome) -> None:
    course, site = tmp_path / "course", tmp_path / "site"
    course.mkdir()
    (course / "imaging").symlink_to(demo.phantom.course / "imaging")
    text = (demo.phantom.course / "course.yaml").read_text(encoding="utf-8")
    (course / "course.yaml").write_text(text, encoding="utf-8")
    for path in demo.phantom.site.rglob("*.yaml"):
        target = site / path.relative_to(demo.phantom.site)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    with (site / "dosimetry.yaml").open("a", encoding="utf-8") as stream:
        stream.write(
            "engine: none\nlesions:\n  method: percent of maximum\n  percent: 41\n  reach: {value: 15, unit: mm}\n"
            "  smallest: {value: 0.5, unit: mL}\n  without: [kidneys, spleen]\n  margin: {value: 5, unit: mm}\n"
            "  made_on: each scan\n  source: x\n"
        )
    outcome = dose_folder(course, site_path=None, known_on=demo.phantom.known_on)
    made = json.loads(demo.phantom.truth.read_text(encoding="utf-8"))
    large = {
        (cycle["number"], region["region"]): region["dose_gy"]
        for cycle in made["cycles"]
        for region in cycle["regions"]
        if region["region"].startswith("L") and region["volume_ml"] >= 10
    }
    seen = set()
    for cycle in outcome.cycles:
        for region in cycle.regions:
            if (place := (cycle.cycle, region.region)) not in large:
                continue
            assert isinstance(region.shown, DoseValue)
            assert region.shown.mean_dose_gy == pytest.approx(large[place], rel=DOSE_WITHIN)
            assert any("made on the image from a contour: percent of maximum 41 %" in note for note in region.notes)
            seen.add(place)
    assert seen == set(large)
