"""Tools around difference-in-differences: Honest DiD of R, diff-diff's Bacon weights, direct formulas."""

import importlib.util
import itertools
import os
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from refused import refused
from scipy import optimize

import digimfg as dm
from digimfg.errors import Fault
from digimfg.inference.simplex import simplex_least_squares
from digimfg.policy.honest_bounds import relative_magnitude_set
from digimfg.policy.honest_did import honest_intervals
from digimfg.policy.predictor_weights import fitted_importance

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("DIGIMFG_SHARED_DATA", HERE.parents[2] / "shared" / "data")) / "reference"
CALIFORNIA = SHARED / "california_prop99.csv"


def simulated():
    specification = importlib.util.spec_from_file_location(
        "simulate_staggered", HERE / "simulate_staggered.py"
    )
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.staggered_frame()


FRAME = simulated()
TWO_WAY = dm.Specification("y", "treated", entity="unit", time="year", fixed_effects=("unit", "year"))


class TestBacon:
    def test_weights_sum_to_one_and_the_weighted_mean_is_the_two_way_coefficient(self):
        found = dm.bacon_decomposition(TWO_WAY, FRAME)
        assert found.comparisons["weight"].sum() == pytest.approx(1, abs=1e-12)
        slope = dm.estimate(TWO_WAY, FRAME).coefficients.loc["treated", "estimate"]
        assert found.estimate == pytest.approx(slope, abs=1e-12)

    def test_always_treated_units_are_controls_too(self):
        frame = FRAME.assign(treated=FRAME["treated"].where(FRAME["unit"] > 10, 1))
        found = dm.bacon_decomposition(TWO_WAY, frame)
        assert "later_vs_always" in found.by_kind.index
        assert found.comparisons["weight"].sum() == pytest.approx(1, abs=1e-12)
        slope = dm.estimate(TWO_WAY, frame).coefficients.loc["treated", "estimate"]
        assert found.estimate == pytest.approx(slope, abs=1e-12)

    def test_comparisons_are_those_of_diff_diff(self):
        from diff_diff import BaconDecomposition

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            other = BaconDecomposition().fit(FRAME, "y", unit="unit", time="year", first_treat="cohort")
        own = dm.bacon_decomposition(TWO_WAY, FRAME).comparisons
        for each in other.comparisons:
            control = np.inf if each.control_group == "never_treated" else float(each.control_group)
            row = own[(own["treated"] == float(each.treated_group)) & (own["control"] == control)].iloc[0]
            assert row["estimate"] == pytest.approx(each.estimate, abs=1e-10)
            assert row["weight"] == pytest.approx(each.weight, abs=1e-10)
        assert len(own) == len(other.comparisons)


COVARIANCE = [
    [0.000842835812363774],
    [0.00047686867765151, 0.000642542028799653],
    [0.000261805107584223, 0.000398742500692606, 0.000522994960192591],
    [0.000235422034165822, 0.00024355151981581, 0.000211768609005958, 0.000308959541143849],
    [0.000167637146660127, 0.000220196030568331, 0.000184072225238197, 0.000119786607683636,
     0.000359970435965806],
    [0.000112870766315609, 0.00018045911565423, 0.000145852784044109, 0.000133408131659962,
     0.000247881864197552, 0.000426394981332123],
    [1.99281621462433e-05, 3.84376508009154e-05, 7.00519740348682e-05, 0.000101633500889875,
     0.000174957924173214, 0.000217143780901097, 0.000488669786136597],
    [-0.000136826536618173, -2.96042198897339e-05, 5.95299497945234e-05, 0.000107905172626488,
     0.000165425692102872, 0.000289274787064642, 0.000380532204871997, 0.000761739443987608],
]  # fmt: skip
TARGETS = {"first": np.eye(4)[0], "mean": np.full(4, 0.25)}


