"""Tables fit their page: widths, wrapped columns, decimal points below each other."""

import pytest
from refused import refused

from digimfg.display.alignment import Padding, decimal_padding
from digimfg.display.formatting import format_number, format_p_value, stars_for
from digimfg.display.html import render_html
from digimfg.display.layout import header_lines, page_layout, text_width, turned_layout, wrapped
from digimfg.display.table import Alignment, Row, Span, Table, cell_text
from digimfg.errors import ExhibitError
from digimfg.exhibits import Evidence
from digimfg.exhibits.joint_test_table import TestTable
from digimfg.exhibits.writers.latex import render_latex
from digimfg.exhibits.writers.typst import render_typst
from digimfg.inference.wald import WaldTest
from digimfg.result import Result
from digimfg.text import LANGUAGES, Text

PAGE = 425.0


def _table(
    rows: list[tuple[str, ...]], alignment: tuple[Alignment, ...], attached: tuple[int, ...] = ()
) -> Table:
    return Table(
        title=Text("t", "表"),
        header=(tuple(Span(text="") for _ in alignment),),
        rows=tuple(Row(cells=cells, attached=number in attached) for number, cells in enumerate(rows)),
        alignment=alignment,
    )


def test_points_balance_by_what_each_number_lacks() -> None:
    table = _table([("a", "−12.345***"), ("", "(0.04)"), ("b", "1,234"), ("c", "Yes")], ("l", "d"))
    assert decimal_padding(table, "en") == {(1, 1): Padding("−0", "0***")}


def test_a_table_that_fits_is_left_alone() -> None:
    layout = page_layout(_table([("label", "0.123")], ("l", "d")), "en", PAGE)
    assert layout.fits
    assert not layout.wrapped
    assert layout.font_size == 9


def test_paragraph_columns_share_what_is_left() -> None:
    table = _table([("a short label", "a longer text " * 20, "0.1")], ("p", "p", "d"))
    layout = page_layout(table, "en", PAGE)
    assert layout.fits
    assert layout.wrapped == {1}
    assert sum(layout.widths) + 2 * layout.gap * 3 == pytest.approx(PAGE)


def test_the_stub_wraps_before_the_letters_shrink() -> None:
    table = _table([("a label " * 10, *["0.123***"] * 5)], ("l", *("d",) * 5))
    layout = page_layout(table, "en", PAGE)
    assert (layout.fits, layout.wrapped, layout.font_size) == (True, {0}, 9)


def test_letters_shrink_before_a_table_is_too_wide() -> None:
    eight = page_layout(_table([("label", *["−0.123***"] * 8)], ("l", *("d",) * 8)), "en", PAGE)
    assert (eight.fits, eight.font_size) == (True, 7.5)
    assert not page_layout(_table([("label", *["−0.123***"] * 14)], ("l", *("d",) * 14)), "en", PAGE).fits


def _regressions(n_columns: int, head: Text | str = "") -> Table:
    return Table(
        title=Text("t", "表"),
        header=((Span(text=""), *(Span(text=head) for _ in range(n_columns))),),
        rows=(Row(cells=("label", *["−0.123***"] * n_columns)),),
    )


def test_a_column_head_gets_room_for_its_longest_word() -> None:
    layout = page_layout(_regressions(3, "Manufacturing upgrading 0"), "en", PAGE)
    assert layout.widths[1] >= text_width("Manufacturing") * layout.font_size


def test_heads_break_further_before_a_table_is_too_wide() -> None:
    head = Text("", "制造业转型升级综合评价指数（熵值法）对数")
    layout = page_layout(_regressions(9, head), "zh", PAGE)
    assert layout.fits
    assert 3 < len(header_lines(head.zh, layout, 1, 1)) <= 5
    assert len(header_lines(head.zh, page_layout(_regressions(4, head), "zh", PAGE), 1, 1)) == 3


@pytest.mark.parametrize(
    ("n_columns", "turned", "font_size"), [(8, False, 7.5), (10, True, 9), (14, True, 7.5), (16, True, 6.5)]
)
def test_a_table_too_wide_for_the_page_is_turned_and_then_shrinks(
    n_columns: int, turned: bool, font_size: float
) -> None:
    layout, is_turned = turned_layout(_regressions(n_columns), "en", PAGE, 624.0)
    assert (layout.fits, is_turned, layout.font_size) == (True, turned, font_size)


def test_a_turned_table_lies_on_its_side_in_latex_and_says_which_package_it_needs() -> None:
    upright, turned = (render_latex(_regressions(count), "zh") for count in (8, 10))
    assert "rotating" not in upright
    assert turned.startswith("% needs \\usepackage{rotating}\n\\begin{sidewaystable}[htbp]\n")
    assert turned.endswith("\\end{sidewaystable}\n")
    document = render_latex(_regressions(10), "zh", standalone=True)
    assert "\\usepackage{rotating}\n\\begin{document}" in document


def test_only_a_table_too_wide_for_a_turned_page_is_scaled() -> None:
    assert "resizebox" not in render_latex(_regressions(16), "en")
    scaled = render_latex(_regressions(30), "en")
    assert "\\resizebox{\\linewidth}{!}{%\n\\begin{tabular}" in scaled
    assert "\\end{tabular}}\n" in scaled


def test_a_turned_table_has_a_landscape_page_in_typst() -> None:
    assert render_typst(_regressions(8), "en").startswith("#[")
    assert render_typst(_regressions(12), "en").startswith("#page(flipped: true)[")


