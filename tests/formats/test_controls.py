"""Excel: form controls stand at their rows, one for each copy, and say what their cells say."""

from __future__ import annotations

import re
from typing import Any

import pytest
from kit.archives import repacked, saved, unpacked
from kit.controls import Put, Shown, put, shown
from kit.sheets import FILE, book, filled, items, number, refused
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from generator.formats import codec, proof
from generator.formats.compiled import Rendered
from generator.formats.xlsx.compile.compiler import compile_xlsx
from generator.formats.xlsx.compiled import CompiledWorkbook
from generator.formats.xlsx.format import FORMAT
from generator.problems import Problems

SHEET = {
    "A1": "名称", "B1": "数", "C1": "达标", "A2": "{%tr for r in 行 %}",
    "A3": "{{ r.数 }}", "B3": "{{ r.数 }}", "C3": "=B3>2", "A4": "{%tr endfor %}", "A5": "合计",
    "B5": "=SUM(B3)", "C5": "=B5>5", "H6": "甲", "H7": "乙", "A6": 2, "A7": "{{ 号 }}",
}  # fmt: skip


def template(*controls: Put, **cells: object) -> bytes:
    return repacked(saved(book(表=SHEET | cells)), put(*controls))


def made(count: int, *controls: Put, **cells: object) -> list[Shown]:
    """The controls of the template with ``count`` rows of 1, 2, 3 …, proven."""
    rows = items(*({"数": number(str(n))} for n in range(1, count + 1)))
    done = filled(template(*controls, **cells), 行=rows, 号=number("2"))
    proven(done)
    return shown(unpacked(done.data))


def proven(done: Rendered) -> None:
    reading = proof.read(
        FORMAT.open, done.data, proof.Expected(done.parts, done.marks, done.printed)
    )
    assert (proof.prove(reading, {}), proof.damage(reading)) == ([], [])


BOX = Put("CheckBox", "D5", 'checked="Checked" fmlaLink="$C$5"')


@pytest.mark.parametrize("count", [0, 2, 7])
def test_a_control_below_a_list_moves_with_its_row(count: int) -> None:
    row, on = count + 2, "Checked" if count > 2 else ""
    assert made(count, BOX) == [Shown("CheckBox", row, row, f"$C${row}", "", on)]


@pytest.mark.parametrize("count", [0, 2, 7])
def test_a_control_in_a_loop_is_there_for_each_row(count: int) -> None:
    own = Put("CheckBox", "D3", 'fmlaLink="$C$3"', rows=1)
    pick = Put("Drop", "E3", 'fmlaLink="$A$3" fmlaRange="$H$6:$H$7" sel="0" val="0"')
    found = made(count, own, pick, BOX)
    assert found == [
        *(Shown("CheckBox", row, row + 1, f"$C${row}", "", "Checked" if row > 3 else "")
          for row in range(2, count + 2)),
        *(Shown("Drop", row, row, f"$A${row}", f"$H${count + 3}:$H${count + 4}",
               str(row - 1 if row < 4 else 0))
          for row in range(2, count + 2)),
        *made(count, BOX),
    ]  # fmt: skip


