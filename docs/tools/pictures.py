"""The pictures of docs/第一小时.md: real pages, made anew by ``python docs/tools/pictures.py``.

Needs LibreOffice and poppler (``pdftoppm``). What is shown is built here: the draft of a new
workspace, and the sample.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "图"
#: Picture → workspace, document and page.
PAGES = {
    "草稿-自评表.png": ("新单位", "附件1 部门整体支出绩效自评表.docx", 1),
    "草稿-报告.png": ("新单位", "整体支出绩效评价工作报告.docx", 3),
    "成果-报告.png": ("样例", "整体支出绩效评价工作报告.docx", 1),
}
DOTS = 56


def gen(*arguments: str, folder: Path) -> None:
    """Run gen in ``folder``."""
    subprocess.run(
        [sys.executable, "-m", "generator", *arguments], cwd=folder, check=True,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def picture(document: Path, page: int, target: Path, scratch: Path, dots: int = DOTS) -> None:
    """One page of ``document`` as a small grey picture."""
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{scratch}/office", "--headless",
         "--convert-to", "pdf", "--outdir", str(scratch), str(document)],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    pdf = scratch / f"{document.stem}.pdf"
    subprocess.run(
        ["pdftoppm", "-png", "-gray", "-r", str(dots), "-f", str(page), "-l", str(page),
         "-singlefile", str(pdf), str(target.with_suffix(""))],
        check=True,
    )  # fmt: skip


def main() -> None:
    """Build, print, and keep the pages."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        new = ("--name", "示例县图书馆", "--short", "县图书馆", "--year", "2024")
        gen("init", "新单位", "--forms", "jiujiang", *new, folder=folder)
        gen("build", "2024", "--draft", folder=folder / "新单位")
        gen("init", "样例", "--sample", "--forms", "jiujiang", folder=folder)
        gen("build", "2020", folder=folder / "样例")
        for file, (home, document, page) in PAGES.items():
            made = next((folder / home / "build").rglob(document))
            picture(made, page, PICTURES / file, folder)


if __name__ == "__main__":
    main()
