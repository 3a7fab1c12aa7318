"""The logic is strong Kleene, in every row of its tables."""

from itertools import permutations, product

import pytest

from lutetia.guideline.logic.condition import kleene_all, kleene_any, kleene_not

VALUES = (True, False, None)
ALL = {
    (True, True): True, (True, False): False, (True, None): None, (False, False): False, (False, None): False,
    (None, None): None,
}  # fmt: skip
ANY = {
    (True, True): True, (True, False): True, (True, None): True, (False, False): False, (False, None): None,
    (None, None): None,
}  # fmt: skip


@pytest.mark.parametrize("pair", list(ALL))
def test_both_of_two(pair: tuple[bool | None, bool | None]) -> None:
    assert {kleene_all(*order) for order in permutations(pair)} == {ALL[pair]}


@pytest.mark.parametrize("pair", list(ANY))
def test_either_of_two(pair: tuple[bool | None, bool | None]) -> None:
    assert {kleene_any(*order) for order in permutations(pair)} == {ANY[pair]}


@pytest.mark.parametrize("values", list(product(VALUES, repeat=3)))
def test_negation_exchanges_the_two(values: tuple[bool | None, ...]) -> None:
    negated = [kleene_not(value) for value in values]
    assert kleene_not(kleene_all(*values)) is kleene_any(*negated)
    assert kleene_not(kleene_any(*values)) is kleene_all(*negated)


@pytest.mark.parametrize("values", list(product(VALUES, repeat=3)))
def test_learning_an_unknown_never_turns_a_known_answer(values: tuple[bool | None, ...]) -> None:
    for join in (kleene_all, kleene_any):
        before = join(*values)
        for place, learnt in product(range(3), (True, False)):
            if values[place] is None:
                after = join(*values[:place], learnt, *values[place + 1 :])
                assert before is None or after is before


def test_nothing_to_fulfil_is_fulfilled_and_nothing_to_choose_from_is_not() -> None:
    assert kleene_all() is True
    assert kleene_any() is False
