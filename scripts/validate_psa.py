"""Read real PSA of 68 men by the criteria of response, and write docs/validation/psa.md.

The series is the control arm (docetaxel) of ASCENT-2 as the R package tumgr 0.0.4 ships it (MIT; Project Data Sphere):
columns patient, day, psa_ng_ml, its rows in no order. It is not part of Lutetia; the page holds counts only. It names
no day of treatment, so the first value of each man is taken as his baseline and its day as his start. The tests read
the same file and compare every date with a second, naive reading (tests/criteria/test_real_psa_series.py).

Usage: python scripts/validate_psa.py psa_series/ascent2_control_psa.csv [--page FILE] [--waterfall FILE.svg]
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median, quantiles

from scipy.stats import binomtest

from lutetia.criteria.interval import Interval
from lutetia.criteria.pcwg3 import psa_progression
from lutetia.criteria.psa_response import best_change, decline
from lutetia.criteria.psa_series import Level, PsaSeries, under_treatment
from lutetia.report.figures import style

PAGE = Path(__file__).parent.parent / "docs" / "validation" / "psa.md"
FIRST_DAY = date(2020, 1, 1)
LEVEL = 0.95
STATES = ("confirmed", "without a fall", "not confirmed", "none", "too early")
HEAD = """\
# PSA of 68 men, by the criteria of response

Written by `scripts/validate_psa.py` from the control arm (docetaxel) of ASCENT-2 as the R package tumgr 0.0.4 ships it
(MIT; Project Data Sphere). The series is not part of Lutetia; nothing on this page is typed by hand. It names no day of
treatment: the first value of each man is taken as his baseline, and its day as his start. Intervals are exact (Clopper
and Pearson), 95 %.

Every date of progression, every best change and every confirmed fall is compared with a second, naive reading of the
definitions by `tests/criteria/test_real_psa_series.py`, which reads the same file.
"""


def series_of(path: Path) -> dict[str, PsaSeries]:
    """Return the series of every man."""
    rows: dict[str, list[Level]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            on = FIRST_DAY + timedelta(days=int(row["day"]))
            rows[row["patient"]].append(Level(on, Interval.point(float(row["psa_ng_ml"]))))
    found = {man: under_treatment(levels, min(level.on for level in levels)) for man, levels in rows.items()}
    return {man: series for man, series in found.items() if series is not None}


def exact(count: int, men: int) -> str:
    """Return a count with its part and the exact interval of that."""
    interval = binomtest(count, men).proportion_ci(LEVEL, method="exact")
    return f"{count} of {men} ({100 * count / men:.0f} %; {100 * interval.low:.0f} to {100 * interval.high:.0f} %)"


def page(men: Sequence[PsaSeries]) -> str:
    """Return the page."""
    values = sum(1 + len(one.after) for one in men)
    changes = best_changes(men)
    low, middle, high = quantiles(changes, n=4)
    states: Counter[str] = Counter(psa_progression(one).state for one in men)
    lines = [HEAD, "| | |", "|---|---|", f"| men, values | {len(men)}, {values} |"]
    lines += [f"| values for each man, median | {median(1 + len(one.after) for one in men):g} |"]
    lines += [f"| men with a value after the first, who can fall | {len(changes)} |"]
    lines += [f"| best change, median (quartiles) | {middle:.0f} % ({low:.0f} to {high:.0f} %) |"]
    for percent in (30, 50, 90):
        found = [decline(one, percent) for one in men]
        lines += [f"| PSA{percent} | {exact(sum(one.holds is True for one in found), len(men))} |"]
        lines += [f"| PSA{percent}, confirmed | {exact(sum(one.confirmed is True for one in found), len(men))} |"]
    lines += [f"| PCWG3: {state} | {states[state]} |" for state in STATES]
    return "\n".join(lines) + "\n"


def best_changes(men: Iterable[PsaSeries]) -> list[float]:
    """Return the best change of every man who has one, the largest rise first [%]."""
    found = [best.percent.low for one in men if (best := best_change(one)) is not None]
    return sorted(found, reverse=True)


def waterfall(changes: Sequence[float]) -> bytes:
    """Draw the best change of every man; rises beyond 100 % are cut there and marked."""
    with style.drawing("waterfall"):
        figure = style.new_figure(2.6)
        axes = figure.subplots()
        shown = [min(change, 100.0) for change in changes]
        axes.bar(range(len(shown)), shown, color=style.BLUE, width=0.8)
        for place, change in enumerate(changes):
            if change > 100:
                axes.annotate(f"{change:+.0f}", (place, 100), ha="center", va="bottom", rotation=90)
        for line in (-30, -50, -90):
            axes.axhline(line, color=style.FAINT, lw=0.6, ls=(0, (6, 2)))
        axes.set_ylim(-105, 125)
        axes.set_ylabel("best change\nof PSA [%]", rotation=0, ha="right", va="center")
        axes.set_xticks([])
        return style.as_svg(figure)


def main() -> None:
    """Read the file named on the command line and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("series", type=Path)
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--waterfall", type=Path)
    asked = parser.parse_args()
    men = list(series_of(asked.series).values())
    asked.page.write_text(page(men), encoding="utf-8")
    if asked.waterfall is not None:
        asked.waterfall.write_bytes(waterfall(best_changes(men)))


if __name__ == "__main__":
    main()
