"""The pictures of docs/取回.md: a page that came back, the same made anew, and a 花脸稿.

``python docs/tools/returned.py`` makes them; needs LibreOffice and poppler. What is edited is the
sample: one amount in one place, as the guide tells it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from docx import Document
from pictures import PICTURES, ROOT, gen, picture

UNIT = "jiujiang-shenzhen"
FORM = "附件2 项目绩效自评情况汇总表.docx"
ROW, CELL, NEW = "年部门预算项目支出总额", 2, "5"


def edit(source: Path, target: Path) -> None:
    """Overtype one amount of the summary of projects."""
    document: Any = Document(str(source))
    row = next(row for table in document.tables for row in table.rows if ROW in row.cells[0].text)
    cells = list(dict.fromkeys(row._tr.tc_lst))
    paragraph = next(cell for cell in row.cells if cell._tc is cells[CELL]).paragraphs[0]
    paragraph.runs[0].text = NEW
    document.save(str(target))


def main() -> None:
    """Build, edit, take back, build again; keep the pages."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "content", folder / "content")
        gen("build", "2020", folder=folder)
        gen("freeze", "2020", "报送稿", folder=folder)
        output = folder / "build" / "2020" / UNIT
        edit(output / FORM, folder / "领导改过的.docx")
        picture(folder / "领导改过的.docx", 1, PICTURES / "取回-领导改过的.png", folder)
        gen("pull", "领导改过的.docx", "--into", "2020", "--take", "1", folder=folder)
        gen("build", "2020", folder=folder)
        picture(output / FORM, 1, PICTURES / "取回-重新生成的.png", folder)
        asked = ("--document", "附件2", "--save", "花脸稿.docx", "--author", "张三")
        gen("diff", "2020", "--from", "报送稿", *asked, folder=folder)
        picture(folder / "花脸稿.docx", 1, PICTURES / "取回-花脸稿.png", folder)


if __name__ == "__main__":
    main()
