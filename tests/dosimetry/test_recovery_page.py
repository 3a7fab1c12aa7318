"""The recorded comparison of both recoveries says for which regions each is meant; it runs outside the tests."""

from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "validation" / "recovery.md"
ASKED_OF_LESIONS_PERCENT = 10.0


def rows():
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def percent(text):
    return float(text.replace("−", "-").replace("%", ""))


def test_both_recoveries_find_lesions_within_the_spheres_and_only_one_finds_organs():
    lesions = [row for row in rows() if row[0].startswith("L") and row[2] == "yes"]
    organs = [row for row in rows() if not row[0].startswith("L")]
    assert lesions
    assert organs
    for row in lesions:
        assert abs(percent(row[4])) < ASKED_OF_LESIONS_PERCENT
        assert abs(percent(row[7])) < ASKED_OF_LESIONS_PERCENT
    assert all(abs(percent(row[4])) < abs(percent(row[7])) for row in organs)
