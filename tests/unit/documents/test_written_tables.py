"""Tables of a document that were written before are taken as they were, whatever the format; others are written."""

import pytest

from digimfg.display.table import Row, Span, Table
from digimfg.documents import latex, web, word
from digimfg.documents.book import Book, PlacedTable
from digimfg.documents.latex import render_latex_document
from digimfg.documents.web import render_page
from digimfg.documents.word import render_document
from digimfg.documents.written import WrittenTables, table_names
from digimfg.text import Text


def placed(name, estimate, number=1):
    table = Table(
        name=name,
        title=Text("Estimates", "估计"),
        header=((Span(text=""), Span(text="(1)")),),
        rows=(Row(cells=("x", estimate)),),
    )
    return PlacedTable(table=table, label=f"表 1-{number}", chapter=1, number=number)


def book(*blocks):
    return Book(language="zh", title="题目", author="", contents=False, chapter=1, blocks=blocks)


FORMATS = {
    "docx": (word, "write_table", render_document),
    "html": (web, "render_html", render_page),
    "tex": (latex, "render_latex", lambda whole, tables=None: render_latex_document(whole, "figures", tables)),
}  # fmt: skip


@pytest.mark.parametrize("kind", FORMATS)
def test_only_tables_that_are_new_are_written_and_the_document_is_the_same(monkeypatch, kind):
    module, name, render = FORMATS[kind]
    writer, written, held = getattr(module, name), [], {}

    def noted(*args, **options):
        written.append(args)
        return writer(*args, **options)

    monkeypatch.setattr(module, name, noted)

    def again(*blocks):
        whole = book(*blocks)
        alone = render(whole)
        written.clear()
        assert render(whole, WrittenTables(table_names(whole), held)) == alone
        return len(written)

    assert again(placed("a", "1"), placed("b", "2", 2)) == 2
    assert again(placed("a", "1"), placed("b", "2", 2)) == 0
    assert again(placed("a", "1"), placed("b", "3", 2)) == 1
    assert again(placed("b", "3", 1)) == (kind == "html"), "only a page writes the number into the table"
    assert again(placed("a", "1"), placed("b", "3", 1)) == 1, "what stood in no last document is forgotten"
