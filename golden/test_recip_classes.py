"""RECIP 1.0 gives the class that its authors print, at every corner of its definition."""

import pytest

from lutetia.criteria.recip import classify, classify_visually

# Vectors computed by hand from the definition on recip-criteria.com: volumes [mL], new lesion, class.
VECTORS = [
    (500, 0, False, "CR"),
    (500, 350, False, "PR"),  # exactly -30 %
    (500, 351, False, "SD"),
    (500, 300, True, "SD"),
    (500, 600, True, "PD"),  # exactly +20 %
    (500, 600, False, "SD"),
    (500, 599, True, "SD"),
    (0, 50, True, "NE"),
]


@pytest.mark.parametrize(("baseline", "follow_up", "new", "expected"), VECTORS)
def test_recip_gives_the_printed_class(baseline: float, follow_up: float, new: bool, expected: str) -> None:
    assert classify(baseline, follow_up, new).response == expected


@pytest.mark.parametrize("baseline", [0.1, 0.7, 3, 7.3, 29.9, 500, 1355, 4211.7])
@pytest.mark.parametrize(
    ("times", "without", "with_new"),
    [(0.5, "PR", "SD"), (0.7, "PR", "SD"), (0.7001, "SD", "SD"), (1, "SD", "SD"), (1.1999, "SD", "SD"),
     (1.2, "SD", "PD"), (3, "SD", "PD")],
)  # fmt: skip
def test_the_boundaries_belong_to_response_and_to_progression(
    baseline: float, times: float, without: str, with_new: str
) -> None:
    assert classify(baseline, baseline * times, False).response == without
    assert classify(baseline, baseline * times, True).response == with_new


# Gafita et al., Radiology 2023: the same classes from a reader's words.
VISUAL = [
    ("none", False, "CR"), ("fallen", False, "PR"), ("fallen", True, "SD"), ("same", False, "SD"),
    ("same", True, "SD"), ("risen", False, "SD"), ("risen", True, "PD"),
]  # fmt: skip


@pytest.mark.parametrize(("volume", "new", "expected"), VISUAL)
def test_visual_recip_gives_the_same_classes(volume: str, new: bool, expected: str) -> None:
    assert classify_visually(volume, new).response == expected  # type: ignore[arg-type]
