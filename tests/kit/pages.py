"""Turn documents into pages: PDF by LibreOffice, then pictures, texts and sizes by poppler.

For tests, and for people who want to look at what was made::

    python tests/kit/pages.py build/2020/报告.docx --out /tmp/look

The Chinese fonts of official documents are not free. Where the Fandol fonts are installed
(``.ci/install-libreoffice``; folder in ``GEN_FONTS`` or ``~/.cache/gen-fonts``) they stand in for
them. Without them everything still works, only with a less likely look.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

TOOLS = ("soffice", "pdftoppm", "pdftotext", "pdfinfo")
FONT_FILES = ("FandolFang", "FandolHei", "FandolKai", "FandolSong")

# Fonts to take, best first, and the names they stand in for. Fandol covers GB2312 only, Noto the
# rarer characters too.
STAND_INS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("FandolFang", "Noto Serif CJK SC"): (
        "仿宋_GB2312",
        "仿宋",
        "FangSong_GB2312",
        "FangSong",
        "方正仿宋_GB2312",
        "方正仿宋_GBK",
        "方正仿宋简体",
        "华文仿宋",
        "STFangsong",
    ),
    ("FandolKai", "Noto Serif CJK SC"): (
        "楷体_GB2312",
        "楷体",
        "KaiTi_GB2312",
        "KaiTi",
        "方正楷体_GB2312",
        "方正楷体_GBK",
        "方正楷体简体",
        "华文楷体",
        "STKaiti",
    ),
    ("FandolHei", "Noto Sans CJK SC"): (
        "黑体",
        "SimHei",
        "方正黑体_GBK",
        "方正黑体简体",
        "华文黑体",
        "STHeiti",
    ),
    ("FandolSong", "Noto Serif CJK SC"): (
        "宋体",
        "SimSun",
        "新宋体",
        "NSimSun",
        "方正书宋_GBK",
        "方正书宋简体",
        "华文宋体",
        "STSong",
    ),
    ("Noto Sans CJK SC",): ("微软雅黑", "Microsoft YaHei", "等线", "DengXian"),
}
# The title face of official documents: a song face drawn heavy, so bold whatever is asked for.
HEAVY_STAND_INS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("Noto Serif CJK SC",): (
        "方正小标宋简体",
        "方正小标宋_GBK",
        "FZXiaoBiaoSong-B05S",
        "FZXiaoBiaoSong-B05",
        "小标宋",
        "华文中宋",
        "STZhongsong",
    ),
}


class ConversionError(RuntimeError):
    """A document could not be turned into pages."""


def fonts_dir() -> Path | None:
    """Return the folder with the Fandol fonts, or None when there is none."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    candidates = [Path(cache) / "gen-fonts"]
    if given := os.environ.get("GEN_FONTS"):
        candidates.insert(0, Path(given))
    for folder in candidates:
        if all((folder / f"{name}-Regular.otf").is_file() for name in FONT_FILES):
            return folder
    return None


def office_available(*, fonts: bool = False) -> str | None:
    """Return why pages cannot be made here, or None if they can.

    With ``fonts``, the stand-ins for the official fonts must be there too.
    """
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if missing:
        return f"not on PATH: {', '.join(missing)} (on Debian run .ci/install-libreoffice)"
    if fonts and fonts_dir() is None:
        return "no Fandol fonts in GEN_FONTS or ~/.cache/gen-fonts (run .ci/install-libreoffice)"
    return None


def fontconfig(folder: Path) -> str:
    """Return a fontconfig file that adds ``folder`` to the system's fonts and maps names to it."""
    rules = [_rule(name, fonts, "") for fonts, names in STAND_INS.items() for name in names]
    bold = '<edit name="weight" mode="assign" binding="strong"><const>bold</const></edit>'
    rules += [
        _rule(name, fonts, bold) for fonts, names in HEAVY_STAND_INS.items() for name in names
    ]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
            "<fontconfig>",
            '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>',
            f"<dir>{escape(str(folder))}</dir>",
            *rules,
            "</fontconfig>",
            "",
        ]
    )


def _rule(name: str, fonts: Sequence[str], extra: str) -> str:
    families = "".join(f"<string>{font}</string>" for font in fonts)
    return (
        '<match target="pattern">'
        f'<test qual="any" name="family" compare="eq"><string>{name}</string></test>'
        f'<edit name="family" mode="prepend" binding="strong">{families}</edit>{extra}</match>'
    )


def to_pdf(path: Path, out: Path, timeout: float = 120) -> Path:
    """Convert a document by LibreOffice; return ``out``/<name of the document>.pdf."""
    return _converted(path, out, "pdf", timeout)


