"""Metafrontiers and windows are efficiencies of the sets they name; determinants are found again; waves overlap."""

import numpy as np
import pandas as pd
import pytest

import digimfg as dm

KEYS = {"unit": "plant", "returns": "variable"}


@pytest.fixture(scope="module")
def plants():
    rng = np.random.default_rng(7)
    n, periods = 12, 4
    frame = pd.DataFrame({"plant": np.repeat(range(n), periods), "year": np.tile(range(2001, 2005), n)})
    frame["region"] = np.where(frame["plant"] < 6, "east", "west")
    frame["x"] = 1 + rng.random(len(frame))
    frame["y"] = frame["x"] * (0.4 + 0.6 * rng.random(len(frame)))
    return frame


def test_a_metafrontier_is_efficiency_among_all_over_that_among_the_group(plants):
    year = plants[plants["year"] == 2002]
    found = dm.metafrontier(year, ["x"], ["y"], group="region", **KEYS).scores.set_index("plant")
    among_all = dm.efficiency(year, ["x"], ["y"], **KEYS).scores.set_index("plant")["efficiency"]
    for _, part in year.groupby("region"):
        own = dm.efficiency(part, ["x"], ["y"], **KEYS).scores.set_index("plant")["efficiency"]
        gap = found.loc[own.index, "technology_gap_ratio"]
        assert gap.to_numpy() == pytest.approx((among_all[own.index] / own).to_numpy(), rel=1e-8)
        assert (gap <= 1 + 1e-9).all()


def test_a_window_is_efficiency_of_units_in_periods_as_units_of_their_own(plants):
    found = dm.window_analysis(plants, ["x"], ["y"], time="year", width=2, **KEYS).scores
    windows = []
    for first in (2001, 2002, 2003):
        rows = plants[plants["year"].isin((first, first + 1))].reset_index(drop=True)
        alone = dm.efficiency(rows.assign(plant=rows.index), ["x"], ["y"], **KEYS).scores.set_index("plant")
        windows.append(rows[["plant", "year"]].assign(efficiency=alone["efficiency"]))
    mean = pd.concat(windows).groupby(["plant", "year"])["efficiency"].mean()
    mine = found.set_index(["plant", "year"])["efficiency"]
    assert mine[mean.index].to_numpy() == pytest.approx(mean.to_numpy(), rel=1e-8)


def test_determinants_of_inefficiency_are_found_again_where_the_frontier_is_known():
    rng = np.random.default_rng(3)
    n = 400
    z = rng.normal(size=n)
    delta = np.full(n, 0.0)
    while (low := delta < 1).any():
        delta[low] = 1.2 + 0.5 * z[low] + 0.4 * rng.normal(size=low.sum())
        z[low] = np.where(delta[low] < 1, rng.normal(size=low.sum()), z[low])
    x = np.append(1 + rng.random(n), 1.0)
    frame = pd.DataFrame({"plant": range(n + 1), "x": x, "z": np.append(z, 0.0)})
    frame["y"] = x / np.append(delta, 1.0)
    found = dm.efficiency_determinants(
        frame, ["x"], ["y"], ["z"], unit="plant", algorithm=1, draws=199, seed=1
    ).coefficients
    for term, truth in {"Intercept": 1.2, "z": 0.5, "sigma": 0.4}.items():
        row = found.loc[term]
        assert row["lower"] < truth < row["upper"], term


def test_a_chain_of_inputs_adds_up_and_a_wave_overlaps_itself():
    inverse = dm.leontief_inverse([[0.2, 0.1], [0.1, 0.3]], [1.0, 1.0])
    chain = sum(np.linalg.matrix_power(np.array([[0.2, 0.1], [0.1, 0.3]]), k) for k in range(60))
    assert inverse == pytest.approx(chain, rel=1e-12)
    years = np.arange(1, 41.0)
    frame = pd.DataFrame(
        {"year": years} | {k: 1 / (1 + np.exp(-0.5 * (years - at))) for k, at in {"a": 12, "b": 20}.items()}
    )
    early, late = (dm.fit_diffusion(frame, name, time="year", curve="logistic") for name in "ab")
    assert dm.diffusion_overlap(early, early) == pytest.approx(1, abs=1e-3)
    assert dm.diffusion_overlap(early, late) == pytest.approx(2 / (1 + np.exp(0.5 * 4)), abs=0.01)
