"""What does PSA say, in a few lines? And, kept apart, whether the guideline asks for imaging because of it."""

from __future__ import annotations

from lutetia.guideline.schedule import DueState
from lutetia.report import words
from lutetia.report.figures.psa_curve import shown_value
from lutetia.report.restaging import PsaAnswers, ResponseResult, bounds


def psa_rows(psa: PsaAnswers) -> tuple[tuple[str, str], ...]:
    """Return label and text of each answer."""
    if psa.series is None:
        return (("PSA", f"unknown: {psa.why_not}"),)
    value, sign = shown_value(psa.series.baseline)
    rows = [("PSA before", f"{sign}{words.measured(value)} ng/mL ({psa.series.baseline.on})")]
    if psa.next_therapy:
        rows.append(("next therapy", f"{psa.next_therapy}; PSA counts up to that day"))
    rows.append(("best change", _best(psa)))
    rows.append(("PSA30, 50, 90", _declines(psa)))
    rows.append(("PCWG3", _progression(psa)))
    if psa.six_weeks is not None:
        change, trend = psa.six_weeks
        text = f"{bounds(change.percent)} at 6 weeks ({change.on}): {trend or 'unknown'}, a sign and no criterion"
        rows.append(("early sign", text))
    if psa.rising is not None:
        fast = f"{psa.rising.months:.1f} months" if psa.rising.months is not None else psa.rising.why
        rows.append(("doubling time", f"since the lowest value: {fast}"))
    if psa.flare is not None:
        rows.append(("flare", f"rose to {psa.flare[0]}, below the value before treatment from {psa.flare[1]} on"))
    if psa.pattern is not None:
        rows.append(("pattern", f"{psa.pattern} from cycle to cycle"))
    return tuple(rows)


def _best(psa: PsaAnswers) -> str:
    if psa.best is None:
        after = psa.series is not None and psa.series.after
        return "not defined: PSA before was 0" if after else "no PSA under treatment"
    week = "" if psa.at_12_weeks is None else f"; at 12 weeks {bounds(psa.at_12_weeks.percent)} ({psa.at_12_weeks.on})"
    return f"{bounds(psa.best.percent)} ({psa.best.on}){week}"


def _declines(psa: PsaAnswers) -> str:
    parts = []
    for percent, found in psa.declines:
        if found.holds:
            confirmed = {True: f"confirmed {found.confirmed_on}", False: "not confirmed", None: "not yet confirmed"}
            parts.append(f"PSA{percent} on {found.on}, {confirmed[found.confirmed]}")
        else:
            parts.append(f"PSA{percent} {'not reached' if found.holds is False else 'unknown'}")
    return "; ".join(parts)


def _progression(psa: PsaAnswers) -> str:
    found = psa.progression
    assert found is not None
    texts = {
        "confirmed": f"PSA progression on {found.on}, confirmed on {found.confirmed_on}",
        "without a fall": f"PSA progression on {found.on}; it never fell, and no confirmation is asked for",
        "not confirmed": f"a rise on {found.on} awaits a second value, 3 weeks later or more",
        "none": "no PSA progression",
        "too early": "no PSA 12 weeks after the first cycle or later: a rise before does not count",
    }
    if found.closed:
        texts |= {
            "not confirmed": f"a rise on {found.on}, not to be confirmed: {psa.next_therapy} began within 3 weeks",
            "too early": f"not evaluable: {psa.next_therapy} began before the 12th week, and no later value counts",
        }
    back = f"; below it again on {found.fell_back_on}" if found.fell_back_on is not None else ""
    return texts[found.state] + back


def trigger_row(result: ResponseResult) -> tuple[str, str]:
    """Return what the guideline's own rule on PSA says; it asks for imaging, and is no progression by PCWG3."""
    label, found = "guideline, FU-2c", result.trigger
    apart = "It has numbers of its own, asks for imaging and is no progression by PCWG3."
    if found is None:
        reliable = "since PSA tells the response" if len(result.course.given_cycles) > 1 else "yet"
        early = "" if len(result.course.given_cycles) > 1 else ": PSA tells the response only after the second cycle"
        return label, f"No rise that asks for restaging {reliable}{early}. {apart}"
    rose = ", lowest before it ".join(f"{seen.shown} ({seen.on})" for seen in found.evidence[:2])
    state = "" if found.state is DueState.DUE_NOW else f" ({words.prose(found.because)})"
    return label, f"PSA {rose}: {found.state.value}{state}. {words.sentence(found.says)} {apart}"
