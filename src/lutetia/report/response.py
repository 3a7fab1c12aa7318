"""How is the response shown? One page: PSA with the cycles, what each criterion says, lesions, what is due next."""

from __future__ import annotations

from typing import Final

from lutetia.criteria.psa_response import changes
from lutetia.criteria.psa_series import Level
from lutetia.criteria.published import published
from lutetia.criteria.response_class import NAMES, change_percent, signed
from lutetia.report import words
from lutetia.report.course_page import course_page
from lutetia.report.document import (
    Block,
    Bullets,
    Column,
    Document,
    Figure,
    Fold,
    KeyFacts,
    Note,
    Paragraph,
    Section,
    Table,
)
from lutetia.report.figures.lesion_change import MOST_ROWS, VolumeChange, draw_lesion_changes
from lutetia.report.figures.psa_curve import PsaCurve, draw_psa, shown_value
from lutetia.report.plan import plan_sections
from lutetia.report.response_psa import psa_rows, trigger_row
from lutetia.report.restaging import LesionChange, ResponseResult, Restaging, Said, Stance, bounds
from lutetia.report.toxicity import strip_section, summary_section

MARKS: Final = {
    Stance.BETTER: "+",
    Stance.STABLE: "=",
    Stance.NOT_WORSE: "=",
    Stance.NOT_BETTER: "=",
    Stance.WORSE: "−",
    Stance.OPEN: "?",
    Stance.APART: "–",
}
_STANDING: Final = (
    "Response by PSMA PET is not standardised: an expert consensus of 2025 found the data insufficient. RECIP, PPP and "
    "the adapted PERCIST are investigational, and RECIP was validated about 12 weeks after treatment began. Not "
    "applied here, because their definition is not at hand: PCWG3 and RECIST adapted to PSMA PET, and PCWG4; a class "
    "that the reader gave by one of them is repeated as stated."
)


def response_document(result: ResponseResult, notes: tuple[str, ...] = ()) -> Document:
    """Return the page."""
    course = result.course
    blocks = (
        _first(result),
        *_curve(result),
        *_criteria(result),
        *_disease(result),
        _harm(result),
        _next(result),
        _notes(notes),
    )
    return course_page(course.id, "response", result.known_on, blocks, synthetic=course.synthetic)


def _first(result: ResponseResult) -> Section:
    """Return the answer in a few lines: what PSA and the latest restaging say, and where they disagree."""
    rows = list(psa_rows(result.psa))
    number, cycles = result.series
    if number > 1:
        told = f"series {number}, since cycle {cycles[0][0]} ({cycles[0][1]}); each series has its own baseline"
        rows.insert(0, ("treated again", told))
    latest = result.restagings[-1] if result.restagings else None
    if latest is None:
        rows.append(("imaging", "no imaging under treatment is recorded" if result.started else "no cycle was given"))
    else:
        rows.append(("imaging", f"{', '.join(latest.imaging)}; {_counts(latest)}"))
    blocks: list[Block] = [KeyFacts(rows=tuple(rows))]
    if latest is not None and latest.disagreement:
        blocks.append(Note(kind="warning", lead="The criteria disagree.", text=latest.disagreement))
    discordant = latest is not None and any(one.answer == "discordant" for one in latest.said)
    if discordant:
        text = "One says response and the other progression. No answer is made of the two: a person decides."
        blocks.append(Note(kind="warning", lead="PSA and RECIP are discordant.", text=text))
    return Section(id="answer", title="Is it working?", blocks=tuple(blocks))


def _counts(restaging: Restaging) -> str:
    groups = (
        ("progression", (Stance.WORSE,)),
        ("response", (Stance.BETTER,)),
        ("no progression", (Stance.STABLE, Stance.NOT_WORSE)),
        ("unknown", (Stance.OPEN, Stance.APART)),
    )
    found = [(name, len(restaging.by(*stances))) for name, stances in groups]
    return ", ".join(f"{name} by {count}" for name, count in found if count)


