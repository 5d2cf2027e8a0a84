"""The formats gen can fill: the one place that lists them.

A format is a folder beside this module. It is imported when a template of it is first met, and
says there how it compiles, fills and reads back (``format.Format``).
"""

from __future__ import annotations

from importlib import import_module
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, cast

from generator.frozen import frozen

if TYPE_CHECKING:
    from generator.formats.format import Format


@frozen
class Entry:
    """A format: what people call it, and the module that holds it as ``FORMAT``."""

    name: str
    module: str


#: By suffix, which is also the key of a template in a form set; files are made in this order.
FORMATS: Final = {
    "docx": Entry("Word", "generator.formats.docx.format"),
    "xlsx": Entry("Excel", "generator.formats.xlsx.format"),
}
#: The format that report.md is printed in: only its templates have paragraphs of their own.
PROSE: Final = "docx"


def of(suffix: str) -> Format:
    """The format whose files end with ``suffix``."""
    return cast("Format", import_module(FORMATS[suffix].module).FORMAT)


def name_of(path: str) -> str:
    """What people call the format of a file; its suffix where gen knows none such."""
    suffix = suffix_of(path)
    return FORMATS[suffix].name if suffix in FORMATS else suffix


def suffix_of(path: str) -> str:
    """The suffix of a file's name, which says its format."""
    return PurePath(path).suffix.lstrip(".").lower()
