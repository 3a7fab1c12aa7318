"""The review sheet: a book of recommendations for sign-off, section by section, in the order of the source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from lutetia import __version__
from lutetia.guideline.coverage import KINDS
from lutetia.guideline.cycle_decision import RESTRICTION
from lutetia.guideline.sheet import Sheet, StatementSaid
from lutetia.guideline.verdict import Outcome
from lutetia.report import words
from lutetia.report.document import (
    Block,
    Bullets,
    Column,
    Contents,
    Document,
    Form,
    KeyFacts,
    NewPage,
    Note,
    Paragraph,
    Section,
    Table,
)
from lutetia.report.sheet_statement import KIND_WORDS, statement_section, weighed

SHORT_HASH: Final = 16
"""Digits of the hash at the foot of a page; the title page has all."""

_SIGNED: Final = ("name", "role", "date", "signature")
_VERDICT: Final = "☐ agree     ☐ agree with the changes noted     ☐ change     ☐ comment only"
_FOOT: Final = "Review sheet. Not a medical device: what it says is advice, a qualified person decides."


def sheet_document(sheet: Sheet) -> Document:
    """Return the review sheet of a book as a document; the same content gives the same document."""
    book = sheet.book
    seal = f"Book {book.id} · Lutetia {__version__} · content {sheet.content[:SHORT_HASH]}"
    head = ("review sheet", book.title, *((f"with {sheet.protocol.file}",) if sheet.protocol else ()))
    return Document(
        title=f"Lutetia: review sheet of {book.title}",
        head=head,
        synthetic=False,
        foot=_FOOT,
        made=f"by Lutetia {__version__}",
        seal=seal,
        blocks=(
            _title(sheet), _how_to_read(sheet), NewPage(), _signatures(sheet), NewPage(), _where(), *_departures(sheet),
            *_sections(sheet), NewPage(), *_appendices(sheet),
        ),
    )  # fmt: skip


def _title(sheet: Sheet) -> Section:
    book, source = sheet.book, sheet.book.source
    kinds = Counter(one.statement.kind for one in sheet.statements)
    counted = ", ".join(f"{kinds[kind]} {KIND_WORDS[kind]}" for kind in KINDS if kinds[kind])
    cases = {(case.file, case.name) for one in sheet.statements for case in one.cases}
    rows = [
        ("source", words.prose(f"{source.title}, {source.year}")),
        ("identifier", source.identifier or "none"),
        ("book", f"{book.title} ({book.id})"),
        *((("jurisdiction", book.jurisdiction),) if book.jurisdiction else ()),
        *(("version", f"from {one.since}: {one.title} ({one.seen} source seen)") for one in book.versions),
        ("encoded by", f"Lutetia {__version__}"),
        ("statements", f"{len(sheet.statements)}: {counted}"),
        ("cases", f"{len(cases)} that expect something of a statement"),
        ("content (SHA-256)", " ".join(sheet.content[n : n + 16] for n in range(0, 64, 16))),
    ]
    if sheet.protocol is not None:
        form = sheet.protocol.form
        rows.append(("local protocol", f"{sheet.protocol.file}, {form.author}, {form.date}"))
    blocks: list[Block] = [KeyFacts(rows=tuple(rows))]
    blocks += [Note(kind="warning", text=book.caveat)] if book.caveat else []
    blocks += [
        Paragraph(
            lead="What a signature says.",
            text="I have compared the statements of this section with the source. The paraphrase, the condition, the "
            "limits, the effects and the cases render it faithfully, or the changes noted make them so. What is marked "
            "as chosen by Lutetia is not the source's, and I find it acceptable or have said otherwise. ",
        ),
        Paragraph(
            lead="What it stands for.",
            text="It stands for the content with the hash above and for no other. The hash is made over every "
            "statement with its paraphrase, condition, limits, effects and choices, over how old facts may be, and "
            "over every case; it does not depend on the day or the machine. Any change gives another hash, and "
            "asks for a new signature. It does not approve the program for the treatment of a patient.",
        ),
    ]
    return Section(id="title", title=f"Review sheet: {book.title}", blocks=tuple(blocks))


def _signatures(sheet: Sheet) -> Section:
    rows = [(section, "", "", "", "") for section, _ in sheet.sections]
    caption = "Who has signed which section; the boxes and comments stand at the end of each section."
    form = Form(caption=caption, columns=("section", *_SIGNED), rows=(*rows, ("The whole book", "", "", "", "")))
    return Section(id="signatures", title="Signatures", blocks=(form,))


_HOW_TO_READ: Final = (
    (
        "The statements stand in the order of the source, each under the id by which Lutetia names it. The first line "
        "is our paraphrase; the text of the source is not reproduced."
    ),
    (
        "“Condition” is made from the expression that the program evaluates, not written beside it. It is evaluated on "
        "the facts of a patient's record as known on a day. “Asked about” means the question put: selection, or a "
        "numbered cycle on its planned day."
    ),
    (
        "A condition holds (met), does not hold (not met), or cannot be told (unknown). A fact that is missing or too "
        "old is unknown, never a pass. “Unless” excuses only when it is on record as true."
    ),
    (
        "“When it holds” says what it means for the patient: for, against, excludes, caution, requires (something that "
        "must be there is missing), advises, informs."
    ),
    "“Strength” is what the source states. Most statements are unrated; none is graded by us.",
    (
        "“Effect on the cycle” is what the condition does to the advice on a cycle. P0 to P7 are Lutetia's order, for "
        "the source states none; the most restrictive outcome that is certain stands."
    ),
    (
        "A statement that is not executable has no condition; its kind, and why it is not evaluated, stand instead. "
        "Our paraphrase of it is signed like all others."
    ),
    (
        "A number or a reading marked “chosen by Lutetia, configurable” is not the source's: the source is silent or "
        "can be read in more than one way, and a site may choose otherwise."
    ),
)


def _how_to_read(sheet: Sheet) -> Section:
    cases = (
        "A case is an invented patient. In the tables of cases “on” names the background on which it is put, and "
        f"“given” what differs from it. {_backgrounds(sheet)} The test suite runs every case."
    )
    return Section(id="how-to-read", title="How to read it", blocks=(Bullets(items=(*_HOW_TO_READ, cases)),))


_BACKGROUNDS: Final = {
    "empty": "empty knows nothing",
    "eligible": "eligible is a man with mCRPC after enzalutamide and docetaxel, nothing in the way of his first cycle",
    "well": "well is the same man before his third cycle",
    "delayed": "delayed is that man with the third cycle moved by two weeks",
    "before": "before is a man like eligible, weighed, before his first cycle",
    "third": "third is the same man before the third cycle, nothing in its way",
    "fourth": "fourth is the same man before the fourth cycle, the third given with 5.9 GBq",
    "naive": "naive is a man with mCRPC that progressed on enzalutamide, without any taxane",
    "sensitive": "sensitive is a man with metastatic disease, not castration-resistant",
    "bright": "bright is a man with three metastases, all bright on PSMA PET and none discordant",
    "read": "read is the same man, imaged and read, with no lesion measured",
    "under_androgen_deprivation": "under_androgen_deprivation is a man with testosterone suppressed and no new imaging",
}


def _backgrounds(sheet: Sheet) -> str:
    """Say what the backgrounds are that the cases of the book are put on."""
    used = {case.background for one in sheet.statements for case in one.cases}
    said = [text for name, text in _BACKGROUNDS.items() if name in used]
    others = sorted(used - set(_BACKGROUNDS))
    said += [f"{words.listed(others)}: see backgrounds.yaml beside the cases of the book"] if others else []
    return words.sentence("; ".join(said)) if said else ""


def _where() -> Section:
    return Section(id="contents", title="Contents", blocks=(Contents(level=2),))


def _sections(sheet: Sheet) -> Iterator[Block]:
    for number, (title, statements) in enumerate(sheet.sections, 1):
        yield NewPage()
        blocks = (*(statement_section(one) for one in statements), _sign_off(number, title, statements))
        yield Section(id=f"section-{number}", title=f"{number}. {title}", blocks=blocks)


def _sign_off(number: int, title: str, statements: tuple[StatementSaid, ...]) -> Section:
    about = words.count(len(statements), "statement")
    form = Form(
        lead=_VERDICT,
        caption="For this section, at the content named at the foot of the page.",
        columns=("comment or change, with the id", *_SIGNED),
        rows=(("",) * 5,) * 3,
    )
    return Section(id=f"sign-{number}", title=f"Sign-off: {title} ({about})", blocks=(form,))


def _departures(sheet: Sheet) -> tuple[Block, ...]:
    if sheet.protocol is None:
        return ()
    rows = tuple(
        (one.words, words.prose(one.source), words.prose(one.local), one.direction.value,
         f"{one.reason} ({one.author}, {one.on})")
        for one in sheet.departures
    )  # fmt: skip
    columns = (Column("what"), Column("source"), Column("here"), Column("does"), Column("reason"))
    blocks: list[Block] = [
        Table(caption="Where the local protocol departs from the source", columns=columns, rows=rows)
    ]
    if sheet.checklist:
        asked = tuple((one.id, one.question, one.citation, f"{one.reason} ({one.author}, {one.on})")
                      for one in sheet.checklist)  # fmt: skip
        added = (Column("id"), Column("question"), Column("place"), Column("reason"))
        blocks.append(Table(caption="Questions that the local protocol adds", columns=added, rows=asked))
    return (Section(id="local-protocol", title="Local protocol", blocks=tuple(blocks)),)


def _appendices(sheet: Sheet) -> Iterator[Block]:
    yield Section(id="all-limits", title="Appendix: all limits", blocks=(_limits(sheet),))
    yield Section(id="validity", title="Appendix: how old facts may be", blocks=(_validity(sheet),))
    yield Section(id="precedence", title="Appendix: order of precedence", blocks=_precedence(sheet))
    yield Section(id="index", title="Appendix: index of ids", blocks=(_index(sheet),))


def _index(sheet: Sheet) -> Contents:
    return Contents(ids=tuple(sorted((one.statement.id for one in sheet.statements), key=_by_number)))


def _by_number(id: str) -> tuple[str, ...]:
    """Sort ``PROC-10`` behind ``PROC-9``."""
    return tuple(part.zfill(4) if part.isdigit() else part for part in re.split(r"(\d+)", id))


def _limits(sheet: Sheet) -> Table:
    rows = tuple(
        (
            one.limit.title or one.limit.name.replace("_", " "),
            "; ".join(f"{words.prose(shown)} from {since}" for since, shown in one.values),
            one.limit.locator,
            _chosen(one.limit.chosen_by_lutetia, one.limit.departs_from, one.limit.shown),
            ", ".join(one.rules) or "ages, plan or remarks",
        )
        for one in sheet.limits
    )
    columns = (Column("limit"), Column("value"), Column("place"), Column("stated by"), Column("used by"))
    return Table(caption="Every number, from which day it holds, and who looks at it", columns=columns, rows=rows,
                 dense=True)  # fmt: skip


def _chosen(by_lutetia: bool, departs_from: str, shown: str) -> str:
    if departs_from:
        return f"local protocol: {words.prose(shown)}"
    return "chosen by Lutetia, configurable" if by_lutetia else "the source"


def _validity(sheet: Sheet) -> Table:
    rows = tuple((kind, item, shown) for kind, item, shown in sheet.validity)
    columns = (Column("for a question on"), Column("fact or group of facts"), Column("at most so old"))
    caption = "The longer name wins over its group; what is not named has no greatest age, and its age is shown"
    return Table(caption=caption, columns=columns, rows=rows)


def _precedence(sheet: Sheet) -> tuple[Block, ...]:
    order = " < ".join(
        "a person weighs it" if outcome is Outcome.UNDETERMINED else outcome.value
        for outcome in sorted(RESTRICTION, key=RESTRICTION.__getitem__)
    )
    found: dict[tuple[str, str], list[str]] = {}
    for one in sheet.statements:
        for effect in one.effects:
            rules = found.setdefault((effect.precedence, weighed(effect.does)), [])
            if one.statement.id not in rules:
                rules.append(one.statement.id)
    rows = tuple((place, does, ", ".join(rules)) for (place, does), rules in sorted(found.items()))
    text = (
        "From least to most restrictive: " + order + ". The most restrictive outcome that is certain stands; while a "
        "more restrictive one is possible the decision is undetermined and says what would settle it. Before every "
        "rule stand the death of the patient and a recorded decision that nobody revoked. The order is Lutetia's."
    )
    columns = (Column("place"), Column("effect on the cycle"), Column("recommendations"))
    table = (Table(caption="Effects in their order", columns=columns, rows=rows),) if rows else ()
    return (Paragraph(text=text), *table)