class TestHonestDiD:
    """R 4.5.2, HonestDiD 0.2.8 on the event study of Benzarti and Carloni (2019) that it ships (BCdata_EventStudy).

    `createSensitivityResults_relativeMagnitudes(betahat, sigma, 4, 4, l_vec, Mbarvec = c(0, .5, 1), method =
    "Conditional")` and `createSensitivityResults(..., Mvec = c(0, .01, .02), method = "FLCI")`: policy_tools.R.
    """

    estimate = np.array([0.00669635180383921, 0.0293450336903334, -0.00647297222167253, 0.0730149894952774,
                         0.195961117744446, 0.312063902616501, 0.239541545510292, 0.126042500138283])  # fmt: skip

    def covariance(self):
        matrix = np.zeros((8, 8))
        for row, values in enumerate(COVARIANCE):
            matrix[row, : len(values)] = matrix[: len(values), row] = values
        return matrix

    def intervals(self, target, restriction, bounds):
        return honest_intervals(self.estimate, self.covariance(), n_before=4, target=TARGETS[target],
                                restriction=restriction, bounds=bounds)  # fmt: skip

    @pytest.mark.parametrize(
        ("target", "low", "high"),
        [
            ("first", [0.159151943866762, 0.118889160931495, 0.0672312507503984],
             [0.232840433389798, 0.270824190875899, 0.317924050158664]),
            ("mean", [0.184149669339541, 0.0689235806549147, -0.0682166721353771],
             [0.252719795734687, 0.353100805509025, 0.353100805509025]),
        ],
    )  # fmt: skip
    def test_relative_magnitudes_are_those_of_r(self, target, low, high):
        found = [
            relative_magnitude_set(
                self.estimate, self.covariance(), 4, TARGETS[target], bound, 0.95, centre=0.0
            )
            for bound in (0, 0.5, 1)
        ]
        # R's upper bounds of the mean are the end of its grid, 20 standard errors from zero, which it does not say
        ended = [True] * 3 if target == "first" else [True, False, False]
        np.testing.assert_allclose([each[0] for each in found], low, atol=1e-12)
        for each, value, inside in zip(found, high, ended, strict=True):
            assert each[1] == pytest.approx(value, abs=1e-12) if inside else each[1] > value
            assert not each[2]
        around = self.intervals(target, "relative_magnitude", (0, 0.5, 1))
        step = 40 / 999 * np.sqrt(TARGETS[target] @ self.covariance()[4:, 4:] @ TARGETS[target])
        np.testing.assert_allclose(around["conf_low"], [each[0] for each in found], atol=step)
        np.testing.assert_allclose(around["conf_high"], [each[1] for each in found], atol=step)

    @pytest.mark.parametrize("size", [0.0, 1.0, 3.0, 40.0, 1e6])
    def test_the_set_moves_with_the_estimate(self, size):
        """At 27 standard errors a grid around zero gave nothing: here the set is the same about every estimate."""
        covariance = np.eye(3) * 0.01 + 0.002
        found = honest_intervals(
            np.array([0.02, -0.01, size]), covariance, n_before=2, target=np.ones(1),
            restriction="relative_magnitude", bounds=(0, 1, 2),
        )  # fmt: skip
        np.testing.assert_allclose(found["conf_low"] - size, [-0.213, -0.322, -0.555], atol=5e-4)
        np.testing.assert_allclose(found["conf_high"] - size, [0.213, 0.322, 0.555], atol=5e-4)
        assert not found["open"].any()

    def test_a_large_bound_widens_the_search(self):
        covariance = np.eye(3) * 0.01 + 0.002
        found = honest_intervals(
            np.array([0.4, -0.4, 3.0]), covariance, n_before=2, target=np.ones(1),
            restriction="relative_magnitude", bounds=(0, 10, 100, 1000),
        )  # fmt: skip
        width = (found["conf_high"] - found["conf_low"]).to_numpy()
        assert width[2] / width[1] == pytest.approx(10, rel=0.1)
        assert width[3] / width[2] == pytest.approx(10, rel=0.1)
        assert not found["open"].any()

    @pytest.mark.parametrize("unit", [1e-9, 1e9])
    @pytest.mark.parametrize("restriction", ["relative_magnitude", "smoothness"])
    def test_sets_scale_with_the_unit(self, restriction, unit):
        bounds = (0, 1) if restriction == "relative_magnitude" else (0, 0.01)
        scaled = bounds if restriction == "relative_magnitude" else tuple(unit * bound for bound in bounds)
        options = {"n_before": 4, "target": np.eye(4)[0], "restriction": restriction}
        one = honest_intervals(self.estimate, self.covariance(), bounds=bounds, **options)
        other = honest_intervals(self.estimate * unit, self.covariance() * unit**2, bounds=scaled, **options)
        columns = ["conf_low", "conf_high"]
        np.testing.assert_allclose(other[columns] / unit, one[columns], rtol=1e-6)

    def test_the_breakdown_of_a_strong_effect_is_found(self):
        frame = FRAME.assign(y=FRAME["y"] + 1000.0 * FRAME["treated"])
        spec = TWO_WAY.replace(
            fixed_effects=(), estimator=dm.StaggeredDifferenceInDifferences(method="imputation", draws=0)
        )
        found = dm.honest_did(dm.estimate(spec, frame), bounds=(0, 1, 2))
        assert found.estimate / ((found.conf_high - found.conf_low) / 3.92) > 20
        assert found.breakdown == 2

    @pytest.mark.parametrize(
        ("target", "low", "high"),
        [
            ("first", [0.131411315937022, 0.154965267080773, 0.177301087900198],
             [0.216169648182799, 0.27038453032652, 0.315956468194821]),
            ("mean", [0.133193369303247, 0.124138265521726, 0.113901858858792],
             [0.230362614090703, 0.368035364887987, 0.476743542104818]),
        ],
    )  # fmt: skip
    def test_smoothness_intervals_are_those_of_r(self, target, low, high):
        # R searches a coarse grid of lengths and simulates the folded normal: it agrees to a thousandth
        found = self.intervals(target, "smoothness", (0, 0.01, 0.02))
        np.testing.assert_allclose(found["conf_low"], low, atol=1e-3)
        np.testing.assert_allclose(found["conf_high"], high, atol=1e-3)
        assert (found["conf_high"] - found["conf_low"] <= np.array(high) - np.array(low) + 5e-4).all()

    def test_one_period_before_treatment_is_enough(self):
        for restriction in ("relative_magnitude", "smoothness"):
            found = honest_intervals(self.estimate[3:], self.covariance()[3:, 3:], n_before=1, target=np.eye(4)[0],
                                     restriction=restriction, bounds=(0, 1))  # fmt: skip
            assert (found["conf_high"] - found["conf_low"]).is_monotonic_increasing
            assert np.isfinite(found[["conf_low", "conf_high"]].to_numpy(dtype=float)).all()

    def test_without_bias_the_interval_is_the_best_linear_extrapolation(self):
        found = self.intervals("first", "smoothness", (0,))
        matrix, back = self.covariance(), np.array([4.0, 3, 2, 1])
        free = np.linalg.svd(back[None, :])[2][1:]
        start = back / (back @ back)
        gram = matrix[:4, :4]
        shift = np.linalg.solve(free @ gram @ free.T, -free @ (gram @ start + matrix[:4, 4]))
        v = np.concatenate([start + free.T @ shift, [1, 0, 0, 0]])
        half = 1.959963984540054 * np.sqrt(v @ matrix @ v)
        np.testing.assert_allclose(found.iloc[0, :2].astype(float), [v @ self.estimate - half, v @ self.estimate + half],
                                   atol=1e-7)  # fmt: skip


