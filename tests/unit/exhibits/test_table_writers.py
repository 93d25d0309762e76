"""Each writer, for one table that has every feature: the file as committed, and what must hold in it."""

import csv
import io
import os
import re
import subprocess
import sys
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import docx
import openpyxl
import pytest
import typst
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from refused import refused

from digimfg.display.html import render_html
from digimfg.display.table import Row, Span, Table, cell_text
from digimfg.errors import ExhibitError
from digimfg.exhibits.style import font_folders
from digimfg.exhibits.writers import TABLE_SUFFIXES, render, save_table
from digimfg.exhibits.writers.latex import escape_latex, render_latex
from digimfg.exhibits.writers.markdown import render_markdown
from digimfg.exhibits.writers.typst import render_typst
from digimfg.text import LANGUAGES, Language, Text

EXPECTED = Path(__file__).with_name("expected")


def _document_xml(package: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return archive.read("word/document.xml")


_PARTS = {
    ".docx": ("word/document.xml", ".document.xml"),
    ".xlsx": ("xl/worksheets/sheet1.xml", ".sheet.xml"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("suffix", TABLE_SUFFIXES)
def test_every_writer_gives_the_committed_file(table: Table, suffix: str, language: Language) -> None:
    content = render(table, suffix, language)
    if suffix in _PARTS:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content, suffix = archive.read(_PARTS[suffix][0]), _PARTS[suffix][1]
    path = EXPECTED / f"everything_{language}{suffix}"
    if os.environ.get("DIGIMFG_ACCEPT_EXPECTED"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    assert content.decode() == path.read_text(encoding="utf-8")


def test_latex_escapes_every_command_character() -> None:
    assert escape_latex("& % _ # $ { }") == r"\& \% \_ \# \$ \{ \}"
    assert escape_latex("~^\\<>|") == (
        r"\textasciitilde{}\textasciicircum{}\textbackslash{}\textless{}\textgreater{}\textbar{}"
    )
    assert escape_latex("−2 × ρ²") == r"\(-\)2 \(\times\) \(\rho\)\textsuperscript{2}"
    assert escape_latex("控制变量：50%") == r"控制变量：50\%"


@given(st.text(max_size=60))
@settings(max_examples=150, deadline=None)
def test_no_text_leaves_a_command_or_an_open_brace_in_latex(text: str) -> None:
    escaped = escape_latex(cell_text(text, "en"))
    literal = re.sub(r"\\(?:text\w+|\()(?:\{\w?\})?|\\\)|\\[&%$#_{}]|\\[A-Za-z]+|\{[\[\]]\}", "", escaped)
    assert not set(literal) & set("&%$#{}^\\_"), escaped


def test_latex_is_a_booktabs_float_without_vertical_lines(table: Table) -> None:
    source = render_latex(table, "en")
    assert source.index(r"\caption{") < source.index(r"\toprule")
    assert [source.count(rule) for rule in (r"\toprule", r"\midrule", r"\bottomrule")] == [1, 3, 1]
    assert r"\setlength{\heavyrulewidth}{1.5bp}\setlength{\lightrulewidth}{0.75bp}" in source
    assert r"\begin{tabular}{@{}lccc@{}}" in source
    assert r"\label{tab:everything}" in source


def test_latex_guards_a_row_that_starts_with_a_star_or_bracket() -> None:
    header = ((Span(text=""), Span(text="(1)")),)
    table = Table(
        title=Text("t", "表"), header=header, rows=(Row(cells=("*a", "1")), Row(cells=("[b]", "2")))
    )
    lines = render_latex(table, "en").splitlines()
    assert r"{}*a & 1 \\" in lines  # a bare star or bracket would belong to the row end before it
    assert r"{[}b{]} & 2 \\" in lines


def test_latex_stands_alone_when_asked(table: Table) -> None:
    english, chinese = (render_latex(table, language, standalone=True) for language in LANGUAGES)
    assert english.startswith(r"\documentclass{article}")
    assert chinese.startswith(r"\documentclass[UTF8]{ctexart}")
    assert chinese.endswith("\\end{document}\n")


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.widths: list[int] = []
        self.hidden = False
        self.carried = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.hidden = tag == "span" and given.get("class") == "h"
        if tag == "tr":
            self.rows.append([""] * self.carried)
            self.widths.append(self.carried)
            self.carried = 0
        if tag in ("th", "td"):
            self.rows[-1].append("")
            self.widths[-1] += int(given.get("colspan") or 1)
            self.carried += int(given.get("rowspan") or 1) - 1
            assert tag == "td" or given["scope"] in ("col", "row", "colgroup", "rowgroup")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = False

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1] and not self.hidden:
            self.rows[-1][-1] += data


@pytest.mark.parametrize("language", LANGUAGES)
def test_html_holds_every_cell_once_and_fills_every_row(table: Table, language: Language) -> None:
    page = render_html(table, language)
    parser = _Cells()
    parser.feed(page[page.index("<thead>") : page.index("</table>")])
    assert set(parser.widths) == {table.n_columns}
    body = [[cell.strip() for cell in row] for row in parser.rows[len(table.header) :]]
    assert body == [[cell_text(cell, language) for cell in row.cells] for row in table.rows]
    assert page.startswith("<!DOCTYPE html>")
    assert f'<html lang="{"zh-CN" if language == "zh" else "en"}">' in page
    assert not re.search(r"https?://|<script|<link", page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_markdown_reads_back_as_the_same_cells(table: Table, language: Language) -> None:
    tokens = MarkdownIt("commonmark").enable("table").parse(render_markdown(table, language))
    cells = [
        "".join(child.content for child in tokens[position + 1].children or [])
        for position, token in enumerate(tokens)
        if token.type in ("td_open", "th_open")
    ]
    width = table.n_columns
    rows = [cells[start : start + width] for start in range(0, len(cells), width)]
    expected = [[cell_text(cell, language) for cell in row.cells] for row in table.rows]
    padded = [row + [""] * (width - len(row)) for row in expected]
    assert rows[len(table.header) :] == padded


@pytest.mark.parametrize("language", LANGUAGES)
def test_word_sets_both_fonts_on_every_run(table: Table, language: Language) -> None:
    document = docx.Document(io.BytesIO(render(table, ".docx", language)))
    runs = list(document.element.iter(qn("w:r")))
    assert len(runs) > 20
    for run in runs:
        fonts = run.find(qn("w:rPr")).find(qn("w:rFonts"))
        assert (fonts.get(qn("w:ascii")), fonts.get(qn("w:eastAsia"))) == ("Times New Roman", "宋体")
    sizes = {run.find(qn("w:rPr")).find(qn("w:sz")).get(qn("w:val")) for run in runs}
    assert sizes <= {"21", "18", "15"}  # half points: 五号, 小五, 六号
    assert document.paragraphs[0].runs[0].font.size.pt == 10.5
    assert document.paragraphs[0].text == cell_text(table.title, language)
    assert [paragraph.text for paragraph in document.paragraphs[1:]] == [
        cell_text(note, language) for note in table.notes
    ]


def test_word_draws_three_lines_and_no_vertical_one(table: Table) -> None:
    document = docx.Document(io.BytesIO(render(table, ".docx", "zh")))
    grid = document.tables[0]._tbl
    borders = [
        {
            (side.tag.split("}")[1], side.get(qn("w:sz")))
            for cell in row.iter(qn("w:tc"))
            for found in cell.iter(qn("w:tcBorders"))
            for side in found
        }
        for row in grid.iter(qn("w:tr"))
    ]
    assert borders[0] == {("top", "12")}
    assert borders[1] == {("bottom", "6")}
    assert borders[-1] == {("top", "6"), ("bottom", "12")}
    assert {side for row in borders for side, _ in row} == {"top", "bottom"}
    repeated = [
        row for row in grid.iter(qn("w:tr")) if row.find(qn("w:trPr")).find(qn("w:tblHeader")) is not None
    ]
    assert len(repeated) == len(table.header)


def test_word_lays_wide_tables_on_a_landscape_page() -> None:
    header = (tuple(Span(text=f"({n})") for n in range(15)),)
    wide = Table(
        title=Text("Wide", "宽表"),
        header=header,
        rows=(Row(cells=("a long label", *["−1,234.567***"] * 14)),),
    )
    section = docx.Document(io.BytesIO(render(wide, ".docx", "en"))).sections[0]
    assert section.page_width > section.page_height


def _three_lines_below_a_label() -> Table:
    return Table(
        title=Text("Bootstrap", "自助法"),
        header=((Span(text=""), Span(text="(1)"), Span(text="(2)")),),
        rows=(
            Row(cells=("robots", "0.1", "0.2")),
            Row(cells=("", "(0.3)", "(0.4)"), attached=True),
            Row(cells=("", "", "[0.265]"), attached=True),
            Row(cells=("Observations", "12", "13"), rule_above=True),
        ),
    )


def test_a_label_runs_over_every_line_attached_to_it() -> None:
    table = _three_lines_below_a_label()
    assert [table.stub_height(number) for number in range(4)] == [3, 0, 0, 1]


def test_html_keeps_a_bootstrap_p_value_in_its_column() -> None:
    page = render_html(_three_lines_below_a_label(), "en")
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    numbers = [
        re.findall(r"<td[^>]*>(?:<span[^>]*>[^<]*</span>)*([^<]*)", row) for row in body.split("</tr>")
    ]
    assert numbers[:4] == [["0.1", "0.2"], ["(0.3)", "(0.4)"], ["", "[0.265]"], ["12", "13"]]
    assert 'rowspan="3">robots</th>' in body


def test_typst_keeps_a_bootstrap_p_value_in_its_column() -> None:
    rows = render_typst(_three_lines_below_a_label(), "en").splitlines()
    start = next(number for number, line in enumerate(rows) if '"robots"' in line)
    assert "table.cell(rowspan: 3" in rows[start]
    assert [line.count(", ") for line in rows[start + 1 : start + 3]] == [1, 1]
    assert "[0.265]" in rows[start + 2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_typst_sets_the_table_with_the_packaged_font_alone(
    table: Table, language: Language, tmp_path: Path
) -> None:
    path = save_table(table, tmp_path / f"everything_{language}.typ", language)
    source = tmp_path / "main.typ"
    source.write_text(
        f'#set text(font: ("Noto Sans SC", "DejaVu Sans"))\n#include "{path.name}"', encoding="utf-8"
    )
    fonts = [str(folder) for folder in font_folders()]
    pages = typst.compile(source, font_paths=fonts, ignore_system_fonts=True, format="svg")
    assert pages is not None


@pytest.mark.parametrize("suffix", TABLE_SUFFIXES)
def test_a_table_is_written_the_same_whatever_the_hash_seed(
    table: Table, suffix: str, tmp_path: Path
) -> None:
    import pickle

    (tmp_path / "table.pickle").write_bytes(pickle.dumps(table))
    code = (
        "import hashlib, pickle, sys; from pathlib import Path; from digimfg.exhibits.writers import render;"
        "table = pickle.loads(Path(sys.argv[1]).read_bytes());"
        "print([hashlib.sha256(render(table, sys.argv[2], language)).hexdigest() for language in ('en', 'zh')])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "table.pickle"), suffix],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_saving_twice_gives_the_same_bytes(table: Table, tmp_path: Path) -> None:
    for suffix in TABLE_SUFFIXES:
        first, second = (save_table(table, tmp_path / f"{name}{suffix}", "zh").read_bytes() for name in "ab")
        assert first == second, suffix


def test_the_language_follows_the_end_of_the_file_name(table: Table, tmp_path: Path) -> None:
    assert "全部特征" in save_table(table, tmp_path / "table_zh.md").read_text(encoding="utf-8")
    assert "全部特征" not in save_table(table, tmp_path / "table.md").read_text(encoding="utf-8")
    assert "全部特征" in save_table(table, tmp_path / "table_en.md", "zh").read_text(encoding="utf-8")


def test_an_unknown_suffix_or_language_writes_nothing(table: Table, tmp_path: Path) -> None:
    with refused(ExhibitError, "exhibits.suffix_unknown"):
        save_table(table, tmp_path / "table.odt")
    with refused(ExhibitError, "exhibits.language_unknown", got="'fr'"):
        save_table(table, tmp_path / "table.md", "fr")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_a_row_of_the_wrong_width_is_named() -> None:
    with refused(ExhibitError, "display.width_of_row", place="row 1"):
        Table(
            title=Text("t", "表"),
            header=((Span(text=""), Span(text="(1)")),),
            rows=(Row(cells=("only one",)),),
        )


def _sheet(table: Table, path: Path) -> "openpyxl.worksheet.worksheet.Worksheet":
    return openpyxl.load_workbook(save_table(table, path / "table_zh.xlsx")).active


def test_a_workbook_holds_numbers_as_numbers_without_formulas(table: Table, tmp_path: Path) -> None:
    sheet = _sheet(table, tmp_path)
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    shown = {cell_text(cell, "zh") for row in table.rows for cell in row.cells}
    assert {cell.data_type for cell in found} == {"s", "n"}
    for cell in found:
        if cell.data_type == "n":
            decimals = len(cell.number_format.partition(".")[2])
            mark = "," if cell.number_format.startswith("#") else ""
            assert f"{cell.value:{mark}.{decimals}f}".replace("-", "−") in shown


def test_a_workbook_has_three_rules(table: Table, tmp_path: Path) -> None:
    sheet, header = _sheet(table, tmp_path), len(table.header)
    assert all(cell.border.top.style == "medium" for cell in sheet[2])
    assert all(cell.border.bottom.style == "thin" for cell in sheet[1 + header])
    assert all(cell.border.bottom.style == "medium" for cell in sheet[1 + header + len(table.rows)])
    assert not any(cell.border.left.style for row in sheet.iter_rows() for cell in row)


def test_a_formula_stays_text(tmp_path: Path) -> None:
    table = Table(title=Text.of("=1+1"), header=(), rows=(Row(cells=("=A1", "=1+1")),))
    assert {cell.data_type for row in _sheet(table, tmp_path).iter_rows() for cell in row} <= {"s", "n"}
    assert "'=1+1" in save_table(table, tmp_path / "t.csv").read_text(encoding="utf-8-sig")


def test_separated_values_have_every_cell_and_note_once(table: Table, tmp_path: Path) -> None:
    path = save_table(table, tmp_path / "table_zh.csv")
    lines = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert lines[0][0] == cell_text(table.title, "zh")
    assert {len(line) for line in lines} == {table.n_columns}
    assert [line[0] for line in lines[-len(table.notes) :]] == [cell_text(note, "zh") for note in table.notes]


def test_rich_text_balances_its_braces_and_is_read_by_word_processors(table: Table) -> None:
    for language in LANGUAGES:
        source = render(table, ".rtf", language).decode("ascii")
        bare = re.sub(r"\\[\\{}]", "", source)
        assert bare.count("{") == bare.count("}")
        n_rows = len(table.header) + len(table.rows)
        assert (source.count(r"\trowd"), source.count("\\row\n")) == (n_rows, n_rows)
        words = re.sub(r"\\u(-?\d+)\?", lambda found: chr(int(found[1]) % 65536), source)
        assert all(cell_text(note, language) in re.sub(r"\\([{}\\])", r"\1", words) for note in table.notes)
