"""A document read back from DOCX and PDF: the same words, inert names, the same bytes, sums that hold."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from pypdf import PdfReader

from nationalmap.errors import OutputFailed
from nationalmap.reports.paper.model import (
    Blank,
    Column,
    Document,
    Heading,
    Paragraph,
    Table,
    lines,
    refuse_unequal,
    written,
)
from nationalmap.reports.paper.pdf import pdf
from nationalmap.reports.paper.word import word

sys.path.append(str(Path(__file__).parent.parent / "hostile"))

from payloads import ALIVE

COLUMNS = (
    Column("name", "Община", width=3),
    Column("users", "Потребители", "count", 1, "няма данни"),
    Column("share", "Дял", "number"),
    Column("paid", "Сума, EUR", "money"),
)


def document(*blocks, name="Хасково", landscape=True):
    return Document(
        title=f"Списък: {name}",
        territory=f"Област {name}",
        lead=("Състояние: ПРОЕКТ",),
        header=(f"Списък · {name}", "ПРОЕКТ"),
        footer=("сценарий · 0123456789ab", "Илюстративни норми"),
        blocks=blocks,
        day=date(2026, 11, 22),
        landscape=landscape,
    )


def table(*rows, sums=None):
    return Table(COLUMNS, rows, sums or {})


def of_word(data):
    """Paragraphs and rows of a DOCX file, in words."""
    book = docx.Document(io.BytesIO(data))
    rows = [tuple(cell.text for cell in row.cells) for table in book.tables for row in table.rows]
    return [paragraph.text for paragraph in book.paragraphs], rows


def of_pdf(data):
    """The words of each page, without any space: a PDF knows where letters stand, not where words end."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def close(words):
    return "".join(words.split())


# ------------------------------------------------------------------ words


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        (1234, "count", "1\u00a0234"),
        (0, "count", "0"),
        (None, "count", "няма данни"),
        (float("nan"), "count", "няма данни"),
        (0.125, "number", "0,13"),
        (21866.67, "money", "21\u00a0866,67"),
        (2027, "year", "2027"),
        ("д\x00м\u202e", "text", "д\\u0000м\\u202e"),
    ],
)
def test_a_cell_is_written_once_for_both_formats_and_nothing_is_never_zero(value, kind, said):
    assert written(value, Column("c", "C", kind, blank="няма данни")) == said


def test_both_formats_hold_the_same_words_and_every_page_its_edges():
    rows = [(f"Община {n}", n, n / 8, n * 100.0) for n in range(1, 61)]
    whole = table(*rows, sums={"users": 1830, "paid": 183_000})
    made = document(Heading("Част 1"), Paragraph("Каквото се казва."), whole, Blank("Подпис", 2))
    paragraphs, cells = of_word(word(made))
    pages = of_pdf(pdf(made))
    assert cells == [tuple(column.heading for column in COLUMNS), *lines(whole)]
    assert cells[-1] == ("Общо", "1\u00a0830", "", "183\u00a0000,00")
    for said in ("Списък: Хасково", "Област Хасково", "Състояние: ПРОЕКТ", "Част 1", "Каквото се казва.", "Подпис"):
        assert said in paragraphs
        assert close(said) in pages[0] + pages[-1]
    every = "".join(pages)
    for row in lines(whole):
        assert close("".join(row)) in every
    assert len(pages) > 2
    for at, page in enumerate(pages, 1):
        for edge in ("Списък · Хасково", "ПРОЕКТ", "сценарий · 0123456789ab", "Илюстративни норми"):
            assert close(edge) in page
        assert f"стр.{at}от{len(pages)}" in page
        assert close("Община Потребители") in page or at == len(pages)


def test_header_and_footer_of_the_docx_are_those_of_the_pdf():
    section = docx.Document(io.BytesIO(word(document()))).sections[0]
    assert section.header.paragraphs[0].text == "Списък · Хасково\tПРОЕКТ"
    assert section.footer.paragraphs[0].text.startswith("сценарий · 0123456789ab\tстр. ")
    assert section.footer.paragraphs[1].text == "Илюстративни норми"
    assert section.page_width > section.page_height
    upright = docx.Document(io.BytesIO(word(document(landscape=False)))).sections[0]
    assert upright.page_width < upright.page_height