class TestSyntheticControl:
    rng = np.random.default_rng(7)

    @pytest.mark.parametrize("shape", [(6, 4), (8, 20), (30, 12)])
    def test_weights_satisfy_the_conditions_of_a_minimum(self, shape):
        columns, target = self.rng.normal(size=shape), self.rng.normal(size=shape[0])
        weights = simplex_least_squares(target, columns)
        assert weights.sum() == pytest.approx(1, abs=1e-12)
        assert weights.min() >= 0
        slope = columns.T @ (columns @ weights - target)
        inside = weights > 1e-12
        level = slope[inside].mean()
        np.testing.assert_allclose(slope[inside], level, atol=1e-9)
        assert (slope >= level - 1e-9).all()

    def test_weights_are_those_of_a_general_solver(self):
        columns, target = self.rng.normal(size=(15, 6)), self.rng.normal(size=15)
        other = optimize.minimize(
            lambda w: np.sum((target - columns @ w) ** 2), np.full(6, 1 / 6), method="SLSQP",
            bounds=[(0, 1)] * 6, constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
            options={"ftol": 1e-15, "maxiter": 1000},
        )  # fmt: skip
        np.testing.assert_allclose(simplex_least_squares(target, columns), other.x, atol=1e-6)

    def test_a_unit_inside_the_donors_is_met_exactly_and_its_effect_is_the_gap(self):
        years = np.arange(2000, 2012)
        donors = self.rng.normal(size=(8, 12)).cumsum(axis=1)
        own = np.r_[0.5, 0.3, 0.2, np.zeros(5)] @ donors + 2.5 * (years >= 2008)
        values = np.vstack([own, donors])
        frame = pd.DataFrame(
            {"city": np.repeat(list("abcdefghi"), 12), "year": np.tile(years, 9), "y": values.ravel()}
        )
        found = dm.synthetic_control(frame, "y", entity="city", time="year", treated="a", treated_from=2008)
        np.testing.assert_allclose(found.weights[["b", "c", "d"]], [0.5, 0.3, 0.2], atol=1e-8)
        assert found.effect == pytest.approx(2.5, abs=1e-8)
        assert found.p_value == pytest.approx(1 / 9)
        shuffled = dm.synthetic_control(frame.sample(frac=1, random_state=1), "y", entity="city", time="year",
                                        treated="a", treated_from=2008)  # fmt: skip
        pd.testing.assert_frame_equal(found.path, shuffled.path, check_exact=True)

    def test_given_importances_are_used_and_fitted_ones_predict_no_worse(self):
        treated = FRAME.loc[FRAME["cohort"] == 2006, "unit"].iloc[0]
        donors = FRAME.loc[FRAME["cohort"] == 0, "unit"].unique()[:7]
        frame = FRAME[FRAME["unit"].isin([treated, *donors])]
        options = {"entity": "unit", "time": "year", "treated": treated, "treated_from": 2006,
                   "predictors": {"x": range(2001, 2006), "size": [2005]}, "outcome_periods": (2002, 2005)}  # fmt: skip
        fitted = dm.synthetic_control(frame, "y", **options)
        even = dm.synthetic_control(
            frame, "y", importance=dict.fromkeys(fitted.predictors.index, 1.0), **options
        )
        np.testing.assert_allclose(even.predictors["importance"], 0.25)
        assert fitted.rmspe_before <= even.rmspe_before + 1e-9
        assert fitted.weights.sum() == pytest.approx(1)

    @pytest.mark.parametrize("seed", range(4))
    def test_no_importance_tried_predicts_better_than_the_fitted_one(self, seed):
        rng = np.random.default_rng(seed)
        level = rng.normal(size=(3, 16))
        paths = rng.normal(size=(14, 3)) @ level + 0.2 * rng.normal(size=(14, 16))
        predictors = rng.normal(size=(6, 3)) @ level + 0.3 * rng.normal(size=(6, 16))
        predictors /= predictors.std(axis=1, ddof=1)[:, None]
        own, pool, goal, others = predictors[:, 0], predictors[:, 1:], paths[:, 0], paths[:, 1:]

        def gap(importance):
            root = np.sqrt(importance / importance.sum())
            weights = simplex_least_squares(own * root, pool * root[:, None])
            return float(np.mean((goal - others @ weights) ** 2))

        tried = [
            np.where(np.isin(np.arange(6), pair), 1.0, 1e-2) for pair in itertools.combinations(range(6), 2)
        ]
        tried += [np.where(np.arange(6) == place, 1.0, 1e-2) for place in range(6)]
        tried += list(10.0 ** rng.uniform(-6, 0, (500, 6)))
        found = gap(fitted_importance(own, pool, goal, others))
        assert found <= min(map(gap, tried)) * (1 + 1e-6)

    @pytest.mark.parametrize("predictors", [None, {"size": range(2005, 2010), "y": range(2005, 2010)}])
    def test_a_declared_window_is_a_fit_of_its_periods_alone(self, predictors):
        rng = np.random.default_rng(3)
        years = np.arange(1995, 2014)
        frame = pd.DataFrame([(unit, year) for unit in range(9) for year in years], columns=["unit", "year"])
        frame["size"] = rng.normal(size=9)[frame["unit"]] + 0.1 * rng.normal(size=len(frame))
        frame["y"] = frame["size"] * (frame["year"] - 1990) + rng.normal(size=len(frame))
        options = {
            "entity": "unit",
            "time": "year",
            "treated": 0,
            "treated_from": 2010,
            "predictors": predictors,
        }
        declared = dm.synthetic_control(frame, "y", fit_periods=range(2005, 2010), **options)
        alone = dm.synthetic_control(frame[frame["year"] >= 2005], "y", **options)
        pd.testing.assert_series_equal(declared.weights, alone.weights)
        pd.testing.assert_frame_equal(declared.placebo_ratios, alone.placebo_ratios)
        assert declared.p_value == alone.p_value
        assert len(declared.path) == 19
        gaps = declared.path.loc[2005:2009, "gap"]
        assert declared.rmspe_before == pytest.approx(np.sqrt(np.mean(gaps**2)))
        assert "5 of 15 periods before treatment, 2005 to 2009" in declared.notes[0].en
        whole = dm.synthetic_control(frame, "y", **options).path.loc[2005:2009, "gap"]
        assert declared.rmspe_before <= np.sqrt(np.mean(whole**2)) * (1 + 1e-9)

    @pytest.mark.parametrize(
        ("periods", "kind"),
        [
            ((2008,), "policy.fit_periods"),
            ((2008, 2010), "policy.fit_periods"),
            ((2008, 1980), "policy.fit_periods"),
            ((), Fault.of("arguments.value_outside", argument="fit_periods")),
        ],
    )
    def test_a_window_outside_the_periods_before_treatment_is_refused(self, periods, kind):
        frame = pd.DataFrame([(u, t, float(u * t)) for u in range(4) for t in range(2005, 2013)],
                             columns=["unit", "year", "y"])  # fmt: skip
        with refused(dm.SpecificationError, kind):
            dm.synthetic_control(frame, "y", entity="unit", time="year", treated=0, treated_from=2010,
                                 fit_periods=periods)  # fmt: skip

    @pytest.mark.skipif(not CALIFORNIA.is_file(), reason="needs ../shared/data")
    def test_california_is_matched_at_least_as_closely_as_published(self):
        """Abadie, Diamond and Hainmueller (2010): a root mean squared error of 1.7576 over 1970–1988 with their weights.

        Their predictors beside sales are not in the file; with them the search gives 1.7540. Here every second year of sales
        is a predictor, of which two starts made 1.7538 where 1.6565 can be had.
        """
        wide = pd.read_csv(CALIFORNIA).pivot_table(index="Year", columns="State", values="PacksPerCapita")
        published = {
            "Utah": 0.334,
            "Nevada": 0.234,
            "Montana": 0.199,
            "Colorado": 0.164,
            "Connecticut": 0.069,
        }
        gap = (wide["California"] - wide[list(published)] @ pd.Series(published)).loc[:1988]
        assert np.sqrt(np.mean(gap**2)) == pytest.approx(1.7576, abs=5e-5)
        paths = wide.loc[:1988, ["California", *wide.columns.drop("California")]].to_numpy()
        predictors = paths[::2] / paths[::2].std(axis=1, ddof=1)[:, None]
        own, pool = predictors[:, 0], predictors[:, 1:]
        root = np.sqrt(fitted_importance(own, pool, paths[:, 0], paths[:, 1:]))
        weights = simplex_least_squares(own * root, pool * root[:, None])
        assert np.sqrt(np.mean((paths[:, 0] - paths[:, 1:] @ weights) ** 2)) < 1.66


