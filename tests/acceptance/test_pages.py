"""Documents as pages (LibreOffice): sizes, numbers, fonts; no empty page, nothing cut off."""

from __future__ import annotations

import html
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pytest
from kit import pages, reading, workspaces
from kit.workspaces import level1, project, unit_files, write

REPORT = "整体支出绩效评价工作报告.docx"
ANNEX1 = "附件1 部门整体支出绩效自评表"
ANNEX2 = "附件2 项目绩效自评情况汇总表"
ANNEX3 = "附件3 项目支出绩效自评表（专项工作经费）"
FILES = [
    REPORT,
    *(f"{annex}.{kind}" for annex in (ANNEX1, ANNEX2, ANNEX3) for kind in ("docx", "xlsx")),
]
UPRIGHT, LYING = (595.3, 841.9), (841.9, 595.3)
PAGE_NUMBER = re.compile(r"—\d+—")

pytestmark = pytest.mark.office

Pdf = Callable[[Path], Path]


@pytest.fixture(scope="session")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Pdf:
    """Turn a document into a PDF; each one once in a session."""
    out = tmp_path_factory.mktemp("pdf")
    made: dict[Path, Path] = {}

    def convert(path: Path) -> Path:
        if path not in made:
            made[path] = pages.to_pdf(path, out / str(len(made)))
        return made[path]

    return convert


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of text on a page with its box in points, origin at the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    width: float
    height: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return "".join(word.text for word in self.words)


_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_WORD = re.compile(
    r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>'
)


def read_pages(path: Path) -> list[Page]:
    """The pages of a PDF with every word on them."""
    listed = subprocess.run(
        ["pdftotext", "-bbox", "-enc", "UTF-8", str(path), "-"],
        check=True, capture_output=True, encoding="utf-8",
    ).stdout  # fmt: skip
    return [
        Page(
            float(width),
            float(height),
            tuple(
                Word(reading.squeezed(html.unescape(text)), *map(float, box))
                for *box, text in _WORD.findall(body)
            ),
        )
        for width, height, body in _PAGE.findall(listed)
    ]


def said(path: Path) -> str:
    """All that a document says, without white space, as its pages should show it."""
    if path.suffix == ".xlsx":
        cells = [cell.text for row in reading.sheet_rows(path) for cell in row]
        return reading.squeezed("".join(cells))
    cells = [
        cell.text
        for rows in reading.tables(path)
        for row in rows
        for cell in row
        if cell.merge != "c"
    ]
    return reading.squeezed("".join([*reading.paragraphs(path), *cells]))


def overlaps(page: Page) -> Iterator[tuple[str, str]]:
    """Pairs of texts that are printed over each other.

    The box of a line reaches above and below its characters: only the middle half counts.
    """

    def core(word: Word) -> tuple[float, float]:
        quarter = (word.bottom - word.top) / 4
        return word.top + quarter, word.bottom - quarter

    for one, other in combinations(page.words, 2):
        (top, bottom), (other_top, other_bottom) = core(one), core(other)
        across = min(one.right, other.right) - max(one.left, other.left)
        down = min(bottom, other_bottom) - max(top, other_top)
        if across > 1 and down > 0:
            yield one.text, other.text


def tall_texts(path: Path) -> str:
    """Texts of a sheet's cells that are merged over several rows.

    Where such a cell runs over a page's end, LibreOffice draws its text on both pages, on one of
    them outside of what is shown: there it may be anywhere.
    """
    page = reading.sheet(path)
    return "\0".join(
        reading.squeezed(str(page.cell(area.min_row, area.min_col).value))
        for area in page.merged_cells.ranges
        if area.max_row > area.min_row
    )


