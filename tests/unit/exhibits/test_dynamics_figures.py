"""Figures of thresholds, spatial effects and persistence: both languages, the same bytes, honest refusals."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.errors import ExhibitError

DATA = Path(__file__).parents[2] / "reference" / "data"
LABELS = {"q": dm.Text("Digital adoption", "数字化水平"), "x1": dm.Text("Robots", "工业机器人")}


@pytest.fixture(scope="module")
def threshold():
    model = dm.Specification(
        "y", ("x", "z"), entity="unit", time="year",
        estimator=dm.PanelThreshold(
            threshold_variable="q", regime_dependent="x", n_thresholds=2, trim=0.05, replications=20
        ),
    )  # fmt: skip
    return dm.estimate(model, pd.read_csv(DATA / "threshold_panel.csv"))


@pytest.fixture(scope="module")
def spatial():
    weights = pd.read_csv(DATA / "spatial_weights.csv", index_col=0)
    model = dm.Specification(
        "y", ("x1", "x2"), entity="unit", time="year", fixed_effects=("unit", "year"),
        estimator=dm.SpatialPanel(weights=weights, standardization="row", draws=100),
    )  # fmt: skip
    return dm.estimate(model, pd.read_csv(DATA / "spatial_panel.csv"))


@pytest.fixture(scope="module")
def dynamic():
    model = dm.Specification(
        "y", ("L.y", "x", "z"), entity="unit", time="year", fixed_effects=("unit", "year"),
        estimator=dm.DynamicGMM(instruments=(dm.GMMInstruments("y"), dm.GMMInstruments("x", 1)), exogenous="z"),
    )  # fmt: skip
    return dm.estimate(model, pd.read_csv(DATA / "dynamic_panel.csv"))


def words(figure):
    return " ".join(text.get_text() for text in figure.findobj(match=lambda item: hasattr(item, "get_text")))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_figure_is_written_with_the_same_bytes_twice(threshold, spatial, dynamic, tmp_path, language):
    exhibits = {
        "threshold": dm.ThresholdPlot(threshold, labels=LABELS),
        "effects": dm.SpatialEffectsPlot(spatial, labels=LABELS),
        "persistence": dm.PersistencePlot({"gmm": dynamic}),
    }
    for name, exhibit in exhibits.items():
        first = exhibit.save(tmp_path / f"{name}_a.png", language=language).read_bytes()
        second = exhibit.save(tmp_path / f"{name}_b.png", language=language).read_bytes()
        assert first == second
        assert len(first) > 5_000


def test_the_threshold_figure_breaks_where_nothing_was_searched(threshold):
    from digimfg.exhibits.style import house_style

    exhibit = dm.ThresholdPlot(threshold, labels=LABELS)
    with house_style():
        figure = exhibit.build(exhibit.evidence).draw("zh")
    assert len(figure.axes) == 2
    assert "数字化水平" in words(figure)
    assert "第二门槛" in words(figure)
    for axes, number in zip(figure.axes, (1, 2), strict=True):
        curve = next(line for line in axes.get_lines() if len(line.get_xdata()) > 10)
        assert np.isnan(np.asarray(curve.get_ydata(), dtype=float)).sum() == 1
        lowest = np.nanargmin(np.asarray(curve.get_ydata(), dtype=float))
        assert curve.get_xdata()[lowest] == threshold.thresholds.loc[number, "threshold"]


def test_the_threshold_figure_explains_its_gaps_where_it_has_some(threshold):
    tables = dict(threshold.tables)
    curves = tables["likelihood_ratio"]
    single = replace(
        threshold,
        tables=tables
        | {"thresholds": tables["thresholds"].iloc[:1], "likelihood_ratio": curves[curves["number"] == 1]},
    )
    for result, gaps in ((threshold, True), (single, False)):
        exhibit = dm.ThresholdPlot(result, labels=LABELS)
        note = exhibit.build(exhibit.evidence).notes[0]
        assert ("Lines break around the other thresholds" in note.en) == gaps
        assert ("曲线在其他门槛附近中断" in note.zh) == gaps


def test_the_effects_figure_shows_the_effects_table(spatial):
    from digimfg.exhibits.style import house_style

    exhibit = dm.SpatialEffectsPlot(spatial, effects=("direct", "indirect"), keep=("x1",), labels=LABELS)
    with house_style():
        figure = exhibit.build(exhibit.evidence).draw("en")
    drawn = [line.get_xdata()[0] for line in figure.axes[0].get_lines() if line.get_marker() in ("o", "s")]
    assert drawn == pytest.approx(
        [spatial.effects.loc[(kind, "x1"), "estimate"] for kind in ("direct", "indirect")]
    )
    assert "Robots" in words(figure)


def test_a_result_of_another_estimator_is_refused(threshold, spatial, dynamic, tmp_path):
    for exhibit in (dm.ThresholdPlot(spatial), dm.SpatialEffectsPlot(dynamic), dm.PersistencePlot(threshold)):
        with pytest.raises(ExhibitError):
            exhibit.save(tmp_path / "figure.png")


def test_tables_say_how_errors_were_estimated(spatial, dynamic, tmp_path):
    text = (
        dm.RegressionTable({"(1)": dynamic})
        .save(tmp_path / "table.md", language="en")
        .read_text(encoding="utf-8")
    )
    assert "Windmeijer" in text
    assert "Hansen test, p value" in text
    text = (
        dm.RegressionTable({"(1)": spatial})
        .save(tmp_path / "table.md", language="zh")
        .read_text(encoding="utf-8")
    )
    assert "信息矩阵" in text
    assert "空间滞后" in text
