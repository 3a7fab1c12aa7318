"""How is PSMA-positive disease shown? One page: the class and what it still needs, both PET, every lesion, every doubt.

Nothing on it is a fact of the record: it is what a reader looks at before he decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lutetia import __version__
from lutetia.criteria.response_class import NAMES, Classified, change_percent, signed
from lutetia.report import words
from lutetia.report.course_page import FOOT
from lutetia.report.disease_lesions import history_table, lesion_blocks
from lutetia.report.disease_new import proposal_sections
from lutetia.report.document import (
    Block,
    Bullets,
    Column,
    Document,
    Figure,
    KeyFacts,
    Note,
    Paragraph,
    Section,
    Table,
)
from lutetia.report.restaging import TOO_MANY
from lutetia.response import NOT_TOLD_APART, Disease, Pair, counted_new

KINDS: Final = (
    ("bone", "bone"), ("node", "lymph node"), ("visceral", "visceral"), ("local", "local"),
    (None, "of a kind that awaits a reader"),
)  # fmt: skip
"""Of lesions, as they are called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiseaseResult:
    """What the page is made from.

    Attributes
    ----------
    diseases : tuple of Disease
        Of one PET, or of baseline and follow-up.
    pair : Pair or None
        The two compared.
    recip : Classified or None
        RECIP 1.0 of the pair.
    source : str
        Where the criterion is published.
    course : str
        Id of the course; empty without one.
    synthetic : bool
    mips : bytes or None
        Projections as SVG; None where the page is read in a terminal.
    close_ups : tuple of bytes
        Every proposal on both days, :data:`~lutetia.report.figures.mip_new.MOST_ROWS` to a picture.
    cautions, notes : tuple of str
    made : str
        When, in words.
    """

    diseases: tuple[Disease, ...]
    pair: Pair | None = None
    recip: Classified | None = None
    source: str = ""
    course: str = ""
    synthetic: bool = False
    mips: bytes | None = None
    close_ups: tuple[bytes, ...] = ()
    cautions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    made: str = ""


def disease_document(result: DiseaseResult) -> Document:
    """Return the page."""
    days = " and ".join(_day(one) for one in result.diseases)
    what = "PSMA-positive disease" if _told_apart(result) else f"uptake: {NOT_TOLD_APART}"
    head = (*((f"course {result.course}",) if result.course else ()), what, days)
    blocks = (
        _answer(result),
        *_pictures(result),
        *(() if result.pair is None else proposal_sections(result.pair, result.close_ups)),
        *_lesions(result),
        _reader(result),
        _rests_on(result),
    )
    return Document(title=f"Lutetia: {', '.join(head)}", head=head, synthetic=result.synthetic, foot=FOOT,
                    made=" · ".join(part for part in (result.made, f"Lutetia {__version__}") if part),
                    blocks=blocks)  # fmt: skip


def _day(disease: Disease) -> str:
    at = disease.pet.acquired_at
    return "a day not known" if at is None else at.date().isoformat()


def _told_apart(result: DiseaseResult) -> bool:
    return all(one.told_apart for one in result.diseases)


def _answer(result: DiseaseResult) -> Section:
    blocks: list[Block] = [
        *_left_open(result), KeyFacts(rows=tuple(_first_rows(result))), _volumes(result),
    ]  # fmt: skip
    blocks += [Note(kind="warning", text=words.sentence(text)) for text in _cautions(result)]
    what = "disease" if _told_apart(result) else "uptake"
    title = "How much disease is there?" if result.pair is None else f"What became of the {what}?"
    return Section(id="answer", title=title, blocks=tuple(blocks))


def _left_open(result: DiseaseResult) -> Iterator[Note]:
    """Yield, before any number, that the volume is unknown, or which organs may be in it; and what to do."""
    told: dict[tuple[bool, str, str], list[str]] = {}
    for one in result.diseases:
        if not one.settled:
            told.setdefault((one.told_apart, one.left_open, one.remedy), []).append(_day(one))
    for (told_apart, text, remedy), days in told.items():
        lead = "Organs may be among it." if told_apart else "The volume of disease is unknown."
        of = f"{' and '.join(days)}: " if len(result.diseases) > 1 else ""
        yield Note(kind="warning", lead=lead, text=words.sentence(of + text), remedy=words.sentence(remedy))


