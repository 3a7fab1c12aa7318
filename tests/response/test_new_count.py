"""How many lesions are new is the reader's word, and nothing is counted before he has spoken."""

from __future__ import annotations

import pytest

from lutetia.response import Pair, compare, counted_new, measure_disease, parse_reading, read_by, reading_draft
from lutetia.response.pair import with_answers
from lutetia.response.reading_file import ReadingFileError
from lutetia.volume import Rigid

OLD = ((0.0, 0.0, 0.0), 10.0, 10.0)
NEW = ((60.0, 0.0, 0.0), 10.0, 12.0)
ALSO_NEW = ((-60.0, 0.0, 0.0), 12.0, 12.0)


@pytest.fixture
def pair(made) -> Pair:
    before, after = measure_disease(made.pet(OLD)), measure_disease(made.pet(OLD, NEW, ALSO_NEW, name="1.2.3"))
    return compare(before, after, motion=Rigid())


def _ids(pair: Pair) -> list[str]:
    return [one.lesion.id for one in pair.proposals]


@pytest.mark.parametrize(
    ("answers", "stated", "count", "why"),
    [
        ((), None, None, "proposals await"),
        ((True,), None, None, "proposals await"),
        ((True,), True, None, "proposals await"),
        ((True, False), None, 1, "every proposal has the reader's answer"),
        ((True, True), True, 2, "every proposal has the reader's answer"),
        ((False, False), None, None, "no reader has stated"),
        ((False, False), True, None, "none of them proposed"),
        ((), False, 0, "no new lesion"),
    ],
)
def test_the_count_is_of_what_the_reader_confirmed(pair, answers, stated, count, why) -> None:
    told = with_answers(pair, dict(zip(_ids(pair), answers, strict=False)), stated)
    found = counted_new(told)
    assert found.count == count
    assert why in found.why


def test_a_draft_asks_what_is_open_and_is_refused_until_it_is_filled_in(pair) -> None:
    draft = reading_draft(pair.follow_up, pair.proposals)
    assert draft.count("    new:") == len(pair.proposals)
    with pytest.raises(ReadingFileError):
        parse_reading(draft)


def test_a_draft_that_was_filled_in_speaks_of_the_lesions_it_was_written_for(pair) -> None:
    draft = reading_draft(pair.follow_up)
    filled = draft.replace("by:", "by: Dr. A").replace("on:  ", "on: 2026-04-02  ").replace("kind:", "kind: node")
    read = read_by(pair.follow_up, parse_reading(filled))
    assert {lesion.kind for lesion in read.counted} == {"node"}
