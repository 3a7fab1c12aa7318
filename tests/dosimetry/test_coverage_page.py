"""The recorded coverage study met what was asked of it; the study itself runs outside the tests."""

from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "validation" / "coverage.md"
RUNS = 2000


def rows(title):
    section = next(part for part in PAGE.read_text(encoding="utf-8").split("\n## ") if part.startswith(title))
    lines = [line for line in section.splitlines() if line.startswith("|")]
    head = [cell.strip() for cell in lines[0].strip("|").split("|")]
    return [dict(zip(head, (c.strip() for c in line.strip("|").split("|")), strict=True)) for line in lines[2:]]


def number(text):
    return float(text.replace("−", "-").replace("%", "").replace("+", ""))


def test_every_organ_kept_coverage_mean_and_spread_over_two_thousand_runs():
    found = rows("Regions, contour drawn once")
    assert {row["region"].split()[0] for row in found} == {"kidney", "liver", "spleen", "parotid", "lesion"}
    for row in found:
        assert int(row["runs"]) == RUNS
        assert 93 <= number(row["coverage of 95 %"]) <= 97
        assert abs(number(row["mean z"])) <= 0.1
        assert 0.9 <= number(row["spread of z"]) <= 1.1
        assert row["within"] == "yes"


def test_whole_images_were_run_fifty_times():
    assert {int(row["runs"]) for row in rows("Whole images") if row["region"] in ("liver", "spleen")} == {50}