def _cautions(result: DiseaseResult) -> Iterator[str]:
    """Yield the cautions that are not said at the head already."""
    said = [one.left_open for one in result.diseases if not one.settled]
    yield from (text for text in result.cautions if not any(part in text for part in said))


def _first_rows(result: DiseaseResult) -> Iterator[tuple[str, str]]:
    if result.recip is not None and result.pair is not None:
        settled = all(one.settled for one in result.diseases)
        yield "RECIP 1.0", _class(result.recip)
        yield "because", result.recip.because if settled else "an organ may be among the volume, as said above"
        if settled and result.recip.needs:
            yield "needs", "; ".join(need.what for need in result.recip.needs)
        new = counted_new(result.pair)
        yield "how many are new", f"{'not known' if new.count is None else new.count}: {new.why}"
    method = result.diseases[0].method
    yield "method", "; ".join(filter(None, (method.rule_in_words, method.tracer)))


def _class(recip: Classified) -> str:
    if recip.response is not None:
        return f"{recip.response}, {NAMES[recip.response]}"
    could = " or ".join(f"{one}, {NAMES[one]}" for one in recip.could_be)
    return f"open: {could}" if could and len(recip.could_be) < TOO_MANY else "unknown"


def _volumes(result: DiseaseResult) -> Table:
    some, told_apart = result.diseases, _told_apart(result)
    among = ", organs may be among it" if any(one.told_apart and not one.settled for one in some) else ""
    numbers: list[tuple[str, Sequence[float | None]]] = [
        (f"volume of all disease (PSMA-TV){among} [mL]", [one.volume_ml for one in some]),
        *(
            (f"of it {name} [mL]", [one.kind_ml(kind) for one in some])
            for kind, name in KINDS
            if any(one.kind_ml(kind) for one in some)
        ),
        ("total uptake (PSMA-TL) [SUV mL]", [one.total_uptake for one in some]),
        ("SUVmean of all disease", [one.suv_mean for one in some]),
        ("highest SUVmax", [_highest(one) for one in some]),
    ]
    dates = tuple(Column(_day(one), align="decimal") for one in some)
    counts = tuple(str(len(one.counted)) for one in some)
    paired = len(some) > 1 and told_apart
    counts_as = "Disease that counts" if told_apart else f"Uptake above the threshold: {NOT_TOLD_APART}"
    rows = [(name, *_cells(values, some)) for name, values in numbers]
    rows.append(("lesions" if told_apart else "pieces", *counts, *(("",) if paired else ())))
    return Table(
        caption=f"{counts_as}; uptake as SUV by body weight",
        columns=(Column(""), *dates, *((Column("change"),) if paired else ())),
        rows=tuple(rows),
    )


def _highest(disease: Disease) -> float | None:
    return max((lesion.suv_max for lesion in disease.counted), default=None)


def _cells(values: Sequence[float | None], some: Sequence[Disease]) -> tuple[str, ...]:
    absent = ("–" if one.told_apart else "unknown" for one in some)
    shown = tuple(none if value is None else f"{value:.1f}" for value, none in zip(values, absent, strict=True))
    if len(values) < 2 or not all(one.told_apart for one in some):
        return shown
    before, after = values
    return (*shown, "–" if not before or after is None else signed(change_percent(before, after)))


def _pictures(result: DiseaseResult) -> tuple[Section, ...]:
    if result.mips is None:
        return ()
    both = "" if result.pair is None else " The follow-up is shown as the patient lay at baseline."
    figure = Figure(
        name="mips", svg=result.mips,
        caption="Maximum-intensity projections, inverted grey, one scale. R and L: the patient's right and left."
        f"{both} Outlines stand a little off, so that they hide nothing; their dashes tell what they are.",
        alt="Maximum-intensity projections from the front and from the left; the lesions are in the tables.",
    )  # fmt: skip
    return (Section(id="pictures", title="PET at a glance", blocks=(figure,)),)


