"""Numbers behind figures: those of the measure, kept in the results file, and missed by no snapshot."""

import json

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.files import canonical_json
from digimfg.project import Project
from digimfg.replication.record import make_record
from digimfg.replication.run import run_analysis
from digimfg.replication.serialise import from_plain
from digimfg.replication.snapshots import compare, snapshot

UNITS = [f"u{number:02d}" for number in range(12)]
RING = dm.contiguity_weights({u: [UNITS[i - 1], UNITS[(i + 1) % 12]] for i, u in enumerate(UNITS)})


@pytest.fixture
def panel():
    rng = np.random.default_rng(7)
    rows = [
        {
            "unit": unit,
            "year": 2000 + t,
            "side": "west" if i < 6 else "east",
            "level": (2.0 if i < 6 else 5.0) + (np.sin(i) + 0.2 * rng.normal()) / (1 + t),
            "share": float(rng.uniform(0.05, 0.95)),
            "other": float(rng.uniform(0.05, 0.95)),
            "third": float(rng.uniform(0.05, 0.95)),
        }
        for i, unit in enumerate(UNITS)
        for t in range(20)
    ]
    return pd.DataFrame(rows)


PLOTS = {
    "clubs": dm.ClubPlot("clubs", variable="level", entity="unit", time="year"),
    "coupling": dm.CouplingPlot(
        "coupling", subsystems=("share", "other"), entity="unit", time="year", lagging="share"
    ),
    "coverage": dm.CoveragePlot("coverage", entity="unit", time="year"),
    "dagum": dm.DagumPlot("dagum", variable="level", group="side", time="year"),
    "distribution": dm.DistributionPlot("distribution", variable="share", group="side"),
    "moran": dm.MoranPlot(
        "moran", variable="share", entity="unit", weights=RING, time="year", at=2003, permutations=99
    ),
    "multiverse": dm.IndexMultiversePlot(
        "multiverse", directions={"share": 1, "other": 1, "third": -1}, sample="year == 2003"
    ),
    "ridgeline": dm.RidgelinePlot(
        "ridgeline", variable="share", by="year", values=(2000, 2010), bounds=(0, 1)
    ),
    "scatter": dm.ScatterPlot("scatter", x="share", y="level", group="side", bins=3),
    "trend": dm.TrendPlot(
        "trend", variable="level", group="side", band="std_error", entity="unit", time="year"
    ),
    "value_chain": dm.ValueChainPlot(
        "value_chain", x="share", y="level", size=None, name_column="unit", sample="year == 2003"
    ),
    "waves": dm.WavePlot("waves"),
    "policies": dm.PolicyTimeline("policies"),
    "institutes": dm.InstitutePlot("institutes"),
}


def numbers(name, panel):
    return PLOTS[name].build(dm.Evidence(frame=panel)).numbers


def stored(plot, panel):
    """Return the record of an analysis with this one figure, as its results file holds it."""
    analysis = dm.Analysis(title="t", panel="world", specifications={}, exhibits=(plot,))
    evidence = dm.Evidence(frame=panel)
    built = {plot.name: plot.show(evidence)}
    return json.loads(canonical_json(make_record("mine", analysis, evidence, built, [])))


@pytest.mark.parametrize("name", PLOTS)
def test_every_figure_of_data_keeps_its_numbers_in_the_results_file_at_full_precision(panel, name):
    kept = stored(PLOTS[name], panel)["exhibits"][0]["numbers"]
    given = numbers(name, panel)
    assert set(kept) == set(given)
    for key, frame in given.items():
        read = from_plain(kept[key])
        assert len(read) == len(frame) > 0
        assert not frame.index.has_duplicates
        for column in frame.select_dtypes("float"):
            np.testing.assert_array_equal(read[str(column)].to_numpy(float), frame[column].to_numpy(float))


@pytest.mark.parametrize("name", PLOTS)
def test_numbers_do_not_depend_on_the_order_of_rows_and_stay_small(panel, name):
    shuffled = panel.sample(frac=1, random_state=1)
    content = snapshot(stored(PLOTS[name], panel))
    assert compare(content, snapshot(stored(PLOTS[name], shuffled))) == ()
    assert len(canonical_json(content)) < 60_000


def test_dagum_numbers_are_those_of_the_measure(panel):
    table = numbers("dagum", panel)["decomposition"]
    part = panel[panel["year"] == 2004]
    found = dm.dagum_gini(part["level"], part["side"])
    assert table.loc[2004].to_dict() == {"gini": found.gini, **found.contributions}


def test_coupling_numbers_are_those_of_the_measure(panel):
    degrees = dm.coupling_coordination(panel[["share", "other"]])
    row = panel.index[(panel["unit"] == "u05") & (panel["year"] == 2010)][0]
    given = numbers("coupling", panel)
    assert given["coordination"].loc["u05", 2010] == degrees.loc[row, "coordination"]
    assert given["lags"].loc["u05", 2010] == (degrees.loc[row, "lagging"] == "share")


def test_club_numbers_are_those_of_the_measure(panel):
    found = dm.convergence_clubs(panel, "level", "unit", "year")
    given = numbers("clubs", panel)
    assert given["all_entities"].loc["log_t", "t"] == found.whole_panel.t
    assert given["entities"]["club"].tolist() == found.members["club"].tolist()
    assert given["clubs"]["slope"].tolist() == found.clubs["slope"].tolist()
    west = found.paths.loc[found.members["club"].eq(2).to_numpy()]
    np.testing.assert_array_equal(given["club_paths"]["2"], west.mean(axis=0))


