"""Do written cases come out as a physician signed them? Cases in YAML, on stated backgrounds, checked one by one.

A case names a question, what is *given* on top of a background, and what is expected: the status of recommendations,
what is asked for, the decision. A given fact replaces the background's fact of the same item and day and otherwise
comes in addition; a given list replaces the background's list; ``without`` removes items and lists first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from pydantic import ValidationError

from lutetia.course import Course
from lutetia.errors import InputError
from lutetia.guideline.evaluate import DEFAULT_BOOK, CycleQuestion, Selection, assess
from lutetia.guideline.logic import Question, Settings
from lutetia.guideline.verdict import Assessment, Outcome, Status
from lutetia.vocabulary import ITEMS

_KEYS = {
    "name", "background", "question", "known_on", "without", "given", "settings", "expect", "excused", "asks_for",
    "in_scope", "ready", "indication", "beside", "decision", "rests_on",
}  # fmt: skip
Raw = Mapping[str, Any]
_BACKGROUNDS = "backgrounds.yaml"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Case:
    """One case: what is known, what is asked, and what a physician expects."""

    book: str
    file: str
    name: str
    course: Course
    question: Question
    known_on: date | None
    settings: Settings
    expected: Raw

    def __repr__(self) -> str:
        return f"<{self.file}: {self.name}>"

    def assess(self) -> Assessment:
        """Answer the case's question by its book."""
        return assess(self.course, self.question, known_on=self.known_on, settings=self.settings, book=self.book)


def read_cases(book: str = DEFAULT_BOOK) -> tuple[Case, ...]:
    """Read every case of a book: the files in the folder ``cases`` beside its sections.

    The backgrounds are those of ``books/backgrounds.yaml``, which all books share, and of the book's own
    ``cases/backgrounds.yaml``, where there is one.

    Raises
    ------
    InputError
        If a case uses a word that cases do not have, or a background that is not there.
    """
    backgrounds, cases = case_files(book)
    return tuple(case_of(raw, book, name, backgrounds) for name, file in cases for raw in _cases_in(file))


@dataclass(frozen=True, slots=True)
class WrittenCase:
    """A case as it is written, not yet checked: its file and its words, and what its background holds."""

    file: str
    raw: Raw
    background: Raw


@cache
def written_cases(book: str) -> tuple[WrittenCase, ...]:
    """Return every case of a book as it is written, in the order of the files."""
    backgrounds, cases = case_files(book)
    known = {name: _background(name, backgrounds) for name in backgrounds}
    return tuple(WrittenCase(name, raw, known[raw["background"]]) for name, file in cases for raw in _cases_in(file))


def case_files(book: str) -> tuple[Raw, list[tuple[str, Traversable]]]:
    """Return the backgrounds on which a book's cases are put, and the files of the cases."""
    shelf = resources.files("lutetia.guideline.books")
    folder = resources.files(f"lutetia.guideline.books.{book}") / "cases"
    files = _files(folder)
    own: Raw = next((read_words(file) for name, file in files if name == _BACKGROUNDS), {})
    return {**read_words(shelf / _BACKGROUNDS), **own}, [(name, file) for name, file in files if name != _BACKGROUNDS]


def _files(folder: Traversable, within: str = "") -> list[tuple[str, Traversable]]:
    """Return the YAML files of a folder and the folders in it with their names, in the order of these."""
    found: list[tuple[str, Traversable]] = []
    for one in sorted(folder.iterdir(), key=lambda one: one.name) if folder.is_dir() else ():
        if one.is_dir():
            found += _files(one, f"{within}{one.name}/")
        elif one.name.endswith(".yaml"):
            found.append((f"{within}{one.name}", one))
    return found


def _cases_in(file: Traversable) -> list[Raw]:
    """Return the cases of a file: a list, or ``cases`` below what the file says of itself."""
    held = read_words(file)
    cases: list[Raw] = held["cases"] if isinstance(held, Mapping) else held
    return cases


_FASTEST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Words(_FASTEST):  # type: ignore[misc]
    """Reads ``on`` as a word and a day as text, as the course file does."""


_NOT_WORDS = ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp")
_Words.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _NOT_WORDS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Words.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def read_words(path: Traversable) -> Any:
    """Read a file of cases or backgrounds; ``on`` is a word in it and a day is text."""
    return yaml.load(path.read_text(encoding="utf-8"), _Words)  # noqa: S506 - derived from the safe loader


