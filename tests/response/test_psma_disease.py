"""What is found in one PET: lesions, their place and uptake, what an organ spills out, and what a reader must know."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lutetia.errors import InputError
from lutetia.quantification.segmentation import DifferentMethodsError
from lutetia.response import ThresholdSegmenter, compare_volumes, measure_disease
from lutetia.volume import Volume

SUMMED_IN_ANOTHER_ORDER = 1e-6
FLOAT32 = 1e-6


def test_a_lesion_has_its_volume_place_and_uptake(made) -> None:
    disease = measure_disease(made.pet(((20, 0, -40), 12, 10.0)))
    (lesion,) = disease.counted
    voxels = made.ball((20, 0, -40), 12)
    assert lesion.volume_ml == pytest.approx(voxels.sum() * made.grid.voxel_ml)
    assert lesion.centre_mm == pytest.approx((20, 0, -40), abs=FLOAT32)
    assert (lesion.suv_max, lesion.suv_mean) == (pytest.approx(10), pytest.approx(10))
    assert lesion.suv_peak == pytest.approx(10)


def test_the_whole_is_the_sum_of_the_lesions(made) -> None:
    disease = measure_disease(made.pet(((20, 0, -40), 12, 10.0), ((-40, 0, 40), 8, 5.0)))
    assert [lesion.id for lesion in disease.counted] == ["D1", "D2"]
    assert disease.volume_ml == pytest.approx(sum(one.volume_ml for one in disease.lesions))
    mask = disease.mask()
    summed = float(disease.pet.suv.values[mask.voxels].sum(dtype=np.float64)) * made.grid.voxel_ml
    assert disease.total_uptake == pytest.approx(summed, rel=SUMMED_IN_ANOTHER_ORDER)
    assert disease.suv_mean == pytest.approx(disease.total_uptake / disease.volume_ml)


def test_without_disease_there_is_no_mean_uptake(made) -> None:
    disease = measure_disease(made.pet())
    assert disease.volume_ml == 0
    assert disease.suv_mean is None


def test_uptake_of_an_organ_does_not_count_and_is_told(made) -> None:
    disease = measure_disease(made.pet(((60, 0, 0), 8, 9.0), organs={"kidney_left": ((0, 0, 0), 20, 40.0)}, drawn=()))
    assert len(disease.counted) == 1
    assert disease.removed[0].organ == "kidney_left"
    assert disease.removed[0].volume_ml == pytest.approx(made.ball((0, 0, 0), 20).sum() * made.grid.voxel_ml)


def test_what_rises_into_an_organ_is_its_spill_out_and_stays_in_the_table(made) -> None:
    disease = measure_disease(made.leaking())
    assert disease.volume_ml == 0
    assert {lesion.decided_by for lesion in disease.lesions} == {"spill-out"}
    assert "bladder" in disease.lesions[0].why
    assert any("does not count: S1" in caution for caution in disease.cautions)


def test_a_lesion_beside_an_organ_with_a_valley_between_counts_and_names_the_organ(made) -> None:
    disease = measure_disease(made.pet(((36, 0, 0), 6, 9.0), organs={"bladder": ((0, 0, 0), 20, 30.0)}))
    (lesion,) = disease.counted
    assert lesion.beside is not None
    assert lesion.beside.organ == "bladder"


def test_bone_and_organs_tell_the_kind_and_a_node_awaits_a_reader(made) -> None:
    bone, lung = made.ball((40, 0, 0), 16), made.ball((-40, 0, 0), 16)
    disease = measure_disease(
        made.pet(((40, 0, 0), 10, 9.0), ((-40, 0, 0), 9, 9.0), ((0, 0, 60), 8, 9.0),
                 regions={"skeleton": bone, "lung_right": lung})
    )  # fmt: skip
    assert [(one.kind, one.placed_by) for one in disease.counted] == [
        ("bone", "skeleton"), ("visceral", "lung_right"), (None, ""),
    ]  # fmt: skip
    assert any("awaits a reader: D3" in caution for caution in disease.cautions)
    assert disease.kind_ml("bone") == pytest.approx(disease.counted[0].volume_ml)


def test_ratios_are_to_the_means_of_the_organs_that_were_drawn(made) -> None:
    organs = {
        "liver": ((-50, 0, 0), 24, 5.0),
        "spleen": ((50, 0, 40), 16, 8.0),
        "parotid_left": ((50, 0, -60), 12, 16.0),
    }
    (lesion,) = measure_disease(made.pet(((20, 60, 60), 10, 10.0), organs=organs, drawn=())).counted
    assert lesion.ratios == pytest.approx({"liver": 2.0, "spleen": 1.25, "parotid": 0.625})


def test_from_1355_ml_on_a_reader_is_told_of_the_tumour_sink(made) -> None:
    small, large = (measure_disease(made.pet(((0, 0, 0), radius, 9.0))) for radius in (60, 75))
    assert small.volume_ml < 1355 <= large.volume_ml
    assert not any("tumour sink" in caution for caution in small.cautions)
    assert any("tumour sink" in caution for caution in large.cautions)


def test_organs_that_nobody_drew_are_named(made) -> None:
    disease = measure_disease(made.pet(((60, 0, 60), 8, 9.0), organs={"liver": ((0, 0, 0), 24, 5.0)}, drawn=()))
    (said,) = [caution for caution in disease.cautions if "not drawn" in caution]
    assert "urinary bladder" in said
    assert "liver" not in said


def test_values_that_are_no_uptake_are_refused(made) -> None:
    pet = made.pet()
    with pytest.raises(InputError, match="no standardised uptake values"):
        replace(pet, suv=Volume(values=pet.suv.values, geometry=made.grid, unit="Bq/mL"))


def test_a_region_of_unknown_meaning_is_refused(made) -> None:
    with pytest.raises(InputError, match="whether its uptake is physiological is not known"):
        made.pet(organs={"mystery": ((0, 0, 0), 10, 5.0)})


def test_the_liver_rule_needs_liver_and_skeleton(made) -> None:
    with pytest.raises(InputError, match="liver and skeleton are needed"):
        measure_disease(made.pet(), by=ThresholdSegmenter(rule="liver threshold"))


def test_by_the_liver_soft_tissue_needs_more_uptake_than_bone(made) -> None:
    pet = made.pet(((60, 0, 0), 10, 4.0), ((0, 60, 60), 10, 4.0), ((0, -60, -60), 10, 4.5),
                   organs={"liver": ((-50, 0, 0), 24, 5.0)},
                   regions={"skeleton": made.ball((60, 0, 0), 14)})  # fmt: skip
    disease = measure_disease(pet, by=ThresholdSegmenter(rule="liver threshold"))
    # an even liver has no spread: 4.30 / 5.0 x 5.0 = 4.30
    assert sorted(round(one.suv_max, 1) for one in disease.counted) == [4.0, 4.5]
    assert {one.kind for one in disease.counted} == {"bone", None}


def test_a_part_of_the_maximum_is_taken_of_each_lesion(made) -> None:
    pet = made.pet(((0, 0, 0), 16, 5.0), ((0, 0, 0), 8, 20.0), ((60, 60, 60), 8, 6.0))
    disease = measure_disease(pet, by=ThresholdSegmenter(rule="percent of maximum", part=0.41))
    core = made.ball((0, 0, 0), 8).sum() * made.grid.voxel_ml
    other = made.ball((60, 60, 60), 8).sum() * made.grid.voxel_ml
    assert sorted(one.volume_ml for one in disease.counted) == pytest.approx(sorted((core, other)))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"tracer": "[18F]PSMA-1007"}, "the tracer"),
        ({"tracer": None}, "the tracer is not stated"),
        ({"drawn": ("liver",)}, "the organs taken out"),
    ],
)
def test_volumes_of_different_making_are_not_compared(made, changed, said: str) -> None:
    first = measure_disease(made.pet(((20, 0, -40), 12, 10.0)))
    second = measure_disease(made.pet(((20, 0, -40), 12, 10.0), **changed))
    with pytest.raises(DifferentMethodsError, match=said):
        compare_volumes(first, second)


def test_volumes_of_different_thresholds_are_not_compared(made) -> None:
    pet = made.pet(((20, 0, -40), 12, 10.0))
    with pytest.raises(DifferentMethodsError, match=r"the threshold: 3\.0 and 4\.0"):
        compare_volumes(measure_disease(pet), measure_disease(pet, by=ThresholdSegmenter(suv=4.0)))


def test_no_change_is_defined_where_there_was_no_disease(made) -> None:
    nothing, something = measure_disease(made.pet()), measure_disease(made.pet(((0, 0, 0), 12, 9.0)))
    assert compare_volumes(nothing, something) is None