class TestMatching:
    frame = (
        FRAME[FRAME["year"] == 2003].assign(d=lambda x: (x["cohort"] > 0).astype(int)).reset_index(drop=True)
    )

    def test_the_logit_is_that_of_r_and_statsmodels(self):
        import statsmodels.api as sm

        found = dm.propensity_score_matching(self.frame, "d", ["size", "x"]).logit
        # R 4.2.2, policy_tools.R: coef(glm(d ~ size + x, binomial)) on the same rows
        np.testing.assert_allclose(found["estimate"], [0.1907303934, 0.4877457305, 0.1549521740], atol=5e-11)
        other = sm.Logit(self.frame["d"], sm.add_constant(self.frame[["size", "x"]])).fit(disp=0, tol=1e-14)
        np.testing.assert_allclose(found["std_error"], other.bse, rtol=1e-8)

    def test_nearest_neighbours_are_those_of_a_search_over_all_pairs(self):
        found = dm.propensity_score_matching(self.frame, "d", ["size", "x"], neighbors=2, caliper=0.02)
        score, d = found.score.to_numpy(), self.frame["d"].to_numpy() == 1
        pool = np.flatnonzero(~d)
        weights = np.zeros(len(d))
        for row in np.flatnonzero(d):
            if not score[pool].min() <= score[row] <= score[pool].max():
                continue
            order = pool[np.argsort(np.abs(score[pool] - score[row]))][:2]
            near = [j for j in order if abs(score[j] - score[row]) <= 0.02]
            weights[row] = float(bool(near))
            weights[near] += 1 / max(len(near), 1)
        np.testing.assert_allclose(found.weights, weights, atol=1e-12)

    def test_kernel_weights_are_epanechnikov(self):
        found = dm.propensity_score_matching(self.frame, "d", ["size", "x"], method="kernel", bandwidth=0.05,
                                             common_support=False)  # fmt: skip
        score, d = found.score.to_numpy(), self.frame["d"].to_numpy() == 1
        height = np.maximum(0, 1 - ((score[d][:, None] - score[~d]) / 0.05) ** 2)
        total = height.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(
            found.weights[~d], np.where(total > 0, height / np.maximum(total, 1e-300), 0).sum(axis=0)
        )

    def test_without_replacement_no_control_serves_twice(self):
        found = dm.propensity_score_matching(self.frame, "d", ["size"], replacement=False)
        assert found.weights.max() == 1
        assert found.n_matched == found.n_controls

    def test_matched_weights_enter_a_panel_regression(self):
        matched = dm.propensity_score_matching(self.frame, "d", ["size", "x"])
        by_unit = pd.Series(matched.weights.to_numpy(), index=self.frame["unit"])
        panel = FRAME.assign(w=FRAME["unit"].map(by_unit))
        result = dm.estimate(TWO_WAY.replace(weights="w"), panel)
        assert result.statistics["n_entities"] == (matched.weights > 0).sum()


