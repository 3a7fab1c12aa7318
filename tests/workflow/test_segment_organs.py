"""Is TotalSegmentator called as its interface asks, kept off the network, and its answer laid where it belongs?

A double with the signature of version 2.18.0 stands in for it: the network itself and its weights are not tested here.
"""

from __future__ import annotations

import inspect
import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from lutetia.errors import InputError, MissingExtraError
from lutetia.volume import Geometry, Volume
from lutetia.workflow.segment.organs import CODES, ORGANS_SEEN, WEIGHTS, organs_on_ct

nibabel = pytest.importorskip("nibabel", reason="needs the extra 'imaging'")

GRID = Geometry(shape=(4, 6, 8), spacing_mm=(3.0, 1.0, 2.0), origin_mm=(-7.0, 5.0, 90.0), frame_of_reference="1.2")
TOTAL = {1: "spleen", 2: "kidney_right", 3: "kidney_left", 5: "liver", 21: "urinary_bladder", 31: "vertebrae_L1"}
TOTAL |= {27: "vertebrae_L5", 28: "vertebrae_L4", 29: "vertebrae_L3", 30: "vertebrae_L2"}
HEAD = {7: "parotid_gland_left", 8: "parotid_gland_right", 9: "submandibular_gland_right"}
HEAD |= {10: "submandibular_gland_left"}


class Double(ModuleType):
    """What was asked, in which surroundings, and what is answered: one voxel of each class, at its own number."""

    def __init__(self) -> None:
        super().__init__("totalsegmentator.python_api")
        self.asked: list[dict[str, Any]] = []
        self.surroundings: list[dict[str, Any]] = []
        self.moved = 0.0

    def totalsegmentator(
        self, input: Any, output: Any = None, ml: bool = False, nr_thr_resamp: int = 1, nr_thr_saving: int = 6,
        fast: bool = False, nora_tag: str = "None", preview: bool = False, task: str = "total",
        roi_subset: list[str] | None = None, statistics: Any = False, radiomics: bool = False, crop_path: Any = None,
        body_seg: bool = False, force_split: bool = False, output_type: str = "nifti", quiet: bool = False,
        verbose: bool = False, test: int = 0, skip_saving: bool = False, device: str = "gpu",
        license_number: Any = None, statistics_exclude_masks_at_border: bool = True, no_derived_masks: bool = False,
        v1_order: bool = False, fastest: bool = False, roi_subset_robust: Any = None, stats_aggregation: str = "mean",
        remove_small_blobs: bool = False, statistics_normalized_intensities: bool = False, robust_crop: bool = False,
        higher_order_resampling_LEGACY: bool = False, higher_order_resampling: bool = False,  # noqa: N803
        save_probabilities: Any = None, debug: bool = False, report: Any = None, statistics_extra: bool = False,
        save_lowres: bool = False, resampling_order: int = 1, plans: str = "nnUNetPlans", model_size: str = "big",
    ) -> Any:  # fmt: skip
        print("If you use this tool please cite")  # noqa: T201 - the program does so too
        self.asked.append({"output": output, "ml": ml, "task": task, "roi_subset": roi_subset, "device": device,
                           "skip_saving": skip_saving, "quiet": quiet})  # fmt: skip
        home = Path(os.environ["TOTALSEG_HOME_DIR"])
        settings = json.loads((home / "config.json").read_text(encoding="utf-8"))
        self.surroundings.append({"weights": os.environ["TOTALSEG_WEIGHTS_PATH"], **settings})
        found = np.zeros(input.shape, dtype=np.uint8)
        for place, number in enumerate(TOTAL if task == "total" else HEAD):
            if number not in {21, 10}:  # a bladder and a gland that are not seen
                found[place % 8, place % 6, place % 4] = number
        affine = input.affine.copy()
        affine[0, 3] += self.moved
        return nibabel.Nifti1Image(found, affine)


@pytest.fixture
def double(monkeypatch: pytest.MonkeyPatch) -> Double:
    made = Double()
    labels = ModuleType("totalsegmentator.map_to_binary")
    labels.class_map = {"total": TOTAL, "head_glands_cavities": HEAD}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "totalsegmentator", ModuleType("totalsegmentator"))
    monkeypatch.setitem(sys.modules, "totalsegmentator.python_api", made)
    monkeypatch.setitem(sys.modules, "totalsegmentator.map_to_binary", labels)
    return made


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    for number in {number for numbers in WEIGHTS.values() for number in numbers}:
        (tmp_path / "weights" / f"Dataset{number}_something").mkdir(parents=True)
    return tmp_path / "weights"


