"""What is said of a lesion fits the examination it is said of, and what was not said stays unknown."""

from typing import Any

import pytest

from lutetia.course.findings import Examination, LesionMeasurement


def examination(kind: str, **measured: Any) -> Examination:
    return Examination.model_validate({"on": "2026-02-05", "kind": kind, "lesions": [{"lesion": "L1", **measured}]})


@pytest.mark.parametrize("field", ["fdg_positive", "soft_tissue", "soft_tissue_short_axis", "uptake_understated"])
def test_what_was_not_said_of_a_lesion_is_unknown(field: str) -> None:
    assert getattr(LesionMeasurement(lesion="L1"), field) is None


def test_fdg_uptake_is_read_on_an_fdg_pet() -> None:
    assert examination("fdg-pet", fdg_positive=True).lesions[0].fdg_positive is True
    with pytest.raises(ValueError, match="an examination of kind psma-pet shows no FDG uptake"):
        examination("psma-pet", fdg_positive=True)


def test_a_component_that_is_not_there_has_no_axis() -> None:
    axis = {"value": 12, "unit": "mm"}
    assert examination("ct", soft_tissue=True, soft_tissue_short_axis=axis).lesions[0].soft_tissue is True
    with pytest.raises(ValueError, match="soft_tissue says that there is none"):
        examination("ct", soft_tissue=False, soft_tissue_short_axis=axis)


def test_a_negative_mean_uptake_of_all_tumour_is_refused() -> None:
    with pytest.raises(ValueError, match="greater than or equal to 0"):
        Examination.model_validate({"on": "2026-02-05", "kind": "psma-pet", "tumour_suv_mean": -1})
