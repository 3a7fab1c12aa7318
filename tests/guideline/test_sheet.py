"""The review sheet holds every statement with all that decides, and its hash stands for exactly that content."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from lutetia.cli.main import main
from lutetia.guideline import DEFAULT_BOOK, books, coverage, rules
from lutetia.guideline.book import load
from lutetia.guideline.cases import written_cases
from lutetia.guideline.content_hash import _of_book, content, content_hash
from lutetia.guideline.coverage import cases_of
from lutetia.guideline.logic import Condition, all_of, any_of, for_any, latest, limit, not_, yes
from lutetia.guideline.logic.graded import ctcae
from lutetia.guideline.outline import looked_at, outline
from lutetia.guideline.protocol import Protocol, parse_protocol
from lutetia.guideline.sheet import Sheet, sheet
from lutetia.report import Document, render_html, render_pdf, render_text
from lutetia.report.document import Branch, Bullets, Form, KeyFacts, Paragraph, Section, Table, Tree, walk
from lutetia.report.sheet import SHORT_HASH, sheet_document
from lutetia.vocabulary import ITEMS, condition, laboratory
from lutetia.workflow.guideline.sheet import write_sheet

PACKAGE = sys.modules["lutetia.guideline.books"]
LIMITS = load(DEFAULT_BOOK).edition(date(2026, 1, 1)).limits
TODAY = date(2026, 3, 1)
WIDTH = 80

INIT = '''"""A book made for a test."""
from lutetia.guideline.book import Book
from lutetia.guideline.books.tiny import dosing
from lutetia.provenance import Source
BOOK = Book(id="tiny", title="Tiny", source=Source(title="A source", year=2030), sections=(dosing,))
'''
DOSING = '''"""Dosing."""
from lutetia.vocabulary import laboratory
from lutetia.guideline.logic import latest, limit
from lutetia.guideline.recommendation import Cite, Effect, Recommendation
from lutetia.guideline.verdict import Outcome
withhold = Recommendation(
    id="L-1", where=Cite("Dosing"), asks="Enough platelets?", says="Too few platelets: withhold.",
    against=latest(laboratory.platelets) < limit("platelets"), choices=("counted anew",),
    effects=(Effect(precedence="P3", outcome=Outcome.HOLD),),
)
'''
FILES = {
    "__init__.py": INIT,
    "dosing.py": DOSING,
    "limits.yaml": "platelets:\n  name: platelets, at least\n  unit: 10*9/L\n"
    "  values: [{from: 2030-01-01, value: 100}]\n  locator: Dosing\n",
    "validity.yaml": "selection: {}\ncycle: {lab: age}\n",
    "coverage.yaml": "- section: Dosing\n  statements:\n"
    "    L-1: [executable, '']\n    L-2: [checklist, 'tube flushed']\n"
    "    L-3: {kind: definition, reason: a word, where: 'Dosing, 2', says: Dose means activity., strength: weak}\n",
    "cases/dosing.yaml": "- name: few platelets withhold\n  background: empty\n"
    "  question: {cycle: 1, planned: 2031-03-02}\n"
    "  given: {lab.platelets: {value: 99, unit: 10*9/L, at: 2031-03-01}}\n  expect: {L-1: MET}\n",
}
FILES["limits.yaml"] += "age:\n  unit: d\n  values: [{from: 2030-01-01, value: 5}]\n  locator: Dosing\n"
Shelve = Callable[..., str]


def forget() -> None:
    for name in [name for name in sys.modules if name.startswith("lutetia.guideline.books.tiny")]:
        del sys.modules[name]
    for remembered in (books, coverage, load, cases_of, written_cases, _of_book):
        remembered.cache_clear()


@pytest.fixture
def shelve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelve]:
    """Put a small book on the shelf, with one text replaced, and return its hash."""
    shelf = list(PACKAGE.__path__)

    def put(file: str = "", old: str = "", new: str = "") -> str:
        here = tmp_path / f"shelf{len(list(tmp_path.iterdir()))}"
        for name, text in FILES.items():
            path = here / "tiny" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            assert name != file or old in text
            path.write_text(text.replace(old, new) if name == file else text, encoding="utf-8")
        monkeypatch.setattr(PACKAGE, "__path__", [*shelf, str(here)])
        forget()
        return content_hash("tiny")

    yield put
    forget()


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("limits.yaml", "value: 100", "value: 101"),
        ("limits.yaml", "from: 2030-01-01, value: 100", "from: 2030-01-02, value: 100"),
        ("limits.yaml", "locator: Dosing", "locator: Dosing, 2"),
        ("validity.yaml", "{lab: age}", "{lab.platelets: age}"),
        ("coverage.yaml", "tube flushed", "the tube is flushed"),
        ("coverage.yaml", "checklist", "evidence"),
        ("coverage.yaml", "Dose means activity.", "Activity means dose."),
        ("coverage.yaml", "'Dosing, 2'", "'Dosing, 3'"),
        ("coverage.yaml", "strength: weak", "strength: strong"),
        ("dosing.py", "latest(laboratory.platelets) <", "latest(laboratory.platelets) <="),
        ("dosing.py", "laboratory.platelets", "laboratory.leukocytes"),
        ("dosing.py", "against=", "excludes="),
        ("dosing.py", "Too few platelets: withhold.", "Withhold: too few platelets."),
        ("dosing.py", "counted anew", "counted twice"),
        ("dosing.py", "Outcome.HOLD", "Outcome.CANCEL"),
        ("dosing.py", '"P3"', '"P4"'),
        ("cases/dosing.yaml", "value: 99", "value: 98"),
        ("cases/dosing.yaml", "few platelets withhold", "platelets of 99 withhold"),
        ("cases/dosing.yaml", "L-1: MET", "L-1: NOT_MET"),
        ("cases/dosing.yaml", "background: empty", "background: eligible"),
    ],
)
def test_whatever_decides_or_is_signed_changes_the_hash(shelve: Shelve, file: str, old: str, new: str) -> None:
    assert shelve(file, old, new) != shelve()


def test_remarks_and_the_order_of_keys_do_not_change_the_hash(shelve: Shelve) -> None:
    signed = shelve()
    assert shelve("limits.yaml", "platelets:\n", "# a remark\nplatelets:\n") == signed
    unit, place = "  unit: 10*9/L\n", "  locator: Dosing\n"
    moved = FILES["limits.yaml"].replace(unit, "", 1).replace(place, place + unit, 1)
    assert shelve("limits.yaml", FILES["limits.yaml"], moved) == signed


def test_the_hash_is_the_same_in_two_processes() -> None:
    program = f"from lutetia.guideline.content_hash import content_hash; print(content_hash({DEFAULT_BOOK!r}))"
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert told == {content_hash(DEFAULT_BOOK)}


@pytest.mark.parametrize("book", books())
def test_nothing_of_the_machine_goes_into_the_hash(book: str) -> None:
    written = json.dumps(content(load(book)))
    assert " at 0x" not in written
    assert str(Path(__file__).parents[2]) not in written
    assert re.fullmatch(r"[0-9a-f]{64}", content_hash(book))


FEW = latest(laboratory.platelets) < limit("platelets_min")
INFECTED = yes(condition.acute_infection)


@pytest.mark.parametrize(
    ("written", "lines"),
    [
        (FEW, ["platelets < 75 10*9/L"]),
        (not_(FEW), ["platelets ≥ 75 10*9/L"]),
        (INFECTED, ["“An acute infection?” is answered yes"]),
        (not_(INFECTED), ["“An acute infection?” is not answered yes"]),
        (all_of(FEW, all_of(INFECTED, FEW)),
         ["all of these hold:", "  platelets < 75 10*9/L", "  “An acute infection?” is answered yes",
          "  platelets < 75 10*9/L"]),
        (any_of(FEW, all_of(INFECTED, FEW)),
         ["at least one of these holds:", "  platelets < 75 10*9/L", "  all of these hold:",
          "    “An acute infection?” is answered yes", "    platelets < 75 10*9/L"]),
        (not_(any_of(FEW, INFECTED)),
         ["none of these holds:", "  platelets < 75 10*9/L", "  “An acute infection?” is answered yes"]),
        (not_(all_of(FEW, INFECTED)),
         ["not all of these hold together:", "  platelets < 75 10*9/L", "  “An acute infection?” is answered yes"]),
        (not_(not_(FEW)), ["platelets < 75 10*9/L"]),
        (for_any((laboratory.platelets, laboratory.leukocytes),
                 lambda item: ctcae(item) >= limit("day_grade_postpone_only")),
         ["for at least one of platelets or leukocytes: its CTCAE grade ≥ 3"]),
        (all_of(latest(laboratory.egfr) >= limit("egfr_moderate_min"),
                latest(laboratory.egfr) <= limit("egfr_moderate_max")),
         ["eGFR from 30 mL/min/1.73m2 to 50 mL/min/1.73m2, both included"]),
    ],
)  # fmt: skip
def test_a_condition_reads_as_sentences(written: Condition, lines: list[str]) -> None:
    assert [f"{'  ' * depth}{text}" for depth, text in outline(written, LIMITS).lines()] == lines


def test_what_a_condition_looks_up_is_read_off_it() -> None:
    assert looked_at(all_of(FEW, not_(INFECTED))) == ("lab.platelets", "condition.acute_infection")


@cache
def whole() -> Sheet:
    return sheet(DEFAULT_BOOK)


@cache
def page() -> Document:
    return sheet_document(whole())


def texts(document: Document) -> Iterator[str]:
    def of(branch: Branch) -> Iterator[str]:
        yield branch.text
        for part in branch.parts:
            yield from of(part)

    for block in walk(document.blocks):
        match block:
            case Paragraph(text=text, lead=lead):
                yield from (lead, text)
            case Section(title=title):
                yield title
            case Bullets(items=items):
                yield from items
            case KeyFacts(rows=rows):
                yield from (value for row in rows for value in row)
            case Table(rows=rows):
                yield from (cell for row in rows for cell in row)
            case Tree(branches=branches):
                yield from (text for branch in branches for text in of(branch))
            case _:
                pass


def test_every_statement_stands_in_the_sheet_in_the_order_of_the_source() -> None:
    ids = [block.id for block in walk(page().blocks) if isinstance(block, Section)]
    wanted = [statement.id for statement in coverage(DEFAULT_BOOK).statements]
    assert [one for one in ids if one in set(wanted)] == wanted


def test_every_executable_statement_has_its_condition_its_limits_and_its_cases() -> None:
    printed = {rule.id: rule for rule in rules(DEFAULT_BOOK)}
    for one in whole().statements:
        assert (one.rule is not None) == (one.statement.kind == "executable")
        if one.rule is None:
            assert one.statement.reason
            assert one.statement.says
            assert one.place == f"{whole().book.title}, {one.statement.where}"
            continue
        assert one.condition is not None
        assert one.cases, one.statement.id
        assert all(case.expects for case in one.cases)
        assert one.rule.limits == printed[one.statement.id].limits
        assert len(one.effects) == len(one.rule.recommendation.effects)


@pytest.mark.parametrize("book", books())
def test_a_physician_finds_no_codes_of_the_program_in_what_he_reads(book: str) -> None:
    ids = re.compile(rf"(?<![\w.])(?:{'|'.join(map(re.escape, ITEMS))})(?!\w)")
    document = sheet_document(sheet(book))
    for text in texts(document):
        assert ids.search(text) is None, text
        assert "not (" not in text, text
        assert re.search(r"\[[A-Z][^\]]*\? (yes|no)\]", text) is None, text
        assert "object at 0x" not in text


def test_strength_is_only_what_the_source_states_and_a_choice_is_marked_as_one() -> None:
    said = list(texts(page()))
    assert sum(text.startswith("unrated: the source states no grade") for text in said) == sum(
        statement.strength.value == "unrated" for statement in coverage(DEFAULT_BOOK).statements
    )
    chosen = [text for text in said if text.startswith("ECOG, from") or "high-grade myelosuppression" in text]
    assert any(text.endswith("chosen by Lutetia, configurable") for text in chosen)


def test_every_section_can_be_signed_and_the_whole_too() -> None:
    forms = [block for block in walk(page().blocks) if isinstance(block, Form)]
    assert len(forms) == 1 + len(whole().sections)
    assert [row[0] for row in forms[0].rows] == [*(title for title, _ in whole().sections), "The whole book"]
    assert all("agree" in form.lead and form.columns[1:] == ("name", "role", "date", "signature") for form in forms[1:])


def test_html_carries_the_hash_on_paper_and_links_to_every_statement() -> None:
    html = render_html(page())
    assert f'content: "{page().seal}"' in html
    for statement in coverage(DEFAULT_BOOK).statements:
        assert f'<a href="#{statement.id}">' in html
        assert f'id="{statement.id}"' in html
    assert "<script" not in html
    assert not re.search(r"\b(?:src|href)=\"https?:", html)


def test_every_page_of_the_pdf_has_book_version_hash_and_page_of_pages(tmp_path: Path) -> None:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    (tmp_path / "sheet.pdf").write_bytes(render_pdf(page()))
    run = subprocess.run(
        [tool, "-layout", str(tmp_path / "sheet.pdf"), "-"], capture_output=True, text=True, check=True
    )
    pages = run.stdout.split("\f")[:-1]
    for number, text in enumerate(pages, 1):
        assert whole().content[:SHORT_HASH] in text
        assert DEFAULT_BOOK in text
        assert f"page {number} of {len(pages)}" in text
    first = pages[0].replace(" ", "")
    assert whole().content in first
    assert "10.1007/s00259-023-06255-8" in first


def test_the_same_content_gives_the_same_bytes(shelve: Shelve) -> None:
    shelve()
    one, other = sheet_document(sheet("tiny")), sheet_document(sheet("tiny"))
    assert render_pdf(one) == render_pdf(other)
    assert render_html(one) == render_html(other)


def test_the_sheet_reads_in_a_terminal_too(shelve: Shelve) -> None:
    shelve()
    told = render_text(sheet_document(sheet("tiny")), width=WIDTH)
    assert "Too few platelets: withhold." in told
    assert all(len(line) <= WIDTH for line in told.splitlines())


def local() -> Protocol:
    text = (
        f"format: lutetia-protocol/1\nbook: {DEFAULT_BOOK}\nauthor: Dr A. Example\ndate: 2026-01-10\n"
        "limits:\n  - {name: platelets_min, value: 100, unit: '10*9/L', reason: own experience}\n"
        "rules:\n  - {id: CI-B-CATHETER, switch: off, reason: another service decides}\n"
    )
    return parse_protocol(text, name="protocol.yaml", today=TODAY)


def test_a_statement_that_is_not_executable_has_paraphrase_place_strength_kind_and_reason(shelve: Shelve) -> None:
    shelve()
    told = " ".join(render_text(sheet_document(sheet("tiny")), width=WIDTH).split())
    for words in ("Dose means activity.", "Tiny, Dosing, 2", "weak", "L-3 Definition", "A word. Nothing to decide"):
        assert words in told
    assert "Tube flushed. No record decides it: a person answers." in told


@pytest.mark.parametrize("book", books())
def test_what_is_not_executable_carries_the_caveat_of_its_book(book: str) -> None:
    caveat = load(book).caveat
    for one in coverage(book).statements:
        assert caveat in one.caveat


def test_a_local_protocol_is_signed_with_its_departures() -> None:
    laid = sheet(DEFAULT_BOOK, local())
    assert laid.content != whole().content
    said = list(texts(sheet_document(laid)))
    assert any("own experience (Dr A. Example, 2026-01-10)" in text for text in said)
    assert any("the source has 75 10⁹/L" in text for text in said)
    assert "switched off here: it does not apply and has no effect" in said
    assert (
        laid.content
        != sheet(DEFAULT_BOOK, replace(local(), form=local().form.model_copy(update={"rules": ()}))).content
    )


def test_the_command_writes_the_sheet_once(shelve: Shelve, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    signed = shelve()
    folder = tmp_path / "signed"
    assert main(["guideline", "sheet", "--book", "tiny", "--out", str(folder), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["content"] == signed
    assert told["counts"] == {"executable": 1, "checklist": 1, "definition": 1, "evidence": 0, "not-yet": 0}
    assert [Path(name).name for name in told["files"]] == ["sheet.html", "sheet.pdf"]
    assert all(Path(name).is_file() for name in told["files"])
    assert main(["guideline", "sheet", "--book", "tiny", "--out", str(folder)]) == 2
    assert "something in it already" in " ".join(capsys.readouterr().err.split())


def test_without_a_folder_the_sheet_goes_beside(
    shelve: Shelve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelve()
    monkeypatch.chdir(tmp_path)
    assert main(["guideline", "sheet", "--book", "tiny"]) == 0
    assert (tmp_path / "sheet-tiny" / "sheet.pdf").is_file()


def test_a_protocol_of_another_book_is_refused(
    shelve: Shelve, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shelve()
    (tmp_path / "protocol.yaml").write_text(
        f"format: lutetia-protocol/1\nbook: {DEFAULT_BOOK}\nauthor: Dr A\ndate: 2026-01-10\n", encoding="utf-8"
    )
    asked = ["guideline", "sheet", "--book", "tiny", "--out", str(tmp_path / "out")]
    assert main([*asked, "--protocol", str(tmp_path / "protocol.yaml")]) == 2
    assert "it departs from" in " ".join(capsys.readouterr().err.split())
    assert not (tmp_path / "out").exists()


def test_progress_is_told(shelve: Shelve, tmp_path: Path) -> None:
    shelve()
    told: list[str] = []
    write_sheet("tiny", tmp_path / "out", today=TODAY, tell=lambda what, done=None: told.append(what))
    assert told == ["collecting the statements", "setting the pages"]


@pytest.mark.parametrize("rule", [rule.id for rule in rules(DEFAULT_BOOK)])
def test_one_recommendation_is_shown_in_full_and_fits_a_terminal(rule: str) -> None:
    from lutetia.workflow.guideline.books import rule_sheet, rule_text

    shown = rule_sheet(rule, DEFAULT_BOOK)
    told = rule_text(shown)
    assert all(len(line) <= WIDTH for line in told.splitlines()), rule
    assert f"Cases ({len(shown['cases'])})" in told
    assert told.count("Effect on cycle:") == len(shown["effects"])
    assert "None" not in told.replace("None of", "")
