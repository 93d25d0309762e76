"""Time is counted by the calendar: no measure, test, lag or kernel takes the row before for the year before."""

import inspect

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.periods import calendar

N, FIRST, LAST = 12, 1990, 2024
GAPS = (1997, 2003, 2004, 2011)
RING = pd.DataFrame(np.roll(np.eye(N), 1, 1) + np.roll(np.eye(N), -1, 1), range(N), range(N))


def panel(seed=0):
    rng = np.random.default_rng(seed)
    years = np.arange(FIRST, LAST + 1)
    rows = []
    for unit in range(N):
        level, other = 10 + rng.normal(), 0.0
        for t, year in enumerate(years, start=1):
            level = 4 + 0.6 * level + rng.normal() / np.sqrt(t)
            other = 0.5 * other + rng.normal() + 0.3 * level
            rows.append((unit, year, level, other, 100 + rng.normal(), 1 / (1 + np.exp(10 - level))))
    frame = pd.DataFrame(rows, columns=["unit", "year", "y", "x", "index", "order"])
    first, second = (100 / (1 + np.exp(-(frame["year"] - start) / 3)) for start in (1998, 2010))
    return frame.assign(
        adopters=first,
        old=first * (1 - second / 100),
        new=(second * (1 + first / 100)).where(frame["year"] > 2004, 0.0),
    )


WHOLE = panel()
GAPPED = WHOLE[~WHOLE["year"].isin(GAPS)].reset_index(drop=True)
CLOSED = GAPPED.assign(year=GAPPED.groupby("unit").cumcount() + FIRST)


def regression(frame, covariance=None, **parts):
    spec = dm.Specification("y", entity="unit", time="year", fixed_effects="unit", **parts)
    return dm.estimate(spec.replace(covariance=covariance or dm.Clustered("unit")), frame).coefficients


def staggered(frame, method, **options):
    start = {unit: frame["year"].min() + 10 + unit % 3 for unit in range(6)}
    pilot = (frame["year"] >= frame["unit"].map(start).fillna(np.inf)).astype(int)
    spec = dm.Specification(
        "y", "pilot", entity="unit", time="year",
        estimator=dm.StaggeredDifferenceInDifferences(method=method, draws=0, **options),
    )  # fmt: skip
    return dm.estimate(spec, frame.assign(pilot=pilot)).coefficients["estimate"]


