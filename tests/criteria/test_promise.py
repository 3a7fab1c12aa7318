"""miTNM and expression by PROMISE V2, and the PRIMARY score: read off a table, and unknown where it says too little."""

import pytest

from lutetia.criteria.primary import Pattern, primary_score
from lutetia.criteria.promise import Finding, expression, from_lesions

ORGANS = {"blood_pool": 1.5, "liver": 5.0, "parotid": 12.0, "spleen": 7.0}


def node(region: str | None, name: str = "N1") -> Finding:
    return Finding(name, "node", region)


def bones(count: int) -> list[Finding]:
    return [Finding(f"B{number}", "bone") for number in range(count)]


@pytest.mark.parametrize(
    ("lesions", "expected"),
    [
        ([], "miTx N0 M0"),
        ([node("obturator")], "miTx N1 M0"),
        ([node("obturator"), node("obturator", "N2")], "miTx N1 M0"),
        ([node("obturator"), node("presacral")], "miTx N2 M0"),
        ([node("retroperitoneal")], "miTx N0 M1a"),
        ([*bones(1)], "miTx N0 M1b (uni)"),
        ([*bones(3)], "miTx N0 M1b (oligo)"),
        ([*bones(4), Finding("V", "visceral"), node("supradiaphragmatic")], "miTx N0 M1a, M1b (diss), M1c"),
    ],
)
def test_the_extent_of_disease_is_read_off_the_lesions(lesions: list[Finding], expected: str) -> None:
    assert str(from_lesions(lesions, all_listed=True)) == expected


def test_nothing_is_absent_before_somebody_says_that_every_lesion_is_listed() -> None:
    found = from_lesions([node("obturator"), *bones(2)], all_listed=False)
    assert (found.n, found.m1a, found.m1b, found.m1c) == (None, None, None, None)
    assert str(found) == "miTx Nx Mx"
    assert from_lesions([*bones(4)], all_listed=False).m1b == "diss"


def test_a_node_without_a_region_is_asked_for_it() -> None:
    found = from_lesions([node(None)], all_listed=True)
    assert (found.n, found.m1a) == (None, None)
    assert "region of the node" in str(found.needs[0])


@pytest.mark.parametrize(
    ("suv", "score"), [(1.49, 0), (1.5, 1), (4.99, 1), (5, 2), (11.99, 2), (12, 3), (40, 3)]
)  # fmt: skip
def test_expression_goes_by_blood_pool_liver_and_parotid(suv: float, score: int) -> None:
    assert expression(suv, **ORGANS, liver_compares=True).score == score


def test_a_ligand_of_the_liver_is_compared_with_the_spleen() -> None:
    assert expression(6, **ORGANS, liver_compares=True).score == 2
    assert expression(6, **ORGANS, liver_compares=False).score == 1


def test_organs_out_of_order_give_no_score() -> None:
    found = expression(6, **{**ORGANS, "parotid": 4.0}, liver_compares=True)
    assert found.score is None
    assert "out of order" in found.why


def test_a_missing_organ_is_named() -> None:
    found = expression(6, **{**ORGANS, "spleen": None}, liver_compares=False)
    assert found.why == "mean SUV of spleen"


@pytest.mark.parametrize(
    ("pattern", "suv_max", "score"),
    [("none", 3, 1), ("diffuse", 5, 2), ("focal-transition", 6, 3), ("focal-peripheral", 12, 4), ("none", 12.1, 5),
     (None, 13, 5)],
)  # fmt: skip
def test_the_primary_score_goes_by_pattern_and_by_brightness(
    pattern: Pattern | None, suv_max: float, score: int
) -> None:
    assert primary_score(pattern, suv_max, prostatectomy=False).score == score


def test_there_is_no_primary_score_without_a_prostate_or_without_a_measurement() -> None:
    assert "prostatectomy" in primary_score("none", 20, prostatectomy=True).why
    assert "removed" in primary_score("none", 20, prostatectomy=None).why
    assert primary_score("none", None, prostatectomy=False).why == "SUVmax of the prostate"
    assert primary_score(None, 5, prostatectomy=False).why == "the pattern, as read"
