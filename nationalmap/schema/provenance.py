"""Where each figure of the inputs was read: one row for a file and table, and the cells that were written otherwise."""

from __future__ import annotations

from nationalmap.schema.columns import Column, Table

#: What a figure of a file is worth; ``mixed``: each row or number says its own.
CLASSES = (
    *("published", "attested", "derived", "estimated", "illustrative", "legal", "assumption", "study", "stated"),
    "mixed",
)

PROVENANCE = Table(
    "provenance",
    "From where each input was read: file, sheet, source, date and class, and the cell of every figure. Written by the "
    "program; nobody gives it.",
    ("table", "read_as", "part"),
    (
        Column("table", "code", "input table; norms, scenario, boundaries and known_travel too"),
        Column("read_as", "text", "name under which the manifest has the file's hash; computed: by the program"),
        Column("part", "integer", "1; further rows of the same file continue its list of rows", 1, 1_000_000),
        Column("file", "text", "file, from the scenario's folder or the shipped data; blank: computed", blank=True),
        Column("sheet", "text", "sheet of a workbook", blank=True),
        Column("sha256", "text", "hash of the file", blank=True),
        Column("source", "text", "document or body the figures come from; blank: nobody said", blank=True),
        Column("date", "text", "day or year the figures describe, or on which the file was made", blank=True),
        Column("source_class", "choice", "what the figures are worth", choices=CLASSES),
        Column("columns", "text", "letter of each column as a spreadsheet names it, e.g. A:site D:places", blank=True),
        Column(
            "rows",
            "text",
            "row of the file for each record, in the order of the table's key, e.g. 2-40 44; of norms the line",
            blank=True,
        ),
        Column(
            "records",
            "text",
            "of own figures of indicators, which replace those of the other files: their keys, in the order of rows",
            blank=True,
        ),
    ),
)

MENDED = Table(
    "mended",
    "Every cell that was read otherwise than it is written: as found, and as used. Written by the program.",
    ("table", "record", "column"),
    (
        Column("table", "code", "input table"),
        Column("record", "text", "key of the record, its parts separated by blanks"),
        Column("column", "code", "column of the table"),
        Column("found", "text", "what the file holds, in quotes; signs that nobody sees are spelled out"),
        Column("used", "text", "what was read, in quotes"),
    ),
)
