"""Results to one document model, rendered to HTML, PDF and plain text, and the same numbers as JSON."""

from lutetia.report.document import Document
from lutetia.report.html import render_html
from lutetia.report.json_form import assessment_json, comparison_json, dose_json, report_json, report_schema
from lutetia.report.page import assessment_document, build, comparison_document, dose_document, summary
from lutetia.report.pdf import render_pdf
from lutetia.report.result import Picture, RunResult, Stop
from lutetia.report.terminal import render_text, summary_text

__all__ = [
    "Document",
    "Picture",
    "RunResult",
    "Stop",
    "assessment_document",
    "assessment_json",
    "build",
    "comparison_document",
    "comparison_json",
    "dose_document",
    "dose_json",
    "render_html",
    "render_pdf",
    "render_text",
    "report_json",
    "report_schema",
    "summary",
    "summary_text",
]
