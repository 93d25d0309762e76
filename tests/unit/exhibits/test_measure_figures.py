"""Figures of the measures: both languages, the same bytes in any row order, names that do not cover each other."""

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Annotation
from matplotlib.text import Text as MplText
from refused import refused

import digimfg as dm
from digimfg.errors import DigimfgError, Fault
from digimfg.exhibits.club_plot import ClubPlot
from digimfg.exhibits.dagum_plot import DagumPlot
from digimfg.exhibits.moran_plot import MoranPlot
from digimfg.exhibits.ridgeline_plot import RidgelinePlot
from digimfg.exhibits.style import house_style
from digimfg.exhibits.value_chain_plot import ValueChainPlot
from digimfg.exhibits.writers import render
from digimfg.measures.dagum import dagum_gini
from digimfg.measures.moran import moran
from digimfg.measures.spatial_weights import contiguity_weights
from digimfg.text import LANGUAGES, Text

UNITS = [f"u{i:02d}" for i in range(18)]
NEAR = contiguity_weights({u: [UNITS[i - 1], UNITS[(i + 1) % 18]] for i, u in enumerate(UNITS)})
LABELS = {
    "unit": Text("Unit", "单元"),
    "year": Text("Year", "年份"),
    "share": Text("Share", "份额"),
    "level": Text("Level", "水平"),
    "side": Text("Side", "地区"),
}


@pytest.fixture
def panel():
    rng = np.random.default_rng(0)
    rows = []
    for i, unit in enumerate(UNITS):
        wave = np.sin(i * 2 * np.pi / 18)
        for t in range(24):
            gap = (2.0 if i < 9 else 5.0) + (0.4 * rng.normal() + 0.3 * wave) / (1 + t)
            rows.append(
                (unit, 2000 + t, "west" if i < 9 else "east", gap, 1 / (1 + np.exp(-wave - rng.normal() / 4)))
            )
    frame = pd.DataFrame(rows, columns=["unit", "year", "side", "level", "share"])
    return frame.assign(名称="单元" + frame["unit"].str[1:], exports=frame["level"] * 10)


def exhibits(frame, width):
    shared = {"labels": LABELS, "width": width}
    return {
        "ridgeline": RidgelinePlot(
            frame, variable="share", by="year", values=(2000, 2010, 2020), bounds=(0, 1), **shared
        ),
        "dagum": DagumPlot(frame, variable="level", group="side", time="year", **shared),
        "moran": MoranPlot(
            frame,
            variable="share",
            entity="unit",
            weights=NEAR,
            time="year",
            at=2010,
            permutations=99,
            **shared,
        ),
        "clubs": ClubPlot(frame, variable="level", entity="unit", time="year", **shared),
        "value_chain": ValueChainPlot(
            frame,
            x="share",
            y="level",
            size="exports",
            name_column=Text("unit", "名称"),
            sample="year == 2010",
            **shared,
        ),
    }


NAMES = ("ridgeline", "dagum", "moran", "clubs", "value_chain")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("name", NAMES)
def test_every_figure_speaks_its_language_and_keeps_its_words_apart(panel, name, width, language):
    exhibit = exhibits(panel, width)[name]
    chart = exhibit.build(exhibit.evidence)
    assert bool(re.search("[\u4e00-\u9fff]", chart.notes[0].language(language))) == (language == "zh")
    with house_style():
        figure = chart.draw(language)
        FigureCanvasAgg(figure).draw()
        words = " ".join(text.get_text() for text in figure.findobj(MplText))
        named = [text.get_window_extent() for text in figure.findobj(Annotation)]
    assert bool(re.search("[\u4e00-\u9fff]", words)) == (language == "zh")
    for position, box in enumerate(named):
        for other in named[position + 1 :]:
            overlap = (
                min(box.x1, other.x1) - max(box.x0, other.x0),
                min(box.y1, other.y1) - max(box.y0, other.y0),
            )
            assert min(overlap) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_the_same_bytes_in_any_row_order(panel, name):
    pictures = set()
    for rows in (panel, panel.sample(frac=1, random_state=3)):
        exhibit = exhibits(rows, "wide")[name]
        pictures.add(render(exhibit.build(exhibit.evidence), ".png", "zh"))
    assert len(pictures) == 1


def test_notes_say_the_numbers_that_the_measures_give(panel):
    found = exhibits(panel, "wide")
    note = found["moran"].build(found["moran"].evidence).notes[0].en
    values = panel[panel["year"] == 2010].set_index("unit")["share"]
    assert f"I = {moran(values, NEAR, permutations=0).statistic:.3f}" in note
    clubs = found["clubs"].build(found["clubs"].evidence).notes[0]
    assert "18 entities" in clubs.en
    assert "18个个体" in clubs.zh
    ridges = found["ridgeline"].build(found["ridgeline"].evidence).notes[0]
    assert "Reflected at 0 and 1" in ridges.en
    assert "在0与1处作反射校正" in ridges.zh


