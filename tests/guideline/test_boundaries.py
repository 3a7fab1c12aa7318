"""The cases at the limits stand as signed, for the limits of the source; a changed limit asks to be signed again."""

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from lutetia.guideline import books
from lutetia.guideline.book import load
from lutetia.guideline.cases import read_cases
from lutetia.guideline.proof import signing
from lutetia.guideline.proof.boundaries import Generator, atoms
from lutetia.guideline.proof.dials import dials
from lutetia.guideline.proof.signing import by_hand, due_again, folder, recommendations_with_limits, sign
from lutetia.guideline.proof.written import Draft

ROOT = Path(__file__).parents[2]
BOOK = "eanm_snmmi_2023"
TABLE = yaml.safe_load((Path(__file__).parent / "limits_by_hand" / f"{BOOK}.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("book", books())
def test_every_signature_holds(book: str) -> None:
    assert due_again(book) == ()


def test_every_limit_has_the_value_that_was_read_from_the_source_by_hand() -> None:
    by_source = {name: value for row in TABLE for name, value in row.get("limits", {}).items()}
    chosen = {name: value for row in TABLE for name, value in row.get("chosen", {}).items()}
    encoded = load(BOOK).edition(date.max).limits
    assert {name: limit.value for name, limit in encoded.items()} == {**by_source, **chosen}
    assert {name for name, limit in encoded.items() if limit.chosen_by_lutetia} == set(chosen)


def test_every_statement_of_the_table_is_a_recommendation_of_the_book() -> None:
    assert {row["id"] for row in TABLE} <= set(load(BOOK).edition(date.max).rules)


def test_a_recommendation_with_a_limit_has_cases_at_it_or_says_where_they_are_written_by_hand() -> None:
    at_limits = {
        rule for case in read_cases(BOOK) if case.file.startswith("boundaries/") for rule in case.expected["expect"]
    }
    assert set(recommendations_with_limits(load(BOOK))) <= at_limits | set(by_hand(load(BOOK)))


def test_what_is_said_to_be_written_by_hand_is_a_recommendation_with_a_limit() -> None:
    for book in books():
        assert set(by_hand(load(book))) <= set(recommendations_with_limits(load(book)))


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the signed cases, which may be spoilt."""
    shutil.copytree(folder(BOOK), tmp_path / "signed")
    monkeypatch.setattr(signing, "folder", lambda book: tmp_path / "signed")
    return tmp_path / "signed"


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_changed_limit_names_the_cases_to_be_signed_again(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = signing.limits_of

    def changed(book: Any, names: set[str]) -> dict[str, Any]:
        found = plain(book, names)
        return {name: {**one, "value": 100.0} if name == "platelets_min" else one for name, one in found.items()}

    monkeypatch.setattr(signing, "limits_of", changed)
    (told,) = due_again(BOOK)
    assert "platelets_min was 75 10*9/L from 2023-07-01 and is 100 10*9/L" in told
    assert "CI-B-PLT: platelets of 75, exactly at the limit" in told
    assert "CI-B-WBC" not in told


def test_a_case_edited_by_hand_is_not_what_was_signed(copied: Path) -> None:
    spoil(copied / "prognosis.yaml", "expect: {PROG-1-AGE: MET}", "expect: {PROG-1-AGE: NOT_MET}")
    assert due_again(BOOK) == ("prognosis.yaml: limits or cases are not those that were signed",)


def test_checking_writes_nothing(copied: Path) -> None:
    spoil(copied / "prognosis.yaml", "value: 65.0", "value: 64.0")
    before = {file.name: file.read_bytes() for file in copied.iterdir()}
    assert due_again(BOOK)
    assert {file.name: file.read_bytes() for file in copied.iterdir()} == before


def test_signing_again_keeps_who_signed_before(copied: Path) -> None:
    sign(BOOK, by="Dr B", on=date(2027, 1, 8), reason="read again")
    held = yaml.safe_load((copied / "prognosis.yaml").read_text(encoding="utf-8"))
    assert [one["by"] for one in held["signed"]][-1] == "Dr B"
    assert len(held["signed"]) >= 2
    assert due_again(BOOK) == ()


def test_where_the_book_answers_otherwise_than_the_comparison_says_no_case_is_written() -> None:
    generator = Generator(BOOK)
    generator.agrees = lambda expected: expected.rule != "CI-B-PLT"  # type: ignore[method-assign]
    one = next(one for one in generator.book.recommendations if one.id == "CI-B-PLT")
    ((atom, holds),) = atoms(one.condition)
    assert list(generator.of_atom(one, atom, holds, generator.bases("CI-B-PLT"))) == []


def test_at_the_limit_less_than_does_not_hold_and_at_most_does() -> None:
    generator = Generator(BOOK)
    found = {}
    for name in ("CI-B-PLT", "CI-B-ECOG", "AE-9d"):
        one = next(one for one in generator.book.recommendations if one.id == name)
        for atom, _ in atoms(one.condition):
            base: Draft = generator.bases(name)[0]
            for dial in dials(atom, generator.edition(base), base):
                found[dial.said] = [holds for _, _, holds in dial.points]
    assert found == {
        "platelets": [True, False, False], "ECOG": [False, True, True], "PSA": [True, True, False],
    }  # fmt: skip


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "scripts" / "guideline_proof.py"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "200"})


def test_the_check_says_that_signatures_hold_and_a_signature_needs_a_name_and_a_reason() -> None:
    checked = run("boundaries", "--check", "--book", BOOK)
    assert (checked.returncode, checked.stdout.strip()) == (0, f"{BOOK}: every signature holds")
    nameless = run("boundaries", "--sign", "--book", BOOK)
    assert nameless.returncode == 2
    assert "a signature says who signs and why" in nameless.stderr