def _curve(result: ResponseResult) -> tuple[Section, ...]:
    series = result.psa.series
    if series is None:
        return ()
    base, progression = series.baseline, result.psa.progression
    value, _ = shown_value(base)
    rules = [(value / 2, "−50 %")] if value > 0 else []
    if progression is not None:
        numbers = published()["PCWG3 PSA"].values
        lowest = shown_value(progression.nadir)[0]
        limit = max(lowest * numbers["over_nadir"], lowest + numbers["least_rise_ng_ml"])
        rules.append((limit, f"25 % and 2 ng/mL over the lowest: {words.measured(limit)}"))
    rose = progression is not None and progression.on is not None
    curve = PsaCurve(
        early_days=published()["PCWG3 PSA"].values["early_days"],
        levels=(*result.psa.earlier, base, *series.after, *result.psa.later),
        cycles=result.series[1],
        restagings=[(one.on, _in_short(one)) for one in result.restagings if one.on > series.started],
        rules=rules,
        marked=[(progression.on, "PCWG3" if progression.progressed else "to be confirmed")]
        if rose and progression is not None and progression.on is not None
        else [],
    )
    figure = Figure(
        name="psa", svg=draw_psa(curve),
        caption="PSA under treatment. Upright lines: cycles; diamonds: restagings with the class by RECIP 1.0. Grey: "
        "the first 12 weeks, in which a rise is no progression by PCWG3. Open triangles: bounds, beyond what the "
        "laboratory can measure."
        + (f" Later values were taken under {result.psa.next_therapy}." if result.psa.later else ""),
        alt="PSA over time with the cycles; the values are in the table.",
        data=_values(result),
    )  # fmt: skip
    return (Section(id="psa", title="PSA", blocks=(figure, KeyFacts(rows=(trigger_row(result),)))),)


def _in_short(restaging: Restaging) -> str:
    found = next((one for one in restaging.said if one.criterion == "RECIP 1.0"), None)
    if found is None:
        return restaging.imaging[-1].partition(" ")[0]
    return "?" if found.stance is Stance.OPEN else found.answer


def _values(result: ResponseResult) -> Table:
    series = result.psa.series
    assert series is not None
    percent = {one.on: bounds(one.percent) for one in changes(series)}
    rows = [(series.baseline.on.isoformat(), _text(series.baseline), "baseline")]
    rows += [(level.on.isoformat(), _text(level), percent.get(level.on, "–")) for level in series.after]
    rows += [(level.on.isoformat(), _text(level), f"under {result.psa.next_therapy}") for level in result.psa.later]
    columns = (Column("day"), Column("PSA", "ng/mL", "decimal"), Column("since baseline", align="decimal"))
    return Table(caption="PSA under treatment", columns=columns, rows=tuple(rows), dense=True)


def _text(level: Level) -> str:
    value, sign = shown_value(level)
    return f"{sign}{words.measured(value)}"


def _criteria(result: ResponseResult) -> tuple[Section, ...]:
    if not result.restagings:
        return ()
    latest = result.restagings[-1]
    title = f"What each criterion says on {latest.on.isoformat()}, after cycle {latest.after_cycle}"
    sources = Fold(summary="Sources", content=(_sources(latest),), in_print="open")
    blocks: list[Block] = [_said_table(latest), Paragraph(text=_STANDING), sources]
    found = [Section(id="criteria", title=title, blocks=tuple(blocks))]
    if len(result.restagings) > 1:
        found.append(Section(id="restagings", title="Every restaging", blocks=(_grid(result),)))
    return tuple(found)


def _said_table(restaging: Restaging) -> Table:
    against = f", compared with {restaging.compared_with}" if restaging.compared_with else ""
    against += "" if restaging.week is None else f"; {restaging.week:.0f} weeks after treatment began"
    against += f"; under {restaging.under}" if restaging.under else ""
    rows = tuple(
        (one.criterion, one.of, f"{MARKS[one.stance]} {_answer(one)}", _why(one)) for one in restaging.said
    )  # fmt: skip
    columns = (Column("criterion"), Column("looks at"), Column("says"), Column("why, and what would settle it"))
    return Table(caption=f"{', '.join(restaging.imaging)}{against}", columns=columns, rows=rows)


def _answer(one: Said) -> str:
    return f"{one.answer}, {NAMES[one.answer]}" if one.answer in NAMES else one.answer


def _why(one: Said) -> str:
    needs = f"needs {'; '.join(one.needs)}" if one.needs else ""
    return "; ".join(part for part in (one.because, needs) if part) or "–"


def _sources(restaging: Restaging) -> KeyFacts:
    return KeyFacts(rows=tuple(dict.fromkeys((one.criterion, one.source) for one in restaging.said)))


def _grid(result: ResponseResult) -> Table:
    names = list(dict.fromkeys(one.criterion for restaging in result.restagings for one in restaging.said))
    rows = []
    for name in names:
        cells = []
        for restaging in result.restagings:
            found = next((one for one in restaging.said if one.criterion == name), None)
            cells.append("–" if found is None else f"{MARKS[found.stance]} {found.answer}")
        rows.append((name, *cells))
    columns = (Column("criterion"), *(Column(one.on.isoformat()) for one in result.restagings))
    caption = "+ response, = no change that counts, − progression, ? unknown"
    return Table(caption=caption, columns=columns, rows=tuple(rows))