# What counts time: its numbers, or a refusal.
COUNTS = {
    "log_t_test": lambda f: vars(dm.log_t_test(f, "y", "unit", "year").regression),
    "log_t_test, andrews": lambda f: vars(
        dm.log_t_test(f, "y", "unit", "year", long_run_variance="andrews").regression
    ),
    "log_t_test, filter": lambda f: vars(
        dm.log_t_test(f, "y", "unit", "year", hodrick_prescott=400).regression
    ),
    "convergence_clubs": lambda f: vars(dm.convergence_clubs(f, "y", "unit", "year").whole_panel),
    "markov_chain": lambda f: dm.markov_chain(f, "y", "unit", "year", classes=3).counts,
    "spatial_markov": lambda f: dm.spatial_markov(f, "y", "unit", "year", RING, classes=2, draws=0).counts,
    "beta_convergence": lambda f: [dm.beta_convergence(f, "y", "unit", "year").slope],
    "beta_convergence, panel": lambda f: [dm.beta_convergence(f, "y", "unit", "year", form="panel").slope],
    **{
        f"panel_unit_root, {test}": lambda f, test=test: dm.panel_unit_root(
            f, "y", entity="unit", time="year", test=test, replications=50
        ).statistics
        for test in ("llc", "ips", "fisher", "cips")
    },
    **{
        f"panel_cointegration, {test}": lambda f, test=test: dm.panel_cointegration(
            f, outcome="y", regressors="x", entity="unit", time="year", test=test, draws=19
        ).tests["value"]
        for test in ("pedroni", "kao", "westerlund")
    },
    "panel_stationarity": lambda f: dm.panel_stationarity(f, "y", entity="unit", time="year").statistics,
    "dumitrescu_hurlin": lambda f: dm.dumitrescu_hurlin(
        f, outcome="y", cause="x", entity="unit", time="year"
    ).statistics,
    "composite_synergy": lambda f: dm.composite_synergy(
        f[["unit", "year", "order"]].assign(other=f["order"] ** 2), entity="unit", time="year"
    )["synergy"],
    "chain_index": lambda f: dm.chain_index(f, "index", base_year=FIRST, entity="unit"),
    "fill_missing": lambda f: dm.fill_missing(
        f.assign(y=f["y"].where(f["year"] != f["year"].unique()[6])),
        dm.MissingPolicy(method="linear", columns="y", max_gap=3), entity="unit",
    ).frame["y"],
    "fit_diffusion": lambda f: dm.fit_diffusion(
        f[f["unit"] == 0], "adopters", curve="logistic", observed="cumulative"
    ).fitted["fitted"],
    "fit_diffusion, bass": lambda f: dm.fit_diffusion(f[f["unit"] == 0], "adopters").fitted["fitted"],
    "fit_generations": lambda f: dm.fit_generations(f[f["unit"] == 0], ("old", "new")).fitted["new fitted"],
    "fit_lotka_volterra": lambda f: dm.fit_lotka_volterra(
        f[f["unit"] == 0], "index", "y", limits="none"
    ).fitted["y fitted"],
    "wavelet_spectrum": lambda f: dm.wavelet_spectrum(f[f["unit"] == 0], "y", draws=9).global_spectrum["power"],
    "fit_stages": lambda f: dm.fit_stages(
        f, "y", entity="unit", time="year", stages=3, starts=5, draws=19
    ).stages["duration"],
    "break_test": lambda f: dm.break_test(f[f["unit"] == 0], "y", draws=99).path["f"],
    "early_warning": lambda f: dm.early_warning(f[f["unit"] == 0], "y", draws=99).trends["tau"],
    "ergodic_modes": lambda f: dm.ergodic_modes(f, "y", entity="unit", time="year", draws=19).modes["at"],
    "selection_test": lambda f: dm.selection_test(f, "index", "y", entity="unit", time="year").slopes["slope"],
    "state_dependence": lambda f: dm.state_dependence(
        pd.concat([f, f.assign(unit=f["unit"] + 50, y=f["x"])]).assign(low=lambda d: (d["y"] > 10).astype(int)),
        "low", entity="unit", time="year", time_effects=False,
    ).coefficients["estimate"],
    "wave_ridge": lambda f: dm.wave_ridge(
        f[f["unit"] == 0], "y", shortest=2, longest=8, draws=19
    ).trend["estimate"],
    "band_pass": lambda f: dm.band_pass(
        f[f["unit"] == 0], "y", shortest=4, longest=12, draws=19
    ).cycle["cycle"],
    "panel_symbiosis": lambda f: dm.panel_symbiosis(
        f, "y", "index", entity="unit", time="year", draws=9
    ).coefficients["estimate"],
    "coevolution": lambda f: dm.coevolution(
        f, [dm.IndexDefinition(f"u_{name}", dm.Indicator(name), weighting="equal") for name in ("x", "y")],
        entity="unit", time="year", draws=19, last_lag=2,
    ).leads["projection"],
    "lags": lambda f: regression(f, regressors=("L.y", "D.x", "F.x"))["estimate"],
    "DriscollKraay": lambda f: regression(f, dm.DriscollKraay(lags=3), regressors="x")["std_error"],
    "sun_abraham": lambda f: staggered(f, "sun_abraham"),
    "dechaisemartin_dhaultfoeuille": lambda f: staggered(f, "dechaisemartin_dhaultfoeuille"),
    "callaway_santanna": lambda f: staggered(f, "callaway_santanna", base_period="universal"),
    "DynamicGMM": lambda f: regression(
        f, regressors="L.y",
        estimator=dm.DynamicGMM(instruments=dm.GMMInstruments("y", first=2, last=4), collapse=True),
    )["estimate"],
    "coefficient_path": lambda f: dm.coefficient_path(
        dm.Specification("y", "x", entity="unit", time="year"), f, window=6, step=3
    ).coefficients["estimate"],
    "productivity_change": lambda f: dm.productivity_change(
        f, ["index"], ["order"], unit="unit", time="year"
    ).changes["productivity_change"],
    "window_analysis": lambda f: dm.window_analysis(
        f, ["index"], ["order"], unit="unit", time="year"
    ).scores["efficiency"],
    "ProductionFunction": lambda f: dm.estimate(
        dm.Specification(
            "y", ("x", "index"), entity="unit", time="year",
            estimator=dm.ProductionFunction(method="lp", state="index", proxy="order", degree=2, replications=2),
        ),
        f,
    ).coefficients["estimate"],
    "BiasCorrectedLSDV": lambda f: regression(
        f, regressors=("L.y", "x"),
        estimator=dm.BiasCorrectedLSDV(initial="anderson_hsiao", replications=20),
    )["estimate"],
}  # fmt: skip

