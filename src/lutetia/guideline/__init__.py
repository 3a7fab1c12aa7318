"""Recommendations as code: one book per source, evaluated over the facts of a course with a full trace."""

import lutetia.guideline.books  # noqa: F401 - first, so that the function of this name keeps it
from lutetia.guideline.book import Rule, books, find, rules
from lutetia.guideline.coverage import Coverage, coverage
from lutetia.guideline.evaluate import (
    DEFAULT_BOOK,
    CycleQuestion,
    Selection,
    assess,
    next_question,
    read_question,
)
from lutetia.guideline.logic import Question, Settings

__all__ = [
    "DEFAULT_BOOK",
    "Coverage",
    "CycleQuestion",
    "Question",
    "Rule",
    "Selection",
    "Settings",
    "assess",
    "books",
    "coverage",
    "find",
    "next_question",
    "read_question",
    "rules",
]
