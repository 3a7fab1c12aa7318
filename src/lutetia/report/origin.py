"""What has to be known to repeat a run: versions, data sets, parameters, the hashes of its inputs."""

from __future__ import annotations

from lutetia.provenance import RunRecord
from lutetia.report.document import Block, Column, Fold, KeyFacts, Section, Table

SHOWN_OF_A_HASH = 16


def origin_section(record: RunRecord) -> Section:
    """Return the provenance of a run."""
    rows = (
        ("command", record.command),
        ("started", record.started_at.isoformat()),
        ("finished", record.finished_at.isoformat()),
        ("versions", ", ".join([f"lutetia {record.version}", f"Python {record.python}",
                                *(f"{name} {version}" for name, version in record.packages.items())])),
        *((f"data set {name}", what) for name, what in record.datasets.items()),
        *((f"parameter {name}", str(value)) for name, value in record.parameters.items()),
    )  # fmt: skip
    blocks: tuple[Block, ...] = (KeyFacts(rows=tuple(rows)), *_inputs(record))
    return Section(id="provenance", title="Where this comes from", blocks=blocks)


def _inputs(record: RunRecord) -> tuple[Fold, ...]:
    if not record.inputs:
        return ()
    rows = tuple((name, digest[:SHOWN_OF_A_HASH]) for name, digest in sorted(record.inputs.items()))
    columns = (Column("input"), Column("SHA-256, first 16 digits"))
    table = Table(caption="Inputs; complete hashes are in report.json", columns=columns, rows=rows, dense=True)
    return (Fold(summary=f"Inputs and their hashes ({len(rows)})", content=(table,)),)