def check_whole(path: Path, made: Path) -> list[Page]:
    """No empty page; every character of the document is printed, on the page, by itself."""
    found = read_pages(made)
    assert found
    aside = tall_texts(path) if path.suffix == ".xlsx" and len(found) > 1 else ""
    for number, page in enumerate(found, 1):
        assert PAGE_NUMBER.sub("", page.text), f"page {number} of {path.name} is empty"
        words = tuple(word for word in page.words if word.text not in aside)
        for word in words:
            inside = word.left >= 0 and word.top >= 0
            inside &= word.right <= page.width + 1 and word.bottom <= page.height + 1
            assert inside, f"{word.text!r} runs off page {number} of {path.name}"
        covered = list(overlaps(Page(page.width, page.height, words)))
        assert covered == [], f"page {number} of {path.name}"
        assert not re.search("###", page.text), f"page {number} of {path.name}: column too narrow"
    printed = Counter("".join(page.text for page in found))
    missing = Counter(said(path)) - printed
    assert not missing, f"{path.name}: not on any page: {dict(missing)}"
    return found


# The sample


@pytest.mark.parametrize("name", FILES)
def test_every_page_of_the_sample_is_whole(name: str, sample: Path, pdf: Pdf) -> None:
    check_whole(sample / name, pdf(sample / name))


@pytest.mark.parametrize("name", FILES)
def test_pages_are_a4_and_the_summary_lies(name: str, sample: Path, pdf: Pdf) -> None:
    found = read_pages(pdf(sample / name))
    sizes = [(page.width, page.height) for page in found]
    if name == REPORT:
        # One page of the report lies: that of the summary.
        wanted = [LYING if "汇总表" in page.text and "附件2" in page.text else UPRIGHT
                  for page in found]  # fmt: skip
        assert wanted.count(LYING) == 1
    else:
        wanted = [LYING if name.startswith(ANNEX2) else UPRIGHT] * len(found)
    assert sizes == [pytest.approx(size, abs=0.6) for size in wanted]


@pytest.mark.office(fonts=True)
def test_the_number_of_pages(sample: Path, pdf: Pdf) -> None:
    """Each form on as few pages as it needs."""
    most = {ANNEX1: {"docx": 2, "xlsx": 3}, ANNEX2: {"docx": 1, "xlsx": 1},
            ANNEX3: {"docx": 2, "xlsx": 2}}  # fmt: skip
    for annex, limits in most.items():
        for kind, limit in limits.items():
            path = sample / f"{annex}.{kind}"
            assert len(read_pages(pdf(path))) <= limit, path.name


def test_page_numbers_run_through_the_report(sample: Path, pdf: Pdf) -> None:
    """GB/T 9704: — 1 — at the outer edge, right on odd pages and left on even ones."""
    found = read_pages(pdf(sample / REPORT))
    for number, page in enumerate(found, 1):
        lowest = max(word.bottom for word in page.words)
        foot = [word for word in page.words if word.bottom > lowest - 8]
        assert "".join(word.text for word in sorted(foot, key=lambda w: w.left)) == f"—{number}—"
        middle = sum((word.left + word.right) / 2 for word in foot) / len(foot)
        assert (middle > page.width / 2) == bool(number % 2), f"page {number}"


def test_every_annex_begins_a_page(sample: Path, pdf: Pdf) -> None:
    found = read_pages(pdf(sample / REPORT))
    starts = {}
    for number, page in enumerate(found, 1):
        for annex in ("附件1", "附件2", "附件3"):
            if page.text.startswith(annex):
                starts[annex] = number
    assert sorted(starts) == ["附件1", "附件2", "附件3"]
    assert list(starts.values()) == sorted(starts.values())
    assert starts["附件3"] < len(found)
    first = found[starts["附件1"] - 2].text
    assert "2021年5月21日" in first, "the date is the last thing before the annexes"


