"""Lesions of two PET belong together where they lie together; what is new is proposed, with reason and doubts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lutetia.response import PsmaPet, compare, measure_disease
from lutetia.volume import Geometry, Rigid

MOVED = Rigid.about((0, 0, 0), turned_degrees=(2, -3, 4), shift_mm=(9, -6, 12))
FLOATING_POINT_MM = 1e-6
OLD = ((60.0, 0.0, -40.0), 12.0, 10.0)


def pair_of(made, before, after, *, motion: Rigid | None = None, **rest):
    first = measure_disease(made.pet(*before, name="b", **rest))
    second = measure_disease(made.pet(*after, name="f", **rest))
    return compare(first, second, motion=motion or Rigid())


def statuses(pair) -> list[str]:
    return [history.status for history in pair.histories]


def test_a_lesion_is_found_again_where_the_patient_lies_otherwise(made) -> None:
    there = tuple(float(v) for v in MOVED.point(OLD[0]))
    pair = pair_of(made, [OLD], [(there, 12.0, 10.0)], motion=MOVED)
    assert statuses(pair) == ["matched"]
    assert pair.proposals == ()


def test_without_the_motion_it_would_be_gone_and_new(made) -> None:
    there = tuple(float(v) + 40 for v in OLD[0])
    pair = pair_of(made, [OLD], [(there, 12.0, 10.0)])
    assert statuses(pair) == ["vanished", "new"]


def test_a_small_lesion_laid_a_little_aside_is_the_same_one(made) -> None:
    pair = pair_of(made, [((0, 0, 0), 6, 9.0)], [((0, 0, 14), 6, 9.0)])
    assert statuses(pair) == ["matched"]


def test_a_lesion_beside_one_that_was_there_is_new_and_doubted(made) -> None:
    pair = pair_of(made, [OLD], [OLD, ((60, 0, -14), 6, 9.0)])
    assert statuses(pair) == ["matched", "new"]
    (proposal,) = pair.proposals
    assert any("from D1 of the baseline" in doubt for doubt in proposal.doubts)


def test_lesions_that_grow_together_merge_and_fall_apart_again(made) -> None:
    apart = [((-14, 0, 0), 9, 9.0), ((14, 0, 0), 9, 9.0)]
    together = [((-14, 0, 0), 16, 9.0), ((14, 0, 0), 16, 9.0)]
    assert statuses(pair_of(made, apart, together)) == ["merged"]
    assert statuses(pair_of(made, together, apart)) == ["split"]


def test_volumes_of_a_history_are_those_of_all_its_lesions(made) -> None:
    apart = [((-14, 0, 0), 9, 9.0), ((14, 0, 0), 9, 9.0)]
    pair = pair_of(made, apart, [((0, 0, 0), 20, 9.0)])
    (history,) = pair.histories
    assert history.baseline_ml == pytest.approx(pair.baseline.volume_ml)
    assert history.follow_up_ml == pytest.approx(pair.follow_up.volume_ml)


def test_a_new_lesion_carries_place_volume_uptake_and_reason(made) -> None:
    pair = pair_of(made, [OLD], [OLD, ((-60, 20, 40), 12, 9.0)])
    (proposal,) = pair.proposals
    assert proposal.lesion.centre_mm == pytest.approx((-60, 20, 40), abs=FLOATING_POINT_MM)
    assert proposal.at_baseline_mm == pytest.approx((-60, 20, 40), abs=FLOATING_POINT_MM)
    assert "SUVmax 0.8, now SUVmax 9.0" in proposal.reason
    assert not proposal.uncertain
    assert pair.as_json()["proposals"][0]["lesion"] == "D2"


@pytest.mark.parametrize(("before", "status"), [(2.3, "new"), (2.5, "faint at baseline"), (2.9, "faint at baseline")])
def test_uptake_just_below_the_threshold_is_no_new_lesion_when_it_crosses_it(made, before: float, status: str) -> None:
    """80 % of SUV 3 is 2.4."""
    pair = pair_of(made, [OLD, ((-60, 0, 40), 10, before)], [OLD, ((-60, 0, 40), 10, 6.0)])
    assert statuses(pair) == ["matched", status]


def test_uptake_that_rises_elsewhere_is_no_faint_focus(made) -> None:
    """The rim of something that was hotter beside it does not hide a new lesion."""
    before = [((-60, 0, 10), 14, 2.5), ((-60, 0, 10), 10.5, 2.9)]
    assert statuses(pair_of(made, before, [*before, ((-60, 0, 34), 8, 9.0)])) == ["new"]


def test_a_lesion_that_fell_just_below_the_threshold_is_not_called_gone(made) -> None:
    assert statuses(pair_of(made, [((0, 0, 0), 10, 6.0)], [((0, 0, 0), 10, 2.6)])) == ["faint at follow-up"]


def test_what_the_baseline_did_not_see_is_not_new_and_said(made) -> None:
    grid = made.grid
    low = Geometry(shape=(25, 50, 50), spacing_mm=grid.spacing_mm, origin_mm=grid.origin_mm)
    first = measure_disease(made.pet(OLD, name="b", geometry=low))
    second = measure_disease(made.pet(OLD, ((0, 0, 60), 10, 9.0), name="f"))
    pair = compare(first, second, motion=Rigid())
    assert statuses(pair) == ["matched", "outside the field at baseline"]
    assert pair.proposals == ()
    assert any("different fields" in caution for caution in pair.cautions)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (((-60, 0, 40), 4.5, 9.0), "small"),
        (((-60, 0, 40), 10, 3.5), "just above the threshold"),
        (((-34, 0, -40), 6, 9.0), "from bladder, which takes up by itself"),
    ],
)
def test_small_faint_and_near_proposals_are_uncertain(made, new, said: str) -> None:
    organs = {"bladder": ((-60, 0, -40), 14, 30.0)}
    pair = pair_of(made, [OLD], [OLD, new], organs=organs)
    (proposal,) = pair.proposals
    assert proposal.uncertain
    assert any(said in doubt for doubt in proposal.doubts)


def test_a_place_that_an_organ_covered_at_baseline_is_doubted(made) -> None:
    full = made.pet(OLD, organs={"bladder": ((-50, 0, 0), 30, 30.0)}, name="b")
    empty = made.pet(OLD, ((-50, 0, 22), 6, 9.0), organs={"bladder": ((-50, 0, -20), 10, 30.0)}, name="f")
    pair = compare(measure_disease(full), measure_disease(empty), motion=Rigid())
    (proposal,) = pair.proposals
    assert any("covered by an organ at baseline" in doubt for doubt in proposal.doubts)


def test_what_a_reader_took_out_at_baseline_is_not_new_and_said(made) -> None:
    first = measure_disease(made.pet(OLD, ((-60, 0, 40), 10, 9.0), name="b"))
    lesions = tuple(
        replace(one, counted=False, decided_by="reader", why="benign") if one.id == "D2" else one
        for one in first.lesions
    )
    second = measure_disease(made.pet(OLD, ((-60, 0, 40), 10, 9.0), name="f"))
    pair = compare(replace(first, lesions=lesions), second, motion=Rigid())
    assert statuses(pair) == ["matched", "excluded at baseline"]
    assert pair.proposals == ()
    assert any("counts in one of the scans only" in caution for caution in pair.cautions)


def test_the_order_of_voxels_does_not_matter(made) -> None:
    """The same image with its slices stored from head to feet gives the same answer."""
    pet = made.pet(OLD, ((-60, 0, 40), 10, 9.0), name="f")
    grid = pet.suv.geometry
    x, y, z = grid.to_patient((grid.shape[0] - 1, 0, 0))
    turned = replace(grid, origin_mm=(float(x), float(y), float(z)), axes=((0.0, 0.0, -1.0), *grid.axes[1:]))
    flipped = PsmaPet(
        suv=replace(pet.suv, values=np.ascontiguousarray(pet.suv.values[::-1]), geometry=turned),
        organs=pet.organs, tracer=pet.tracer, name="f",
    )  # fmt: skip
    first = measure_disease(made.pet(OLD, name="b"))
    there, here = (compare(first, measure_disease(one), motion=Rigid()) for one in (pet, flipped))
    assert statuses(there) == statuses(here)
    assert there.proposals[0].lesion.centre_mm == pytest.approx(here.proposals[0].lesion.centre_mm)