def case_of(raw: Raw, book: str, file: str, backgrounds: Raw) -> Case:
    """Return a case as it is written as one that can be assessed; backgrounds and files are from :func:`case_files`."""
    if unknown := set(raw) - _KEYS:
        raise InputError(f"{file}: {raw.get('name')}", f"unknown word '{sorted(unknown)[0]}'", "correct it")
    known_on = raw.get("known_on")
    return Case(
        book=book,
        file=file,
        name=raw["name"],
        course=_course(raw, backgrounds),
        question=_question(raw["question"]),
        known_on=date.fromisoformat(known_on) if known_on else None,
        settings=Settings(**raw.get("settings", {})),
        expected=raw,
    )


def _question(raw: Raw) -> Question:
    if "selection" in raw:
        return Selection(date.fromisoformat(raw["selection"]))
    return CycleQuestion(raw["cycle"], date.fromisoformat(raw["planned"]))


def _background(name: str, backgrounds: Raw) -> dict[str, Any]:
    if name not in backgrounds:
        raise InputError("cases", f"there is no background '{name}'", f"choose one of: {', '.join(backgrounds)}")
    raw = backgrounds[name]
    base = _background(raw["on_top_of"], backgrounds) if "on_top_of" in raw else {"facts": {}}
    return put(base, raw.get("given", {}), raw.get("without", ()))


def _course(raw: Raw, backgrounds: Raw) -> Course:
    course = put(_background(raw["background"], backgrounds), raw.get("given", {}), raw.get("without", ()))
    try:
        return Course.model_validate({"format": "lutetia-course/1", "id": "case", "synthetic": True, **course})
    except ValidationError as error:
        found = "; ".join(detail["msg"] for detail in error.errors())
        raise InputError(raw["name"], f"its course is refused: {found}", "correct what is given") from error


def put(base: Raw, given: Raw, without: Any) -> dict[str, Any]:
    """Return what a course holds once facts and lists are taken away from it, and others put on top."""
    course = deepcopy(dict(base))
    for name in without:
        (course["facts"] if name in ITEMS else course).pop(name, None)
    for name, value in given.items():
        if name not in ITEMS:
            course[name] = deepcopy(value)
            continue
        added = value if isinstance(value, list) else [value]
        days = {str(fact["at"])[:10] for fact in added}
        kept = [fact for fact in course["facts"].get(name, ()) if str(fact["at"])[:10] not in days]
        course["facts"][name] = [*kept, *added]
    return course


def differences(case: Case, assessment: Assessment) -> tuple[str, ...]:
    """Return in words what came out otherwise than expected."""
    expected = case.expected
    answers = {answer.id: answer for answer in assessment.answers}
    found: list[str] = []

    def compare(what: str, wanted: object, got: object) -> None:
        if wanted != got:
            found.append(f"{what}: expected {wanted}, found {got}")

    for rule, status in expected.get("expect", {}).items():
        compare(rule, Status[status], answers[rule].status)
    for rule, by in expected.get("excused", {}).items():
        compare(f"{rule} excused by", by, answers[rule].excused_by)
    if "asks_for" in expected:
        asked = {ask.item for rule in expected["expect"] for ask in answers[rule].asks_for}
        compare("asks for", sorted(set(expected["asks_for"])), sorted(asked))
    for rule, words in expected.get("beside", {}).items():
        if words not in " | ".join(answers[rule].beside):
            found.append(f"{rule}: '{words}' is not shown beside it, but {answers[rule].beside}")
    if "in_scope" in expected:
        compare("in scope", expected["in_scope"], assessment.in_scope)
    if "ready" in expected:
        compare("ready", Status[expected["ready"]], assessment.ready)
    summary = assessment.indication.summary if assessment.indication is not None else ""
    if expected.get("indication", "") not in summary:
        found.append(f"indication: expected '{expected['indication']}', found '{summary}'")
    _compare_decision(expected.get("decision", {}), assessment, compare)
    return tuple(found)


def _compare_decision(expected: Raw, assessment: Assessment, compare: Any) -> None:
    decision = assessment.decision
    if not expected:
        return
    if decision is None:
        compare("decision", dict(expected), None)
        return
    shown = {
        "outcome": decision.outcome,
        "at_most": decision.at_most,
        "alternatives": list(decision.alternatives),
        "until": decision.until and decision.until.isoformat(),
        "activity_gbq": decision.activity_gbq,
        "decides": sorted({ask.item for ask in decision.decides}),
        "weigh": sorted(decision.weigh),
        "because": sorted({reason.rule for reason in decision.reasons if not reason.possible}),
    }
    for name, wanted in expected.items():
        if name in ("outcome", "at_most"):
            compare(f"decision {name}", Outcome(wanted), shown[name])
        elif name == "alternatives":
            compare("decision alternatives", [Outcome(one) for one in wanted], shown[name])
        elif name == "note":
            compare(f"decision note '{wanted}'", True, any(wanted in note for note in decision.notes))
        else:
            compare(f"decision {name}", sorted(wanted) if isinstance(wanted, list) else wanted, shown[name])
