"""Every cell of a register stands where it says in the paper's text, word for word."""

import os
import re
import tomllib
from pathlib import Path

import pytest

from digimfg.paper.coevolution import coevolution_graph
from digimfg.paper.ledger import read_ledger
from digimfg.paper.reading import DATA, read_printed
from digimfg.paper.views import list_registers, register_cells

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("DIGIMFG_SHARED_DATA", ROOT.parent / "shared" / "data"))
PAPER = SHARED.parent / "seed" / "paper.txt"

needs_paper = pytest.mark.skipif(not PAPER.is_file(), reason="the paper's text is not here")


def squeezed(text):
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def lines():
    return PAPER.read_text(encoding="utf-8").split("\n")


def stands_at(words, first, last, lines):
    """The words begin in the first line and end in the last, blanks aside."""
    words, block = squeezed(words), squeezed("".join(lines[first - 1 : last]))
    head = len(squeezed(lines[first - 1]))
    before_last = len(squeezed("".join(lines[first - 1 : last - 1])))
    starts = [match.start() for match in re.finditer(f"(?={re.escape(words)})", block)]
    return any(start < head and start + len(words) > before_last for start in starts)


@needs_paper
@pytest.mark.parametrize("name", list_registers()["register"])
def test_every_cell_of_a_register_stands_at_its_lines(name, lines):
    cells = register_cells(name)
    printed = cells[cells["first_line"].notna()]
    assert len(printed) == list_registers().set_index("register").loc[name, "cells_in_paper"]
    astray = [
        (cell.row, cell.column, cell.verbatim)
        for cell in printed.itertuples()
        if not stands_at(cell.verbatim, cell.first_line, cell.last_line, lines)
    ]
    assert astray == []


@pytest.mark.parametrize("name", list_registers()["register"])
def test_a_cell_has_a_line_or_its_row_says_that_it_is_added(name):
    for row in read_printed(name).rows:
        for cell in row.cells.values():
            if row.in_paper and name not in ("waves", "paths"):
                assert cell.lines is not None or cell.column == "position", (row.key, cell.column)
            if not row.in_paper:
                assert cell.lines is None
                assert row.source


@needs_paper
def test_the_words_of_claims_stand_at_their_lines(lines):
    claims = tomllib.loads((DATA / "claims.toml").read_text(encoding="utf-8"))["claims"]
    assert [claim["id"] for claim in claims if not stands_at(claim["text"], *claim["lines"], lines)] == []
    assert len(read_ledger(DATA / "claims.toml", paper=PAPER)) == len(claims)


@needs_paper
def test_the_nodes_and_edges_of_the_diagram_stand_at_their_lines(lines):
    graph = coevolution_graph()
    parts = [*graph.nodes.values(), *graph.edges, graph.time]
    assert [part.text for part in parts if not stands_at(part.text, *part.lines, lines)] == []


@needs_paper
def test_dictionary_words_of_a_path_come_from_its_own_section(lines):
    for row in read_printed("paths").rows:
        first, last = row.coded["lines"]
        section = squeezed("".join(lines[first - 1 : last]))
        assert [word for word in row.coded["words"] if word not in section] == []


@needs_paper
def test_the_first_mention_of_a_policy_stands_at_its_line(lines):
    printed = read_printed("policies")
    for row in printed.rows:
        names = [
            squeezed(row.cells[name].verbatim).strip("《》()")
            for name in ("title", "alias")
            if name in row.cells
        ]
        for line in row.coded.get("mentioned", ()):
            block = squeezed("".join(lines[line - 1 : line + 2]))
            assert any(name in block for name in names), (row.key, line)


@needs_paper
def test_a_wrong_line_would_be_seen(lines):
    assert stands_at("656. 8", 456, 456, lines)
    assert not stands_at("656. 8", 457, 457, lines)
    assert not stands_at("656.9", 456, 456, lines)
