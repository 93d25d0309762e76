"""Staggered difference-in-differences: R's published numbers, the package diff-diff, and direct formulas."""

import importlib.util
import os
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import digimfg as dm

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("DIGIMFG_SHARED_DATA", HERE.parents[2] / "shared" / "data"))
COUNTY = SHARED / "reference" / "mpdta.csv"


def simulated():
    specification = importlib.util.spec_from_file_location(
        "simulate_staggered", HERE / "simulate_staggered.py"
    )
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.staggered_frame()


FRAME = simulated()


def ours(frame=FRAME, outcome="y", entity="unit", cohort="cohort", controls=(), cluster=None, **options):
    spec = dm.Specification(
        outcome, (), controls=controls, entity=entity, time="year",
        covariance=dm.Clustered(cluster or entity),
        estimator=dm.StaggeredDifferenceInDifferences(cohort=cohort, draws=0, **options),
    )  # fmt: skip
    return dm.estimate(spec, frame)


def theirs(estimator, frame=FRAME, **fit):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(frame, outcome="y", unit="unit", time="year", first_treat="cohort", **fit)


def aggregated(result, kind):
    with warnings.catch_warnings():  # pandas 3.1 deprecates what diff-diff calls
        warnings.simplefilter("ignore")
        return result.aggregate(kind).to_dataframe()


def close(values, expected, **tolerance):
    np.testing.assert_allclose(values, expected, **({"rtol": 1e-8, "atol": 1e-10} | tolerance))


def event(result, columns=("estimate", "std_error")):
    table = result.tables["event_study"]
    return table.loc[~table["reference"], list(columns)]


def their_event(result):
    rows = {key: value for key, value in result.event_study_effects.items() if np.isfinite(value["t_stat"])}
    return pd.DataFrame({"estimate": {k: v["effect"] for k, v in rows.items()},
                         "std_error": {k: v["se"] for k, v in rows.items()}}).sort_index()  # fmt: skip


@pytest.mark.skipif(not COUNTY.exists(), reason="needs ../shared/data")
class TestMinimumWageCounties:
    """Callaway and Sant'Anna's teenage employment, 500 counties 2003–2007 (R package did, data mpdta).

    Numbers: `att_gt(yname="lemp", gname="first.treat", idname="countyreal", tname="year", xformla=~1)` and `aggte`, as
    printed in the package's vignette (p value 0.16812 of the pre-test) and in the issue; analytic standard errors.
    """

    frame = pd.read_csv(COUNTY) if COUNTY.exists() else None

    def estimate(self, **options):
        return ours(self.frame, "lemp", "countyreal", "first.treat", **options)

    def test_aggregates_are_those_of_r(self):
        result = self.estimate()
        found = result.tables["aggregates"]
        close(found.loc["simple", ["estimate", "std_error"]], [-0.039951, 0.012034], atol=5e-7)
        close(found.loc["dynamic", "estimate"], -0.077240, atol=5e-7)
        close(found.loc["group", "estimate"], -0.031018, atol=5e-7)
        close(result.coefficients.loc["event_time[0]", "estimate"], -0.0199318, atol=5e-8)
        # rounding of the vignette; its covariance divides by n as ours does
        close(result.statistics["pretrend_cells_p"], 0.16812, atol=5e-6)

    def test_group_time_effects_are_those_of_the_vignette(self):
        cells = self.estimate().tables["group_time"].set_index(["cohort", "time"])["estimate"]
        published = {(2004, 2004): -0.0105, (2004, 2005): -0.0704, (2004, 2006): -0.1373, (2004, 2007): -0.1008,
                     (2006, 2004): 0.0065, (2006, 2005): -0.0028, (2006, 2006): -0.0046, (2006, 2007): -0.0412,
                     (2007, 2004): 0.0305, (2007, 2005): -0.0027, (2007, 2006): -0.0311, (2007, 2007): -0.0261}  # fmt: skip
        for key, value in published.items():
            close(cells.loc[key], value, atol=5.1e-5)

    def test_doubly_robust_cells_are_those_of_stata(self):
        """`csdid lemp lpop, ivar(countyreal) time(year) gvar(first_treat) method(dripw)`, as its help file prints.

        diff-diff (3.13.0) gives -.0004654 for the fifth: it divides the weighted controls by the number treated, where
        the paper and csdid divide by the sum of their weights.
        """
        cells = self.estimate(controls="lpop").tables["group_time"]
        published = [-0.0145297, -0.0764219, -0.1404483, -0.1069039, -0.0004721, -0.0062025, 0.0009606, -0.0412939,
                     0.0267278, -0.0045766, -0.0284475, -0.0287814]  # fmt: skip
        close(cells["estimate"], published, atol=5.1e-8)
        close(cells["std_error"].iloc[:4], [0.0221292, 0.0286713, 0.0353782, 0.0328865], atol=5.1e-8)

    def test_the_ever_treated_column_may_name_the_row(self):
        spec = dm.Specification("lemp", "treat", entity="countyreal", time="year",
                                estimator=dm.StaggeredDifferenceInDifferences(cohort="first.treat", draws=0))  # fmt: skip
        result = dm.estimate(spec, self.frame)
        close(
            result.coefficients.loc["treat", "estimate"], self.estimate().coefficients.loc["ATT", "estimate"]
        )


