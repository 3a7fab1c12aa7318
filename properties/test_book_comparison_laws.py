"""Laws of agreement: order does not matter, learning never turns it round, and an unknown source never agrees."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from lutetia.guideline.stance import Agreement, Stance, agreement, strictest, world_of, worlds
from lutetia.guideline.topic import Topic

QUIET = settings(max_examples=300, deadline=None, derandomize=True)
TAKEN = [one for one in Stance if one not in (Stance.ADVISES, Stance.INFORMS, Stance.SILENT, Stance.NOT_COVERED)]
A_WORLD = st.lists(st.sampled_from(TAKEN), min_size=1, max_size=3).map(world_of)
A_CLAIM = st.lists(A_WORLD, min_size=1, max_size=4, unique=True).map(tuple)
SOURCES = st.lists(A_CLAIM, min_size=2, max_size=5)
TOPICS = st.sampled_from(list(Topic))
CERTAIN = (Agreement.AGREE, Agreement.DISAGREE)


@QUIET
@given(SOURCES, TOPICS, st.randoms(use_true_random=False))
def test_the_order_of_the_sources_does_not_matter(sources: list, topic: Topic, chance: random.Random) -> None:
    mixed = list(sources)
    chance.shuffle(mixed)
    assert agreement(mixed, topic) is agreement(sources, topic)


@QUIET
@given(SOURCES, TOPICS, st.data())
def test_learning_what_was_open_never_turns_agreement_round(sources: list, topic: Topic, data: st.DataObject) -> None:
    before = agreement(sources, topic)
    learnt = [(data.draw(st.sampled_from(claim)),) if data.draw(st.booleans()) else claim for claim in sources]
    if before in CERTAIN:
        assert agreement(learnt, topic) is before


@QUIET
@given(SOURCES, TOPICS)
def test_once_everything_is_known_it_can_always_be_told(sources: list, topic: Topic) -> None:
    assert agreement([claim[:1] for claim in sources], topic) in CERTAIN


@QUIET
@given(SOURCES, TOPICS)
def test_an_unknown_source_never_lets_sources_agree_and_hides_no_disagreement(sources: list, topic: Topic) -> None:
    before, after = agreement(sources, topic), agreement([*sources, None], topic)
    assert after is not Agreement.AGREE
    assert (after is Agreement.DISAGREE) is (before is Agreement.DISAGREE)


@QUIET
@given(A_CLAIM, TOPICS)
def test_a_source_that_is_certain_agrees_with_itself_and_alone_there_is_nothing_to_compare(
    claim: tuple, topic: Topic
) -> None:
    assert agreement([claim[:1], claim[:1]], topic) is Agreement.AGREE
    assert agreement([claim], topic) is Agreement.ALONE


@QUIET
@given(st.lists(st.lists(st.sampled_from(TAKEN), min_size=1, max_size=2), max_size=4), A_WORLD)
def test_what_is_certain_is_one_of_the_worlds_and_every_other_is_stricter(met: list, maybe: tuple) -> None:
    order = list(Stance)
    certain = strictest(met)
    found = worlds(certain, [maybe], Stance.NOTHING_AGAINST)
    assert found[0] == world_of(certain or (Stance.NOTHING_AGAINST,))
    if certain and len(found) > 1:
        assert order.index(maybe[0]) > order.index(certain[0])