# What takes a time column and asks for nothing but which rows share a period, or which comes first.
KEYS_ONLY = {
    "bias_corrected_efficiency", "efficiency", "efficiency_determinants", "metafrontier", "misallocation",
    "coefficient_of_variation_weights", "composite_index", "critic_weights", "decompose_growth", "deflate", "entropy_weights",
    "equal_weights", "exchange", "implied_deflator", "index_multiverse", "moran_by_period", "olley_pakes_covariance", "pca_weights", "pesaran_cd", "presence_patterns",
    "shift_share_instrument", "sigma_convergence", "slope_heterogeneity", "variety", "synthetic_control", "vertical_horizontal_weights",
    "synthetic_did", "overlapping_policies", "pilot_treatment", "spillover_exposure", "spillover_rings",
}  # fmt: skip


def answer(name, frame):
    """Return the numbers of a routine, or ``None`` where it refuses."""
    try:
        found = COUNTS[name](frame)
    except dm.DigimfgError:
        return None
    values = found.values() if isinstance(found, dict) else found
    return np.asarray(list(values) if isinstance(found, dict) else values, dtype=float).ravel()


def same(one, other):
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-7, atol=1e-9, equal_nan=True)


def test_every_public_function_of_time_is_known_here():
    names = set()
    for name in dm.__all__:
        value = getattr(dm, name)
        if inspect.isfunction(value) and "time" in inspect.signature(value).parameters:
            names.add(name)
    counted = {name.split(",")[0] for name in COUNTS}
    new = sorted((names - counted) ^ KEYS_ONLY)
    assert not new, f"give {new} a case in COUNTS, or name them in KEYS_ONLY if they count no time"


@pytest.mark.parametrize("name", COUNTS)
def test_a_closed_gap_does_not_give_the_same_numbers(name):
    assert answer(name, CLOSED) is not None
    gapped = answer(name, GAPPED)
    assert gapped is None or not same(gapped, answer(name, CLOSED))


@pytest.mark.parametrize("name", [name for name in COUNTS if name != "chain_index"])  # its base is a year
def test_numbers_do_not_depend_on_where_the_calendar_begins(name):
    gapped = answer(name, GAPPED)
    moved = answer(name, GAPPED.assign(year=GAPPED["year"] + 7))
    assert (gapped is None) == (moved is None)
    assert gapped is None or same(gapped, moved)


TAKES_DATES = [name for name in COUNTS if name.split(",")[0] in
               {"log_t_test", "convergence_clubs", "markov_chain", "spatial_markov", "panel_unit_root", "dumitrescu_hurlin",
                "composite_synergy", "fit_stages"}]  # fmt: skip


@pytest.mark.parametrize("name", TAKES_DATES)
def test_dates_and_steps_of_two_years_are_calendars_too(name):
    plain = answer(name, GAPPED)
    dates = answer(name, GAPPED.assign(year=pd.to_datetime(GAPPED["year"].astype(str) + "-12-31")))
    doubled = answer(name, GAPPED.assign(year=2 * GAPPED["year"]))
    assert (plain is None) == (dates is None) == (doubled is None)
    if plain is not None:
        assert same(plain, dates)
        assert same(plain, doubled)