@pytest.mark.parametrize("name", FILES)
def test_lines_stay_inside_the_margins(name: str, sample: Path, pdf: Pdf) -> None:
    """A printer cannot print to the edge: 15 mm stay free, the page number aside."""
    found = read_pages(pdf(sample / name))
    aside = tall_texts(sample / name) if name.endswith(".xlsx") and len(found) > 1 else ""
    edge = 15 / 25.4 * 72
    for number, page in enumerate(found, 1):
        body = [w for w in page.words if w.text not in ("—", str(number)) and w.text not in aside]
        assert min(word.left for word in body) >= edge
        assert max(word.right for word in body) <= page.width - edge
        assert min(word.top for word in body) >= edge


FACES = {
    REPORT: {"NotoSerifCJK", "FandolFang", "FandolHei", "FandolKai", "LiberationSerif"},
    f"{ANNEX1}.docx": {"NotoSerifCJK", "FandolHei", "FandolFang"},
    f"{ANNEX2}.docx": {"NotoSerifCJK", "FandolHei", "FandolFang"},
    f"{ANNEX3}.docx": {"NotoSerifCJK", "FandolHei", "FandolFang"},
    f"{ANNEX1}.xlsx": {"NotoSerifCJK", "FandolHei", "FandolSong"},
    f"{ANNEX2}.xlsx": {"NotoSerifCJK", "FandolHei", "FandolSong"},
    f"{ANNEX3}.xlsx": {"NotoSerifCJK", "FandolHei", "FandolSong"},
}


@pytest.mark.office(fonts=True)
@pytest.mark.parametrize("name", FILES)
def test_the_official_faces_are_embedded(name: str, sample: Path, pdf: Pdf) -> None:
    """Only stand-ins of the faces that official documents use: nothing fell back to another."""
    listed = subprocess.run(
        ["pdffonts", str(pdf(sample / name))], check=True, capture_output=True, encoding="utf-8"
    ).stdout.splitlines()[2:]
    fonts = {re.sub(r"^[A-Z]{6}\+", "", line.split()[0]) for line in listed}
    known = ("NotoSerifCJK", "Fandol", "LiberationSerif")
    assert {font for font in fonts if not font.startswith(known)} == set()
    for face in FACES[name]:
        assert any(font.startswith(face) for font in fonts), f"{face} is not in {sorted(fonts)}"
    assert all(line.split()[-5] == "yes" for line in listed), "every font is embedded"


# Other units


LONG = "，".join(f"第{n}项工作要按照年初计划分步推进并在年底前全部完成" for n in range(1, 15))
SHORT_LIST = workspaces.THREE_INDICATORS


def long_texts() -> dict[str, str]:
    """Long names, goals, indicators and reasons."""
    rows = SHORT_LIST.replace("名称: 培训人数,", f"名称: 培训人数{'（按期次和科目分别统计）' * 3},")
    rows = rows.replace("场地不足。", f"{LONG[:120]}。")
    files = unit_files(
        name="测试县发展和改革委员会（县粮食和物资储备局、县国防动员办公室）干部培训与继续教育服务中心",
        rows=rows,
        projects={
            "a": project(
                "全县机关事业单位干部能力提升暨专业技术人员继续教育公需科目培训专项经费", rows=rows
            ).replace("任务已经完成。", f"{LONG}。")
        },
    )
    facts = "content/peixun/2024/facts.yaml"
    files[facts] = files[facts].replace("培训干部200人。", f"{LONG}。")
    return files


def big_numbers() -> dict[str, str]:
    """Amounts of a hundred million yuan with six decimals, in narrow columns."""
    figures = workspaces.unit_figures(1).replace("120.5", "12345.123456")
    figures = figures.replace("110.25", "11234.654321")
    funds = workspaces.FUNDS.replace("{年初预算: 30, 年中追加: 0, 全年执行: 27}",
        "{年初预算: 12345.123456, 年中追加: 654.654321, 全年执行: 11234.654321}")  # fmt: skip
    return unit_files(figures=figures, projects={"a": project("骨干培训", funds=funds)})


def full_marks() -> dict[str, str]:
    """Every target met: the widest scores."""
    rows = SHORT_LIST.replace("完成: 150,", "完成: 200,")
    return unit_files(rows=rows, projects={"a": project("骨干培训", rows=rows)})