def test_controls_of_several_rows_and_of_rows_that_are_there_or_not() -> None:
    """A body of two rows, an inner block: each copy has what stands on its rows."""
    cells = {
        "A1": "名称", "A2": "{%tr for r in 行 %}", "A3": "{{ r.数 }}", "A4": "=A3*2",
        "A5": "{%tr if r.有 %}", "A6": "{{ r.数 }}", "A7": "{%tr endif %}", "A8": "{%tr endfor %}", "A9": "完",
    }  # fmt: skip
    two = Put("GBox", "C3", rows=1, moves="twoCell")
    low = Put("Spin", "D4", 'fmlaLink="$A$4" val="9" min="3" max="5"')
    may = Put("CheckBox", "E6", 'fmlaLink="表!$A$6"')
    listed = Put("List", "F1", 'fmlaRange="$A$3:$A$3" val="0" sel="0"', rows=7, moves="twoCell")
    rows = items({"数": number("1"), "有": "有"}, {"数": number("2"), "有": ""})
    raw = repacked(saved(book(表=cells)), put(two, low, may, listed))
    assert [problem.code for problem in refused(raw)] == ["T268"]
    raw = repacked(saved(book(表=cells)), put(two, low, may))
    done = filled(raw, 行=rows)
    proven(done)
    assert shown(unpacked(done.data)) == [
        Shown("GBox", 2, 3, "", "", ""), Shown("GBox", 5, 6, "", "", ""),
        Shown("Spin", 3, 3, "$A$3", "", "3"), Shown("Spin", 6, 6, "$A$6", "", "4"),
        Shown("CheckBox", 4, 4, "表!$A$4", "", "Checked"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("moves", "rows"), [("absolute", (3, 7)), ("oneCell", (1, 5)), ("twoCell", (1, 9))]
)
def test_a_control_around_a_list_moves_as_its_author_says(
    moves: str, rows: tuple[int, int]
) -> None:
    at, high = ("D3", 4) if moves == "absolute" else ("D1", 4)
    assert made(7, Put("GBox", at, rows=high, moves=moves)) == [Shown("GBox", *rows, "", "", "")]


def test_the_cell_says_how_a_control_stands() -> None:
    def state(kind: str, says: str, **cells: object) -> str:
        return made(2, Put(kind, "D5", says), **cells)[0].state

    link = 'fmlaLink="$A$7"'
    assert state("CheckBox", link) == "Checked"
    assert state("CheckBox", f'checked="Checked" {link}', A7="=B5>9") == ""
    assert state("CheckBox", link, A7="=NA()") == "Mixed"
    assert state("CheckBox", f'checked="Checked" {link}', A7="{{ 号 }}项") == ""
    assert state("Drop", f'{link} fmlaRange="$H$6:$H$7" sel="1"') == "2"
    assert state("List", f'{link} fmlaRange="$H$6:$H$7" sel="1"', A7="=3") == "0"
    assert state("Scroll", f'{link} val="50" min="10"') == "10"
    assert state("Spin", f'{link} val="50" max="30000"', A7="=B5*40000") == "30000"
    # What the template's author chose stays where nothing fills the cell.
    assert state("Drop", 'fmlaLink="$A$6" fmlaRange="$H$6:$H$7" sel="1"') == "1"
    assert state("CheckBox", 'checked="Checked"') == "Checked"


@pytest.mark.parametrize(
    ("control", "code", "place"),
    [
        (Put("CheckBox", "D2", rows=1), "T289", "D2"),
        (Put("CheckBox", "D4"), "T289", "D4"),
        (Put("GBox", "D3", rows=3), "T289", "D3"),
        (Put("Radio", "D3", 'firstButton="1"'), "T290", "D3"),
        (Put("Radio", "D5", 'firstButton="1" fmlaLink="$C$5"'), "T290", "D5"),
        (Put("CheckBox", "D5", 'fmlaLink="$C$3"'), "T267", "D5"),
        (Put("CheckBox", "D5", 'fmlaLink="$C$4"'), "T266", "D5"),
    ],
)
def test_what_cannot_be_right_is_refused_once_with_its_place(
    control: Put, code: str, place: str
) -> None:
    assert [(p.code, str(p.at.place)) for p in refused(template(control))] == [
        (code, f"工作表“表” {place}")
    ]


def test_a_name_may_stand_for_the_cell() -> None:
    def named(meaning: str, at: str = "D5") -> bytes:
        made_ = book(表=SHEET)
        made_.defined_names["它"] = DefinedName("它", attr_text=meaning)
        return repacked(saved(made_), put(Put("Spin", at, 'fmlaLink="它" val="50" max="90"')))

    rows = items(*({"数": number(str(n))} for n in range(1, 5)))
    done = filled(named("表!$B$5"), 行=rows, 号=number("2"))
    assert shown(unpacked(done.data)) == [Shown("Spin", 6, 6, "它", "", "10")]
    assert [problem.code for problem in refused(named("表!$B$3"))] == ["T267"]


def test_a_list_may_hold_its_items_itself() -> None:
    def listing(members: Any) -> None:
        put(Put("Drop", "D5", 'fmlaLink="$A$7" sel="1"'))(members)
        part = "xl/ctrlProps/ctrlProp11.xml"
        items_ = b'><itemLst><item val="x"/><item val="y"/></itemLst></formControlPr>'
        members[part] = members[part].replace(b"/>", items_)

    def state(value: str) -> str:
        raw = repacked(saved(book(表=SHEET)), listing)
        return shown(unpacked(filled(raw, 行=[], 号=number(value)).data))[0].state

    assert [state(one) for one in ("0", "1", "2", "3", "-1")] == ["0", "1", "2", "0", "0"]


def test_a_compiled_template_with_controls_can_be_kept() -> None:
    made_ = compile_xlsx(template(Put("CheckBox", "D3", 'fmlaLink="$C$3"'), BOX), FILE, Problems())
    assert made_ is not None
    assert codec.loads(CompiledWorkbook, codec.dumps(made_)) == made_


@pytest.mark.parametrize("number_", ["", "x", "1026"])
def test_numbers_of_controls_are_numbers_of_their_own(number_: str) -> None:
    def broken(members: Any) -> None:
        put(BOX, Put("Label", "F5"))(members)
        sheet = "xl/worksheets/sheet1.xml"
        members[sheet] = members[sheet].replace(b'shapeId="1025"', f'shapeId="{number_}"'.encode())

    assert [one.code for one in refused(repacked(saved(book(表=SHEET)), broken))] == ["T233"]


def test_grouped_controls_are_not_copied() -> None:
    def grouped(members: Any) -> None:
        put(Put("CheckBox", "D3", 'fmlaLink="$C$3"'), BOX)(members)
        old = "xl/drawings/vmlDrawingC1.vml"
        text = members[old].decode().replace("<v:shape ", "<v:group><v:shape ", 1)
        members[old] = text.replace("</v:shape>", "</v:shape></v:group>", 1).encode()

    (problem,) = refused(repacked(saved(book(表=SHEET)), grouped))
    assert (problem.code, str(problem.at.place)) == ("T291", "工作表“表” D3")


def test_radios_that_no_fill_touches_stay() -> None:
    radio = Put("Radio", "D6", 'checked="Checked" firstButton="1" fmlaLink="$A$6"')
    assert made(3, radio) == [Shown("Radio", 6, 6, "$A$6", "", "Checked")]


@pytest.mark.parametrize("words", ["{{ 号 }}", "{{ r.数 }}"])
def test_tags_in_the_text_of_a_control_are_refused(words: str) -> None:
    for at in ("D3", "D5"):
        (problem,) = refused(template(Put("Label", at, words=words)))
        assert (problem.code, str(problem.at.place)) == ("T263", "工作表“表”")
        assert words in problem.message


def test_old_files_tell_their_controls_in_one_place() -> None:
    """Excel 2007 has no parts for controls."""

    def old(members: Any) -> None:
        put(Put("CheckBox", "D3", 'fmlaLink="$C$3"'), BOX)(members)
        sheet = "xl/worksheets/sheet1.xml"
        text = members[sheet].decode()
        start, end = text.index("<mc:Alt"), text.rindex("</mc:AlternateContent>")
        members[sheet] = (text[:start] + text[end + len("</mc:AlternateContent>") :]).encode()
        rels = "xl/worksheets/_rels/sheet1.xml.rels"
        members[rels] = re.sub(rb'<Relationship Id="rId[CD]\d?"[^>]*/>', b"", members[rels])
        members[sheet] = re.sub(rb"<drawing [^>]*/>", b"", members[sheet])

    rows = items(*({"数": number(str(n))} for n in range(1, 5)))
    done = filled(repacked(saved(book(表=SHEET)), old), 行=rows, 号=number("2"))
    (vml,) = (data.decode() for name, data in unpacked(done.data).items() if name.endswith(".vml"))
    assert re.findall(r'<v:shape id="_x0000_s(\d+)"', vml) == [
        "1025",
        "1027",
        "1028",
        "1029",
        "1026",
    ]
    assert re.findall("<x:FmlaLink>([^<]*)<", vml) == ["$C$2", "$C$3", "$C$4", "$C$5", "$C$6"]
    assert vml.count("<x:Checked>1</x:Checked>") == 3
    assert "ctrlProp" not in "".join(unpacked(done.data))


def test_controls_and_notes_beside_them_have_numbers_of_their_own() -> None:
    made_ = book(表=SHEET)
    made_["表"]["A3"].comment = Comment("注", "设计")
    raw = repacked(saved(made_), _joined)
    rows = items(*({"数": number(str(n))} for n in range(1, 4)))
    done = filled(raw, 行=rows, 号=number("2"))
    proven(done)
    (vml,) = (d.decode() for n, d in unpacked(done.data).items() if n.endswith(".vml"))
    numbers = re.findall(r' id="_x0000_s(\d+)"', vml)
    assert (len(numbers), len(set(numbers))) == (6, 6)


def _joined(members: Any) -> None:
    """A control's old drawing goes where the notes are: a sheet has one."""
    other = dict(members)
    put(Put("CheckBox", "D3", 'fmlaLink="$C$3"'))(other)
    (name,) = (one for one in members if one.endswith(".vml"))
    shape = re.search(
        r"<v:shape .*</v:shape>", other["xl/drawings/vmlDrawingC1.vml"].decode(), re.DOTALL
    )
    assert shape is not None
    text = members[name].decode()
    end = text.rindex("</")
    space = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel" '
    members[name] = (
        text[:end]
        + shape[0].replace("<v:shape ", f"<v:shape {space}").replace("s1025", "s1099")
        + text[end:]
    ).encode()