def test_a_cell_higher_than_a_page_goes_on_over_the_next():
    long = " ".join(f"дума{n};" for n in range(900))
    pages = of_pdf(pdf(document(table((long, 1, 1.0, 1.0), ("край", 2, 2.0, 2.0)))))
    assert len(pages) > 1
    assert re.findall(r"дума(\d+);", "".join(pages)) == [str(n) for n in range(900)]
    assert "край" in pages[-1]


def test_a_table_without_rows_says_so():
    empty = Table(COLUMNS, (), {}, "Няма общи услуги.")
    assert "Няма общи услуги." in of_word(word(document(empty)))[0]
    assert close("Няма общи услуги.") in of_pdf(pdf(document(empty)))[0]


# ------------------------------------------------------------------ sums


def test_a_table_that_does_not_add_up_is_refused_with_both_figures():
    right = table(("А", 3, 0.5, 10.0), ("Б", None, 0.5, 0.25), sums={"users": 3, "paid": 10.25})
    refuse_unequal({"one": document(right)})
    wrong = table(("А", 3, 0.5, 10.0), ("Б", 1, 0.5, 0.25), sums={"users": 5, "paid": 10.26})
    with pytest.raises(OutputFailed) as refused:
        refuse_unequal({"one": document(right), "two": document(wrong)})
    assert str(refused.value) == (
        "two: Потребители adds up to 4, the plan says 5; two: Сума, EUR adds up to 10.25, the plan says 10.26; "
        "nothing was published."
    )
    assert refused.value.exit_code == 8


# ------------------------------------------------------------------ bytes and names


def test_the_bytes_hold_no_hour():
    made = document(Heading("Част"), table(("А", 3, 0.5, 10.0), ("Б", 1, 0.5, 0.25), sums={"users": 4}))
    assert [write(made) for write in (word, pdf)] == [write(made) for write in (word, pdf)]
    with zipfile.ZipFile(io.BytesIO(word(made))) as archive:
        assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        about = archive.read("docProps/core.xml").decode()
    assert "2026-11-22T00:00:00Z" in about


#: Fields, links, macros, objects and whatever else a word processor would act on.
ACTS = re.compile(r"<w:hyperlink|w:instrText|oleObject|vbaProject|altChunk|TargetMode|w:object|w:control|<!ENTITY")


def test_a_hostile_name_is_text_in_both_formats():
    rows = [(payload, 1, 0.5, 2.0) for payload in ALIVE]
    made = document(Heading(ALIVE[0]), Paragraph(ALIVE[1], "loud"), table(*rows), Blank(ALIVE[2]), name=ALIVE[3])
    data = word(made)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            part = archive.read(name).decode("utf-8", errors="replace")
            if name.endswith(".xml") and name.startswith("word/"):
                assert not ACTS.search(part), name
                assert set(re.findall(r'w:instr="([^"]*)"', part)) <= {"PAGE", "NUMPAGES"}
    paragraphs, cells = of_word(data)
    assert [row[0] for row in cells[1:]] == list(ALIVE)
    assert {ALIVE[0], ALIVE[1], ALIVE[2], f"Списък: {ALIVE[3]}"} <= set(paragraphs)
    written_pdf = pdf(made)
    reader = PdfReader(io.BytesIO(written_pdf))
    assert not any("/Annots" in page or "/AA" in page for page in reader.pages)
    assert not {"/AA", "/AcroForm", "/Names"} & set(reader.trailer["/Root"])
    # It opens at its first page: a place, no action.
    assert isinstance(reader.trailer["/Root"]["/OpenAction"], list)
    words = "".join(of_pdf(written_pdf))
    plain = [payload for payload in ALIVE if payload.isascii()]
    assert len(plain) > 30
    for payload in plain:
        assert close(payload) in words, payload


def test_signs_that_xml_does_not_know_are_spelled_out():
    made = document(table(("Бя\x00ла\x1b", 1, 1.0, 1.0)), name="\ue000\ue000\ue000\ue000{nb}")
    assert of_word(word(made))[1][1][0] == "Бя\\u0000ла\\u001b"
    pages = of_pdf(pdf(made))
    assert "{nb}" in pages[0]
    assert "\\ue000\\ue000" in pages[0]
