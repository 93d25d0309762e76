"""Ordered stages: a published likelihood, a second engine, stages recovered, and panels that have none."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.errors import Fault
from digimfg.evolution.hidden_markov import (
    Chain,
    Moves,
    Observed,
    likeliest_paths,
    log_likelihood,
    sampled_paths,
    smoothed,
)

SPEED = Path(__file__).parents[2].parent / "shared" / "data" / "reference" / "speed_depmix.csv"
KEYS = {"entity": "unit", "time": "year"}
QUICK = {"starts": 5, "draws": 19, **KEYS}


def simulated(seed, n_units=31, n_periods=12, n_stages=3, sd=0.35, down=0.04):
    """Return a panel whose units rise by a stage with probability 0.3 and fall with `down`."""
    rng = np.random.default_rng(seed)
    stage = np.zeros((n_units, n_periods), dtype=int)
    for t in range(1, n_periods):
        u = rng.random(n_units)
        stage[:, t] = np.clip(stage[:, t - 1] + (u < 0.3) - (u > 1 - down), 0, n_stages - 1)
    return pd.DataFrame(
        {
            "unit": np.repeat([f"u{i:02}" for i in range(n_units)], n_periods),
            "year": np.tile(np.arange(2010, 2010 + n_periods), n_units),
            "stage": stage.ravel() + 1,
            "x": stage.ravel() + sd * rng.normal(size=stage.size),
            "y": 10 * stage.ravel() + 10 * sd * rng.normal(size=stage.size),
        }
    )


@pytest.mark.skipif(not SPEED.is_file(), reason="needs ../shared/data/reference/speed_depmix.csv")
def test_reaction_times_have_the_published_likelihood():
    """depmixS4's speed data, three series, two normal states: −84.34171428.

    hmmlearn 0.3.3 (GaussianHMM, no priors, tol 1e-11, best of ten): means 5.51114, 6.38549, sds .192599, .243941,
    transitions .894655 and .916249; 182 and 257 observations on its likeliest paths.
    """
    frame = pd.read_csv(SPEED)
    unit = np.repeat([0, 1, 2], [168, 134, 137])
    frame = frame.assign(unit=unit, year=pd.Series(unit).groupby(unit).cumcount())
    found = dm.fit_stages(frame, "rt", stages=2, most_regress=1.0, draws=19, **KEYS)
    assert found.statistics["log_likelihood"] == pytest.approx(-84.34171428, abs=5e-9)
    assert found.statistics["n_at_best"] >= 10
    assert found.stages["mean[rt]"].tolist() == pytest.approx([5.5111436, 6.3854874], abs=5e-7)
    assert found.stages["sd[rt]"].tolist() == pytest.approx([0.1925992, 0.2439413], abs=5e-7)
    assert np.diag(found.transitions).tolist() == pytest.approx([0.894655, 0.916249], abs=5e-6)
    assert found.paths["stage"].value_counts().sort_index().tolist() == [182, 257]


@pytest.mark.skipif(not SPEED.is_file(), reason="needs ../shared/data/reference/speed_depmix.csv")
def test_three_states_of_reaction_times_have_the_likelihood_of_hmmlearn():
    """hmmlearn 0.3.3, GaussianHMM(3), no priors, moves from the first to the third and back zero, tol 1e-10, best of 60
    starts among those whose means rise along the chain: −62.12195320. Moves between all states, another model: −55.10972862.
    """
    frame = pd.read_csv(SPEED)
    unit = np.repeat([0, 1, 2], [168, 134, 137])
    frame = frame.assign(unit=unit, year=pd.Series(unit).groupby(unit).cumcount())
    found = dm.fit_stages(frame, "rt", stages=3, most_regress=1.0, draws=19, **KEYS)
    assert found.statistics["log_likelihood"] == pytest.approx(-62.12195320, abs=1e-7)
    assert found.stages["mean[rt]"].tolist() == pytest.approx([5.459603, 5.974910, 6.397846], abs=1e-5)
    assert found.stages["sd[rt]"].tolist() == pytest.approx([0.108479, 0.434011, 0.229430], abs=1e-5)
    moves = [[0.741860, 0.258140, 0], [0.469592, 0.321996, 0.208411], [0, 0.075522, 0.924478]]
    assert found.transitions.to_numpy() == pytest.approx(np.array(moves), abs=1e-5)


def every_path(chain, observed, unit):
    """Return every path of a unit and its joint density, by enumeration."""
    from itertools import product

    from scipy.stats import norm

    length, n_states = int(observed.lengths[unit]), chain.means.shape[1]
    found = {}
    for path in product(range(n_states), repeat=length):
        value = chain.start[0, path[0]]
        for t, state in enumerate(path):
            if t:
                value *= chain.moves[0, path[t - 1], state]
            for place, x in enumerate(observed.values[unit, t]):
                if not np.isnan(x):
                    value *= norm.pdf(x, chain.means[0, state, place], chain.sds[0, state, place])
        found[path] = value
    return found


@pytest.fixture(scope="module")
def small():
    rng = np.random.default_rng(4)
    values = rng.normal(size=(3, 5, 2))
    values[0, 2], values[1, 1, 0], values[2, 3:] = np.nan, np.nan, np.nan
    chain = Chain(
        means=rng.normal(size=(1, 3, 2)),
        sds=rng.uniform(0.5, 1.5, (1, 3, 2)),
        start=rng.dirichlet(np.ones(3), 1),
        moves=Moves.ordered(3, 1.0).estimated(rng.uniform(0.2, 1, (1, 3, 3))),
    )
    return chain, Observed(values=values, lengths=np.array([5, 5, 3]))


def test_likelihood_shares_and_paths_are_those_of_enumeration_with_gaps_and_ends(small):
    chain, observed = small
    shares, paths = smoothed(chain, observed)[0], likeliest_paths(chain, observed)
    total = 0.0
    for unit in range(3):
        found = every_path(chain, observed, unit)
        whole = sum(found.values())
        total += np.log(whole)
        best = max(found, key=found.get)
        length = len(best)
        assert paths[unit, :length].tolist() == list(best)
        for t in range(length):
            for state in range(3):
                share = sum(value for path, value in found.items() if path[t] == state) / whole
                assert shares[unit, t, state] == pytest.approx(share, abs=1e-12)
    assert log_likelihood(chain, observed)[0] == pytest.approx(total, abs=1e-10)


def test_drawn_paths_come_as_often_as_they_are_likely(small):
    chain, observed = small
    many = chain.take(np.zeros(20_000, dtype=np.int64))
    paths = sampled_paths(many, observed, np.random.default_rng(0))[:, 0]
    found = every_path(chain, observed, 0)
    whole = sum(found.values())
    codes, counts = np.unique(paths, axis=0, return_counts=True)
    assert all(found[tuple(code)] > 0 for code in codes)
    for code, count in zip(codes.tolist(), counts, strict=True):
        assert count / 20_000 == pytest.approx(found[tuple(code)] / whole, abs=0.015)


@pytest.mark.parametrize("most", [0.0, 0.1, 0.5, 1.0])
def test_transitions_keep_to_their_bound_and_to_their_neighbours(most):
    counts = np.random.default_rng(1).uniform(0, 5, (6, 4, 4))
    moves = Moves.ordered(4, most).estimated(counts)
    assert moves.sum(axis=2) == pytest.approx(1.0)
    assert np.tril(moves, -1).sum(axis=2).max() <= most + 1e-12
    assert not moves[:, np.abs(np.subtract.outer(range(4), range(4))) > 1].any()


def test_stages_paths_and_dates_are_recovered():
    """Thirty-one units, twelve years, three stages 0.35 standard deviations wide: four panels."""
    right, dates, reached = [], [], []
    for seed in range(4):
        frame = simulated(seed)
        found = dm.fit_stages(frame, ("x", "y"), stages=3, starts=5, draws=49, seed=seed, **KEYS)
        assert found.stages["mean[x]"].tolist() == pytest.approx([0, 1, 2], abs=0.15)
        assert found.stages["mean[y]"].tolist() == pytest.approx([0, 10, 20], abs=1.5)
        right.append((found.paths["stage"].to_numpy() == frame["stage"].to_numpy()).mean())
        first = {
            (unit, stage): part.loc[part["stage"] >= stage, "year"].min()
            for unit, part in frame.groupby("unit")
            for stage in (2, 3)
        }
        for key, row in found.dates.iterrows():
            if not np.isnan(first[key]) and row["date_low"] is not pd.NA:
                dates.append(row["date_low"] <= first[key] <= row["date_high"])
            reached.append((not np.isnan(first[key])) == (row["probability"] > 0.5))
    assert min(right) > 0.97
    assert np.mean(dates) > 0.93
    assert np.mean(reached) > 0.97


def test_paths_that_never_fall_fall_and_rise_again_are_told_apart():
    rows = {
        "still": [0, 0, 0, 0, 0, 0, 0, 0],
        "rising": [0, 0, 1, 1, 1, 2, 2, 2],
        "spiral": [0, 1, 1, 0, 0, 1, 2, 2],
        "regress": [0, 1, 1, 1, 2, 2, 1, 1],
    }
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        [
            {"unit": f"{kind}{copy}", "year": 2000 + t, "x": level + 0.1 * rng.normal()}
            for kind, levels in rows.items()
            for copy in range(6)
            for t, level in enumerate(levels)
        ]
    )
    found = dm.fit_stages(frame, "x", stages=3, most_regress=1.0, **QUICK)
    assert found.kinds["n"].to_dict() == {
        "still": 6,
        "rising": 6,
        "spiral": 6,
        "regress": 6,
        "monotone": 12,
    }
    strict = dm.fit_stages(frame, "x", stages=3, most_regress=0.0, **QUICK)
    assert strict.kinds.loc["monotone", "share"] == 1.0
    assert "monotone_assumed" in {note.kind for note in strict.notes}
    assert strict.statistics["log_likelihood"] == pytest.approx(
        found.comparison.loc["strict", "log_likelihood"], abs=1e-3
    )


def test_more_freedom_never_fits_worse_and_disorder_is_said():
    frame = simulated(7)
    found = dm.fit_stages(frame, "x", stages=3, **QUICK)
    values = found.comparison["log_likelihood"]
    assert values["strict"] <= values["ordered"] + 1e-6
    assert values["ordered"] <= values["free"] + 1e-6
    rng = np.random.default_rng(2)
    leaping = frame.assign(x=rng.integers(0, 3, len(frame)) + 0.1 * rng.normal(size=len(frame)))
    told = dm.fit_stages(leaping, "x", stages=3, **QUICK)
    assert {"order_rejected", "regress_bound"} <= {note.kind for note in told.notes}


def test_units_of_measure_rows_and_names_change_nothing():
    frame = simulated(3)
    one = dm.fit_stages(frame, ("x", "y"), stages=3, **QUICK)
    again = dm.fit_stages(frame.sample(frac=1, random_state=2), ("x", "y"), stages=3, **QUICK)
    for name in ("stages", "kinds", "dates", "paths"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(again, name), check_exact=True)
    other = dm.fit_stages(frame.assign(x=1e6 + 1e4 * frame["x"]), ("x", "y"), stages=3, **QUICK)
    assert other.paths["stage"].tolist() == one.paths["stage"].tolist()
    assert other.statistics["log_likelihood"] == pytest.approx(
        one.statistics["log_likelihood"] - len(frame) * np.log(1e4), abs=1e-4
    )


def test_gaps_and_missing_cells_are_not_seen_and_said():
    frame = simulated(5)
    holed = frame.drop(index=[5, 6, 30, 100])
    holed.loc[[200, 300], "y"] = np.nan
    found = dm.fit_stages(holed, ("x", "y"), stages=3, **QUICK)
    assert {"gaps", "missing_cells"} <= {note.kind for note in found.notes}
    assert len(found.paths) == len(holed)
    assert found.stages["mean[x]"].tolist() == pytest.approx([0, 1, 2], abs=0.2)


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda f: pd.concat([f, f.head(1)]), "inference.keys_not_unique"),
        (lambda f: f.assign(x=f["unit"].str[1:].astype(float)), "evolution.indicators_do_not_move"),
        (lambda f: f.assign(x=1.0), "evolution.indicators_do_not_move"),
        (lambda f: f[(f["unit"] != "u03") | (f["year"] < 2012)], Fault.of("evolution.units_too_short", n=3)),
        (lambda f: f[f["year"] < 2012], Fault.of("evolution.units_too_short", n=3)),
        (lambda f: f[f["unit"] < "u02"], "evolution.too_few_unit_periods"),
        (lambda f: f.assign(x=np.nan), "evolution.indicators_not_finite"),
        (lambda f: f.assign(x=f["x"].where(f["x"] < 1, np.inf)), "evolution.indicators_not_finite"),
        (lambda f: f.assign(x="a"), "frames.no_numbers"),
        (lambda f: f.assign(unit=None), "inference.keys_not_unique"),
    ],
)
def test_panels_without_stages_are_named_with_what_would_be_enough(change, kind):
    with refused(dm.DigimfgError, kind):
        dm.fit_stages(change(simulated(1)), "x", stages=3, **QUICK)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("lines", ["units", "shares"])
def test_stages_are_drawn_in_both_languages(tmp_path, language, lines):
    found = dm.fit_stages(simulated(1), "x", stages=3, **QUICK)
    one, other = (
        dm.StagePlot(found, lines=lines).save(tmp_path / f"{n}.png", language=language).read_bytes()
        for n in "ab"
    )
    assert one == other
    chart = dm.StagePlot(found, lines=lines).show(dm.Evidence(studies={"(1)": found}))
    assert "%" in chart.notes[0].language(language)


@pytest.mark.filterwarnings("error")
def test_an_indicator_of_two_values_has_stages_even_where_no_path_without_falls_is_near():
    """States shrink to single values: falls that `strict` forbids are then less likely than numbers can hold."""
    frame = simulated(3)
    name = next(name for name in frame if name not in KEYS.values())
    found = dm.fit_stages(frame.assign(**{name: frame[name] > frame[name].median()}), name, stages=3, **QUICK)
    assert np.isfinite(found.comparison["log_likelihood"]).all()
    likelihood = found.comparison["log_likelihood"]
    assert likelihood["strict"] < likelihood["ordered"]


def overlapping(number):
    """Return five stages of 31 units that overlap much, and an indicator of them."""
    rng = np.random.default_rng([31, 5, number])
    level = np.zeros((31, 12), dtype=int)
    level[:, 0] = rng.choice(3, 31, p=[0.6, 0.3, 0.1])
    for t in range(1, 12):
        u = rng.random(31)
        level[:, t] = np.clip(level[:, t - 1] + (u < 0.35) - (u > 0.96), 0, 4)
    frame = pd.DataFrame(
        {
            "unit": np.repeat(np.arange(31), 12),
            "year": np.tile(np.arange(12), 31),
            "x": level.ravel() + 0.5 * rng.normal(size=level.size),
        }
    )
    return level, frame


def test_shares_of_paths_are_those_of_paths_given_the_data():
    """Likeliest paths hide short falls: over four panels of stages that overlap their share of falls is further off."""
    errors = []
    for number in range(4):
        level, frame = overlapping(number)
        kind = dm.fit_stages(frame, "x", entity="unit", time="year", starts=5, draws=19, seed=number).kinds
        truth = (np.diff(level, axis=1) >= 0).all(axis=1).mean()
        errors.append(kind.loc["monotone", ["share", "n"]].to_numpy(float) / [1, 31] - truth)
    given, likeliest = np.mean(errors, axis=0)
    assert abs(given) < 0.06
    assert likeliest > given + 0.03


def test_paths_without_falls_seen_leave_falls_possible():
    """The likeliest probability of a fall is zero here, though 19 % of the units fell."""
    level, frame = overlapping(0)
    found = dm.fit_stages(frame, "x", entity="unit", time="year", starts=5, draws=19)
    truth = (np.diff(level, axis=1) >= 0).all(axis=1).mean()
    row = found.kinds.loc["monotone"]
    assert np.tril(found.transitions, -1).max() < 1e-6
    assert row["share_low"] <= truth <= row["share_high"]
    assert row["share"] < 1
