"""HTML, PDF and plain text show the same page, each on its own: no network, no script, no second file."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lutetia.report import Document, RunResult, build, render_html, render_pdf, render_text

SECONDS_FOR_A_BROWSER = 60
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Reader(HTMLParser):
    """Collects what a browser would load, and the order of headings."""

    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.tags: list[str] = []
        self.headings: list[int] = []
        self.images_without_text = 0
        self.heads_without_scope = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.loaded += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action", "data")]
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        self.images_without_text += tag == "img" and not given.get("alt")
        self.heads_without_scope += tag == "th" and given.get("scope") not in ("row", "col")


@pytest.fixture(scope="module")
def page(full: RunResult) -> Document:
    return build(full)


@pytest.fixture(scope="module")
def html(page: Document) -> str:
    return render_html(page)


@pytest.fixture(scope="module")
def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def test_the_page_loads_nothing_from_anywhere(html: str, read: Reader) -> None:
    assert read.loaded
    assert all(source.startswith("data:image/svg+xml;base64,") for source in read.loaded)
    assert not {"script", "link", "iframe", "object", "base"} & set(read.tags)
    assert "url(" not in html
    assert "@import" not in html
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert f'content="{policy}"' in html


def test_pictures_inside_the_page_load_nothing_either(page: Document) -> None:
    figures = page.figures()
    assert figures
    for figure in figures:
        links = re.findall(rb'(?:xlink:href|href|src)="([^"]*)"', figure.svg)
        assert all(link.startswith((b"#", b"data:image/png;base64,")) for link in links), figure.name


def test_headings_go_down_one_level_at_a_time_and_the_language_is_stated(html: str, read: Reader) -> None:
    assert '<html lang="en">' in html
    assert read.headings[0] == 1
    assert read.headings.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(read.headings, read.headings[1:], strict=False))


def test_images_have_texts_and_head_cells_a_scope(read: Reader) -> None:
    assert read.images_without_text == 0
    assert read.heads_without_scope == 0


def test_what_a_file_says_cannot_become_markup(full: RunResult) -> None:
    hostile = replace(full, notes=("<script>alert(1)</script> 2026-01-01",), pictures=(), cycles=())
    text = render_html(build(hostile, figures=False))
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; <time>2026-01-01</time>" in text


def test_a_synthetic_page_says_so_in_head_title_and_foot(html: str, stopped: RunResult) -> None:
    assert html.count("SYNTHETIC") >= 3
    assert "SYNTHETIC" not in render_html(build(stopped))


def test_every_page_says_that_it_is_no_medical_device(html: str, stopped: RunResult) -> None:
    for text in (html, render_html(build(stopped)), render_text(build(stopped))):
        assert "Not a medical device" in text


def test_plain_text_keeps_to_its_width_and_to_the_order_of_the_page(page: Document) -> None:
    text = render_text(page, traces=True)
    assert max(map(len, text.splitlines())) <= 80
    marks = (
        "Unknown, would decide (2)",
        "Advice: undetermined",
        "ABSORBED DOSE IN SHORT",
        "+ For (1)",
        "WHERE THIS COMES FROM",
    )
    assert sorted(marks, key=text.index) == list(marks)
    assert "\x1b" not in text


def test_plain_text_opens_traces_only_when_asked(page: Document) -> None:
    choice = "The value before cycle 1 is taken as baseline"
    assert choice not in render_text(page)
    assert choice in render_text(page, traces=True)


def test_the_pdf_has_numbered_pages_the_hash_and_the_not_a_medical_device_line(page: Document, tmp_path: Path) -> None:
    pdf = render_pdf(page)
    assert pdf.startswith(b"%PDF-")
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    (tmp_path / "page.pdf").write_bytes(pdf)
    run = subprocess.run([tool, "-layout", str(tmp_path / "page.pdf"), "-"], capture_output=True, text=True, check=True)
    sheets = run.stdout.split("\f")[:-1]
    assert len(sheets) >= 4
    for number, sheet in enumerate(sheets, 1):
        assert f"page {number} of {len(sheets)}" in sheet
        assert "Not a medical device" in sheet
        assert page.digest[:16] in sheet
        assert "SYNTHETIC" in sheet
    everything = " ".join(run.stdout.split())
    for text in (
        "¹⁷⁷Lu",
        "10⁹/L",
        "Not for deviation from approved dosing",
        "0.43 ± 0.16",
        "AE-6c",
        "Side effects, item 3",
    ):
        assert text in everything, text


def test_the_pdf_of_the_same_page_is_the_same_file(stopped: RunResult) -> None:
    assert render_pdf(build(stopped)) == render_pdf(build(stopped))


def test_paper_shows_every_trace_and_never_the_answers_that_do_not_speak_twice(page: Document, tmp_path: Path) -> None:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext (poppler-utils) is not installed")
    (tmp_path / "page.pdf").write_bytes(render_pdf(page))
    run = subprocess.run([tool, str(tmp_path / "page.pdf"), "-"], capture_output=True, text=True, check=True)
    everything = " ".join(run.stdout.split())
    assert "The value before cycle 1 is taken as baseline" in everything
    assert "GFR under 30 mL/min." not in everything


@pytest.mark.browser
def test_a_real_browser_draws_the_page_without_a_word_of_complaint(html: str, tmp_path: Path) -> None:
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        pytest.skip(f"no browser found; looked for {', '.join(BROWSERS)}")
    source, picture = tmp_path / "page.html", tmp_path / "page.png"
    source.write_text(html, encoding="utf-8")
    command = [
        browser,
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--enable-logging=stderr",
        "--virtual-time-budget=3000",
        "--window-size=1280,2000",
        f"--user-data-dir={tmp_path / 'profile'}",
        f"--screenshot={picture}",
        source.as_uri(),
    ]
    run = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_FOR_A_BROWSER, check=False)
    said = [line for line in run.stderr.splitlines() if ":CONSOLE" in line]
    assert said == []
    assert picture.stat().st_size > 20_000