SIXTY = [
    level1("管理指标", 7, 1, 12),
    level1("产出指标", 9, 9, 2, 1),
    level1("效果指标", 1, 1, 1, 10),
    level1("满意度指标", 6),
]
UNITS: dict[str, Callable[[], dict[str, str]]] = {
    "three indicators": unit_files,
    "60 indicators": lambda: unit_files(
        rows=workspaces.indicators(SIXTY),
        projects={"a": project("骨干培训", rows=workspaces.indicators(SIXTY))},
    ),
    "three projects": lambda: unit_files(projects={n: project(f"{n}项目") for n in "甲乙丙"}),
    "no project": lambda: unit_files(projects={}),
    "long texts": long_texts,
    "big numbers": big_numbers,
    "full marks": full_marks,
}


@pytest.fixture(scope="session")
def unit(own_cache: None, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The outputs of one of ``UNITS``, each built once."""
    made: dict[str, Path] = {}

    def build(name: str) -> Path:
        if name not in made:
            folder = write(tmp_path_factory.mktemp("unit"), UNITS[name]())
            made[name] = workspaces.build(folder, 2024) / "peixun"
        return made[name]

    return build


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@pytest.mark.parametrize("name", UNITS)
def test_pages_of_other_units_are_whole(
    name: str, kind: str, unit: Callable[[str], Path], pdf: Pdf
) -> None:
    for path in workspaces.documents(unit(name)):
        if path.suffix == f".{kind}":
            check_whole(path, pdf(path))


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@pytest.mark.parametrize("form", [ANNEX1, "附件3 项目支出绩效自评表（骨干培训）"])
def test_header_rows_are_repeated(
    form: str, kind: str, unit: Callable[[str], Path], pdf: Pdf
) -> None:
    found = read_pages(pdf(unit("60 indicators") / f"{form}.{kind}"))
    assert len(found) > 1, "a form that runs over its page"
    for page in found[1:]:
        # A last page may hold nothing but the notes under the form.
        if "指标" in page.text:
            top = {word.text for word in sorted(page.words, key=lambda word: word.top)[:20]}
            assert {"二级指标", "三级指标", "分值", "得分"} <= top


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
@pytest.mark.parametrize("form", [ANNEX1, ANNEX2, "附件3 项目支出绩效自评表（骨干培训）"])
def test_full_marks_fit_into_their_cell(
    form: str, kind: str, unit: Callable[[str], Path], pdf: Pdf
) -> None:
    (page,) = read_pages(pdf(unit("full marks") / f"{form}.{kind}"))
    words = [word.text for word in page.words]
    assert "100.00" in words
    assert "100.0" not in words


def test_a_title_of_two_lines_breaks_behind_the_year(unit: Callable[[str], Path], pdf: Pdf) -> None:
    first = read_pages(pdf(unit("full marks") / REPORT))[0]
    assert "整体支出绩效评价工作报告" in [word.text for word in first.words]


def test_page_numbers_of_another_unit(unit: Callable[[str], Path], pdf: Pdf) -> None:
    found = read_pages(pdf(unit("60 indicators") / REPORT))
    numbers = [PAGE_NUMBER.findall(page.text)[-1] for page in found]
    assert numbers == [f"—{n}—" for n in range(1, len(found) + 1)]
    assert [n for n, page in enumerate(found, 1) if page.width > page.height] != []


# The checks themselves


def test_text_over_text_is_seen() -> None:
    left = Word("甲", 10, 10, 100, 24)
    assert list(overlaps(Page(600, 800, (left, Word("乙", 50, 14, 90, 28))))) == [("甲", "乙")]
    assert list(overlaps(Page(600, 800, (left, Word("乙", 10, 23, 100, 37))))) == []
    assert list(overlaps(Page(600, 800, (left, Word("乙", 100, 10, 190, 24))))) == []
