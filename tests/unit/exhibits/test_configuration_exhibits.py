"""Configurations in tables and figures: the journals' circles, both languages, the reader's labels, every format."""

import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.text import LANGUAGES, Text

CONDITIONS = ("talent", "standards", "finance")
LABELS = {
    "talent": Text("Talent", "人才"),
    "standards": Text("Standards", "标准"),
    "finance": Text("Finance", "资金"),
    "upgrade": Text("Upgrading", "升级"),
}
ROWS = {"110": (0.9, 0.8), "111": (0.9,), "100": (0.2, 0.3), "010": (0.1,), "001": (0.7, 0.8)}


@pytest.fixture(scope="module")
def frame():
    rows = [
        {"province": f"P{row}{k}"}
        | {name: 0.8 if bit == "1" else 0.1 for name, bit in zip(CONDITIONS, row, strict=True)}
        | {"upgrade": value}
        for row, values in ROWS.items()
        for k, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def table(frame):
    return dm.truth_table(frame, "upgrade", CONDITIONS, case="province", consistency=0.75)


@pytest.fixture(scope="module")
def solved(table):
    return dm.minimize_truth_table(table, dict.fromkeys(CONDITIONS, "present"))


@pytest.fixture(scope="module")
def ceilings():
    frame = pd.DataFrame(
        {"x": [0, 1, 2, 3, 4, 4, 2.5], "z": [1, 2, 4, 3, 4, 4, 0], "y": [0, 1, 1, 3, 4, 2, 1]}
    )
    return dm.necessary_condition_analysis(frame, "y", ("x", "z"), draws=19)


def built(exhibit):
    return exhibit.build(exhibit.evidence)


def test_circles_tell_presence_absence_and_core(solved):
    shown = built(dm.ConfigurationTable(solved, labels=LABELS))
    cells = {row.cells[0].en: row.cells[1:] for row in shown.rows}
    formulas = solved.terms.loc[("intermediate", 1)].index.tolist()
    core = {
        name
        for term in solved.terms.loc["parsimonious"].index.get_level_values("term")
        for name in term.split("*")
    }
    for column, term in enumerate(formulas):
        for name in CONDITIONS:
            parts = term.split("*")
            sign = cells[LABELS[name].en][column]
            assert (sign in "●•") == (name in parts) or sign == ""
            assert (sign in ("⊗", "×")) == (f"~{name}" in parts)
            if sign in ("●", "⊗"):
                assert name in core or f"~{name}" in core
    assert "升级的充分组态" in shown.title.zh


def test_peripheral_conditions_are_small_circles():
    """A parsimonious solution of talent alone; the conservative term holds standards too."""
    rows = [(1, 1, 0, 1), (1, 1, 1, 1), (0, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 1, 1, 0)]
    frame = pd.DataFrame(rows, columns=[*CONDITIONS, "upgrade"])
    solved = dm.minimize_truth_table(dm.truth_table(frame, "upgrade", CONDITIONS))
    shown = built(dm.ConfigurationTable(solved, solution="conservative"))
    assert [row.cells[1] for row in shown.rows[:3]] == ["●", "•", ""]
    assert "peripheral" in shown.notes[0].en
    assert "peripheral" not in built(dm.ConfigurationTable(solved, solution="parsimonious")).notes[0].en


def test_rows_with_the_outcome_stand_first(table):
    shown = built(dm.TruthTableExhibit(table, labels=LABELS))
    assert [row.cells[-2] for row in shown.rows] == ["1", "1", "1", "0", "0"]
    assert "P1100, P1101" in {row.cells[-1] for row in shown.rows}


def test_necessity_of_both_outcomes_stands_side_by_side(frame):
    found = {
        "upgrade": dm.necessary_conditions(frame, "upgrade", CONDITIONS),
        "~upgrade": dm.necessary_conditions(frame, "upgrade", CONDITIONS, negate=True),
    }
    shown = built(dm.NecessityTable(found, labels=LABELS))
    assert [Text.of(span.text).zh for span in shown.header[0]] == ["", "升级", "~升级"]
    assert len(shown.rows) == 6


def test_bottlenecks_say_what_is_not_necessary(ceilings):
    shown = built(dm.CeilingTable(ceilings, view="bottleneck", ceiling="ce_fdh"))
    assert shown.rows[0].cells[1:] == ("NN", "NN")
    assert shown.rows[-1].cells[1] == "100.0"
    with pytest.raises(dm.ExhibitError):
        built(dm.CeilingTable(dm.necessary_condition_analysis(
            ceilings.cases, "y", ("x",), ceilings=("ce_fdh",), draws=0), view="bottleneck", ceiling="cr_fdh"))  # fmt: skip


@pytest.mark.parametrize("suffix", [".docx", ".tex", ".html", ".md", ".typ"])
def test_every_format_holds_the_circles(solved, table, ceilings, tmp_path, suffix):
    for language in LANGUAGES:
        for number, exhibit in enumerate(
            (dm.ConfigurationTable(solved), dm.TruthTableExhibit(table), dm.CeilingTable(ceilings))
        ):
            path = exhibit.save(tmp_path / f"{number}{suffix}", language=language)
            again = exhibit.save(tmp_path / f"{number}_{suffix}", language=language)
            assert path.read_bytes() == again.read_bytes()


def test_figures_are_drawn_in_both_languages(ceilings, tmp_path):
    for language in LANGUAGES:
        assert (
            dm.CeilingPlot(ceilings, conditions=("z",)).save(tmp_path / "a.png", language=language).is_file()
        )
    with refused(dm.ExhibitError, "exhibits.names_unknown", what="condition"):
        built(dm.CeilingPlot(ceilings, conditions=("w",)))
