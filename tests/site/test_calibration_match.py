"""Are windows compared as calibrated, and words of a reconstruction as they are meant?"""

from __future__ import annotations

import pytest

from lutetia.site import DeadTimeStated, RecoveryStated, reconstruction_doubts
from lutetia.site.calibration_match import holds_line


@pytest.mark.parametrize(
    ("words", "listed", "doubts"),
    [
        ("OSEM, AC, SC (TEW)", ("ATTN", "SCAT"), 0),
        ("OSEM 30i2s, attenuation and scatter corrected", ("ATTN", "SCAT", "UNIF"), 0),
        ("OSEM, attenuation, no scatter correction", ("ATTN",), 0),
        ("OSEM, attenuation, no scatter correction", ("ATTN", "SCAT"), 1),
        ("OSEM", ("ATTN", "SCAT"), 2),
        ("OSEM, attenuation and scatter", ("UNIF",), 2),
        ("OSEM, attenuation and scatter", (), 0),
    ],
)
def test_words_and_list_are_compared(words: str, listed: tuple[str, ...], doubts: int) -> None:
    assert len(reconstruction_doubts(words, listed)) == doubts


@pytest.mark.parametrize("name", ["Lu-177", "177Lu", "lu177"])
def test_a_line_is_found_however_the_nuclide_is_written(name: str) -> None:
    assert holds_line((187.2, 228.8), name)
    assert holds_line((101.7, 124.3), name)
    assert not holds_line((126.5, 154.5), name)


def written(**changed: object) -> dict[str, object]:
    stated = {"a": 0.9, "b_ml": 3.0, "variance_a": 0.01, "variance_b": 0.04, "covariance": 0.01, "smallest_ml": 1.0,
              "largest_ml": 30.0, "source": "spheres"}  # fmt: skip
    return stated | changed


def test_a_recovery_curve_of_a_calibration_is_read() -> None:
    assert RecoveryStated.model_validate(written()).b_ml == 3.0


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"covariance": 0.03}, "take all three from one fit"),
        ({"largest_ml": 0.5}, "exchange the two"),
        ({"a": -1.0}, "greater than 0"),
    ],
)
def test_an_impossible_recovery_curve_is_refused(changed: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        RecoveryStated.model_validate(written(**changed))


@pytest.mark.parametrize("tau_us", [2e-6, 2000.0])
def test_a_dead_time_in_another_unit_is_refused(tau_us: float) -> None:
    with pytest.raises(ValueError, match="tau_us"):
        DeadTimeStated(model="paralysable", tau_us=tau_us, rate="window", source="x")