@pytest.fixture
def ct() -> Volume:
    return Volume(values=np.zeros(GRID.shape), geometry=GRID, unit="HU")


def test_each_class_becomes_its_organ_at_its_place(double: Double, weights: Path, ct: Volume) -> None:
    found = organs_on_ct(ct, weights=weights)
    assert set(found.masks) == set(ORGANS_SEEN) - {"bladder", "submandibular_left"}
    for place, (_, name) in enumerate(TOTAL.items()):
        if name in {"spleen", "kidney_left", "kidney_right", "liver"}:
            (k, j, i) = np.argwhere(found.masks[name].voxels)[0]
            assert (i, j, k) == (place % 8, place % 6, place % 4)
    assert found.masks["marrow"].voxels.sum() == 5
    assert all(mask.geometry.matches(GRID) for mask in found.masks.values())


def test_every_region_waits_for_a_person(double: Double, weights: Path, ct: Volume) -> None:
    found = organs_on_ct(ct, weights=weights)
    assert set(found.made) == set(found.masks)
    assert all(made.waits for made in found.made.values())
    assert "task head_glands_cavities, not yet accepted by a person" in str(found.made["parotid_left"])
    assert found.made["liver"].algorithm.automatic
    assert any("found no" in note and "bladder" in note for note in found.notes)
    assert any("more than their red marrow" in note for note in found.notes)


def test_the_interface_is_called_as_it_stands(double: Double, weights: Path, ct: Volume) -> None:
    organs_on_ct(ct, weights=weights, organs=["liver", "parotid_left"], device="cpu")
    total, head = double.asked
    assert total == {"output": None, "ml": True, "task": "total", "roi_subset": ["liver"], "device": "cpu",
                     "skip_saving": True, "quiet": True}  # fmt: skip
    assert (head["task"], head["roi_subset"]) == ("head_glands_cavities", None)
    assert "skip_saving" in inspect.signature(double.totalsegmentator).parameters


def test_a_task_that_is_not_needed_is_not_run(double: Double, weights: Path, ct: Volume) -> None:
    organs_on_ct(ct, weights=weights, organs=["spleen"])
    assert [asked["task"] for asked in double.asked] == ["total"]


def test_nothing_is_sent_and_the_users_surroundings_stay(
    double: Double, weights: Path, ct: Volume, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOTALSEG_HOME_DIR", "/somewhere")
    monkeypatch.delenv("TOTALSEG_WEIGHTS_PATH", raising=False)
    organs_on_ct(ct, weights=weights, organs=["spleen"])
    (seen,) = double.surroundings
    assert seen["send_usage_stats"] is False
    assert seen["weights"] == str(weights)
    assert os.environ["TOTALSEG_HOME_DIR"] == "/somewhere"
    assert "TOTALSEG_WEIGHTS_PATH" not in os.environ
    assert capsys.readouterr().out == ""


def test_a_missing_weight_is_named_before_anything_runs(double: Double, weights: Path, ct: Volume) -> None:
    (weights / "Dataset775_something").rmdir()
    with pytest.raises(InputError, match=r"task head_glands_cavities: the folder weights holds no Dataset775_\*"):
        organs_on_ct(ct, weights=weights)
    assert double.asked == []


def test_without_the_package_it_says_how_to_install_it(ct: Volume, tmp_path: Path) -> None:
    with pytest.raises(MissingExtraError, match=r"finding organs on CT needs.*pip install 'lutetia\[organs\]'"):
        organs_on_ct(ct, weights=tmp_path)


def test_an_organ_that_no_task_gives_is_refused(double: Double, weights: Path, ct: Volume) -> None:
    with pytest.raises(InputError, match="no task of TotalSegmentator gives lacrimal_left"):
        organs_on_ct(ct, weights=weights, organs=["lacrimal_left"])


def test_other_names_or_another_grid_in_the_answer_are_refused(
    double: Double, weights: Path, ct: Volume, monkeypatch: pytest.MonkeyPatch
) -> None:
    double.moved = 3.0
    with pytest.raises(InputError, match="another grid than the CT"):
        organs_on_ct(ct, weights=weights, organs=["liver"])
    monkeypatch.setattr(sys.modules["totalsegmentator.map_to_binary"], "class_map", {"total": {1: "Leber"}})
    with pytest.raises(InputError, match="its task total has no class liver"):
        organs_on_ct(ct, weights=weights, organs=["liver"])


def test_every_code_is_an_organ_of_the_vocabulary() -> None:
    from lutetia.vocabulary.region import ORGANS

    assert {code for table in CODES.values() for code in table.values()} <= set(ORGANS)