def _lesions(result: DiseaseResult) -> Iterator[Section]:
    if result.pair is not None and result.pair.histories:
        table = history_table(result.pair)
        what = "lesion" if _told_apart(result) else "piece"
        yield Section(id="histories", title=f"What became of each {what}", blocks=(table,))
    for number, disease in enumerate(result.diseases, start=1):
        blocks = lesion_blocks(disease, result.pair)
        what = "Lesions" if disease.told_apart else "Uptake above the threshold"
        yield Section(id=f"lesions-{number}", title=f"{what} on {_day(disease)}", blocks=blocks)


def _reader(result: DiseaseResult) -> Section:
    decided, waits = list(_decided(result)), list(_waits(result))
    blocks: list[Block] = [
        Paragraph(lead="Decided.", text="" if decided else "No reader has decided anything."),
        *((Bullets(items=tuple(decided)),) if decided else ()),
        Paragraph(lead="Awaits a reader.", text="" if waits else "Nothing."),
        *((Bullets(items=tuple(waits)),) if waits else ()),
    ]
    return Section(id="reader", title="What a reader has decided, and what awaits him", blocks=tuple(blocks))


def _decided(result: DiseaseResult) -> Iterator[str]:
    for disease in result.diseases:
        if disease.read_by:
            yield f"{_day(disease)}: read by {disease.read_by}"
        for lesion in disease.lesions:
            if lesion.decided_by == "reader":
                yield f"{_day(disease)}, {lesion.id} {'counts' if lesion.counted else 'does not count'}: {lesion.why}"
    if result.pair is None:
        return
    for one in result.pair.proposals:
        if one.confirmed is not None:
            yield f"{one.lesion.id} is {'new' if one.confirmed else 'not new'}"
    if result.pair.stated_new_lesions is not None:
        yield f"in all, there {'are new lesions' if result.pair.stated_new_lesions else 'is no new lesion'}"


def _waits(result: DiseaseResult) -> Iterator[str]:
    for disease in result.diseases:
        if not disease.read_by:
            yield f"the PET of {_day(disease)}: no reading of it was given"
        unjudged = [lesion.id for lesion in disease.counted if lesion.decided_by == "measured"]
        if unjudged and not disease.settled:
            yield f"{_day(disease)}: whether {', '.join(unjudged)} {'is' if len(unjudged) == 1 else 'are'} disease"
        open_kind = [lesion.id for lesion in disease.counted if lesion.kind is None]
        if open_kind and disease.told_apart:
            yield f"{_day(disease)}: of what kind {', '.join(open_kind)} {'is' if len(open_kind) == 1 else 'are'}"
    if result.pair is not None and (new := counted_new(result.pair)).count is None:
        yield f"how many lesions are new: {new.why}"


def _rests_on(result: DiseaseResult) -> Section:
    alignment = None if result.pair is None else result.pair.alignment
    rows = [("method", str(result.diseases[0].method))]
    rows += [
        (
            f"SUVmean of organs, {_day(one)}",
            ", ".join(f"{organ} {words.number(mean)}" for organ, mean in one.references.items()) or "none drawn",
        )
        for one in result.diseases
    ]
    if alignment is not None:
        told = f"by {alignment.by}, turned {alignment.turned_degrees:.1f}°, shifted {alignment.shift_mm:.0f} mm"
        rows.append(("alignment", told))
    if result.source:
        rows.append(("RECIP 1.0", result.source))
    blocks: list[Block] = [KeyFacts(rows=tuple(rows))]
    if result.notes:
        blocks.append(Bullets(items=tuple(map(words.sentence, result.notes))))
    return Section(id="rests-on", title="What this rests on", blocks=tuple(blocks))