class TestAgainstDiffDiff:
    """Every method against the package diff-diff (3.13.0) on the same frame."""

    @pytest.mark.parametrize("control_group", ["never_treated", "not_yet_treated"])
    @pytest.mark.parametrize("base_period", ["varying", "universal"])
    @pytest.mark.parametrize("anticipation", [0, 1])
    def test_callaway_santanna(self, control_group, base_period, anticipation):
        from diff_diff import CallawaySantAnna

        same = {"control_group": control_group, "base_period": base_period, "anticipation": anticipation}
        other = theirs(CallawaySantAnna(**same))
        own = ours(**same)
        cells = own.tables["group_time"].set_index(["cohort", "time"])
        for key, value in other.group_time_effects.items():
            if np.isfinite(value["se"]):
                close(cells.loc[key, ["estimate", "std_error"]], [value["effect"], value["se"]])
        other_events = aggregated(other, "event_study").set_index("event_time")
        kept = other_events[~other_events["is_reference"]]
        assert event(own).index.tolist() == kept.index.tolist()
        close(event(own), kept[["att", "se"]])
        if anticipation == 0:  # diff-diff counts the periods of anticipation into these two, R's did does not
            groups = aggregated(other, "group")
            close(own.tables["group"][["estimate", "std_error"]], groups[["att", "se"]].astype(float))
            simple = own.tables["aggregates"].loc["simple", ["estimate", "std_error"]]
            close(simple, [other.overall_att, other.overall_se])

    @pytest.mark.parametrize(("ours_says", "theirs_says"), [("regression", "reg"), ("weighting", "ipw")])
    def test_callaway_santanna_with_a_covariate(self, ours_says, theirs_says):
        from diff_diff import CallawaySantAnna

        other = theirs(
            CallawaySantAnna(estimation_method=theirs_says, pscore_trim=0.005), covariates=["size"]
        )
        own = ours(controls="size", covariate_method=ours_says)
        close(
            own.coefficients.loc["ATT", ["estimate", "std_error"]],
            [other.overall_att, other.overall_se],
            rtol=1e-6,
        )

    def test_callaway_santanna_with_coarser_clusters(self):
        from diff_diff import CallawaySantAnna

        other, own = theirs(CallawaySantAnna(cluster="province")), ours(cluster="province")
        # diff-diff multiplies the clustered variance by G/(G-1); we, as R's did, do not
        close(own.coefficients.loc["ATT", "std_error"] * np.sqrt(30 / 29), other.overall_se)

    @pytest.mark.parametrize("anticipation", [0, 1])
    def test_sun_abraham(self, anticipation):
        from diff_diff import SunAbraham

        other = theirs(SunAbraham(cluster="unit", anticipation=anticipation), covariates=["x"])
        own = ours(controls="x", method="sun_abraham", anticipation=anticipation)
        close(event(own), their_event(other))

    def test_imputation(self):
        from diff_diff import ImputationDiD

        other = theirs(ImputationDiD(pretrends=True), covariates=["x"])
        own = ours(controls="x", method="imputation")
        close(own.coefficients.loc["ATT", ["estimate", "std_error"]], [other.overall_att, other.overall_se])
        events = aggregated(other, "event_study").set_index("event_time")
        events = events[~events["is_reference"]]
        close(event(own)["estimate"], events["att"])
        close(event(own).loc[0:, "std_error"], events.loc[0:, "se"])

    def test_two_stage(self):
        from diff_diff import TwoStageDiD

        other = theirs(TwoStageDiD(), covariates=["x"])
        own = ours(controls="x", method="two_stage")
        close(own.coefficients.loc["ATT", ["estimate", "std_error"]], [other.overall_att, other.overall_se])
        events = aggregated(other, "event_study").set_index("event_time")
        close(event(own).loc[0:], events.loc[0:, ["att", "se"]])

    def test_de_chaisemartin_dhaultfoeuille(self):
        from diff_diff import ChaisemartinDHaultfoeuille

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            other = ChaisemartinDHaultfoeuille().fit(
                FRAME, "y", unit="unit", time="year", treatment="treated", L_max=5
            )
        own = event(ours(method="dechaisemartin_dhaultfoeuille"))
        for horizon, value in other.event_study_effects.items():
            close(own.loc[horizon - 1.0], [value["effect"], value["se"]])
        for horizon, value in other.placebo_event_study.items():
            if horizon < 0 and np.isfinite(value["se"]):
                close(own.loc[horizon - 1.0], [value["effect"], value["se"]])

    def test_stacked(self):
        from diff_diff import StackedDiD

        other = theirs(StackedDiD(kappa_pre=2, kappa_post=1))
        own = ours(method="stacked", window=(2, 1))
        close(event(own)["estimate"], their_event(other)["estimate"])
        # the rule 'stata' counts rows of the panel, diff-diff those of the stack: the ratio of the two factors
        rows = other.n_stacked_obs
        slopes, n = 2 * 3 + 2, len(FRAME)
        factor = np.sqrt((rows - 1) / (rows - slopes) / ((n - 1) / (n - slopes)))
        close(event(own)["std_error"] * factor, their_event(other)["std_error"])