class TestEntropyBalance:
    frame = TestMatching.frame

    @pytest.mark.parametrize("moments", [1, 2, 3])
    def test_moments_of_controls_are_those_of_the_treated(self, moments):
        found = dm.entropy_balance(self.frame, "d", ["size", "x"], moments=moments)
        d = self.frame["d"] == 1
        for name in ("size", "x"):
            for power in range(1, moments + 1):
                values = self.frame[name] ** power
                assert np.average(values[~d], weights=found.weights[~d]) == pytest.approx(
                    values[d].mean(), abs=1e-8
                )
        assert found.weights[~d].sum() == pytest.approx(d.sum())
        assert found.weights.min() > 0

    def test_no_other_weights_with_these_means_have_less_divergence(self):
        small = self.frame.iloc[:40]
        found = dm.entropy_balance(small, "d", ["size", "x"])
        d = small["d"] == 1
        x = small.loc[~d, ["size", "x"]].to_numpy()
        goal = small.loc[d, ["size", "x"]].mean().to_numpy()
        other = optimize.minimize(
            lambda w: np.sum(w * np.log(w)), np.full(len(x), 1 / len(x)), jac=lambda w: 1 + np.log(w),
            method="SLSQP", bounds=[(1e-12, 1)] * len(x), options={"ftol": 1e-15, "maxiter": 2000},
            constraints=[{"type": "eq", "fun": lambda w: w.sum() - 1}, {"type": "eq", "fun": lambda w: w @ x - goal}],
        )  # fmt: skip
        np.testing.assert_allclose(found.weights[~d] / d.sum(), other.x, atol=1e-5)

    def test_balancing_by_year_balances_every_year(self):
        panel = FRAME.assign(d=(FRAME["cohort"] > 0).astype(int))
        found = dm.entropy_balance(panel, "d", ["x"], by="year")
        for _, rows in panel.assign(w=found.weights).groupby("year"):
            own, other = rows[rows["d"] == 1], rows[rows["d"] == 0]
            assert np.average(other["x"], weights=other["w"]) == pytest.approx(own["x"].mean(), abs=1e-9)