def test_a_wide_table_scrolls_in_a_page_of_html() -> None:
    assert "overflow-x:auto" in render_html(_regressions(12), "en")


def test_a_long_label_runs_into_the_row_of_its_errors() -> None:
    label = "a label of many words that goes on and on and on"
    table = _table([(label, *["0.123***"] * 6), ("", *["(0.04)"] * 6)], ("l", *("d",) * 6), attached=(1,))
    source = render_latex(table, "en")
    first, second = source.split("\\midrule\n")[1].splitlines()[:2]
    assert " ".join((first.split(" & ")[0], second.split(" & ")[0])) == label
    assert f'<th class="l" scope="row" rowspan="2">{label}</th>' in render_html(table, "en")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Internet users per 100 people", ["Internet", "users per", "100 people"]),
        ("数字化水平（每百人）", ["数字化水", "平（每百", "人）"]),
        ("very_long_identifier", ["very_", "long_", "identifier"]),
        ("生产率×1995 年之后", ["生产率", "×1995 年", "之后"]),
    ],
)
def test_labels_break_at_blanks_between_characters_and_after_underscores(text: str, lines: list[str]) -> None:
    assert wrapped(text, 4.7).split("\n") == lines


def test_long_column_heads_break_into_lines() -> None:
    head = Text("change in GDP per capita (log)", "人均国内生产总值（对数）的差分")
    table = Table(
        title=Text("t", "表"),
        header=((Span(text=""), *(Span(text=head) for _ in range(5))),),
        rows=(Row(cells=("label", *["0.123***"] * 5)),),
    )
    for language in LANGUAGES:
        layout = page_layout(table, language, PAGE)
        lines = header_lines(head.language(language), layout, 1, 1)
        assert layout.fits
        assert len(lines) == 2
        assert max(text_width(line) for line in lines) * layout.font_size <= layout.widths[1]
    assert r"\begin{tabular}[b]{@{}c@{}}change in GDP\\per capita (log)\end{tabular}" in render_latex(
        table, "en"
    )
    assert ">change in GDP<br>per capita (log)</th>" in render_html(table, "en")


def test_a_closing_mark_never_starts_a_line_and_an_opening_one_never_ends_it() -> None:
    lines = wrapped("工业增加值占比重，全部（合计）。", 3.0).split("\n")
    assert not any(line[0] in "，。）" or line[-1] == "（" for line in lines)
    assert "".join(lines) == "工业增加值占比重，全部（合计）。"


def test_chinese_is_twice_as_wide_as_latin() -> None:
    assert text_width("年份") == 2
    assert text_width("1234") == 2


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.0, 3, "0.000"),
        (-0.0004, 3, "−0.00040"),
        (1e-12, 3, "1.0e−12"),
        (float("nan"), 3, "—"),
        (float("-inf"), 3, "−∞"),
        (1234567.891, 1, "1,234,567.9"),
        (5.0, 0, "5"),
    ],
)
def test_numbers_are_written_as_tables_want_them(value: float, digits: int, text: str) -> None:
    assert format_number(value, digits) == text


def test_p_values_and_stars_keep_their_bounds() -> None:
    assert [format_p_value(p, 3) for p in (0.0, 0.0004, 0.0006, float("nan"))] == [
        "<0.001",
        "<0.001",
        "0.001",
        "—",
    ]
    assert [stars_for(p, (0.01, 0.05, 0.1)) for p in (0.0099, 0.01, 0.05, 0.0999, 0.1)] == [
        "***",
        "**",
        "*",
        "*",
        "",
    ]


def test_joint_tests_show_hypothesis_distribution_and_stars() -> None:
    terms = tuple(f"x:year[{year}]" for year in range(1990, 1995))
    tests = {
        "pretrends": WaldTest(
            terms=terms, statistic=1.5, df_numerator=5.0, df_denominator=110.0, p_value=0.2
        ),
        "equal": WaldTest(
            terms=("a", "b"), statistic=9.0, df_numerator=2.0, df_denominator=None, p_value=0.002
        ),
    }
    exhibit = TestTable(
        tests, labels={"pretrends": Text("No pre-trend", "无事前趋势"), "year": Text("Year", "年份")}
    )
    table = exhibit.build(Evidence(tests=tests))
    assert [[cell_text(cell, "en") for cell in row.cells] for row in table.rows] == [
        ["No pre-trend", "x × Year = 1990, …, 1994 (5 terms)", "F(5, 110)", "1.500", "0.200"],
        ["equal", "a, b", "χ²(2)", "9.000***", "0.002"],
    ]
    with refused(ExhibitError, "exhibits.no_joint_test"):
        TestTable("t").build(Evidence())


def test_maketables_finds_what_its_protocol_asks_for(results: dict[str, Result]) -> None:
    result = results["baseline"]
    table = result.__maketables_coef_table__
    assert list(table.columns) == ["b", "se", "t", "p", "ci95l", "ci95u"]
    assert table.index.name == "Coefficient"
    assert result.__maketables_depvar__ == result.specification.outcome
    assert result.__maketables_stat__("N") == 3210
    assert result.__maketables_stat__("nothing") is None
    assert result.__maketables_default_stat_keys__ == ["N", "r2", "r2_within"]
    assert result.__maketables_fixef_string__ == "country+year"
    assert result.__maketables_vcov_info__ == {
        "vcov_type": "standard errors clustered by country",
        "clustervar": "country",
    }
    assert result.__maketables_var_labels__["internet:after"] == "internet × after"
    assert result.__maketables_stat_labels__["n_obs"] == "Observations"
