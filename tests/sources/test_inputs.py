"""The files of a scenario in other formats than CSV: the same tables, and the same hashes of what was read."""

import csv

import openpyxl
import pandas as pd

from nationalmap.sources.inputs import read_inputs
from nationalmap.sources.resources import sha256
from nationalmap.sources.scenarios import find, read_scenario


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def as_workbook(path, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([float(cell) if cell.isdecimal() else cell or None for cell in row])
    book.save(path)
    return path


def named(folder, key, name):
    path = folder / "toyland.toml"
    text = path.read_text(encoding="utf-8")
    old = next(line for line in text.splitlines() if line.startswith(f"{key} = "))
    path.write_text(text.replace(old, f'{key} = "{name}"'), encoding="utf-8")


def test_a_register_in_a_sheet_is_the_same_register(toyland):
    before = read_inputs(read_scenario(find(str(toyland))))
    book = as_workbook(
        toyland / "municipal.xlsx", {"Указания": [["text"]], "Регистър": rows_of(toyland / "register.csv")}
    )
    named(toyland, "register", "municipal.xlsx#Регистър")
    after = read_inputs(read_scenario(find(str(toyland))))
    pd.testing.assert_frame_equal(after.tables["register"], before.tables["register"])
    assert after.sources["register"] == sha256(book.read_bytes()) != before.sources["register"]
    again = read_inputs(read_scenario(find(str(toyland))), toyland / "municipal.xlsx#Регистър")
    pd.testing.assert_frame_equal(again.tables["register"], before.tables["register"])


def test_a_catalogue_and_its_indicators_may_be_of_other_formats(toyland):
    before = read_inputs(read_scenario(find(str(toyland))))
    services = toyland / "catalogue" / "services.csv"
    as_workbook(services.with_suffix(".xlsx"), {"Услуги": rows_of(services)})
    services.unlink()
    catalogue = toyland / "indicators" / "indicators.csv"
    rows = rows_of(catalogue)
    pd.DataFrame(rows[1:], columns=rows[0]).to_parquet(catalogue.with_suffix(".parquet"))
    catalogue.unlink()
    after = read_inputs(read_scenario(find(str(toyland))))
    for name, table in before.tables.items():
        pd.testing.assert_frame_equal(after.tables[name], table)