class TestPlacebosAndFewTreated:
    def test_one_treated_unit_is_compared_with_every_control(self):
        rng = np.random.default_rng(3)
        frame = pd.DataFrame({"city": np.repeat(np.arange(25), 8), "year": np.tile(np.arange(8), 25)})
        frame["d"] = ((frame["city"] == 4) & (frame["year"] >= 5)).astype(int)
        frame["y"] = rng.normal(size=200) + frame["city"] + 2 * frame["d"]
        spec = dm.Specification("y", "d", entity="city", time="year", fixed_effects=("city", "year"))
        found = dm.few_treated_test(spec, frame)
        # By hand: with one date the error of the coefficient is a control's change of residual means.
        wide = frame.pivot_table(index="city", columns="year", values="y")
        change = wide[[5, 6, 7]].mean(axis=1) - wide[range(5)].mean(axis=1)
        controls = change.drop(4)
        assert found.estimate == pytest.approx(change[4] - controls.mean(), abs=1e-10)
        errors = np.sort(controls - controls.mean())
        np.testing.assert_allclose(np.sort(found.placebo["estimate"]), errors, atol=1e-10)
        assert found.exact
        assert found.p_value == pytest.approx((1 + np.sum(np.abs(errors) >= abs(found.estimate))) / 25)

    @pytest.mark.parametrize("seed", range(6))
    def test_the_interval_holds_zero_where_the_test_does_not_reject_it(self, seed):
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame({"city": np.repeat(np.arange(25), 8), "year": np.tile(np.arange(8), 25)})
        frame["d"] = ((frame["city"] == 0) & (frame["year"] >= 5)).astype(int)
        frame["y"] = rng.exponential(size=200) + 0.5 * frame["d"]
        spec = dm.Specification("y", "d", entity="city", time="year")
        for level in (0.5, 0.8, 0.9, 0.95, 0.99):
            found = dm.few_treated_test(spec, frame, level=level)
            rejected = found.p_value <= 1 - level + 1e-12
            assert rejected != (found.conf_low <= 0 <= found.conf_high)
        assert found.conf_high == np.inf  # 24 controls reject nothing at 1 %

    def test_sizes_that_are_all_alike_change_nothing(self):
        rng = np.random.default_rng(3)
        frame = pd.DataFrame(
            {"city": np.repeat(np.arange(25), 8), "year": np.tile(np.arange(8), 25), "people": 50.0}
        )
        frame["d"] = ((frame["city"] < 2) & (frame["year"] >= 5)).astype(int)
        frame["y"] = rng.normal(size=200)
        spec = dm.Specification("y", "d", entity="city", time="year", fixed_effects=("city", "year"))
        plain, sized = dm.few_treated_test(spec, frame), dm.few_treated_test(spec, frame, size="people")
        assert sized.p_value == plain.p_value
        np.testing.assert_allclose(sized.placebo, plain.placebo)

    def test_smaller_controls_are_shrunk_to_the_size_of_the_treated(self):
        rng = np.random.default_rng(5)
        people = np.r_[400.0, rng.choice([4.0, 400.0], size=199)]
        frame = pd.DataFrame({"city": np.repeat(np.arange(200), 6), "year": np.tile(np.arange(6), 200)})
        frame["people"] = people[frame["city"]]
        frame["d"] = ((frame["city"] == 0) & (frame["year"] >= 3)).astype(int)
        frame["y"] = rng.normal(size=1200) * 10 / np.sqrt(frame["people"])
        spec = dm.Specification("y", "d", entity="city", time="year", fixed_effects=("city", "year"))
        plain, sized = dm.few_treated_test(spec, frame), dm.few_treated_test(spec, frame, size="people")
        # A treated city of 400 has errors with a standard deviation of .5 √(1/3 + 1/3) = .41, a control of 4 ten times it.
        assert plain.placebo["estimate"].std() > 2
        assert sized.placebo["estimate"].std() == pytest.approx(0.41, rel=0.25)

    def test_dealt_cohorts_give_the_same_draws_whatever_the_order_of_rows(self):
        spec = TWO_WAY.replace(fixed_effects=(), estimator=dm.StaggeredDifferenceInDifferences(draws=0))
        first = dm.placebo_in_space(spec, FRAME, replications=40, seed=3)
        second = dm.placebo_in_space(spec, FRAME.sample(frac=1, random_state=2), replications=40, seed=3)
        pd.testing.assert_frame_equal(first.placebo, second.placebo, check_exact=True)
        assert first.p_value == pytest.approx(1 / 41)
        assert abs(first.placebo["estimate"].mean()) < 0.1

    def test_least_squares_goes_through_the_randomization_test(self):
        found = dm.placebo_in_space(TWO_WAY, FRAME, replications=99)
        other = dm.randomization_test(TWO_WAY, FRAME, "treated", replications=99, statistic="coefficient")
        pd.testing.assert_frame_equal(found.placebo, other.placebo)

    def test_a_placebo_date_is_the_regression_on_rows_before_treatment(self):
        found = dm.placebo_in_time(TWO_WAY, FRAME, leads=(2,)).estimates
        clean = FRAME[FRAME["treated"] == 0]
        fake = ((clean["cohort"] > 0) & (clean["year"] >= clean["cohort"] - 2)).astype(float)
        other = dm.estimate(TWO_WAY, clean.assign(treated=fake)).coefficients.loc["treated"]
        np.testing.assert_allclose(found.loc[2, other.index], other)