def test_the_gini_line_is_that_of_the_measure(panel):
    exhibit = exhibits(panel, "wide")["dagum"]
    with house_style():
        line = exhibit.build(exhibit.evidence).draw("en").axes[0].lines[0]
    first = panel[panel["year"] == 2000]
    assert line.get_ydata()[0] == dagum_gini(first["level"], first["side"]).gini


def test_rows_left_out_are_counted(panel):
    panel.loc[(panel["unit"] == "u03") & (panel["year"] == 2005), ["share", "side", "level"]] = None
    found = exhibits(panel, "wide")
    assert "1 row " in found["dagum"].build(found["dagum"].evidence).notes[0].en
    dropping = ClubPlot(panel, variable="level", entity="unit", time="year", incomplete="drop")
    assert "1 of 18 entities" in dropping.build(dropping.evidence).notes[0].en
    whole = ValueChainPlot(panel, x="share", y="level", size=None, name_column="unit", sample="year == 2005")
    assert "1 row " in whole.build(whole.evidence).notes[0].en
    gap = MoranPlot(panel, variable="share", entity="unit", weights=NEAR, time="year", at=2005)
    assert "1 unit without a value" in gap.build(gap.evidence).notes[0].en


def test_standardised_values_have_no_unit(panel):
    frame = panel.assign(internet_users_pct=100 * panel["share"])
    found = MoranPlot(
        frame,
        variable="internet_users_pct",
        entity="unit",
        weights=NEAR,
        time="year",
        at=2010,
        permutations=99,
    )
    with house_style():
        (axes,) = found.build(found.evidence).draw("en").axes
    assert axes.get_xlabel() == "Internet users (standardised)"


@pytest.mark.parametrize(
    ("kind", "options", "told"),
    [
        (RidgelinePlot, {"variable": "share", "by": "years"}, "exhibits.names_unknown"),
        (RidgelinePlot, {"variable": "share", "by": "year"}, "exhibits.choice_unknown"),
        (
            RidgelinePlot,
            {"variable": "share", "by": "year", "values": (1900,)},
            Fault.of("exhibits.choice_unknown", got="1900"),
        ),
        (
            RidgelinePlot,
            {"variable": "level", "by": "side", "bounds": (0, 1)},
            "measures.values_beyond_bounds",
        ),
        (
            DagumPlot,
            {"variable": "level", "group": "side", "time": "year", "sample": "year == 2000"},
            "exhibits.choice_unknown",
        ),
        (DagumPlot, {"variable": "level", "group": "sid", "time": "year"}, "exhibits.names_unknown"),
        (
            MoranPlot,
            {"variable": "share", "entity": "unit", "weights": NEAR, "time": "year", "at": 1},
            Fault.of("exhibits.choice_unknown", option="at"),
        ),
        (MoranPlot, {"variable": "share", "entity": "unit", "weights": NEAR}, "measures.values_not_labelled"),
        (
            ValueChainPlot,
            {"x": "share", "y": "level", "size": None, "name_column": "unit", "sample": "year < 1"},
            Fault.of("exhibits.choice_unknown", choices="3", all=("3",)),
        ),
        (
            ValueChainPlot,
            {"x": "share", "y": "level", "size": None, "name_column": "name"},
            Fault.of("exhibits.names_unknown", what="column"),
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_reason(panel, kind, options, told):
    exhibit = kind(panel, **options)
    with refused(DigimfgError, told):
        exhibit.build(exhibit.evidence)


def test_groups_stand_in_the_order_of_the_dictionary():
    frame = pd.DataFrame({"productivity_tercile_1995": ["high", "low", "middle"] * 4, "x": np.arange(12.0)})
    plot = dm.DistributionPlot(frame, variable="x", group="productivity_tercile_1995")
    note = plot.build(plot.evidence).notes[0].en
    assert "low (4), middle (4), high (4)" in note


def test_a_moran_plot_takes_the_rows_of_its_sample():
    frame = pd.DataFrame(
        {"unit": list("abcd") * 2, "part": ["x"] * 4 + ["y"] * 4, "v": [1.0, 2, 3, 5, 9, 1, 7, 2]}
    )
    ring = dm.contiguity_weights({"a": ["b", "d"], "b": ["a", "c"], "c": ["b", "d"], "d": ["c", "a"]})
    plot = dm.MoranPlot(frame, variable="v", entity="unit", weights=ring, sample="part == y", permutations=49)
    value = dm.moran(frame[frame["part"] == "y"].set_index("unit")["v"], ring, permutations=49).statistic
    assert f"{value:.3f}".replace("-", "−") in plot.build(plot.evidence).notes[0].en