class TestAgainstFormulas:
    """The same numbers by direct formulas."""

    def test_group_time_effects_are_differences_of_four_means(self):
        wide = FRAME.pivot_table(index="unit", columns="year", values="y")
        first = FRAME.groupby("unit")["cohort"].first()
        cells = ours(base_period="universal").tables["group_time"]
        for row in cells.itertuples():
            change = wide[row.time] - wide[row.cohort - 1]
            close(row.estimate, change[first == row.cohort].mean() - change[first == 0].mean())

    def test_doubly_robust_is_the_weighted_mean_of_residuals_on_both_sides(self):
        import statsmodels.api as sm

        cell = ours(controls="size").tables["group_time"].query("cohort == 2004 and time == 2006").iloc[0]
        wide = FRAME.pivot_table(index="unit", columns="year", values="y")
        units = FRAME.groupby("unit")[["cohort", "size"]].first()
        inside = units["cohort"].isin([0, 2004])
        change = (wide[2006] - wide[2003])[inside]
        x, d = sm.add_constant(units.loc[inside, ["size"]]), units.loc[inside, "cohort"] == 2004
        left = change - sm.OLS(change[~d], x[~d]).fit().predict(x)
        score = sm.Logit(d.astype(float), x).fit(disp=0, tol=1e-14).predict(x)
        odds = (score / (1 - score))[~d]
        close(cell["estimate"], left[d].mean() - np.average(left[~d], weights=odds))

    def test_imputation_is_the_regression_on_untreated_rows(self):
        design = pd.get_dummies(FRAME[["unit", "year"]].astype(str), dtype=float).to_numpy()
        design = np.column_stack([design, FRAME["x"]])
        clean = FRAME["treated"].to_numpy() == 0
        slopes = np.linalg.lstsq(design[clean], FRAME["y"].to_numpy()[clean], rcond=None)[0]
        effect = (FRAME["y"] - design @ slopes)[~clean]
        own = ours(controls="x", method="imputation")
        close(own.coefficients.loc["ATT", "estimate"], effect.mean())
        groups = effect.groupby(FRAME.loc[~clean, "cohort"]).mean()
        close(own.tables["group"]["estimate"], groups)

    def test_imputation_weights_reproduce_the_estimate_and_its_error(self):
        design = pd.get_dummies(FRAME[["unit", "year"]].astype(str), dtype=float).to_numpy()
        treated = FRAME["treated"].to_numpy() == 1
        weight = np.where(treated, 1 / treated.sum(), 0.0)
        z0, y = design[~treated], FRAME["y"].to_numpy()
        inverse = np.linalg.pinv(z0.T @ z0)
        v = weight.copy()
        v[~treated] = -z0 @ (inverse @ (design[treated].T @ weight[treated]))
        own = ours(method="imputation").coefficients.loc["ATT"]
        close(own["estimate"], v @ y, rtol=1e-7)
        residual = y - design @ (inverse @ (z0.T @ y[~treated]))
        frame = FRAME.assign(r=residual)
        centred = residual - frame.groupby(["cohort", "year"])["r"].transform("mean").to_numpy()
        part = v * np.where(treated, centred, residual)
        close(
            own["std_error"], np.sqrt((frame.assign(p=part).groupby("unit")["p"].sum() ** 2).sum()), rtol=1e-7
        )

    def test_sun_abraham_is_the_saturated_regression(self):
        import statsmodels.api as sm

        since = FRAME["year"] - FRAME["cohort"]
        columns = {
            (g, e): ((FRAME["cohort"] == g) & (since == e)).astype(float)
            for g in (2004, 2006, 2007)
            for e in sorted(since[FRAME["cohort"] == g].unique())
            if e != -1
        }
        dummies = pd.get_dummies(FRAME[["unit", "year"]].astype(str), dtype=float)
        dummies = dummies.drop(columns="year_2001")
        fitted = sm.OLS(FRAME["y"].to_numpy(), np.column_stack([*columns.values(), dummies])).fit()
        cells = ours(method="sun_abraham").tables["group_time"]
        close(cells["estimate"], fitted.params[: len(columns)], rtol=1e-7)

    def test_two_way_is_least_squares_with_two_effects(self):
        spec = dm.Specification(
            "y", "treated", controls="x", entity="unit", time="year", fixed_effects=("unit", "year")
        )
        other = dm.estimate(spec, FRAME).coefficients.loc["treated"]
        own = dm.estimate(
            spec.replace(estimator=dm.StaggeredDifferenceInDifferences(method="two_way", draws=0)), FRAME
        )
        close(own.coefficients.loc["treated", ["estimate", "std_error", "p_value"]],
              other[["estimate", "std_error", "p_value"]])  # fmt: skip
        events = FRAME.assign(e=(FRAME["year"] - FRAME["cohort"]).where(FRAME["cohort"] > 0, -1))
        leads = dm.estimate(spec.replace(regressors=("i(e, ref=-1)",)), events).coefficients
        close(event(own)["estimate"], leads.loc[[f"e[{e:g}]" for e in event(own).index], "estimate"])

    def test_every_robust_method_agrees_where_effects_are_the_same_for_all(self):
        frame = FRAME.assign(y=FRAME["unit"] % 7 + 0.3 * FRAME["year"] + 2.0 * FRAME["treated"])
        for method in ("callaway_santanna", "sun_abraham", "imputation", "two_stage", "two_way",
                       "dechaisemartin_dhaultfoeuille", "stacked"):  # fmt: skip
            window = {"window": (2, 1)} if method == "stacked" else {}
            close(ours(frame, method=method, **window).coefficients.loc["ATT", "estimate"], 2.0)
