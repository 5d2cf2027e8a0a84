"""What the office suite shows of the form controls of a workbook."""

from __future__ import annotations

from typing import Any

from kit.suite import calc


def seen(document: Any) -> list[list[list[object]]]:
    """The controls of each sheet: kind, row and column, linked cell, list of items, state."""
    pages = [document.Sheets.getByIndex(number) for number in range(document.Sheets.Count)]
    return [_controls(page) for page in pages]


def _controls(page: Any) -> list[list[object]]:
    found = []
    for number in range(page.DrawPage.Count):
        shape = page.DrawPage.getByIndex(number)
        if not shape.supportsService("com.sun.star.drawing.ControlShape"):
            continue
        model, at = shape.Control, shape.Position
        bound, listed = (
            getattr(model, "ValueBinding", None),
            getattr(model, "ListEntrySource", None),
        )
        cell = bound.BoundCell if bound else None
        items = listed.CellRange if listed else None
        states = (getattr(model, one, None) for one in ("State", "SpinValue", "ScrollValue"))
        found.append([
            model.ServiceName.rpartition(".")[2],
            _within(page.Rows, at.Y + shape.Size.Height // 2, "Height"),
            _within(page.Columns, at.X + shape.Size.Width // 2, "Width"),
            [cell.Row + 1, cell.Column + 1] if cell else None,
            [items.StartRow + 1, items.EndRow + 1] if items else None,
            next((one for one in states if one is not None), None),
        ])  # fmt: skip
    return found


def _within(lines: Any, place: int, size: str) -> int:
    """The row or column, counted from 1, where ``place`` is."""
    end = 0
    for number in range(1000):
        end += getattr(lines.getByIndex(number), size)
        if place < end:
            return number + 1
    return 0


def _drawn(document: Any) -> None:
    """A check box beside row 3 of the first sheet, linked to C3, put there as a user would."""
    page = document.Sheets.getByIndex(0)
    model = document.createInstance("com.sun.star.form.component.CheckBox")
    shape = document.createInstance("com.sun.star.drawing.ControlShape")
    cell = page.getCellRangeByName("D3")
    shape.Position, shape.Size = cell.Position, cell.Size
    shape.Control = model
    page.DrawPage.add(shape)
    shape.Anchor = cell
    address = page.getCellRangeByName("C3").CellAddress
    import uno  # type: ignore[import-not-found]  # the system's Python has it

    bound = uno.createUnoStruct("com.sun.star.beans.NamedValue")
    bound.Name, bound.Value = "BoundCell", address
    binding = document.createInstanceWithArguments("com.sun.star.table.CellValueBinding", (bound,))
    model.setValueBinding(binding)


EDITS = {"复选框": calc.Edit(_drawn)}
