"""The index of docs/validation says what the tests hold."""

import pytest


@pytest.fixture(scope="module")
def index(script):
    return script("validation_index")


def test_the_index_is_the_one_that_the_tests_give(index):
    assert index.PAGE.read_text("utf-8") == index.page(), "run python scripts/validation_index.py"


def test_every_page_names_the_script_that_wrote_it(index):
    assert not [row for row in index.page_rows() if row.endswith("| - |")]


def test_a_number_takes_the_words_below_it_and_one_named_after_its_cause_needs_none(index):
    tree = index.ast.parse('A = 0.1\nB = (1, 2)\n"""Because."""\nPRINTED_TO_TWO_DIGITS = 0.01\nOTHER = 3\n')
    assert index.tolerances(tree) == [
        index.Tolerance((("A", 0.1), ("B", (1, 2))), "Because."),
        index.Tolerance((("PRINTED_TO_TWO_DIGITS", 0.01),), ""),
    ]
