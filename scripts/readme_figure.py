"""Make the picture of the README from the results of a simulated patient: the page's top, curves, a slice.

Usage: ``python scripts/readme_figure.py RESULTS``, where RESULTS is a folder such as ``DEMO/course/results/RUN`` that
``lutetia demo`` wrote. Needs Chromium or Chrome, and Pillow. Refuses results that are not marked as synthetic.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "images" / "report.png"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDE_PX, PAGE_PX, COLUMN_PX, SCALE = 1600, 1160, 800, 2
COLOURS = 256
MOST_BYTES = 400_000
SHOWN = "figures/{name}.svg"
COLUMN = """<!DOCTYPE html><meta charset="utf-8"><style>body {{ margin: 0; background: #fff; }}
img {{ display: block; width: 100%; margin: 0 0 14px; }}</style>{images}"""


def main() -> int:
    """Read the folder from the command line and write the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, help="folder with report.html and figures/")
    folder = parser.parse_args().results.resolve()
    page = folder / "report.html"
    if not page.is_file() or "SYNTHETIC: no real patient." not in page.read_text(encoding="utf-8"):
        sys.exit(f"{page.name}: not there, or not of a synthetic patient; give a folder that 'lutetia demo' wrote")
    picture = composed(
        page, [folder / SHOWN.format(name=name) for name in ("timeline", "curves-1-1", "curves-1-2", "slices-1")]
    )
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=1).save(TARGET, optimize=True)
    if TARGET.stat().st_size > MOST_BYTES:
        sys.exit(f"{TARGET.name}: {TARGET.stat().st_size} bytes, more than {MOST_BYTES}; use fewer colours")
    return 0


def composed(page: Path, figures: list[Path]) -> Image.Image:
    """Set the top of the page beside figures of the same run."""
    with TemporaryDirectory(prefix="lutetia-readme-") as name:
        scratch = Path(name)
        column = scratch / "column.html"
        images = "".join(f'<img src="{figure.as_uri()}">' for figure in figures)
        column.write_text(COLUMN.format(images=images), encoding="utf-8")
        right = cropped(shot(column, COLUMN_PX, 1600, scratch))
        left = shot(page, PAGE_PX, 1600, scratch)
    tall = right.height + 80
    canvas = Image.new("RGB", (left.width + right.width + 40, tall), "white")
    canvas.paste(left.crop((0, 0, left.width, tall)), (0, 0))
    canvas.paste(right, (left.width + 10, 40))
    return canvas.resize((WIDE_PX, round(tall * WIDE_PX / canvas.width)), Image.Resampling.LANCZOS)


def shot(page: Path, wide_px: int, tall_px: int, scratch: Path) -> Image.Image:
    """Take a picture of a page with a headless browser."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        sys.exit(f"no browser found; looked for {', '.join(BROWSERS)}")
    target = scratch / f"{page.stem}.png"
    command = [
        browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
        f"--force-device-scale-factor={SCALE}", f"--window-size={wide_px},{tall_px}",
        f"--user-data-dir={scratch / 'profile'}", f"--screenshot={target}", page.as_uri(),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    with Image.open(target) as image:
        return image.convert("RGB")


def cropped(image: Image.Image) -> Image.Image:
    """Cut the white off below."""
    box = image.convert("L").point(lambda value: 255 if value < 250 else 0).getbbox()
    return image.crop((0, 0, image.width, box[3])) if box else image


if __name__ == "__main__":
    raise SystemExit(main())
