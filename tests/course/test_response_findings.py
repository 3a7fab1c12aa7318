"""What a reader states for the criteria of response, and what cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from lutetia.course.findings import Examination, Lesion

STATED = {"criterion": "a rule of the house", "source": "procedure 12 of the centre", "response": "PR"}


def examination(**parts: Any) -> Examination:
    return Examination.model_validate({"on": "2026-03-02", "kind": "psma-pet", **parts})


def test_no_lesion_is_new_and_no_volume_is_left_can_be_said() -> None:
    found = examination(new_lesions=0, tumour_volume={"value": 0, "unit": "mL"}, volume_trend="none")
    assert found.new_lesions == 0
    assert found.tumour_volume is not None
    assert found.tumour_volume.to("mL") == 0


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"new_bone_lesions": 2}, "no bone scan"),
        ({"new_lesions_persist": True}, "no bone scan"),
        ({"new_lesions": -1}, "greater than or equal to 0"),
        ({"tumour_volume": {"value": 5, "unit": "mL"}, "volume_trend": "none"}, "correct one of the two"),
        ({"tumour_volume": {"value": 0, "unit": "mL"}, "volume_trend": "same"}, "correct one of the two"),
        ({"tumour_volume": {"value": 5, "unit": "mm"}}, "is no volume"),
        ({"target_sum": {"value": -5, "unit": "mm"}}, "negative"),
        ({"stated_responses": [STATED, {**STATED, "criterion": "A rule of the house"}]}, "given a class already"),
        ({"stated_responses": [STATED], "kind": "renography"}, "is no restaging"),
        ({"stated_responses": [{**STATED, "response": "better"}]}, "'CR', 'PR', 'SD', 'PD' or 'NE'"),
        ({"stated_responses": [{"criterion": "a rule of the house", "response": "PR"}]}, "source"),
    ],
)
def test_what_cannot_be_is_refused(parts: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        examination(**parts)


def test_only_a_node_has_a_region_of_nodes() -> None:
    assert Lesion.model_validate({"id": "L1", "site": "node", "kind": "node", "region": "obturator"}).region
    with pytest.raises(ValidationError, match="no region of nodes"):
        Lesion.model_validate({"id": "L1", "site": "sacrum", "kind": "bone", "region": "obturator"})