def test_moran_numbers_are_those_of_the_measure(panel):
    values = panel[panel["year"] == 2003].set_index("unit")["share"]
    found = dm.moran(values, RING, permutations=99)
    given = numbers("moran", panel)
    assert given["moran"].loc["share", ["statistic", "p_permutation"]].tolist() == [
        found.statistic,
        found.p_permutation,
    ]
    np.testing.assert_array_equal(given["units"]["lag"], found.units["lag"])


def test_multiverse_numbers_sum_up_the_matrix_of_the_measure(panel):
    found = dm.index_multiverse(
        panel[panel["year"] == 2003], {"share": 1, "other": 1, "third": -1}, missing="drop"
    )
    agreement = numbers("multiverse", panel)["rank_correlations"]
    assert agreement["lowest"].min() == found.statistics["rank_correlation_min"]
    assert agreement["mean"].mean() == pytest.approx(found.statistics["rank_correlation_mean"], rel=1e-12)


def test_ridgeline_numbers_are_the_modes_and_the_bandwidth_of_the_measure(panel):
    given = numbers("ridgeline", panel)
    values = panel.loc[panel["year"] == 2010, "share"].to_numpy()
    found = dm.kernel_density(values, bounds=(0, 1))
    assert given["distributions"].loc["2010", "bandwidth"] == found.bandwidth
    assert tuple(given["modes"].loc["2010", "at"]) == found.modes


def test_trend_numbers_are_means_and_their_errors(panel):
    cell = panel.loc[(panel["year"] == 2007) & (panel["side"] == "west"), "level"]
    given = numbers("trend", panel)
    assert given["mean"].loc[2007, "west"] == pytest.approx(cell.mean(), rel=1e-14)
    assert given["high"].loc[2007, "west"] == pytest.approx(
        cell.mean() + 1.96 * cell.std() / np.sqrt(6), rel=1e-12
    )
    assert given["n"].loc[2007, "west"] == 6


def test_scatter_and_value_chain_numbers_hold_the_fitted_line(panel):
    west = panel[panel["side"] == "west"]
    slope, intercept = np.polyfit(west["share"], west["level"], 1)
    given = numbers("scatter", panel)
    line = given["groups"].loc["west"]
    assert line[["slope", "intercept"]].tolist() == pytest.approx([slope, intercept], rel=1e-10)
    assert given["bins"].loc["west", "x"].is_monotonic_increasing
    points = numbers("value_chain", panel)["points"]
    at = panel[(panel["year"] == 2003) & (panel["unit"] == "u05")].iloc[0]
    assert points.loc["u05"].tolist() == [at["share"], at["level"]]


def test_a_changed_measure_is_a_named_difference_though_the_figures_note_reads_the_same(panel):
    before = snapshot(stored(PLOTS["coupling"], panel))
    row = panel.index[(panel["unit"] == "u05") & (panel["year"] == 2010)][0]
    panel.loc[row, "share"] *= 1 + 1e-5
    differences = [str(each) for each in compare(before, snapshot(stored(PLOTS["coupling"], panel)))]
    assert len(differences) == 1
    assert differences[0].startswith("exhibits · coupling · numbers · coordination · 2010 · u05: 0.")


def test_rows_with_the_same_key_hide_none(panel):
    plot = PLOTS["value_chain"].replace(sample="year <= 2002")
    points = snapshot(stored(plot, panel))["exhibits"]["value_chain"]["numbers"]["points"]
    shares = panel.loc[(panel["unit"] == "u03") & (panel["year"] <= 2002), "share"].sort_values()
    assert [points["share"][key] for key in ("u03", "u03 (2)", "u03 (3)")] == pytest.approx(shares.tolist())
    assert {len(column) for column in points.values()} == {36}


def test_periods_that_are_dates_are_kept_as_text(panel):
    dated = panel.assign(year=pd.to_datetime(panel["year"].astype(str)))
    kept = stored(PLOTS["dagum"], dated)["exhibits"][0]["numbers"]["decomposition"]
    assert kept["index"][0].startswith("2000-01-01")


def test_a_figure_that_results_or_studies_hold_has_no_numbers_of_its_own():
    content = stored(dm.CoevolutionPlot("coevolution"), None)
    assert "numbers" not in content["exhibits"][0]
    assert "numbers" not in snapshot(content)["exhibits"]["coevolution"]


def test_a_run_writes_the_numbers_of_its_figures(tmp_path):
    project = Project(tmp_path)
    analysis = dm.Analysis(title="t", panel=None, specifications={}, exhibits=(PLOTS["institutes"],))
    run_analysis(project, "paper", analysis)
    written = json.loads((project.results / "paper.json").read_text(encoding="utf-8"))
    rows = written["exhibits"][0]["numbers"]["institutes"]["rows"]
    assert rows == [row[1:] for row in _institutes()]


def _institutes():
    frame = PLOTS["institutes"].build(dm.Evidence()).numbers["institutes"]
    return frame.reset_index().astype(object).to_numpy().tolist()
