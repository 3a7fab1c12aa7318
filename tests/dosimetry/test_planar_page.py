"""The recorded comparison of planar, hybrid and SPECT met what was asked of it; it is run outside the tests."""

from __future__ import annotations

import re
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "validation" / "planar.md").read_text(encoding="utf-8")
ASKED_PERCENT = 10.0
NUMBER = r"([+-]\d+\.\d)"


def test_the_hybrid_method_lies_within_ten_percent_of_spect_in_every_kidney() -> None:
    found = re.search(rf"mean {NUMBER} %, from {NUMBER} to\s+{NUMBER} % \((\d+) kidneys\)", PAGE)
    assert found is not None
    assert max(abs(float(found[2])), abs(float(found[3]))) <= ASKED_PERCENT
    assert int(found[4]) == 12


def test_no_curve_was_refused_and_planar_alone_is_told_as_it_is() -> None:
    assert "refused" not in PAGE
    assert re.search(r"\| kidney_right \| \+\d\d", PAGE)
