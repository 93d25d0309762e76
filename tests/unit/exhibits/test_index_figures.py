"""Figures of indices and coupling: both languages, the same bytes in any row order, words that say the numbers."""

import re
from functools import cache

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text as MplText
from refused import refused

import digimfg as dm
from digimfg.errors import Fault
from digimfg.exhibits import Evidence
from digimfg.exhibits.coupling_plot import CouplingPlot
from digimfg.exhibits.multiverse_plot import IndexMultiversePlot
from digimfg.exhibits.style import house_style
from digimfg.exhibits.writers import render
from digimfg.text import LANGUAGES, Text

LABELS = {
    "digital": Text("digital economy", "数字经济"),
    "manufacturing": Text("manufacturing", "制造业"),
    "year": Text("Year", "年份"),
    "turned": Text("price as benefit", "价格作正向"),
}
DIRECTIONS = {"broadband": 1, "price": -1, "software": 1}


@pytest.fixture(scope="module")
def panel() -> pd.DataFrame:
    return _panel()


def _panel() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {"unit": np.repeat([f"u{i}" for i in range(9)], 5), "year": np.tile(range(2018, 2023), 9)}
    )
    common = rng.normal(size=len(frame))
    frame = frame.assign(
        名称="地区" + frame["unit"].str[1:],
        digital=rng.uniform(0.05, 0.9, len(frame)),
        manufacturing=rng.uniform(0.3, 0.9, len(frame)),
        broadband=np.exp(common + rng.normal(0, 0.5, len(frame))),
        price=10 - common + rng.normal(0, 1, len(frame)),
        software=np.exp(common + rng.normal(0, 1, len(frame))),
        growth=0.4 * common + rng.normal(0, 1, len(frame)),
    )
    frame.loc[7, "digital"] = np.nan
    return frame


@cache
def _multiverse(order: int):
    frame = _panel() if order == 0 else _panel().sample(frac=1, random_state=order)
    spec = dm.Specification("growth", "index", entity="unit", time="year", fixed_effects=("unit",))
    turned = {**DIRECTIONS, "price": 1}
    return dm.index_multiverse(frame, DIRECTIONS, specification=spec, alternatives={"turned": turned})


def exhibits(frame: pd.DataFrame, width: str = "wide", order: int = 0) -> dict[str, object]:
    shared = {"labels": LABELS, "width": width}
    return {
        "coupling": CouplingPlot(
            frame,
            subsystems=("digital", "manufacturing"),
            entity="unit",
            time="year",
            lagging="digital",
            name_column=Text("unit", "名称"),
            **shared,
        ),
        "estimates": IndexMultiversePlot(_multiverse(order), **shared),
        "ranks": IndexMultiversePlot(frame, directions=DIRECTIONS, **shared),
    }


NAMES = ("coupling", "estimates", "ranks")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_every_figure_speaks_its_language_in_axes_and_notes(panel, width, language):
    for exhibit in exhibits(panel, width).values():
        chart = exhibit.build(exhibit.evidence)
        with house_style():
            figure = chart.draw(language)
            FigureCanvasAgg(figure).draw()
            words = " ".join(text.get_text() for text in figure.findobj(MplText))
        for text in (words, chart.notes[0].language(language), chart.title.language(language)):
            assert bool(re.search("[\u4e00-\u9fff]", text)) == (language == "zh"), text


def test_figures_are_the_same_bytes_in_any_row_order(panel):
    shuffled = panel.sample(frac=1, random_state=3)
    for name in NAMES:
        ours, theirs = exhibits(panel)[name], exhibits(shuffled, order=3)[name]
        assert render(ours.build(ours.evidence), ".png", "zh") == render(
            theirs.build(theirs.evidence), ".png", "zh"
        )


def test_the_note_of_the_coupling_figure_says_the_numbers(panel):
    exhibit = exhibits(panel)["coupling"]
    degrees = dm.coupling_coordination(panel[["digital", "manufacturing"]])["coordination"]
    means = degrees.groupby(panel["year"]).mean()
    note = exhibit.build(exhibit.evidence).notes[0].en
    assert f"mean D {means[2018]:.3f} in 2018, {means[2022]:.3f} in 2022" in note
    assert "White: no data" in note
    assert "digital economy lags" in note


def test_tiles_are_drawn_best_coordinated_first_or_as_asked(panel):
    def rows(exhibit):
        with house_style():
            figure = exhibit.build(exhibit.evidence).draw("en")
        return [label.get_text() for label in figure.axes[0].get_yticklabels()]

    keys = {"subsystems": ("digital", "manufacturing"), "entity": "unit", "time": "year"}
    degrees = dm.coupling_coordination(panel[["digital", "manufacturing"]])["coordination"]
    best_first = degrees.groupby(panel["unit"]).mean().sort_values(ascending=False).index.tolist()
    assert rows(CouplingPlot(panel, **keys)) == best_first
    assert rows(CouplingPlot(panel, units=("u3", "u1"), **keys)) == ["u3", "u1"]


