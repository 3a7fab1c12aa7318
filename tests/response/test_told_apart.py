"""Where no organ was drawn, uptake is not called disease: no total is told until a reader has judged every piece."""

from __future__ import annotations

import pytest

from lutetia.errors import InputError
from lutetia.quantification.segmentation import Method
from lutetia.response import Disease, Found, PsmaPet, compare, measure_disease, parse_reading, read_by, reading_draft
from lutetia.response.disease import listed_organs
from lutetia.response.pet import EXPECTED, TELLING
from lutetia.volume import Mask, Rigid

HEAD = "format: lutetia reading 1\nby: Dr. A\non: 2026-04-02\nlesions:\n"
TWO = (((20.0, 0.0, -40.0), 12.0, 10.0), ((-40.0, 0.0, 40.0), 8.0, 5.0))


def _judged(disease: Disease, *said: str) -> str:
    """Write a reading of the first pieces."""
    entries = [
        f"  - at_mm: [{', '.join(f'{v:.1f}' for v in one.centre_mm)}]\n"
        f"    volume: {{value: {one.volume_ml:.2f}, unit: mL}}\n    counts: {words}\n"
        for one, words in zip(disease.lesions, said, strict=False)
    ]
    return HEAD + "".join(entries)


@pytest.fixture
def undrawn(made) -> Disease:
    return measure_disease(made.pet(*TWO, drawn=()))


def test_without_organs_volume_and_total_uptake_are_unknown_and_the_reason_is_told(undrawn) -> None:
    assert (undrawn.volume_ml, undrawn.total_uptake, undrawn.suv_mean, undrawn.kind_ml(None)) == (None,) * 4
    assert not undrawn.told_apart
    assert "disease and organs are not told apart" in undrawn.left_open
    assert any(undrawn.left_open in caution for caution in undrawn.cautions)


def test_without_organs_the_pieces_stay_and_none_is_called_disease(undrawn) -> None:
    assert [one.id for one in undrawn.lesions] == ["U1", "U2"]
    told = undrawn.as_json()
    assert [one["counted"] for one in told["lesions"]] == [None, None]
    assert (told["volume_ml"], told["total_uptake_suv_ml"]) == (None, None)
    assert set(told["volume_ml_by_kind"].values()) == {None}
    assert told["organs"] == {
        "drawn": [], "not_taken_out": list(EXPECTED), "told_apart": False, "settled": False,
        "left_open": undrawn.left_open, "absent": [], "remedy": told["organs"]["remedy"],
    }  # fmt: skip
    assert "--organ NAME=CODE" in told["organs"]["remedy"]


@pytest.mark.parametrize("code", ["skeleton", "body", "lacrimal_left", "small_bowel"])
def test_what_is_none_of_the_bright_organs_tells_nothing_apart(made, code: str) -> None:
    assert code not in TELLING
    assert measure_disease(made.pet(*TWO, drawn=(code,))).volume_ml is None


def test_a_mask_that_holds_nothing_of_the_pet_is_no_drawn_organ(made) -> None:
    nothing = {code: made.ball((0, 0, 0), 1) & False for code in EXPECTED}
    assert measure_disease(made.pet(*TWO, drawn=(), regions=nothing)).volume_ml is None


@pytest.mark.parametrize("missing", sorted(TELLING))
def test_one_bright_organ_that_is_missing_leaves_the_volume_unknown_and_is_named(made, missing: str) -> None:
    disease = measure_disease(made.pet(*TWO, drawn=[code for code in EXPECTED if code != missing]))
    assert (disease.volume_ml, disease.total_uptake) == (None, None)
    assert [one.id for one in disease.lesions] == ["U1", "U2"]
    assert disease.left_open == f"not drawn: {listed_organs((missing,))}; disease and organs are not told apart"
    assert "('absent')" in disease.remedy


def test_a_bright_organ_that_the_reader_calls_absent_leaves_nothing_open(made) -> None:
    disease = measure_disease(made.pet(*TWO, drawn=[code for code in EXPECTED if code != "kidney_right"]))
    read = read_by(disease, parse_reading(HEAD.removesuffix("lesions:\n") + "absent: [kidney_right]\n"))
    assert read.settled
    assert read.volume_ml == pytest.approx(sum(one.volume_ml for one in disease.lesions))


