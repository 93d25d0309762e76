"""Figures: every kind in both languages, without a missing glyph, the same bytes every time."""

import hashlib
import os
import re
import subprocess
import sys
import zlib
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import typst
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text as MplText
from matplotlib.transforms import Bbox
from refused import refused

from digimfg.display.table import cell_text
from digimfg.errors import ExhibitError, Fault
from digimfg.exhibits import Evidence, Exhibit
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.coefficient_plot import CoefficientPlot
from digimfg.exhibits.coverage_plot import CoveragePlot
from digimfg.exhibits.distribution_plot import DistributionPlot
from digimfg.exhibits.event_study_plot import EventStudyPlot
from digimfg.exhibits.groups import grouped
from digimfg.exhibits.scatter_plot import ScatterPlot
from digimfg.exhibits.style import COLORS, MARKERS, font_folders, house_style
from digimfg.exhibits.trend_plot import TrendPlot
from digimfg.exhibits.writers import render, save_chart
from digimfg.exhibits.writers.typst import render_typst_chart
from digimfg.inference.wald import WaldTest
from digimfg.result import Provenance, Result
from digimfg.specification import Specification
from digimfg.text import LANGUAGES, Language, Text

LABELS = {
    "x": Text("Digital adoption (1995 = 1)", "数字化水平（1995年=1）"),
    "y": Text("Log productivity — R&D, ρ²", "全要素生产率对数——研发，ρ²"),
    "type": Text("Type", "类型"),
    "core": Text("Core", "核心区"),
    "rim": Text("Rim", "外围区"),
    "year": Text("Year", "年份"),
    "country": Text("Country", "国家"),
}
KEYS = {"entity": "country", "time": "year", "labels": LABELS}


def _event_result() -> Result:
    years = [year for year in range(1990, 2000) if year != 1995]
    estimate = np.array([max(0, year - 1995) / 10 for year in years])
    coefficients = pd.DataFrame(
        {
            "estimate": estimate,
            "std_error": 0.1,
            "statistic": estimate / 0.1,
            "p_value": 0.5,
            "conf_low": estimate - 0.2,
            "conf_high": estimate + 0.2,
        },
        index=pd.Index([f"x:year[{year}]" for year in years], name="term"),
    )
    specification = Specification("y", "x:i(year, ref=1995)", entity="country", time="year")
    return Result(
        coefficients=coefficients,
        covariance_matrix=pd.DataFrame(),
        statistics={"n_obs": 120.0, "n_clusters": 12.0},
        notes=(),
        provenance=Provenance(specification=specification, data_hash="", versions={}),
    )


def _exhibits(frame: pd.DataFrame) -> dict[str, Exhibit]:
    result = _event_result()
    return {
        "coefficients": CoefficientPlot({"baseline": result, "second": result}, labels=LABELS),
        "coefficient": CoefficientPlot(
            {"baseline": result}, keep=("x:year[1990]",), labels=LABELS, width="narrow"
        ),
        "event": EventStudyPlot(result, labels=LABELS),
        "trend": TrendPlot(frame, variable="y", group="type", band="std_error", event=2004, **KEYS),
        "trend_parts": TrendPlot(
            frame, variable="y", group="x", group_parts=3, statistic="median", width="narrow", **KEYS
        ),
        "scatter": ScatterPlot(frame, x="x", y="y", group="type", bins=5, **KEYS),
        "scatter_year": ScatterPlot(frame, x="x", y="y", at=2005, width="narrow", **KEYS),
        "coverage": CoveragePlot(frame, variables=("x", "y"), **KEYS),
        "violin": DistributionPlot(frame, variable="y", group="type", **KEYS),
        "ridge": DistributionPlot(frame, variable="y", periods=(2000, 2005, 2009), form="ridge", **KEYS),
    }


def _chart(exhibit: Exhibit) -> Chart:
    assert exhibit.evidence is not None
    chart = exhibit.build(exhibit.evidence)
    assert isinstance(chart, Chart)
    return chart


def _drawn(exhibit: Exhibit, language: Language) -> Figure:
    with house_style():
        figure = _chart(exhibit).draw(language)
        FigureCanvasAgg(figure).draw()
    return figure