def test_the_curve_shows_every_distinct_index_once():
    result = _multiverse(0)
    exhibit = IndexMultiversePlot(result)
    note = exhibit.build(exhibit.evidence).notes[0].en
    assert f"{len(result.choices)} combinations of choices" in note
    assert f"give {int(result.statistics['n_distinct'])} different indices" in note
    with house_style():
        figure = exhibit.build(exhibit.evidence).draw("en")
    drawn = sum(len(line.get_xdata()) for line in figure.axes[0].lines if line.get_linestyle() == "None")
    distinct = (result.choices["same_as"] == "").sum()
    assert drawn == distinct == int(result.statistics["n_distinct"])


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (
            lambda f: CouplingPlot(f, subsystems=("digital", "manufacturin"), entity="unit", time="year"),
            Fault.of("names.unknown_column", name="manufacturin"),
        ),
        (
            lambda f: CouplingPlot(f, subsystems=("digital", "growth"), entity="unit", time="year"),
            "measures.subsystem_outside_unit",
        ),
        (
            lambda f: CouplingPlot(
                pd.concat([f, f]), subsystems=("digital", "manufacturing"), entity="unit", time="year"
            ),
            "exhibits.repeated_keys",
        ),
        (
            lambda f: CouplingPlot(
                f, subsystems=("digital", "manufacturing"), entity="unit", time="year", lagging="services"
            ),
            Fault.of("exhibits.choice_unknown", option="lagging"),
        ),
        (lambda f: IndexMultiversePlot(f), "exhibits.no_multiverse"),
        (
            lambda f: IndexMultiversePlot(f, directions=DIRECTIONS, view="estimates"),
            "exhibits.multiverse_without_estimates",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(panel, make, kind):
    exhibit = make(panel)
    with refused(dm.DigimfgError, kind):
        exhibit.build(exhibit.evidence)


def test_a_declared_figure_takes_its_rows_from_the_panel(panel):
    frame = panel.assign(broadband=panel["broadband"].where(panel.index != 2))
    exhibit = IndexMultiversePlot("indices", directions=DIRECTIONS, sample="year >= 2019")
    assert "1 row with a missing indicator left out" in exhibit.build(Evidence(frame=frame)).notes[0].en
    later = IndexMultiversePlot("indices", directions=DIRECTIONS, sample="year >= 2021")
    assert "left out" not in later.build(Evidence(frame=frame)).notes[0].en


def test_rescaled_subsystems_are_scaled_over_all_rows_before_units_are_chosen(panel):
    keys = {"entity": "unit", "time": "year", "subsystems": ("software", "manufacturing"), "units": ("u2",)}
    note = CouplingPlot(panel, rescale=True, **keys).build(Evidence(frame=panel)).notes[0].en
    scaled = dm.normalize_indicators(
        panel[["software", "manufacturing"]], {"software": 1, "manufacturing": 1}
    )
    degrees = dm.coupling_coordination(scaled)["coordination"]
    first = degrees[(panel["unit"] == "u2") & (panel["year"] == 2018)].iloc[0]
    assert f"mean D {first:.3f} in 2018" in note
    assert "Subsystems scaled by their ranges" in note
    with pytest.raises(dm.DigimfgError):
        CouplingPlot(panel, **keys).build(Evidence(frame=panel))


def coupled(panel, **options):
    table = dm.CouplingTable(
        panel,
        subsystems=("digital", "manufacturing"),
        entity="unit",
        time="year",
        name_column="名称",
        **options,
    )
    return table.build(table.evidence)


def test_the_coupling_table_holds_degrees_means_and_grades(panel):
    built = coupled(panel, lagging=True)
    found = dm.coupling_coordination(panel[["digital", "manufacturing"]])
    whole = panel.assign(d=found["coordination"], grade=found["grade_zh"], lagging=found["lagging"])
    means = whole.groupby("unit")["d"].mean().sort_values(ascending=False)
    assert [row.cells[0].zh for row in built.rows[:-1]] == ["地区" + unit[1:] for unit in means.index]
    for row, unit in zip(built.rows, means.index, strict=False):
        own = whole[whole["unit"] == unit].sort_values("year")
        expected = ["" if np.isnan(value) else f"{value:.3f}" for value in [*own["d"], means[unit]]]
        assert list(row.cells[1:7]) == expected
        assert row.cells[7].zh == own["grade"].iloc[-1]
        assert str(getattr(row.cells[8], "en", row.cells[8])).lower() == str(own["lagging"].iloc[-1] or "")
    assert built.rows[-1].cells[1] == f"{whole[whole['year'] == 2018]['d'].mean():.3f}"
    assert "名称" not in str(built.notes)


def test_the_coupling_table_shows_periods_and_grades_that_are_asked_for(panel):
    built = coupled(panel, periods=(2018, 2022), cells="grade", units=("u3",))
    own = panel[panel["unit"] == "u3"].set_index("year")
    found = dm.coupling_coordination(own[["digital", "manufacturing"]])
    assert [cell.zh for cell in built.rows[0].cells[1:3]] == [
        found["grade_zh"][year] for year in (2018, 2022)
    ]
    with refused(dm.DigimfgError, "exhibits.choice_unknown", option="periods"):
        coupled(panel, periods=(1999,))