def test_log_t_is_the_regression_on_the_calendar():
    found = dm.log_t_test(GAPPED, "y", "unit", "year", trim=0.3)
    wide = GAPPED.pivot_table(index="unit", columns="year", values="y")
    h = ((wide / wide.mean() - 1) ** 2).mean()
    t = h.index.to_numpy() - FIRST + 1
    used = t > round(0.3 * (LAST - FIRST + 1))
    y = np.log(h.iloc[0] / h[used]) - 2 * np.log(np.log(t[used]))
    slope = np.polyfit(np.log(t[used]), y, 1)[0]
    assert found.regression.slope == pytest.approx(slope, rel=1e-10)
    assert "4 periods without data within 1990–2024" in found.notes[0].en
    assert "时间按日历计" in found.notes[0].zh


def test_a_filter_over_missing_years_is_refused():
    with refused(dm.MeasureError, "measures.periods_without_data"):
        dm.convergence_clubs(GAPPED, "y", "unit", "year", hodrick_prescott=400)


def test_driscoll_kraay_gives_a_missing_year_no_part():
    """The definition, summed by hand over pairs of years at most three apart."""
    found = regression(GAPPED, dm.DriscollKraay(lags=3, small_sample="none"), regressors="x")
    y, x = (GAPPED[c] - GAPPED.groupby("unit")[c].transform("mean") for c in ("y", "x"))
    slope = (x @ y) / (x @ x)
    scores = (x * (y - slope * x)).groupby(GAPPED["year"]).sum()
    total = sum(
        (1 - abs(s - t) / 4) * scores[s] * scores[t]
        for s in scores.index
        for t in scores.index
        if abs(s - t) <= 3
    )
    assert found.loc["x", "std_error"] == pytest.approx(np.sqrt(total) / (x @ x), rel=1e-9)


def test_placebos_of_long_differences_wait_as_many_years_as_they_look_back():
    """With a gap between, controls of a placebo two years before stay untreated for two years, not for two rows."""
    first = {"t": 5.0, "s": 5.0, "l": 7.0, "m": 7.0, "n": np.nan, "o": np.nan}
    frame = pd.DataFrame([(u, t) for u in first for t in (1, 2, 4, 5, 6, 7)], columns=["unit", "year"])
    frame = frame.assign(first=frame["unit"].map(first), y=np.random.default_rng(0).normal(size=len(frame)))
    spec = dm.Specification(
        "y", (), entity="unit", time="year",
        estimator=dm.StaggeredDifferenceInDifferences(
            method="dechaisemartin_dhaultfoeuille", cohort="first", draws=0
        ),
    )  # fmt: skip
    cells = dm.estimate(spec, frame).tables["group_time"].reset_index()
    y = frame.pivot_table(index="unit", columns="year", values="y")
    change = y[1] - y[4]  # three years back from the base, so that controls must be untreated in year 7
    expected = change[["t", "s"]].mean() - change[["n", "o"]].mean()
    cell = cells[(cells["cohort"] == 5) & (cells["time"] == 1)]["estimate"].item()
    assert cell == pytest.approx(expected)


@pytest.mark.parametrize("bad", [["a", "b"], [True, False], [1.0, 2.0, 2.3]])
def test_periods_without_a_place_are_refused(bad):
    with refused(dm.PanelError, "periods.periods_not_equally_spaced"):
        calendar(bad, "round")


@pytest.mark.parametrize(
    ("periods", "places"),
    [
        ([2001, 2003, 2007], [0, 1, 3]),
        ([2001.25, 2001.5, 2002.0], [0, 1, 3]),
        (["2001", "2002", "2004"], [0, 1, 3]),
        (pd.to_datetime(["2001-01-31", "2001-02-28", "2001-04-30"]), [0, 1, 3]),
        (pd.PeriodIndex(["2001Q1", "2001Q2", "2001Q4"], freq="Q"), [0, 1, 3]),
        (pd.Categorical([2001, 2002, 2004]), [0, 1, 3]),
        ([round(2000 + i / 12, 3) for i in range(240) if i != 5], [i for i in range(240) if i != 5]),
    ],
)
def test_calendars_of_every_kind(periods, places):
    assert calendar(periods, "period").places.tolist() == places