NAMES = tuple(_exhibits(pd.DataFrame()))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_figure_is_drawn_without_a_missing_glyph_or_a_title(
    frame: pd.DataFrame, name: str, language: Language
) -> None:
    exhibit = _exhibits(frame)[name]
    picture = render(_chart(exhibit), ".png", language)  # a missing glyph would be an error
    assert picture.startswith(b"\x89PNG")
    figure = _drawn(exhibit, language)
    assert figure.get_suptitle() == ""
    assert figure.get_figwidth() * 2.54 == pytest.approx(
        8 if getattr(exhibit, "width", "") == "narrow" else 14
    )
    words = " ".join(text.get_text() for text in figure.findobj(MplText))
    assert bool(re.search("[\u4e00-\u9fff]", words)) == (language == "zh")


def _word_boxes(exhibit: Exhibit, language: Language) -> tuple[Bbox, list[tuple[str, Bbox]]]:
    """Give the page and the box of every text that is seen."""
    with house_style():
        figure = _chart(exhibit).draw(language)
        FigureCanvasAgg(figure).draw()
        texts: list[MplText] = [text for legend in figure.legends for text in legend.get_texts()]
        for axes in figure.axes:
            texts += [axes.xaxis.label, axes.yaxis.label, axes.title, axes._left_title]
            for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
                ticks = zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=False)
                texts += [label for place, label in ticks if min(low, high) <= place <= max(low, high)]
        seen = [text for text in texts if text.get_visible() and text.get_text().strip()]
        return figure.bbox, [(text.get_text(), text.get_window_extent()) for text in seen]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_words_never_leave_the_page_or_cover_each_other(
    frame: pd.DataFrame, name: str, language: Language
) -> None:
    page, boxes = _word_boxes(_exhibits(frame)[name], language)
    assert len(boxes) >= 4
    for position, (words, box) in enumerate(boxes):
        assert min(box.x0, box.y0, page.x1 - box.x1, page.y1 - box.y1) >= 0, words
        for other, second in boxes[position + 1 :]:
            width = min(box.x1, second.x1) - max(box.x0, second.x0)
            height = min(box.y1, second.y1) - max(box.y0, second.y0)
            assert min(width, height) <= 1, (words, other)


def test_a_character_that_no_font_has_is_an_error_not_a_box(tmp_path: Path) -> None:
    def draw(language: Language) -> Figure:
        figure = Figure()
        figure.text(0.5, 0.5, f"\U00013000 {language}")
        return figure

    with refused(ExhibitError, "exhibits.characters_not_drawn", got="Glyph 77824"):
        save_chart(Chart(title=Text("Hieroglyph", "圣书字"), draw=draw), tmp_path / "hieroglyph.png")
    assert not (tmp_path / "hieroglyph.png").exists()