def _disease(result: ResponseResult) -> tuple[Section, ...]:
    latest = next((one for one in reversed(result.restagings) if one.lesions or one.extent), None)
    if latest is None:
        return ()
    blocks: list[Block] = [*_picture(latest), _lesions(latest)] if latest.lesions else []
    rows = [(f"miTNM by the {name}" if name != "PRIMARY" else "PRIMARY score", text) for name, text in latest.extent]
    before, now = latest.volume_ml
    if before is not None or now is not None:
        shown = " → ".join("–" if ml is None else f"{words.measured(ml)} mL" for ml in (before, now))
        rows.insert(0, ("PSMA-positive volume", shown))
    blocks.append(KeyFacts(rows=tuple(rows)))
    against = f"compared with {latest.compared_with}" if latest.compared_with else "with none before treatment"
    stale = "" if latest is result.restagings[-1] else "; the latest restaging had no PSMA PET"
    blocks.insert(0, Paragraph(text=f'"Now" is the PSMA PET of {latest.pet}, {against}{stale}.'))
    return (Section(id="lesions", title=f"Disease on PSMA PET of {latest.pet}", blocks=tuple(blocks)),)


def _picture(restaging: Restaging) -> tuple[Figure, ...]:
    """Draw the volumes where two or more can be drawn."""
    every = VolumeChange("all tumour", *restaging.volume_ml, _remark(*restaging.volume_ml))
    rows = [VolumeChange(f"{one.lesion} {one.site}", *one.volume_ml, "new" if one.new else _remark(*one.volume_ml))
            for one in restaging.lesions]  # fmt: skip
    shown = [row for row in (every, *rows) if row.before_ml or row.now_ml]
    if len(shown) < 2:
        return ()
    left_out = f" The first {MOST_ROWS} of {len(shown)} rows." if len(shown) > MOST_ROWS else ""
    caption = (
        f"PSMA-positive volume. Open circles: before treatment; full ones: now. Beyond them, the change.{left_out}"
    )
    alt = "Volume of every lesion before treatment and now; the numbers are in the table."
    return (Figure(name="lesions", svg=draw_lesion_changes(shown), caption=caption, alt=alt),)


def _remark(before: float | None, now: float | None) -> str:
    if not before:
        return ""
    return "not measured" if now is None else signed(change_percent(before, now))


def _lesions(restaging: Restaging) -> Table:
    columns = (
        Column("lesion"), Column("volume before", "mL", "decimal"), Column("now", "mL", "decimal"),
        Column("SUVmean before", align="decimal"), Column("now", align="decimal"),
        Column("SUVmax before", align="decimal"), Column("now", align="decimal"), Column("PSMA score"),
    )  # fmt: skip
    rows = tuple(_lesion(one) for one in restaging.lesions)
    caption = "Lesions, with the expression score of PROMISE V2 (0 to 3) as measured now"
    return Table(caption=caption, columns=columns, rows=rows)


def _lesion(one: LesionChange) -> tuple[str, ...]:
    pairs = (one.volume_ml, one.suv_mean, one.suv_max)
    numbers = ("–" if value is None else words.measured(value) for pair in pairs for value in pair)
    return (f"{one.lesion} {one.site}{', new' if one.new else ''}", *numbers, one.expression)


def _harm(result: ResponseResult) -> Section:
    """Return the worst side effects of every cycle; the page of ``lutetia toxicity`` tells the rest."""
    graded = result.toxicity
    parts = (summary_section(graded), *strip_section(graded))
    blocks = tuple(block for part in parts for block in part.blocks)
    return Section(id="toxicity", title=f"What harm it does, by CTCAE {graded.version}", blocks=blocks)


def _next(result: ResponseResult) -> Section:
    blocks: list[Block] = []
    if result.advice is not None:
        question, advice = result.advice
        rows = [(question, words.sentence(words.prose(advice.headline)))]
        rows += [("because", f"{one.id}: {words.prose(one.text)}") for one in advice.because]
        blocks.append(KeyFacts(rows=tuple(rows)))
    plan, *_ = plan_sections(result.plan)
    return Section(id="due", title=f"What the guideline says: {result.plan.book_title}", blocks=(*blocks, *plan.blocks))


def _notes(notes: tuple[str, ...]) -> Section:
    own = (
        "A new lesion, its number and its persistence are a reader's statement; nothing here was read off an image.",
        "The PSA before treatment is the last one up to the day of the first cycle.",
        "Examinations up to 28 days apart belong to one restaging, with the PSA up to 14 days after the last of them.",
    )
    return Section(id="notes", title="Notes", blocks=(Bullets(items=(*own, *map(words.prose, notes))),))
