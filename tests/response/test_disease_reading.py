"""A reader's decisions fall on the lesion he meant, or are refused; the same file gives the same result."""

from __future__ import annotations

import pytest

from lutetia.errors import InputError
from lutetia.response import ReadingFileError, answered, compare, measure_disease, parse_reading, read_by
from lutetia.volume import Rigid

HEAD = "format: lutetia reading 1\nby: Dr. A\non: 2026-04-02\n"


def lesion(disease, number: str) -> str:
    found = disease.lesion(number)
    x, y, z = found.centre_mm
    return f"  - at_mm: [{x:.1f}, {y:.1f}, {z:.1f}]\n    volume: {{value: {found.volume_ml:.2f}, unit: mL}}\n"


@pytest.fixture
def disease(made):
    return measure_disease(made.pet(((20, 0, -40), 12, 10.0), ((-40, 0, 40), 8, 5.0), name="1.2.3"))


def test_a_lesion_taken_out_does_not_count_and_says_who_and_why(disease) -> None:
    text = HEAD + "lesions:\n" + lesion(disease, "D2") + "    counts: false\n    why: urine in the ureter\n"
    read = read_by(disease, parse_reading(text))
    assert read.volume_ml == pytest.approx(disease.lesion("D1").volume_ml)
    assert read.lesion("D2").why == "urine in the ureter (Dr. A)"
    assert read.read_by == "Dr. A, 2026-04-02"
    assert disease.volume_ml > read.volume_ml, "the measurement itself stays"


def test_a_reader_places_a_lesion(disease) -> None:
    said = "    kind: node\n    region: retroperitoneal\n    site: left para-aortic\n"
    read = read_by(disease, parse_reading(HEAD + "lesions:\n" + lesion(disease, "D1") + said))
    found = read.lesion("D1")
    assert (found.kind, found.region, found.site, found.placed_by) == (
        "node", "retroperitoneal", "left para-aortic", "Dr. A",
    )  # fmt: skip


def test_a_reader_counts_what_was_taken_for_spill_out(made) -> None:
    disease = measure_disease(made.leaking())
    assert disease.volume_ml == 0
    text = HEAD + "lesions:\n" + lesion(disease, "S1") + "    counts: true\n    why: seen on MRI\n"
    assert read_by(disease, parse_reading(text)).volume_ml == pytest.approx(disease.lesion("S1").volume_ml)


def test_a_place_without_a_lesion_is_refused_with_the_nearest(disease) -> None:
    text = HEAD + "lesions:\n  - at_mm: [20, 0, -30]\n    volume: {value: 7, unit: mL}\n    site: L3\n"
    with pytest.raises(InputError, match=r"no lesion lies at \(20, 0, -30\) mm; the nearest, D1, lies 10 mm away"):
        read_by(disease, parse_reading(text))


def test_another_volume_is_another_segmentation(disease) -> None:
    text = HEAD + "lesions:\n  - at_mm: [20, 0, -40]\n    volume: {value: 3, unit: mL}\n    site: L3\n"
    with pytest.raises(InputError, match="and the reading says 3 mL"):
        read_by(disease, parse_reading(text))


def test_one_lesion_is_spoken_of_once(disease) -> None:
    text = HEAD + "lesions:\n" + 2 * (lesion(disease, "D1") + "    site: L3\n")
    with pytest.raises(InputError, match="D1 is spoken of twice"):
        read_by(disease, parse_reading(text))


def test_a_reading_of_another_series_is_refused(disease) -> None:
    with pytest.raises(InputError, match="it belongs to another series"):
        read_by(disease, parse_reading(HEAD + "series_uid: 1.2.4\n"))


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("", "Nothing is said of this lesion"),
        ("    counts: false\n", "without a reason"),
        ("    counts: false\n    why: scar\n    new: true\n", "cannot be a new one"),
        ("    region: presacral\n", "A region of nodes needs 'kind: node'"),
        ("    sight: L3\n", "'sight'|unknown|not known"),
    ],
)
def test_a_reading_that_contradicts_itself_is_refused_with_its_line(disease, added: str, said: str) -> None:
    with pytest.raises(ReadingFileError, match=said) as refused:
        parse_reading(HEAD + "lesions:\n" + lesion(disease, "D1") + added)
    assert "line" in str(refused.value)


def test_no_new_lesion_and_a_new_one_contradict_each_other(disease) -> None:
    text = HEAD + "new_lesions: false\nlesions:\n" + lesion(disease, "D1") + "    new: true\n"
    with pytest.raises(ReadingFileError, match="No new lesion is stated"):
        parse_reading(text)


@pytest.fixture
def pair(made):
    baseline = measure_disease(made.pet(((20, 0, -40), 12, 10.0), name="b"))
    follow_up = measure_disease(made.pet(((20, 0, -40), 12, 10.0), ((-40, 0, 40), 8, 5.0), name="f"))
    return compare(baseline, follow_up, motion=Rigid())


def test_until_a_reader_speaks_new_lesions_are_unknown(pair) -> None:
    assert [one.lesion.id for one in pair.proposals] == ["D2"]
    assert pair.recip.new_lesions is None


def test_a_confirmed_proposal_is_a_new_lesion(pair) -> None:
    text = HEAD + "lesions:\n" + lesion(pair.follow_up, "D2") + "    new: true\n"
    assert answered(pair, parse_reading(text)).recip.new_lesions is True


def test_a_rejected_proposal_alone_leaves_it_open(pair) -> None:
    text = HEAD + "lesions:\n" + lesion(pair.follow_up, "D2") + "    new: false\n"
    read = answered(pair, parse_reading(text))
    assert read.proposals[0].confirmed is False
    assert read.recip.new_lesions is None
    assert answered(pair, parse_reading(text + "new_lesions: false\n")).recip.new_lesions is False


def test_what_the_baseline_shows_cannot_be_called_new(pair) -> None:
    text = HEAD + "lesions:\n" + lesion(pair.follow_up, "D1") + "    new: true\n"
    with pytest.raises(InputError, match="D1 is called new, and the baseline shows it"):
        answered(pair, parse_reading(text))
