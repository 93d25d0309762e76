"""Whatever characters stand in titles, labels and cells, every format holds a whole document."""

import csv
import io
import re
import zipfile
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pandas as pd
import pytest
import typst
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

import digimfg as dm
from digimfg.csv_text import csv_text
from digimfg.display.table import Row, Span, Table
from digimfg.exhibits import writers
from digimfg.exhibits.writers import TABLE_SUFFIXES, notebook_view, render, terminal_view
from digimfg.text import LANGUAGES, Text, legible

ILLEGAL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U0001fffe\U0010ffff]"
)
CHARACTERS = [
    "\ud800", "\udfff", "\udc80", "\ufffe", "\uffff", "\ufdd0", "\U0001fffe", "\U0010ffff", "\x00", "\x01", "\x08", "\x0b", "\x0c", "\x1b", "\x1f",
    "\x7f", "\x80", "\x9f", "\u2028", "\u2029", "\ufeff", "\u200b", "\u202e", "\U00020000", "🏭", "\r\n", "\t", "]]>", "<!--", "&#0;", "\\", "$x$", '"',
]  # fmt: skip


def table(word):
    text = Text(f"a{word}b", f"甲{word}乙")
    return Table(
        title=text, notes=(text, Text.of(word)), name="x", header=((Span(text=word), Span(text=text)),),
        rows=(Row(cells=(text, word)), Row(cells=(word,), heading=True), Row(cells=("", text), attached=True)),
    )  # fmt: skip


def read(content, suffix):
    """Return the text of a document, read as its format demands."""
    if suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for name in package.namelist():
                if name.endswith((".xml", ".rels")):
                    ElementTree.fromstring(package.read(name))
        if suffix == ".xlsx":
            sheet = openpyxl.load_workbook(io.BytesIO(content)).active
            return "\n".join(
                str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None
            )
        document = Document(io.BytesIO(content))
        return "\n".join(paragraph.text for paragraph in document.paragraphs)
    text = content.decode("utf-8-sig")
    if suffix == ".rtf":
        units = [
            int(found[1]) % 65536 for found in re.finditer(r"\\u(-?\d+)\?|(.)", text, re.DOTALL) if found[1]
        ]
        assert text.isascii()
        return b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le") + text
    if suffix == ".typ":
        typst.compile(content, format="pdf")
    return text


@pytest.mark.parametrize("word", CHARACTERS, ids=ascii)
@pytest.mark.parametrize("suffix", TABLE_SUFFIXES)
def test_every_writer_holds_every_character_or_marks_it(suffix, word):
    for language in LANGUAGES:
        text = read(render(table(word), suffix, language), suffix)
        assert not ILLEGAL.search(text)
        assert ("a" if language == "en" else "甲") in text


def test_no_writer_is_left_out():
    made = {name for name in dir(writers) if name.startswith("render_")} | set(TABLE_SUFFIXES.values())
    assert made == {"latex", "word", "html", "markdown", "typst", "workbook", "comma", "rich_text"}


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=12))
@settings(max_examples=40, deadline=None)
def test_any_text_in_any_place(word):
    for suffix in TABLE_SUFFIXES:
        assert not ILLEGAL.search(read(render(table(word), suffix, "en"), suffix))
    assert not ILLEGAL.search(notebook_view(table(word))["text/html"])
    terminal_view(table(word)).encode()


@pytest.mark.parametrize("length", [254, 255, 256, 3000])
def test_a_long_title_stands_whole_on_the_page_and_cut_in_the_properties(length):
    title = ("标题" * length)[:length]
    content = render(Table(title=Text.of(title), header=(), rows=(Row(cells=("a", "b")),)), ".docx", "zh")
    document = Document(io.BytesIO(content))
    assert document.paragraphs[0].text == title
    held = document.core_properties.title
    assert held == title if length <= 255 else (len(held) == 255 and held.endswith("…"))


def test_saving_results_of_columns_with_such_names(tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "unit": np.repeat(range(8), 5),
            "year": list(range(5)) * 8,
            "y": rng.normal(size=40),
            "x": rng.normal(size=40),
        }
    )
    result = dm.estimate(dm.Specification("y", "x", entity="unit", time="year"), frame)
    exhibit = dm.RegressionTable(
        {"(1)": result}, labels={"x": "x\ufffe\ud800", "y": "\x07"}, title="t\udfff" * 200
    )
    for suffix in TABLE_SUFFIXES:
        assert exhibit.save(tmp_path / f"a{suffix}").stat().st_size


FORMULAS = [
    "=1+1",
    "+cmd",
    "-cmd|' /C calc'!A0",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＋1",
    "－a",
    "＠x",
    "  =1",
    "=",
    "-",
    "+",
    "--5",
    "-5-3",
    "+1+1",
]
PLAIN = ["1", "-1", "+3", "-1,234.5", "-.5", "-5%", "1e-5", "-1E+10", "a=b", "a-b", "电子", "", "'x", "1-2"]


def rows(text):
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("word", FORMULAS, ids=ascii)
def test_a_formula_is_text_in_cells_and_header(word):
    frame = pd.DataFrame({word: [word, "x"], "n": [-1.5, 2]})
    for each in (
        frame,
        frame.astype({word: "category"}),
        frame.astype({word: "string"}),
        frame.astype(object),
    ):
        head, first, second = rows(csv_text(each))
        assert head == ["'" + word.replace("\r", "\n"), "n"]
        assert first[0] == head[0]
        assert (first[1], second) == ("-1.5", ["x", "2.0"])


@pytest.mark.parametrize("word", PLAIN, ids=ascii)
def test_numbers_and_other_words_stay(word):
    frame = pd.DataFrame(
        {"a": [word], "b": [-3], "c": [-0.25], "d": [pd.Timestamp("2020-01-01")], "e": [True]}
    )
    assert rows(csv_text(frame)) == [["a", "b", "c", "d", "e"], [word, "-3", "-0.25", "2020-01-01", "True"]]


def test_missing_values_repeated_columns_and_no_columns():
    frame = pd.DataFrame([[None, np.nan, pd.NA, "=x"]], columns=["a", "a", "b", "b"])
    assert csv_text(frame) == "a,a,b,b\n,,,'=x\n"
    assert csv_text(pd.DataFrame()) == "\n"
    assert csv_text(pd.DataFrame(columns=["=a"])) == "'=a\n"


def test_what_is_no_character_is_marked():
    assert csv_text(pd.DataFrame({"a": ["x\ud800", "y\x00"]}, dtype=object)) == "a\nx�\ny�\n"
    assert legible("a\tb\r\nc 收入 🏭") == "a\tb\r\nc 收入 🏭"


def test_counted_words_are_written_as_text(tmp_path, monkeypatch, capsys):
    from digimfg.cli import main

    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "=cmd_2020.txt").write_text("公司运用大数据。", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        main(["texts", "reports", "--out", "words.csv"])
    assert not end.value.code
    assert (tmp_path / "words.csv").read_text(encoding="utf-8").splitlines()[1].startswith("'=cmd,2020,")