def test_minus_signs_and_rare_names_are_in_the_font(tmp_path: Path) -> None:
    def draw(language: Language) -> Figure:
        figure = Figure()
        axes = figure.subplots()
        axes.plot([-1, 1], [-1, 1])
        axes.set_xlabel(f"−1 × ρ² ğ Ł 㐱 镕 堃 {language}")
        return figure

    assert (
        save_chart(Chart(title=Text("Rare", "生僻字"), draw=draw), tmp_path / "rare.pdf").stat().st_size
        > 1000
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_the_same_bytes_every_time(frame: pd.DataFrame, name: str) -> None:
    shuffled = frame.sample(frac=1, random_state=5)
    for suffix in (".pdf", ".png"):
        first, second = (render(_chart(_exhibits(rows)[name]), suffix, "zh") for rows in (frame, shuffled))
        assert first == second, suffix


def test_figures_do_not_depend_on_the_hash_seed(frame: pd.DataFrame, tmp_path: Path) -> None:
    frame.to_csv(tmp_path / "frame.csv", index=False)
    code = (
        "import hashlib, sys, pandas as pd; from digimfg.exhibits.trend_plot import TrendPlot;"
        "from digimfg.exhibits.writers import render; frame = pd.read_csv(sys.argv[1]);"
        "plot = TrendPlot(frame, variable='y', group='type', entity='country', time='year', band='std_error');"
        "chart = plot.build(plot.evidence);"
        "print([hashlib.sha256(render(chart, suffix, 'zh')).hexdigest() for suffix in ('.pdf', '.png')])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "frame.csv")],
            env={**os.environ, "PYTHONHASHSEED": seed, "MPLBACKEND": backend},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed, backend in (("1", "agg"), ("2", "svg"))
    }
    assert len(said) == 1


def test_a_pdf_has_real_fonts_and_no_clock(frame: pd.DataFrame) -> None:
    content = render(_chart(_exhibits(frame)["trend"]), ".pdf", "zh")
    assert b"CreationDate" not in content
    assert b"Matplotlib" not in content
    assert re.search(rb"/FontName /[A-Z]{6}\+NotoSansSC", content)
    assert b"/Subtype /Type3" not in content
    assert zlib.decompress(re.search(rb"stream\r?\n(.*?)\r?\nendstream", content, re.S)[1])  # type: ignore[index]


def test_a_png_has_300_dots_per_inch(frame: pd.DataFrame, tmp_path: Path) -> None:
    from PIL import Image

    exhibit = _exhibits(frame)["scatter"]
    with Image.open(exhibit.save(tmp_path / "scatter.png")) as picture:
        assert picture.width == pytest.approx(14 / 2.54 * 300, abs=1)
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)
        assert "Software" not in picture.info


def test_the_users_own_settings_neither_matter_nor_change(frame: pd.DataFrame) -> None:
    exhibit = _exhibits(frame)["trend"]
    plain = hashlib.sha256(render(_chart(exhibit), ".png", "en")).hexdigest()
    with mpl.rc_context({"font.size": 30, "axes.facecolor": "red", "lines.linewidth": 9}):
        assert hashlib.sha256(render(_chart(exhibit), ".png", "en")).hexdigest() == plain
        assert mpl.rcParams["font.size"] == 30


def test_the_reference_period_stands_at_zero_and_is_hollow() -> None:
    figure = _drawn(EventStudyPlot(_event_result(), labels=LABELS), "en")
    hollow = [line for line in figure.axes[0].lines if line.get_markerfacecolor() == "white"]
    assert [(line.get_xdata().tolist(), line.get_ydata().tolist()) for line in hollow] == [([1995.0], [0.0])]


def test_an_event_study_prints_its_joint_test() -> None:
    test = WaldTest(terms=("x",), statistic=1.234, df_numerator=5.0, df_denominator=11.0, p_value=0.355)
    evidence = Evidence(results={"event": _event_result()}, tests={"before": test})  # type: ignore[dict-item]
    notes = EventStudyPlot("e", test="before", labels=LABELS).build(evidence).notes
    assert "Joint test of the earlier periods: F(5, 11) = 1.23, p = 0.355." in notes[0].en
    assert "Reference: 1995." in notes[0].en
    with refused(ExhibitError, "exhibits.names_unknown", listed="before"):
        EventStudyPlot("e", test="befor").build(evidence)


def test_an_event_study_needs_an_indicator_term(results: dict[str, Result]) -> None:
    with refused(ExhibitError, "exhibits.no_event_time", declared="internet:after"):
        EventStudyPlot("e", specification="baseline").build(Evidence(results=results))
    with refused(ExhibitError, "exhibits.one_specification_wanted"):
        EventStudyPlot("e").build(Evidence(results=results))


def test_equal_parts_are_of_units_not_of_rows() -> None:
    frame = pd.DataFrame({"country": list("aaaaabcd"), "size": [1.0] * 5 + [2.0, 3.0, 4.0]})
    groups = grouped(TrendPlot("t", variable="size"), frame, "size", 2, "country", None)
    assert groups.codes.tolist() == [0, 0, 0, 0, 0, 0, 1, 1]
    assert [label.en for label in groups.labels] == ["Lowest half", "Highest half"]


def test_missing_units_have_no_group() -> None:
    frame = pd.DataFrame({"size": [1.0, None, 3.0]})
    assert grouped(TrendPlot("t", variable="size"), frame, "size", 2, None, None).codes.isna().tolist() == [
        False,
        True,
        False,
    ]


