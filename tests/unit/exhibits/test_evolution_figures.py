"""Figures of games, diffusion, decompositions and symbiosis show the numbers of their answers."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.exhibits.style import house_style


def drawn(exhibit, language="en"):
    chart = exhibit.build(exhibit.evidence)
    with house_style():
        return chart, chart.draw(language)


def game(n):
    players = {name: (f"{name} 1", f"{name} 2") for name in ("firm", "state", "public")[:n]}
    rng = np.random.default_rng(n)
    profiles = list(product(*(players.values() if n > 1 else [*players.values()] * 2)))
    pays = rng.normal(size=(len(profiles), n)).round(1)
    return dm.EvolutionaryGame(
        players, {each: tuple(pay) if n > 1 else pay[0] for each, pay in zip(profiles, pays, strict=True)}
    )


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", ["wide", "narrow"])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_every_rest_point_has_its_sign_and_paths_begin_where_asked(n, width, language):
    solved = dm.solve_game(game(n))
    start = (0.3, 0.6, 0.2)[:n]
    chart, figure = drawn(dm.GamePlot(solved, starts=[start], until=20, width=width), language)
    phase, time = figure.axes
    signs = [line for line in phase.lines if line.get_linestyle() == "None"]
    assert sum(len(line.get_xdata()) for line in signs) == len(solved.points)
    assert [line.get_ydata()[0] for line in time.lines[:n]] == pytest.approx(start)
    assert time.lines[0].get_xdata()[-1] == 20
    note = chart.notes[0].language(language)
    assert all(f"{each:g}" in note for each in start)


def test_bars_of_a_decomposition_add_up_to_its_total():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(
        {"firm": np.tile(range(20), 4), "year": np.repeat(range(4), 20), "z": rng.normal(size=80)}
    )
    frame["s"] = 1 / 20
    frame = frame[~((frame["firm"] == 3) & (frame["year"] > 1))]
    frame["s"] = frame["s"] / frame.groupby("year")["s"].transform("sum")
    for method in ("griliches_regev", "foster_haltiwanger_krizan", "melitz_polanec", "price"):
        found = dm.decompose_growth(frame, "z", "s", entity="firm", time="year", method=method)
        axes = drawn(dm.DecompositionPlot(found))[1].axes[0]
        bars = np.array([[bar.get_height() for bar in part] for part in axes.containers])
        assert bars.sum(axis=0) == pytest.approx(found.components["total"].to_numpy())
        assert len(bars) == found.components.shape[1] - 1


def test_saturation_has_a_band_only_where_the_data_bound_it():
    years = np.arange(1990.0, 2015.0)
    whole = pd.DataFrame({"year": years, "x": 80 / (1 + np.exp(-0.4 * (years - 2002))) + np.sin(years) ** 2})
    for frame, bounded in ((whole, True), (whole.head(9), False)):
        figure = drawn(dm.DiffusionPlot(dm.fit_diffusion(frame, "x", curve="logistic")))[1]
        names = [text.get_text() for text in figure.legends[0].texts]
        assert ("Interval of saturation" in names) == bounded


def test_effects_of_symbiosis_stand_where_their_estimates_are():
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"unit": np.repeat(range(30), 8), "year": np.tile(range(8), 30)})
    frame = frame.assign(a=rng.uniform(1, 2, 240), b=rng.uniform(1, 2, 240), d=rng.normal(size=240))
    found = dm.panel_symbiosis(frame, "a", "b", entity="unit", time="year", moderator="d", draws=19)
    axes = drawn(dm.SymbiosisPlot(found))[1].axes[0]
    points = [tuple(np.ravel(each.lines[0].get_xydata())) for each in axes.containers]
    assert np.array(points) == pytest.approx(found.modes[["on_first", "on_second"]].to_numpy(float))
    shown = " ".join(text.get_text() for text in axes.texts)
    for name in ("mutualism", "competition"):
        assert f"{found.modes.loc['mean', name]:.0%}" in shown
