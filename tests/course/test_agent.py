"""Is a radioligand's name read with certainty or not at all?"""

from __future__ import annotations

import pytest

from lutetia.course import read_agent


@pytest.mark.parametrize(
    ("name", "nuclide", "ligand"),
    [
        ("[177Lu]Lu-PSMA-617", "Lu-177", "PSMA-617"),
        ("177Lu-PSMA-617", "Lu-177", "PSMA-617"),
        ("lu-177 psma-617", "Lu-177", "PSMA-617"),
        ("LU-177 PSMA-617", "Lu-177", "PSMA-617"),
        ("Lu177-PSMA-I&T", "Lu-177", "PSMA-I&T"),
        ("[177Lu]Lu-PSMA I&T", "Lu-177", "PSMA-I&T"),
        ("177Lu-PSMA-I & T", "Lu-177", "PSMA-I&T"),
        ("Pluvicto", "Lu-177", "PSMA-617"),
        ("lutetium (177Lu) vipivotide tetraxetan", "Lu-177", "PSMA-617"),
        ("[225Ac]Ac-PSMA-617", "Ac-225", "PSMA-617"),
        ("177mLu-PSMA-617", "Lu-177m", "PSMA-617"),
        ("[177Lu]Lu-DOTATATE", "Lu-177", None),
        ("177Lu-PSMA-6170", "Lu-177", None),
        ("177Lu-PSMA-ImT", "Lu-177", None),
        ("CX-177 PSMA-617", None, "PSMA-617"),
        ("lutetium (177mLu) vipivotide tetraxetan", None, "PSMA-617"),
        ("radioligand", None, None),
        ("", None, None),
    ],
)
def test_a_name_is_read_or_left_unread(name: str, nuclide: str | None, ligand: str | None) -> None:
    agent = read_agent(name)
    assert (agent.nuclide, agent.ligand) == (nuclide, ligand)


@pytest.mark.parametrize(
    "name", ["[225Ac]Ac-PSMA-617", "[177Lu]Lu-DOTATATE", "177mLu-PSMA-617", "PSMA-617", "CX-177 PSMA-617"]
)
def test_what_the_guideline_does_not_speak_about_is_out_of_its_scope(name: str) -> None:
    assert not read_agent(name).in_scope


def test_both_ligands_of_the_guideline_are_in_its_scope() -> None:
    assert read_agent("[177Lu]Lu-PSMA-617").in_scope
    assert read_agent("177Lu-PSMA-I&T").in_scope
