"""Where does a local protocol stand beside its source? On the topics on which it departs from it, with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lutetia.guideline.book import Edition
from lutetia.guideline.departure import with_protocol
from lutetia.guideline.position import Position
from lutetia.guideline.protocol import Protocol
from lutetia.guideline.topic import Topic
from lutetia.guideline.verdict import Answer, Assessment, Direction


def with_local(edition: Edition, protocol: Protocol | None) -> Iterable[Edition]:
    """Yield a source as it is, and with the local protocol where that was written for it."""
    yield edition
    if protocol is not None and protocol.book == edition.book.id:
        yield with_protocol(edition, protocol)


def departs(edition: Edition, answered: Mapping[str, Answer], topic: Topic) -> bool:
    """Tell whether a local protocol departs from its source in a statement on a topic."""
    return any(answered[one].departures for one in edition.book.topics.get(topic, ()) if one in answered)


def local_notes(
    protocol: Protocol | None, assessments: Iterable[Assessment], positions: Iterable[Position]
) -> Iterable[str]:
    """Say what of a local protocol stands under no topic, or that its book is not compared."""
    if protocol is None:
        return
    used = next((one.protocol for one in assessments if one.protocol is not None), None)
    if used is None:
        yield f"The local protocol {protocol.file} departs from '{protocol.book}', which is not compared here."
        return
    shown = {departure.name for one in positions for said in one.statements for departure in said.departures}
    elsewhere = [one.name for one in used.departures if one.direction is not Direction.SAME and one.name not in shown]
    yield (
        f"The local protocol {protocol.file} stands beside its source on the topics on which it departs from it; it "
        "changes no source."
    )
    if elsewhere:
        yield f"It departs further, in what is compared under no topic here: {', '.join(elsewhere)}."