def test_without_small_or_faint_organs_there_is_a_total_and_they_are_named(made) -> None:
    disease = measure_disease(made.pet(*TWO, drawn=TELLING))
    assert disease.volume_ml == pytest.approx(sum(one.volume_ml for one in disease.lesions))
    assert not disease.settled
    assert disease.left_open == "not taken out: left lacrimal gland, right lacrimal gland, small bowel"
    assert disease.as_json()["organs"]["told_apart"] is True


def test_all_organs_settle_it(made) -> None:
    disease = measure_disease(made.pet(*TWO, drawn=EXPECTED))
    assert disease.settled
    assert disease.left_open == ""
    assert disease.as_json()["organs"]["remedy"] is None


def test_a_total_appears_once_a_reader_has_judged_every_piece(undrawn) -> None:
    some = read_by(undrawn, parse_reading(_judged(undrawn, "true")))
    assert some.volume_ml is None
    assert [one["counted"] for one in some.as_json()["lesions"]] == [True, None]
    every = read_by(undrawn, parse_reading(_judged(undrawn, "true", "false\n    why: urine")))
    assert every.settled
    assert every.volume_ml == pytest.approx(undrawn.lesion("U1").volume_ml)
    assert every.lesion("U1").why == "Dr. A"


def test_organs_that_the_pet_does_not_show_are_named_by_the_reader(made) -> None:
    disease = measure_disease(made.pet(*TWO, drawn=[code for code in EXPECTED if not code.startswith("lacrimal")]))
    assert disease.left_in == ("lacrimal_left", "lacrimal_right")
    assert "('absent')" in disease.remedy
    head = HEAD.removesuffix("lesions:\n")
    assert read_by(disease, parse_reading(head + "absent: [lacrimal_left, lacrimal_right]\n")).settled
    with pytest.raises(InputError, match="'liver' is no organ that is missing here"):
        read_by(disease, parse_reading(head + "absent: [liver]\n"))


def test_that_all_organs_are_absent_tells_nothing_apart(undrawn) -> None:
    text = HEAD.removesuffix("lesions:\n") + f"absent: [{', '.join(EXPECTED)}]\n"
    assert read_by(undrawn, parse_reading(text)).volume_ml is None


def test_saying_of_what_kind_a_piece_is_does_not_judge_it(undrawn) -> None:
    text = _judged(undrawn, "true", "true").replace("    counts: true", "    kind: bone")
    assert read_by(undrawn, parse_reading(text)).volume_ml is None


def test_counting_what_did_not_count_needs_a_reason(made) -> None:
    disease = measure_disease(made.leaking())
    with pytest.raises(InputError, match="what counts is changed without a reason"):
        read_by(disease, parse_reading(_judged(disease, "true")))


def test_a_draft_asks_of_every_piece_whether_it_is_disease(undrawn, made) -> None:
    draft = reading_draft(undrawn)
    assert draft.count("    counts: ") == 2
    assert "Say of every piece whether it is disease" in draft
    assert "    counts: " not in reading_draft(measure_disease(made.pet(*TWO, drawn=EXPECTED)))


@pytest.mark.parametrize(("drawn", "known"), [((), False), (tuple(TELLING), False), (EXPECTED, True)])
def test_a_volume_in_which_an_organ_may_be_is_not_known_to_recip(made, drawn, known: bool) -> None:
    days = [measure_disease(made.pet(*TWO, drawn=drawn, name=name)) for name in ("b", "f")]
    facts = compare(*days, motion=Rigid()).recip
    assert (facts.baseline_ml is not None, facts.follow_up_ml is not None) == (known, known)


def test_without_organs_there_is_no_change_of_volume(made) -> None:
    days = [measure_disease(made.pet(*TWO, drawn=(), name=name)) for name in ("b", "f")]
    assert compare(*days, motion=Rigid()).change_percent is None


def test_a_model_that_knows_organs_itself_needs_no_masks(made) -> None:
    class KnowsOrgans:
        def find(self, pet: PsmaPet) -> Found:
            mask = Mask(voxels=pet.suv.values >= 4, geometry=pet.suv.geometry, name="disease")
            method = Method(name="trained model", version="x 1", unit="g/mL", tracer=pet.tracer)
            return Found(mask=mask, method=method)

    disease = measure_disease(made.pet(*TWO, drawn=()), by=KnowsOrgans())
    assert disease.settled
    assert [one.id for one in disease.counted] == ["D1", "D2"]
    assert disease.volume_ml is not None
