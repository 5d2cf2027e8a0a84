"""python-docx's empty document without its hundred styles of tables.

They are two parts of 440 KB, which each of some thousand tests would write, read and judge; the
shipped templates, and the files of ``cases``, are whole documents of Word and WPS.
"""

from __future__ import annotations

import re
from pathlib import Path

import docx.api
import pytest

from kit.archives import Members, repacked

_STYLES, _EFFECTS = "word/styles.xml", "word/stylesWithEffects.xml"
_KEPT = (b'w:styleId="TableNormal"', b'w:styleId="TableGrid"')
_TABLE_STYLE = re.compile(rb'<w:style w:type="table".*?</w:style>', re.DOTALL)
_NAMING_EFFECTS = re.compile(rb"<[^<>]*stylesWithEffects\.xml[^<>]*/>")


def use(folder: Path) -> None:
    """Have ``docx.Document()`` start from a lean document, written to ``folder``."""
    whole = Path(docx.api._default_docx_path())
    lean = folder / "lean.docx"
    lean.write_bytes(repacked(whole.read_bytes(), _thinned))
    pytest.MonkeyPatch().setattr(docx.api, "_default_docx_path", lambda: str(lean))


def _thinned(members: Members) -> None:
    styles = members[_STYLES]
    members[_STYLES] = _TABLE_STYLE.sub(
        lambda found: found[0] if any(kept in found[0] for kept in _KEPT) else b"", styles
    )
    assert len(members[_STYLES]) < len(styles) / 4, "python-docx's document is another one now"
    del members[_EFFECTS]
    for name in ("[Content_Types].xml", "word/_rels/document.xml.rels"):
        members[name] = _NAMING_EFFECTS.sub(b"", members[name])
