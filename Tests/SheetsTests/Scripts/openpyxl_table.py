"""Reads a workbook to JSON on the standard output, or writes one from a JSON file; see OpenpyxlTests.swift."""

import datetime
import json
import sys

import openpyxl
from openpyxl.cell.cell import MergedCell


def words(cell):
    value = cell.value
    if value is None:
        return []
    if isinstance(value, bool):
        return ["bool", "TRUE" if value else "FALSE"]
    if isinstance(value, datetime.datetime):
        return ["date", value.date().isoformat()]
    if cell.data_type == "f":
        return ["formula", value]
    if isinstance(value, (int, float)):
        return ["number", str(int(value)) if value == int(value) else repr(value)]
    return ["text", value]


def read(path):
    book = openpyxl.load_workbook(path)
    return [
        {
            "name": sheet.title,
            "rows": [[words(cell) for cell in row] for row in sheet.iter_rows()],
            "merged": [],
            "isHidden": sheet.sheet_state != "visible",
        }
        for sheet in book
    ]


def put(cell, value):
    if not value or isinstance(cell, MergedCell):
        return
    kind, text = value
    if kind == "number":
        cell.value = float(text) if "." in text else int(text)
    elif kind == "date":
        cell.value = datetime.date.fromisoformat(text)
    elif kind == "bool":
        cell.value = text == "TRUE"
    else:
        cell.value = text
        cell.data_type = "s"


def write(sheets, path):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for description in sheets:
        sheet = book.create_sheet(description["name"])
        for number, row in enumerate(description["rows"], 1):
            for column, value in enumerate(row, 1):
                put(sheet.cell(number, column), value)
        for region in description["merged"]:
            sheet.merge_cells(region)
        if description["isHidden"]:
            sheet.sheet_state = "hidden"
    book.active = next(i for i, s in enumerate(sheets) if not s["isHidden"])
    book.save(path)


if sys.argv[1] == "read":
    json.dump(read(sys.argv[2]), sys.stdout)
else:
    with open(sys.argv[2], encoding="utf-8") as file:
        write(json.load(file), sys.argv[3])
