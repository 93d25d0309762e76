"""Weights are falsified by letting units change places in them: links that matter are seen, others are not."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.errors import SpecificationError
from digimfg.exhibits import Evidence
from digimfg.robustness.permuted_weights import permuted_weights

N, T = 24, 6
RING = np.roll(np.eye(N), 1, axis=1) + np.roll(np.eye(N), -1, axis=1)
SHUFFLED = np.random.default_rng(8).permutation(N)


def frame(rho=0.3, seed=5):
    random = np.random.default_rng(seed)
    x, noise = random.normal(size=(2, T, N))
    y = np.linalg.solve(np.eye(N) - rho * RING, (x + noise).T).T
    return pd.DataFrame(
        {"unit": np.tile(np.arange(N), T), "year": np.repeat(np.arange(T), N), "x": x.ravel(), "y": y.ravel()}
    )


def spec(weights=RING, **options):
    values = {"standardization": "row", "draws": 0} | options
    return dm.Specification(
        "y", "x", entity="unit", time="year", fixed_effects="unit",
        estimator=dm.SpatialPanel(weights=weights, **values),
    )  # fmt: skip


def test_true_links_fit_better_than_permuted_ones_and_false_links_do_not():
    right = permuted_weights(spec(), frame(), permutations=39)
    wrong = permuted_weights(spec(RING[SHUFFLED][:, SHUFFLED]), frame(), permutations=39)
    assert right.p_value == 1 / 40
    assert right.table.loc["rho", "p_value"] == 2 / 40
    assert wrong.p_value > 0.1


def test_the_own_weights_give_what_the_estimate_gives():
    found = permuted_weights(spec(), frame(), permutations=19).table["observed"]
    result = dm.estimate(spec(), frame())
    assert found["rho"] == pytest.approx(result.coefficients.loc["rho", "estimate"])
    effects = result.tables["effects"]["estimate"]
    assert found["indirect"] == pytest.approx(effects.loc[("indirect", "x")])
    assert found["log_likelihood"] == pytest.approx(result.statistics["log_likelihood"])


def test_a_permutation_is_the_estimate_with_relabelled_weights():
    answer = permuted_weights(spec(), frame(), permutations=19, seed=3)
    from digimfg.parallel import spawn_seeds

    places = np.random.default_rng(spawn_seeds(3, 19)[0]).permutation(N)
    peer = dm.estimate(spec(RING[places][:, places]), frame())
    assert answer.placebo.loc[0, "rho"] == pytest.approx(peer.coefficients.loc["rho", "estimate"])


def test_p_values_are_those_of_ranks():
    answer = permuted_weights(spec(), frame(rho=0.0), permutations=39)
    for name in ("rho", "indirect"):
        drawn, value = answer.placebo[name], answer.table.loc[name, "observed"]
        tails = (1 + (drawn <= value).sum()) / 40, (1 + (drawn >= value).sum()) / 40
        assert answer.table.loc[name, "p_value"] == pytest.approx(min(1, 2 * min(tails)))


def test_a_size_near_nominal_where_links_do_not_matter():
    rejected = [
        permuted_weights(spec(), frame(rho=0.0, seed=seed), permutations=19).p_value <= 0.1
        for seed in range(20)
    ]
    # Of 20 at 10 %: 2 expected, 7 or more have a probability of 0.2 percent.
    assert sum(rejected) <= 6


def test_same_seed_same_answer_and_rows_in_any_order():
    one = permuted_weights(spec(), frame(), permutations=19, seed=2)
    other = permuted_weights(spec(), frame().sample(frac=1, random_state=4), permutations=19, seed=2)
    pd.testing.assert_frame_equal(one.table, other.table)


def test_several_matrices_change_places_together():
    ring2 = np.roll(np.eye(N), 2, axis=1) + np.roll(np.eye(N), -2, axis=1)
    answer = permuted_weights(spec({"near": RING, "far": ring2}), frame(), permutations=19)
    assert {"rho[near]", "rho[far]", "indirect[near]", "indirect[far]"} <= set(answer.table.index)


def test_a_permutation_without_estimates_counts_as_extreme(monkeypatch):
    import digimfg.robustness.permuted_weights as module
    from digimfg.errors import EstimationError

    own, calls = module._statistics, []

    def fails_once(*given):
        calls.append(given)
        if len(calls) == 2:
            raise EstimationError(where="", expected="", got="", remedy="")
        return own(*given)

    whole = permuted_weights(spec(), frame(), permutations=19)
    monkeypatch.setattr(module, "_statistics", fails_once)
    found = permuted_weights(spec(), frame(), permutations=19)
    assert (found.n_failed, whole.n_failed) == (1, 0)
    assert found.p_value == pytest.approx(2 / 20)
    assert noted(found.notes, "permutations_failed")


def test_the_table_and_the_columns_show_it():
    study = permuted_weights(spec(), frame(), permutations=19)
    evidence = Evidence(
        results={"a": dm.estimate(spec(), frame()), "b": dm.estimate(spec(lag_error=True), frame())},
        studies={"weights": study},
        studied={"weights": "a"},
    )
    table = dm.PermutedWeightsTable("t").show(evidence)
    assert [row.cells[0].en for row in table.rows] == [
        "Spatial coefficient ρ",
        "Indirect effect",
        "Log-likelihood",
    ]
    regression = dm.RegressionTable("r").show(evidence)
    row = next(row for row in regression.rows if "p of the fit" in str(row.cells[0]))
    assert row.cells[1:] == ("0.050", "")


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        (lambda one: (one.replace(estimator=dm.LeastSquares()), None), "robustness.not_a_spatial_panel"),
        (lambda one: (one, "z"), "robustness.regressor_unknown"),
    ],
)
def test_what_it_cannot_take_is_refused_with_the_remedy(changed, kind):
    given, term = changed(spec())
    with refused(SpecificationError, kind):
        permuted_weights(given, frame(), term=term, permutations=19)
