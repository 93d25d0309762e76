"""Exhibits of the paper's own data: complete, in both languages, marked where a cell was corrected or is in doubt."""

import re

import pytest
from refused import refused

import digimfg as dm
from digimfg.display.table import cell_text
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence
from digimfg.exhibits.writers import TABLE_SUFFIXES, render
from digimfg.paper.exhibits.policy_timeline import ADMINISTRATIONS, decimal_year
from digimfg.paper.registers.policies import THEMES

FIGURES = [
    dm.WavePlot("waves"),
    dm.CoevolutionPlot("coevolution"),
    dm.PolicyTimeline("policies"),
    dm.PolicyTimeline("stem", register="stem_policies"),
    dm.InstitutePlot("institutes"),
]
PRINTED = [
    dm.PolicyTimeline("policies", view="as_printed"),
    dm.InstitutePlot("institutes", view="as_printed"),
]
TABLES = [
    dm.ParadigmTable("paradigms"),
    dm.WaveTable("wave_tests"),
    dm.ErrataTable("errata", register="institutes"),
    dm.VerdictTable(
        "verdicts", verdicts=dm.verdict([each for each in dm.ledger() if not each.estimates], {})
    ),
]


def words(figure):
    return [text.get_text() for axes in figure.axes for text in (*axes.texts, *axes.get_yticklabels())]


def draw(exhibit, language):
    from digimfg.exhibits.style import house_style

    with house_style():
        return exhibit.build(Evidence()).draw(language)


@pytest.mark.parametrize("exhibit", [*FIGURES, *PRINTED], ids=lambda each: each.name)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_figure_is_drawn_with_every_glyph(exhibit, language):
    assert render(exhibit.build(Evidence()), ".pdf", language).startswith(b"%PDF")


def test_a_figure_has_the_same_bytes_every_time():
    assert render(FIGURES[0].build(Evidence()), ".png", "zh") == render(
        FIGURES[0].build(Evidence()), ".png", "zh"
    )


@pytest.mark.parametrize("table", TABLES, ids=lambda each: each.name)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_table_is_written_in_every_format(table, language):
    for suffix in TABLE_SUFFIXES:
        assert render(table.build(Evidence()), suffix, language)


@pytest.mark.parametrize("exhibit", [*FIGURES, *TABLES], ids=lambda each: each.name)
def test_title_and_notes_are_in_both_languages(exhibit):
    built = exhibit.build(Evidence())
    for text in (built.title, *built.notes):
        assert text.en != text.zh
        assert not any("\u4e00" <= character <= "\u9fff" for character in text.en), text.en


def test_waves_are_drawn_to_scale():
    axes = draw(dm.WavePlot("waves"), "en").axes[0]
    spans = {(patch.get_x(), patch.get_width()) for patch in axes.patches if patch.get_hatch() is None}
    phases = dm.wave_phases(dm.register("waves"))
    assert spans == {(row.phase_start, row.phase_years) for row in phases.itertuples()}
    assert any("63 years" in text for text in words(draw(dm.WavePlot("waves"), "en")))
    assert any("63年" in text for text in words(draw(dm.WavePlot("waves"), "zh")))


@pytest.mark.parametrize(("language", "phase"), [("en", "recovery"), ("zh", "回升期")])
def test_unfinished_waves_have_no_curve_and_hatches_of_their_own(language, phase):
    axes = draw(dm.WavePlot("waves"), language).axes[0]
    (curve, *_) = axes.lines
    assert max(curve.get_xdata()) == 1991
    hatched = {
        patch.get_hatch(): (patch.get_x(), patch.get_width()) for patch in axes.patches if patch.get_hatch()
    }
    assert hatched == {"////": (1991, 33), "...": (2024, 16)}
    assert any(phase in text.get_text().replace("\n", "") for text in axes.texts)


def test_arrows_of_the_diagram_go_where_the_words_go():
    from digimfg.paper.coevolution import coevolution_graph

    graph = coevolution_graph()
    pairs = {(edge.start, edge.end) for edge in graph.edges}
    assert not {(end, start) for start, end in pairs} & pairs
    assert ("industry", "economy") in pairs
    assert not {("firm", "industry"), ("industry", "firm")} & pairs
    later = [edge for edge in graph.edges if "后者" in edge.text]
    assert [(edge.start, edge.end) for edge in later] == [("coevolution", "firm")]
    heads = [
        patch
        for patch in draw(dm.CoevolutionPlot("c"), "en").axes[0].patches
        if hasattr(patch, "get_arrowstyle")
    ]
    assert len(heads) == len(graph.edges) + 1
    assert graph.time.label.en in " ".join(words(draw(dm.CoevolutionPlot("c"), "en")))


def test_titles_of_stem_policies_are_names_and_stand_whole():
    titles = dm.register("stem_policies")["title_zh"]
    assert all(title[0] in "《“" and len(title) < 20 for title in titles)
    shown = [
        text.replace("\n", "") for text in words(draw(dm.PolicyTimeline("s", register="stem_policies"), "zh"))
    ]
    assert set(titles) <= set(shown)


def test_every_node_of_the_diagram_is_drawn():
    from digimfg.paper.coevolution import coevolution_graph

    shown = " ".join(words(draw(dm.CoevolutionPlot("c"), "zh"))).replace("\n", "")
    assert all(node.label.zh in shown for node in coevolution_graph().nodes.values())


