"""What do the statements of one source on one topic come to? One claim, with what would change it.

A guideline or a label makes one claim on a topic. A book that only collects, such as published criteria, makes one for
each section, and a definition is a claim of its own: nothing is merged that its authors did not join.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lutetia.guideline.book import Edition
from lutetia.guideline.logic.finding import distinct
from lutetia.guideline.stance import OF_OUTCOME, OF_POLARITY, Stance, World, resting, strictest, world_of, worlds
from lutetia.guideline.topic import Topic
from lutetia.guideline.verdict import Answer, Ask, Assessment, Reason, Status

_DEFINED: Final = {Status.MET: Stance.HOLDS, Status.NOT_MET: Stance.NOT_HELD}
_BESIDE: Final = (Stance.ADVISES, Stance.INFORMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim of a source on a topic.

    Attributes
    ----------
    name : str
        Whose it is, where a source makes several: a section, or the id of a definition.
    stance : Stance
        What is certain; ``UNKNOWN`` where nothing is and something may be.
    options : tuple of Stance
        All arms of what is certain, where the source leaves a choice.
    possible : tuple of Stance
        What it may be, stricter, once the facts in ``asks_for`` are known.
    worlds : tuple of tuple of Stance
        What it says for certain, then what it may say; agreement is told by them. Empty where it takes no position.
    """

    stance: Stance
    options: tuple[Stance, ...] = ()
    possible: tuple[Stance, ...] = ()
    worlds: tuple[World, ...] = ()
    asks_for: tuple[Ask, ...] = ()
    name: str = ""

    @property
    def words(self) -> str:
        """The claim in words, with the name of whose it is."""
        said = " or ".join(self.options) if self.options else self.stance.value
        maybe = " or ".join(self.possible)
        if maybe:
            said = f"unknown, perhaps {maybe}" if self.stance is Stance.UNKNOWN else f"{said}; perhaps {maybe}"
        return f"{self.name}: {said}" if self.name else said


class Meaning:
    """What the answers of one assessment mean for its question."""

    def __init__(self, edition: Edition, assessment: Assessment) -> None:
        self.edition, self.decision = edition, assessment.decision

    def options(self, answer: Answer) -> tuple[Stance, ...]:
        """Return what follows if an answer holds: its own stance first, then the other arms; nothing where none does.

        Where the source decides on a cycle it is what the decision counts; else what the polarity says.
        """
        effects = self.edition.rules[answer.id].recommendation.effects
        if self.decision is None or not effects:
            return (OF_POLARITY[answer.polarity],)
        possible = answer.status is Status.UNKNOWN
        reasons = [one for one in self.decision.reasons if one.rule == answer.id and one.possible is possible]
        if not reasons:
            return (Stance.CAUTION,) if answer.excused_by else ()
        return distinct(stance for reason in reasons for stance in self._arms(reason))

    def _arms(self, reason: Reason) -> Iterator[Stance]:
        yield OF_OUTCOME[reason.outcome]
        for effect in self.edition.rules[reason.rule].recommendation.effects:
            if effect.outcome is reason.outcome:
                yield from (OF_OUTCOME[arm] for arm in effect.alternatives)


def claims_of(
    topic: Topic, answers: Sequence[Answer], options: Mapping[str, tuple[Stance, ...]], *, collects: bool, defines: bool
) -> tuple[Claim, ...]:
    """Return the claims that answers come to.

    Parameters
    ----------
    topic : Topic
    answers : sequence of Answer
        Those that apply.
    options : mapping of str to tuple of Stance
        What follows from each that holds or may hold, by its id.
    collects, defines : bool
        Whether the source is a collection whose sections speak for themselves; whether the topic is a definition.
    """
    if defines:
        return tuple(map(_definition, answers))
    whole = _claim(topic, answers, options)
    sections = distinct(one.section for one in answers) if collects and whole.worlds else ()
    if len(sections) <= 1:
        return (whole,)
    return tuple(_claim(topic, [one for one in answers if one.section == name], options, name) for name in sections)


def _definition(answer: Answer) -> Claim:
    stance = _DEFINED.get(answer.status, Stance.UNKNOWN)
    told = ((stance,),) if answer.status in _DEFINED else ((Stance.HOLDS,), (Stance.NOT_HELD,))
    return Claim(name=answer.id, stance=stance, worlds=told, asks_for=answer.asks_for)


def _claim(
    topic: Topic, answers: Sequence[Answer], options: Mapping[str, tuple[Stance, ...]], name: str = ""
) -> Claim:  # fmt: skip
    met = [options[one.id] for one in answers if one.status is Status.MET]
    maybe = {one.id: options[one.id] for one in answers if one.status is Status.UNKNOWN}
    certain = strictest(met)
    rest = resting((one.polarity for one in answers), topic)
    found = worlds(certain, maybe.values(), rest)
    undecided = {rule for rule, one in maybe.items() if one and world_of(one) in found[1:]}
    if certain:
        stance = certain[0]
    elif found[1:]:
        stance = Stance.UNKNOWN
    else:
        told = {one for each in met for one in each} if rest is Stance.SILENT else set()
        stance = next((one for one in _BESIDE if one in told), rest)
        if stance is Stance.SILENT and any(maybe.values()):  # advice that may be due
            stance, undecided = Stance.UNKNOWN, set(maybe)
    return Claim(
        name=name, stance=stance, options=certain, possible=distinct(one for world in found[1:] for one in world),
        worlds=found, asks_for=distinct(ask for one in answers if one.id in undecided for ask in one.asks_for),
    )  # fmt: skip
