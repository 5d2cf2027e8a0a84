"""The templates that are edited."""

from __future__ import annotations

from typing import Any

from openpyxl.worksheet.datavalidation import DataValidationList

from kit import torture
from kit.archives import saved


def workbook() -> bytes:
    """The torture template without what the suite itself loses or writes twice when rows move."""
    made = torture.template()
    page: Any = made["一"]
    page.data_validations = DataValidationList()
    page.print_area = None
    page._charts[0].anchor = "S1"
    return saved(made)