def test_every_dated_policy_has_its_row_and_undated_ones_are_named():
    chart = dm.PolicyTimeline("policies").build(Evidence())
    policies = dm.register("policies")
    shown = [text.replace("\n", "") for text in words(draw(dm.PolicyTimeline("policies"), "zh"))]
    assert sum(title in shown for title in policies["title_zh"]) == policies["date"].notna().sum()
    for title in policies.loc[policies["date"].isna(), "title_zh"]:
        assert title in chart.notes[0].zh


def test_a_policy_falls_into_the_administration_that_is_shaded_behind_it():
    dated = dm.register("policies").dropna(subset=["administration"])
    assert set(dated["administration"]) == set(ADMINISTRATIONS)
    for row in dated.itertuples():
        _, start, end = ADMINISTRATIONS[row.administration]
        assert start - 0.05 <= decimal_year(row.date) <= end + 0.05, row.policy


def test_theme_labels_are_those_of_the_paper_in_its_order():
    assert [label.zh for label in THEMES.values()] == [
        "顶层设计",
        "技术发展",
        "人才培养",
        "协同创新",
        "生态系统",
    ]


def test_institutes_show_their_totals_and_what_cannot_be_read():
    corrected = dm.InstitutePlot("i").build(Evidence()).notes[0].en
    assert "US$ 913 + 1,725 million, leverage 1.89; members 1,540" in corrected
    assert (
        "4 amounts cannot be read as printed"
        in dm.InstitutePlot("i", view="as_printed").build(Evidence()).notes[0].en
    )


def test_the_paradigm_table_has_thirteen_rows_and_marks_its_cells():
    table = dm.ParadigmTable("p").build(Evidence())
    assert len(table.rows) == 13
    cells = {
        cell_text(row.cells[0], "en"): [cell_text(cell, "zh") for cell in row.cells[1:]] for row in table.rows
    }
    assert cells["Key materials"] == ["—‡", "铁、铝、铜等‡", "硅、稀土、信息等‡", "石墨烯、锂、芯片、数据等‡"]
    assert cells["Organisation of production"][2].endswith("†")
    printed = dm.ParadigmTable("p", view="as_printed").build(Evidence())
    assert not any(
        mark in cell_text(cell, "zh") for row in printed.rows for cell in row.cells for mark in "†‡"
    )


def test_the_wave_table_prints_the_exact_tests_and_the_floor():
    rows = {
        cell_text(row.cells[0], "en"): list(row.cells[1:]) for row in dm.WaveTable("w").build(Evidence()).rows
    }
    assert rows["Length (years)"] == ["63", "47", "56", "43", "52.25", "50", "−4", "0.167", "0.333", "0.083"]


def test_a_register_may_be_given_at_once_and_the_panel_of_an_analysis_is_left_alone():
    institutes = dm.register("institutes").query("institute == 'arm'")
    assert "US$ 80 + 173 million" in dm.InstitutePlot(institutes).build(Evidence()).notes[0].en
    panel = Evidence(frame=institutes.rename(columns={"institute": "country"}))
    assert "US$ 913" in dm.InstitutePlot("declared").build(panel).notes[0].en


def test_another_frame_is_told():
    with refused(ExhibitError, "paper.not_the_register", missing=("leverage_ratio",)):
        dm.InstitutePlot(dm.register("institutes").drop(columns="leverage_ratio")).build(Evidence())


def test_an_unknown_view_or_register_is_told():
    with refused(ExhibitError, "arguments.value_outside", argument="view"):
        dm.InstitutePlot("i", view="printed").build(Evidence())
    with refused(ExhibitError, "arguments.value_outside", argument="register"):
        dm.PolicyTimeline("p", register="waves").build(Evidence())


def test_the_errata_table_has_every_erratum_and_groups_registers():
    one = dm.ErrataTable("e", register="institutes").build(Evidence())
    assert len(one.rows) == len(dm.errata("institutes"))
    every = dm.ErrataTable("e").build(Evidence())
    assert sum(row.heading for row in every.rows) == dm.errata()["register"].nunique()


def test_the_verdict_table_can_be_brief():
    verdicts = dm.verdict([claim for claim in dm.ledger() if not claim.estimates][:3], {})
    whole, brief = (
        dm.VerdictTable("v", verdicts=verdicts, brief=each).build(Evidence()) for each in (False, True)
    )
    assert brief.n_columns == 4 < whole.n_columns
    assert len(brief.rows) == len(whole.rows)


@pytest.mark.parametrize("exhibit", [*FIGURES, *TABLES], ids=lambda each: each.name)
def test_chinese_words_of_an_exhibit_have_no_blank_beside_a_digit(exhibit):
    built = exhibit.build(Evidence())
    said = [built.title.zh, *(note.zh for note in built.notes)]
    for row in getattr(built, "rows", ()):
        said += [cell.zh for cell in row.cells if isinstance(cell, dm.Text)]
    assert len(said) > 1
    assert [text for text in said if re.search("[0-9] +[\u4e00-\u9fff]|[\u4e00-\u9fff] +[0-9]", text)] == []
