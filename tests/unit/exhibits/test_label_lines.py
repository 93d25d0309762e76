"""Long labels in figures: where they break, how their lines stand, and that they take no room from the plot."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg

import digimfg as dm
from digimfg.display.layout import text_width, wrapped
from digimfg.exhibits import Evidence
from digimfg.exhibits.chart import Chart
from digimfg.exhibits.drawing import balanced
from digimfg.exhibits.point_labels import label_points
from digimfg.exhibits.style import house_style
from digimfg.exhibits.writers import render
from digimfg.text import Text

INTERACTION = "early adoption of the internet by firms × years after 1995"


@pytest.fixture(scope="module")
def bounds():
    draws = np.random.default_rng(3).normal(size=(3, 300))
    z = draws[0]
    x = z + 0.9 * draws[1]
    frame = pd.DataFrame({"x": x, "z": z, "y": 0.4 * x + 0.3 * z + draws[2]})
    spec = dm.Specification("y", "x", controls="z", covariance=dm.Unadjusted())
    return dm.omitted_variable_bounds(spec, frame, benchmarks="z", multiples=(0.2, 0.6))


@pytest.mark.parametrize(
    ("label", "ems", "lines"),
    [
        (
            "Effect of early internet use (2009) × After 1995",
            20,
            ["Effect of early internet use (2009)", "× After 1995"],
        ),
        (
            "早期互联网使用率（2009 年）×1995 年之后的边际效应",
            20,
            ["早期互联网使用率（2009 年）", "×1995 年之后的边际效应"],
        ),
        ("a × b", 20, ["a × b"]),
        (
            "America COMPETES Reauthorization Act of 2010",
            20,
            ["America COMPETES", "Reauthorization Act of 2010"],
        ),
    ],
)
def test_a_label_breaks_at_the_product_or_into_like_lines(label, ems, lines):
    assert balanced(label, ems).split("\n") == lines


@given(
    st.lists(
        st.sampled_from(["use", "×", "internet", "年份", "(2009)", "工业增加值"]), min_size=1, max_size=9
    )
)
@settings(max_examples=80, deadline=None)
def test_balancing_adds_no_line_and_loses_no_word(words):
    label = " ".join(words)
    found = balanced(label, 12.0)
    assert found.replace("\n", "").replace(" ", "") == label.replace(" ", "")
    assert max(map(text_width, found.split("\n"))) <= max(
        12.0, *map(text_width, wrapped(label, 12.0).split("\n"))
    )


def test_lines_of_a_chinese_axis_label_do_not_touch():
    heights = []

    def draw(language):
        del language
        figure, axes = plt.subplots()
        axes.set_ylabel("早期互联网使用率\n年之后的边际效应")
        axes.set_xlabel("Share of users\nin all firms")
        heights.append(axes)
        return figure

    render(Chart(title=Text("t", "t"), draw=draw, notes=(), name="n"), ".png", "zh")
    (axes,) = heights
    assert (
        axes.yaxis.label.get_window_extent().width
        > 2.3 * axes.yaxis.label.get_fontsize() * axes.figure.dpi / 72
    )
    assert axes.yaxis.label.get_linespacing() == 1.3
    assert axes.xaxis.label.get_linespacing() != 1.3
    plt.close("all")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_names_of_benchmarks_stay_inside_a_plot_of_full_width(bounds, language):
    plot = dm.OmittedVariablePlot(
        bounds, labels={"z": Text(INTERACTION, "企业早期互联网应用程度×1995年之后的年份")}
    )
    with house_style():
        figure = plot.show(Evidence(studies={"bounds": bounds})).draw(language)
        FigureCanvasAgg(figure).draw()
        (axes,) = figure.axes
        area = axes.get_window_extent()
        assert area.width > 0.85 * figure.bbox.width
        names = [words for words in axes.texts if "(" in words.get_text()]
        assert len(names) == 3
        for words in names:
            box = words.get_window_extent()
            assert area.x0 <= box.x0
            assert box.x1 <= area.x1


def test_contours_are_labelled_with_true_minus_signs(bounds):
    with house_style():
        figure = dm.OmittedVariablePlot(bounds).show(Evidence(studies={"bounds": bounds})).draw("en")
    assert not any("-" in words.get_text() for words in figure.axes[0].texts)
    assert any(words.get_text().startswith("as estimated (") for words in figure.axes[0].texts)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_words_stay_on_the_page_of_a_narrow_sensitivity_plot(bounds, language):
    labels = {"z": Text(INTERACTION, "企业早期互联网应用程度×1995年之后的年份")}
    plot = dm.OmittedVariablePlot(bounds, labels=labels, width="narrow")
    with house_style():
        figure = plot.show(Evidence(studies={"bounds": bounds})).draw(language)
        FigureCanvasAgg(figure).draw()
    (axes,) = figure.axes
    for words in (axes.xaxis.label, axes.yaxis.label, *axes.texts):
        box = words.get_window_extent()
        assert min(box.x0, box.y0, figure.bbox.x1 - box.x1, figure.bbox.y1 - box.y1) >= 0, words.get_text()


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_years_under_an_axis_stand_apart(width):
    frame = pd.DataFrame({"year": np.repeat(np.arange(1985, 2018), 4), "unit": np.tile(list("abcd"), 33)})
    frame["x"] = np.arange(len(frame)) % 7
    plot = dm.TrendPlot(frame, variable="x", entity="unit", time="year", width=width)
    with house_style():
        figure = plot.show(plot.evidence).draw("en")
        FigureCanvasAgg(figure).draw()
        (axes,) = figure.axes
        boxes = [each.get_window_extent() for each in axes.get_xticklabels()]
    assert all(right.x0 - left.x1 > 5 for left, right in itertools.pairwise(boxes))


def test_names_of_points_have_a_rim_that_lines_do_not_cross():
    figure, axes = plt.subplots()
    axes.plot([0, 1], [0, 1])
    axes.set_xlim(-1, 2)
    places = np.array([0.0, 1.0])
    assert label_points(axes, places, places, ["a", "b"], [0, 1]) == 2
    assert all(words.get_path_effects() for words in axes.texts)
    plt.close(figure)