def test_a_trend_shows_the_means(frame: pd.DataFrame) -> None:
    figure = _drawn(TrendPlot(frame, variable="y", group="type", **KEYS), "en")
    means = frame.groupby(["type", "year"])["y"].mean()
    drawn = {
        line.get_label(): line.get_ydata() for line in figure.axes[0].lines if len(line.get_xdata()) == 10
    }
    np.testing.assert_allclose(np.array(list(drawn.values())), means.to_numpy().reshape(2, 10), rtol=1e-12)


def test_bins_are_means_of_equal_counts(frame: pd.DataFrame) -> None:
    figure = _drawn(ScatterPlot(frame, x="x", y="y", bins=4, line=False, **KEYS), "en")
    shared = frame[["x", "y"]].dropna().sort_values("x")
    expected = shared.groupby(np.repeat(np.arange(4), 27)).mean()
    line = next(line for line in figure.axes[0].lines if len(line.get_xdata()) == 4)
    np.testing.assert_allclose(line.get_xdata(), expected["x"], rtol=1e-12)
    np.testing.assert_allclose(line.get_ydata(), expected["y"], rtol=1e-12)


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda frame: TrendPlot(frame, variable="z", **KEYS), Fault.of("names.unknown_column", name="z")),
        (
            lambda frame: TrendPlot(frame, variable="y", band="sd", **KEYS),
            Fault.of("arguments.value_outside", argument="band"),
        ),
        (lambda frame: TrendPlot(frame, variable="y", group="x", **KEYS), "exhibits.choice_unknown"),
        (
            lambda frame: TrendPlot(frame, variable="y", group="x", group_parts=9, **KEYS),
            Fault.of("arguments.value_outside", argument="group_parts"),
        ),
        (
            lambda frame: ScatterPlot(frame, x="x", y="y", bins=1, **KEYS),
            Fault.of("arguments.value_outside", argument="bins"),
        ),
        (
            lambda frame: ScatterPlot(frame, x="x", y="y", at=1900, **KEYS),
            Fault.of("exhibits.choice_unknown", got="1900"),
        ),
        (
            lambda frame: DistributionPlot(frame, variable="x", periods=(2003,), **KEYS),
            Fault.of("exhibits.groups_without_spread", groups=("2003",)),
        ),
        (
            lambda frame: DistributionPlot(frame, variable="x", form="box", **KEYS),
            Fault.of("arguments.value_outside", argument="form"),
        ),
        (
            lambda frame: CoveragePlot(frame, width="huge", **KEYS),
            Fault.of("arguments.value_outside", argument="width"),
        ),
        (
            lambda frame: TrendPlot(frame, variable="y"),
            Fault.of("exhibits.key_column_not_named", part="entity"),
        ),
    ],
)
def test_a_bad_option_is_named(frame: pd.DataFrame, make: object, kind) -> None:
    with refused(ExhibitError, kind):
        _chart(make(frame))  # type: ignore[operator]


@pytest.mark.parametrize("language", LANGUAGES)
def test_typst_sets_a_figure_with_its_notes(frame: pd.DataFrame, tmp_path: Path, language: Language) -> None:
    chart = _chart(_exhibits(frame)["trend"])
    save_chart(chart, tmp_path / "trend.png", language)
    source = render_typst_chart(chart, "trend.png", language)
    (tmp_path / "main.typ").write_text(source, encoding="utf-8")
    page = typst.compile(
        tmp_path / "main.typ", font_paths=[str(each) for each in font_folders()], format="png"
    )
    assert page
    assert cell_text(chart.title, language) in source
    assert cell_text(chart.notes[0], language) in source


def test_colours_stay_apart_in_grey_print() -> None:
    def lightness(color: str) -> float:
        channels = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
        linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        luminance = sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
        return 116 * luminance ** (1 / 3) - 16

    first = sorted(lightness(color) for color in COLORS[:3])
    assert min(np.diff(first)) > 12
    assert len(set(MARKERS)) == len(COLORS)