def resaved(data: bytes, out: Path, suffix: str = "docx") -> bytes:
    """``data``, a document of this suffix, opened and saved once by LibreOffice."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"saved.{suffix}"
    path.write_bytes(data)
    return _converted(path, out, suffix, 120).read_bytes()


def printed(data: bytes, out: Path) -> str:
    """The text of a Word document as LibreOffice prints it, with the numbers of its lists."""
    path = out / "printed.docx"
    path.write_bytes(data)
    return _converted(path, out, "txt:Text (encoded):UTF8", 120).read_text(encoding="utf-8-sig")


def _converted(path: Path, out: Path, to: str, timeout: float) -> Path:
    """``out``/<name of the document>.<to>, without the name of its filter.

    The whole name is kept (``报告.docx.pdf``): 附件1.docx and 附件1.xlsx can share a folder.
    """
    if not path.is_file():
        raise FileNotFoundError(path)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="gen-pages-", ignore_cleanup_errors=True) as name:
        scratch = Path(name)
        # A profile of its own: soffice would otherwise hand over to one that is running already,
        # and read the settings of whoever runs the tests. The locale decides whether Chinese file
        # names can be opened, and how dates are written in sheets.
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        if fonts := fonts_dir():
            config = scratch / "fonts.conf"
            config.write_text(fontconfig(fonts.resolve()), encoding="utf-8")
            environment["FONTCONFIG_FILE"] = str(config)
        command = [
            "soffice",
            f"-env:UserInstallation={(scratch / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            to,
            "--outdir",
            str(scratch / "made"),
            str(path.resolve()),
        ]
        said = _run(command, environment, timeout)
        # soffice ends with 0 even when it could not read the document.
        suffix = to.partition(":")[0]
        made = list((scratch / "made").glob(f"*.{suffix}"))
        if len(made) != 1:
            raise ConversionError(f"LibreOffice made no {suffix} of {path}: {said.strip()}")
        return Path(shutil.move(made[0], out / f"{path.name}.{suffix}"))


def to_png(pdf: Path, out: Path, dpi: int = 60) -> list[Path]:
    """Draw each page of a PDF; return the pictures ``out``/<name>-<page>.png in page order."""
    out.mkdir(parents=True, exist_ok=True)
    # Pages of an earlier, longer version would be taken for pages of this one.
    for old in _pictures(out, pdf.stem):
        old.unlink()
    _run(["pdftoppm", "-png", "-r", str(dpi), str(pdf), str(out / pdf.stem)])
    return _pictures(out, pdf.stem)


def _pictures(folder: Path, stem: str) -> list[Path]:
    # pdftoppm pads page numbers to the width of the last one: sort by number, not by name.
    pattern = re.compile(re.escape(stem) + r"-(\d+)\.png")
    numbered = [
        (int(match[1]), path)
        for path in folder.iterdir()
        if (match := pattern.fullmatch(path.name))
    ]
    return [path for _, path in sorted(numbered)]


def page_texts(pdf: Path) -> list[str]:
    """Return the text of each page, laid out as on the page.

    A gap on the page is a space here, and LibreOffice leaves a small one between Chinese and
    digits: compare without spaces.
    """
    text = _run(["pdftotext", "-layout", "-enc", "UTF-8", str(pdf), "-"])
    return text.split("\f")[:-1]


def page_sizes(pdf: Path) -> list[tuple[float, float]]:
    """Return width and height of each page in points (A4 upright: about 595 by 842)."""
    info = _run(["pdfinfo", "-f", "1", "-l", "-1", str(pdf)])
    sizes = re.findall(r"^Page +\d+ size: +([\d.]+) x ([\d.]+) pts", info, re.MULTILINE)
    return [(float(width), float(height)) for width, height in sizes]


def _run(command: list[str], env: dict[str, str] | None = None, timeout: float = 120) -> str:
    """Run a command and return what it printed; end it with all its children on a timeout."""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        env=env,
        start_new_session=True,
    ) as process:
        try:
            printed, complaints = process.communicate(timeout=timeout)
        except BaseException as error:
            # soffice is a script around the real program, which would live on and keep the pipes.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            if isinstance(error, subprocess.TimeoutExpired):
                raise ConversionError(f"{command[0]} took more than {timeout:g} s") from error
            raise
    if process.returncode != 0:
        raise ConversionError(f"{command[0]} failed ({process.returncode}): {complaints.strip()}")
    return printed or complaints


def main(arguments: Sequence[str] | None = None) -> int:
    """Convert the documents named on the command line to pictures, and print their names."""
    parser = argparse.ArgumentParser(description="Turn documents into PNG pages to look at.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="document or PDF")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for pages")
    parser.add_argument("--dpi", type=int, default=60, help="dots per inch (default: 60)")
    options = parser.parse_args(arguments)
    files: list[Path] = options.files
    if reason := office_available():
        parser.error(reason)
    if missing := [str(file) for file in files if not file.is_file()]:
        parser.error(f"no such file: {', '.join(missing)}")
    names = [file.name for file in files]
    for file in files:
        # Files of one name (one unit's 报告.docx and the next one's) go to folders of their own.
        alone = names.count(file.name) == 1
        out: Path = options.out if alone else options.out / file.resolve().parent.name
        pdf = file if file.suffix.lower() == ".pdf" else to_pdf(file, out)
        for picture in to_png(pdf, out, options.dpi):
            print(picture)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
