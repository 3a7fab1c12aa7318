"""Which choices stand behind the doses: each with its value, whose it is, and from which source."""

from __future__ import annotations

from lutetia.report import words
from lutetia.report.document import Column, Fold, Table
from lutetia.report.form import Form
from lutetia.site import Choice


class ChoiceForm(Form):
    """One choice of the dose calculations."""

    what: str
    value: str
    whose: str
    source: str


def choices_fold(choices: tuple[Choice, ...]) -> list[Fold]:
    """Return the table of choices; nothing where there are none."""
    if not choices:
        return []
    columns = (Column("choice"), Column("value"), Column("whose"), Column("source"))
    rows = tuple(
        (one.what, one.value, one.whose, _source(one, before))
        for one, before in zip(choices, (None, *choices), strict=False)
    )
    own = sum(not one.whose.startswith(("Lutetia", "–")) for one in choices)
    table = Table(caption="Choices behind the doses, and where they come from", columns=columns, rows=rows, dense=True)
    return [
        Fold(summary=f"{words.count(len(rows), 'choice')} behind the doses, {own} of them stated", content=(table,))
    ]


def choices_table(choices: tuple[Choice, ...]) -> Table:
    """Return the choices without their sources, for where there is little room."""
    columns = (Column("choice"), Column("value"), Column("whose"))
    rows = tuple((one.what, one.value, one.whose) for one in choices)
    return Table(caption="Choices behind the doses", columns=columns, rows=rows)


def _source(one: Choice, before: Choice | None) -> str:
    if before is not None and one.source and one.source == before.source:
        return "the same"
    return words.prose(one.source) or "–"


def choice_form(choice: Choice) -> ChoiceForm:
    """Return a choice for JSON."""
    return ChoiceForm(what=choice.what, value=choice.value, whose=choice.whose, source=choice.source)
