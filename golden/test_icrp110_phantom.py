"""Self-dose in the ICRP 110 adult male: the kernel on the phantom's own grid against OpenDose.

Source: OpenDose (opendose.org), S-values of 177Lu in the adult male, liver and spleen as sources; the phantom as in the
GATE input of OpenDose-Computing (CC BY 4.0 by its repository). Neither is part of the project: the test reads a folder
``physics`` beside the one named by LUTETIA_REAL_DATA, and is skipped where it is absent.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

DATA = os.environ.get("LUTETIA_REAL_DATA")
PHYSICS = Path(DATA or ".").resolve().parent / "physics"
PRESENT = bool(DATA) and any(PHYSICS.glob("opendose_icrp110*.zip"))

AGREEMENT_ASKED_FOR = 0.02
"""Of self-dose, where OpenDose's own uncertainty is not larger."""
GRAMS_ARE_PRINTED_TO_MILLIGRAMS = 1e-3
"""Densities are printed to four digits, masses to 1 mg."""

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not PRESENT, reason="no folder 'physics' with the OpenDose phantom beside LUTETIA_REAL_DATA"),
]


@pytest.fixture(scope="module")
def compared(script: Callable[[str], ModuleType]) -> dict[tuple[str, str], object]:
    return {(one.source, one.target): one for one in script("validate_phantom").compared(PHYSICS)}


@pytest.mark.parametrize(("source", "organ"), [("liver", "Liver"), ("spleen", "Spleen")])
def test_the_self_dose_of_an_organ_is_that_of_opendose(compared: dict, source: str, organ: str) -> None:
    one = compared[source, organ]
    assert one.relative_sigma <= AGREEMENT_ASKED_FOR
    assert one.gram == pytest.approx(one.their_gram, rel=GRAMS_ARE_PRINTED_TO_MILLIGRAMS)
    assert one.mine == pytest.approx(one.theirs, rel=AGREEMENT_ASKED_FOR)
