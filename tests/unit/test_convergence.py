"""σ and β convergence, log t and clubs: definitions, merging, rules, bad input."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.errors import MeasureError
from digimfg.measures.beta_convergence import beta_convergence
from digimfg.measures.clubs import convergence_clubs
from digimfg.measures.log_t import log_t_test
from digimfg.measures.sigma_convergence import sigma_convergence


def solow(speed=0.03, n=40, years=30, noise=0.0, seed=0):
    """Log levels that approach paths with growth of 2 % at a known speed."""
    rng = np.random.default_rng(seed)
    start = rng.normal(1.0, 0.7, n)
    rows = []
    for unit in range(n):
        gap = start[unit] - 2.0
        for t in range(years + 1):
            rows.append(
                (f"c{unit:02d}", 1990 + t, 2.0 + 0.02 * t + gap * np.exp(-speed * t) + noise * rng.normal())
            )
    frame = pd.DataFrame(rows, columns=["country", "year", "log_y"])
    return frame.assign(y=np.exp(frame["log_y"]))


def test_the_speed_and_half_life_of_a_known_process_are_found():
    found = beta_convergence(solow(0.03), "y", "country", "year")
    assert found.speed == pytest.approx(0.03, abs=1e-9)
    assert found.half_life == pytest.approx(np.log(2) / 0.03, abs=1e-5)
    assert found.span == 30
    assert np.isnan(found.nickell_bias)


def test_the_published_toy_of_speed_and_slope():
    found = beta_convergence(solow(0.02, years=10), "y", "country", "year")
    assert found.slope == pytest.approx(-0.0181269, abs=5e-8)
    assert found.half_life == pytest.approx(34.657, abs=5e-4)


def test_the_error_of_the_speed_is_that_of_the_delta_method():
    found = beta_convergence(solow(noise=0.05), "y", "country", "year")
    step = 1e-6
    derivative = (np.log1p((found.slope + step) * 30) - np.log1p((found.slope - step) * 30)) / (2 * step) / 30
    assert found.speed_std_error == pytest.approx(found.slope_std_error * derivative, rel=1e-6)


def test_controls_make_convergence_conditional():
    frame = solow(0.03)
    target = (frame.groupby("country")["y"].transform("first") > np.e).astype(float)  # the rich aim higher
    moved = frame.assign(
        y=frame["y"] * np.exp(target * 0.5 * (1 - np.exp(-0.03 * (frame["year"] - 1990)))), k=target
    )
    assert beta_convergence(moved, "y", "country", "year", controls=["k"]).speed == pytest.approx(
        0.03, abs=1e-9
    )
    assert beta_convergence(moved, "y", "country", "year").speed != pytest.approx(0.03, abs=1e-4)


def test_panels_state_the_bias_of_entity_effects():
    found = beta_convergence(solow(0.05, noise=0.02), "y", "country", "year", form="panel", span=5)
    assert found.span == 5
    assert "Nickell" in found.notes[0].en
    assert "高估" in found.notes[0].zh
    # 26 overlapping steps an entity in 31 years: six end to end
    unbiased = (found.persistence * 5 + 1) / 4
    assert found.nickell_bias == pytest.approx(-(1 + unbiased) / 5)
    assert "6 steps end to end" in found.notes[0].en
    assert found.speed_corrected < found.speed
    assert set(found.result.specification.fixed_effects) == {"country", "year"}


@pytest.mark.parametrize(
    ("periods", "span", "rho"), [(26, 6, 0.95), (31, 5, 0.9), (26, 1, 0.9), (41, 10, 0.95)]
)
def test_the_bias_of_overlapping_steps_is_that_of_steps_end_to_end(periods, span, rho):
    """Over 20 panels: at a span of six of 26 years 1 + bT is half a unit too low, where −0.07 was said."""
    true, said = [], []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        effect = rng.normal(size=60)
        y = effect / (1 - rho) + rng.normal(size=60) / np.sqrt(1 - rho**2)
        parts = []
        for year in range(periods):
            parts.append(pd.DataFrame({"unit": range(60), "year": year, "y": np.exp(y / 50)}))
            y = effect + rho * y + rng.normal(size=60)
        found = beta_convergence(pd.concat(parts), "y", "unit", "year", form="panel", span=span)
        true.append(found.persistence - rho**span)
        said.append(found.nickell_bias)
    assert np.mean(said) == pytest.approx(np.mean(true), rel=0.25)


def test_with_two_steps_end_to_end_no_correction_is_known():
    found = beta_convergence(solow(0.05, years=10, noise=0.02), "y", "country", "year", form="panel", span=5)
    assert np.isnan(found.nickell_bias)
    assert np.isnan(found.speed_corrected)
    assert "no correction is known" in found.notes[0].en
    assert "无已知校正" in found.notes[0].zh


def test_the_bias_formula_holds_in_simulation():
    """Mean over 40 panels of ρ̂ − ρ for ρ = 0.8, ten steps: the first-order term within a fifth of its size."""
    rng = np.random.default_rng(5)
    biases = []
    for _ in range(40):
        effects = rng.normal(size=60)
        y = effects / 0.2 + rng.normal(size=60) / 0.6
        rows = []
        for t in range(11):
            rows.append(pd.DataFrame({"i": np.arange(60), "t": t, "y": np.exp(y)}))
            y = 0.8 * y + effects + rng.normal(size=60)
        biases.append(beta_convergence(pd.concat(rows), "y", "i", "t", form="panel").persistence - 0.8)
    assert np.mean(biases) == pytest.approx(-1.8 / 9, rel=0.2)


def test_incomplete_steps_are_noted_and_too_few_refused():
    frame = solow(n=6, years=4)
    frame.loc[(frame["country"] == "c01") & (frame["year"] == 1994), "y"] = np.nan
    found = beta_convergence(frame, "y", "country", "year")
    assert noted(found.notes, "dropped", lost=1)
    with refused(MeasureError, "measures.too_few_steps_of_growth"):
        beta_convergence(frame[frame["country"] < "c02"], "y", "country", "year")
    with refused(MeasureError, "measures.values_below_minimum", sign=">", minimum=0.0):
        beta_convergence(frame.assign(y=-1.0), "y", "country", "year")
    with refused(MeasureError, "frames.column_not_there", name="k"):
        beta_convergence(frame, "y", "country", "year", controls=["k"])


def test_dispersion_falls_and_the_test_sees_it():
    frame = solow(0.05, noise=0.01)
    found = sigma_convergence(frame, "y", "country", "year")
    logs = frame.pivot_table("log_y", "country", "year")
    assert found.frame["std_log"].to_numpy() == pytest.approx(logs.std(ddof=1).to_numpy())
    assert found.statistics["change"] < 0
    assert found.statistics["t"] > 5
    assert found.statistics["p_value"] < 1e-5


def test_the_test_of_dispersion_is_the_likelihood_ratio_of_carree_and_klomp():
    frame = solow(noise=0.2, n=25)
    found = sigma_convergence(frame, "y", "country", "year")
    logs = frame.pivot_table("log_y", "country", "year").to_numpy()
    S = np.cov(logs[:, 0], logs[:, -1])
    ratio = 1 + 0.25 * (S[0, 0] - S[1, 1]) ** 2 / (S[0, 0] * S[1, 1] - S[0, 1] ** 2)
    t = found.statistics["t"]
    assert 1 + t**2 / found.statistics["df"] == pytest.approx(ratio)


def test_dispersion_needs_the_same_entities_throughout():
    frame = solow(n=5, years=3)
    frame = frame[~((frame["country"] == "c02") & (frame["year"] == 1991))]
    with refused(MeasureError, "measures.panel_with_gaps", named=("c02 1991",)):
        sigma_convergence(frame, "y", "country", "year")
    kept = sigma_convergence(frame, "y", "country", "year", missing="drop")
    assert kept.frame["n"].eq(4).all()
    assert noted(kept.notes, "dropped", listed=("=country[c02]",))
    with refused(MeasureError, "measures.too_few_entities"):
        sigma_convergence(frame[frame["country"] < "c02"], "y", "country", "year")


def paths(limits, periods=36, seed=3):
    rng = np.random.default_rng(seed)
    t = np.arange(1, periods + 1)
    rows = []
    for unit, limit in limits.items():
        x = limit + 0.8 * rng.normal() / (np.log(t + 1) * t**0.5) + 0.005 * rng.normal(size=periods) / t**0.5
        rows += [(unit, year, value) for year, value in zip(t, x, strict=True)]
    return pd.DataFrame(rows, columns=["unit", "year", "x"])


TWO = {**{f"a{i}": 10.0 for i in range(6)}, **{f"b{i}": 6.0 for i in range(5)}}


def test_a_panel_that_converges_is_one_club():
    frame = paths(dict.fromkeys(TWO, 10.0))
    assert log_t_test(frame, "x", "unit", "year").regression.t > -1.65
    found = convergence_clubs(frame, "x", "unit", "year")
    assert found.members["club"].eq(1).all()
    assert len(found.clubs) == 1


def test_two_limits_are_two_clubs_in_any_row_order():
    frame = paths(TWO)
    assert log_t_test(frame, "x", "unit", "year").regression.t < -1.65
    found = convergence_clubs(frame, "x", "unit", "year")
    assert found.members["club"].tolist() == [1] * 6 + [2] * 5
    assert found.clubs["t"].gt(-1.65).all()
    again = convergence_clubs(frame.sample(frac=1, random_state=1), "x", "unit", "year", order="last_half")
    assert again.clubs.equals(found.clubs)
    assert found.paths.mean(axis=0).to_numpy() == pytest.approx(np.ones(36))


def test_merging_joins_clubs_only_where_the_union_converges():
    frame = paths(TWO, seed=8)
    apart = convergence_clubs(frame, "x", "unit", "year", merge=False, sieve=2.5)
    joined = convergence_clubs(frame, "x", "unit", "year", sieve=2.5)
    assert apart.initial_clubs.equals(apart.clubs)
    assert len(joined.clubs) <= len(apart.clubs)
    assert joined.members.groupby("initial_club")["club"].nunique().eq(1).all()


def test_equal_paths_count_as_converged_within_clubs_and_are_refused_alone():
    frame = paths({"a": 10.0, "b": 6.0, "c": 6.3})
    twin = frame[frame["unit"] == "a"].assign(unit="twin")
    both = pd.concat([frame, twin])
    found = convergence_clubs(both, "x", "unit", "year").members.set_index("unit")["club"]
    assert found["a"] == found["twin"]
    with refused(MeasureError, "measures.paths_equal"):
        log_t_test(pd.concat([frame[frame["unit"] == "a"], twin]), "x", "unit", "year")


def test_logarithm_and_trend_are_taken_on_request():
    frame = paths(TWO).assign(level=lambda d: np.exp(d["x"]))
    one = log_t_test(frame, "x", "unit", "year").regression
    assert log_t_test(frame, "level", "unit", "year", log=True).regression.slope == pytest.approx(one.slope)
    smooth = log_t_test(frame, "x", "unit", "year", hodrick_prescott=400)
    assert "Hodrick" in smooth.notes[0].en
    assert smooth.regression.slope != one.slope


def test_log_t_refuses_what_it_cannot_answer():
    frame = paths(TWO)
    with refused(MeasureError, "measures.period_mean_not_positive"):
        log_t_test(frame.assign(x=frame["x"] - 50), "x", "unit", "year")
    with refused(MeasureError, "measures.values_below_minimum", sign=">", minimum=0.0):
        log_t_test(frame.assign(x=-frame["x"]), "x", "unit", "year", log=True)
    with refused(MeasureError, "measures.periods_left_out"):
        log_t_test(frame[frame["year"] < 7], "x", "unit", "year")
    with refused(MeasureError, "arguments.value_outside", argument="long_run_variance"):
        log_t_test(frame, "x", "unit", "year", long_run_variance="newey")


def _frames_of_other_types(frame):
    yield frame.convert_dtypes()
    yield frame.convert_dtypes(dtype_backend="pyarrow")


@pytest.mark.parametrize(
    "measure",
    [
        lambda frame: dm.log_t_test(frame, "v", "id", "year").regression.slope,
        lambda frame: dm.convergence_clubs(frame, "v", "id", "year").members["club"].tolist(),
        lambda frame: dm.sigma_convergence(frame, "v", "id", "year").statistics["t"],
        lambda frame: dm.markov_chain(frame, "v", "id", "year").counts.to_numpy().tolist(),
        lambda frame: dm.spatial_markov(frame, "v", "id", "year", RING).counts.to_numpy().tolist(),
    ],
)
def test_measures_of_a_panel_take_nullable_and_arrow_columns_and_refuse_keys_without_order(measure):
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"id": np.repeat(range(16), 8), "year": np.tile(range(2000, 2008), 16)})
    frame["v"] = np.exp(0.4 * rng.normal(size=128))
    expected = measure(frame)
    for other in _frames_of_other_types(frame):
        assert str(measure(other)) == str(expected)
    several = [each if each % 2 else str(each) for each in frame["id"]]
    for keys, kind in (
        ([[1]] * 128, "frames.values_name_nothing"),
        (several, "measures.keys_of_several_kinds"),
    ):
        with refused(MeasureError, kind):
            measure(frame.assign(id=keys))
    with refused(MeasureError, "frames.no_numbers"):
        measure(frame.assign(v=frame["v"] + 1j))


def test_categories_of_an_equation_that_have_no_order_are_refused():
    frame = pd.DataFrame({"id": [[1]] * 8, "x": np.arange(8.0), "y": np.sin(np.arange(8.0))})
    with refused(dm.SpecificationError, "frames.values_name_nothing"):
        dm.estimate(dm.Specification("y", "x", entity="id", fixed_effects="id"), frame)


RING = pd.DataFrame(
    np.roll(np.eye(16), 1, 0) + np.roll(np.eye(16), -1, 0), index=range(16), columns=range(16)
)
