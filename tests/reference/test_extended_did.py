"""Extended two-way effects, local projections, triple differences: etwfe, diff-diff, identities of siblings."""

import importlib.util
import os
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm

HERE = Path(__file__).parent
SHARED = Path(os.environ.get("DIGIMFG_SHARED_DATA", HERE.parents[2] / "shared" / "data"))
COUNTY = SHARED / "reference" / "mpdta.csv"
BOTH = ["estimate", "std_error"]


def simulated():
    found = importlib.util.spec_from_file_location("simulate_staggered", HERE / "simulate_staggered.py")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module.staggered_frame()


FRAME = simulated()


def ours(method, frame=FRAME, outcome="y", entity="unit", cohort="cohort", controls=(), **options):
    spec = dm.Specification(
        outcome, (), controls=controls, entity=entity, time="year",
        estimator=dm.StaggeredDifferenceInDifferences(method=method, cohort=cohort, draws=0, **options),
    )  # fmt: skip
    return dm.estimate(spec, frame)


def counties(method, **options):
    return ours(method, pd.read_csv(COUNTY), "lemp", "countyreal", "first.treat", **options)


@pytest.mark.skipif(not COUNTY.exists(), reason="needs ../shared/data")
class TestMinimumWageCounties:
    """Callaway and Sant'Anna's teenage employment, 500 counties 2003–2007 (data mpdta of R's did).

    `etwfe(lemp ~ 0 | lpop, tvar = year, gvar = first.treat, data = mpdta, vcov = ~countyreal)` and `emfx`, etwfe's
    vignette; the average without controls to eight digits from the statement of the task.
    """

    def test_the_average_without_controls(self):
        found = counties("extended_two_way").tables["aggregates"]
        assert found.loc["simple", BOTH].tolist() == pytest.approx([-0.04770992, 0.01326496], abs=6e-9)

    def test_the_average_and_the_event_study_with_controls(self):
        found = counties("extended_two_way", controls="lpop").tables
        assert found["aggregates"].loc["simple", BOTH].tolist() == pytest.approx([-0.0506, 0.0125], abs=5e-5)
        published = [[-0.0332, 0.0134], [-0.0573, 0.0171], [-0.1379, 0.0308], [-0.1095, 0.0323]]
        rows = found["event_study"].loc[0:3, BOTH].to_numpy()
        assert rows == pytest.approx(np.array(published), abs=6e-5)

    def test_poisson_effects_on_the_outcomes_scale(self):
        """`etwfe(emp ~ lpop, …, family = "poisson")` and `emfx(type = "event")`, etwfe 0.6.2's own test, iterated to 1e-8; its errors
        rest on numerical derivatives.
        """
        frame = pd.read_csv(COUNTY).assign(emp=lambda f: np.exp(f["lemp"]))
        options = {"controls": "lpop", "family": "poisson"}
        found = ours("extended_two_way", frame, "emp", "countyreal", "first.treat", **options)
        rows = found.tables["event_study"].loc[0:3]
        estimates = [-25.3497484355494, 1.09175116997388, -75.1246321552693, -101.823979344829]
        errors = [15.8862762958862, 40.2952222352926, 23.1541376499351, 27.0877431076141]
        assert rows["estimate"].tolist() == pytest.approx(estimates, rel=1e-7)
        assert rows["std_error"].tolist() == pytest.approx(errors, rel=1e-5)


@pytest.mark.parametrize("family", ["poisson", "logit"])
@pytest.mark.parametrize("group", ["not_yet_treated", "never_treated"])
@pytest.mark.parametrize("controls", [(), "z"])
def test_nonlinear_effects_equal_a_saturated_fit_of_statsmodels(family, group, controls):
    """Dummies of cohorts, periods and cells by hand in statsmodels' GLM; errors by the delta method on numerical slopes."""
    import statsmodels.api as sm

    rng = np.random.default_rng(5)
    frame = FRAME[["unit", "year", "cohort"]].assign(z=rng.normal(size=len(FRAME)))
    frame["first"] = frame["cohort"].where(frame["cohort"] > 0, np.inf).fillna(np.inf)
    on = (frame["year"] >= frame["first"]).to_numpy()
    index = -0.5 + 0.1 * (frame["year"] - frame["year"].min()) + 0.2 * frame["z"] + 0.6 * on
    mean = np.exp(index) if family == "poisson" else 1 / (1 + np.exp(-index))
    frame["y"] = rng.poisson(mean) if family == "poisson" else rng.binomial(1, mean)
    found = ours("extended_two_way", frame, controls=controls, family=family, control_group=group)
    cells = found.tables["group_time"]
    used = frame[~(frame["first"] <= frame["year"].min())]
    if group == "not_yet_treated" and np.isfinite(used["first"]).all():
        used = used[used["year"] < used["first"].max()]
    cell = np.column_stack(
        [
            ((used["first"] == g) & (used["year"] == t))
            for g, t in zip(cells["cohort"], cells["time"], strict=True)
        ]
    ).astype(float)
    groups = np.column_stack([(used["first"] == g) for g in sorted(used["first"].unique())]).astype(float)
    years = np.column_stack([(used["year"] == t) for t in sorted(used["year"].unique())[1:]]).astype(float)
    parts = [groups, years, cell]
    if controls:
        z = used["z"].to_numpy()[:, None]
        parts += [z, groups[:, 1:] * z, years * z, cell * z]
    x = np.hstack(parts)
    model = sm.GLM(
        used["y"].to_numpy(),
        x,
        family=sm.families.Poisson() if family == "poisson" else sm.families.Binomial(),
    )
    b = model.fit(tol=1e-12, maxiter=200).params
    start = groups.shape[1] + years.shape[1]
    off = x.copy()
    off[:, start : start + cell.shape[1]] = 0
    if controls:
        off[:, -cell.shape[1] :] = 0
    link = np.exp if family == "poisson" else (lambda v: 1 / (1 + np.exp(-v)))

    def gains(values):
        return cell.T @ (link(x @ values) - link(off @ values)) / cell.sum(axis=0)

    assert cells["estimate"].tolist() == pytest.approx(gains(b).tolist(), rel=1e-6, abs=1e-8)
    weight = link(x @ b) if family == "poisson" else link(x @ b) * (1 - link(x @ b))
    scores = (
        pd.DataFrame(x * (used["y"].to_numpy() - link(x @ b))[:, None])
        .groupby(used["unit"].to_numpy())
        .sum()
        .to_numpy()
    )
    bread = np.linalg.inv(x.T @ (weight[:, None] * x))
    step = 1e-6
    slope = np.column_stack(
        [(gains(b + step * e) - gains(b - step * e)) / (2 * step) for e in np.eye(len(b))]
    )
    clusters, n, k = len(scores), *x.shape
    covariance = (
        slope @ bread @ scores.T @ scores @ bread @ slope.T * clusters / (clusters - 1) * (n - 1) / (n - k)
    )
    assert cells["std_error"].tolist() == pytest.approx(np.sqrt(np.diag(covariance)).tolist(), rel=1e-5)


def test_outcomes_that_a_family_cannot_have_are_refused():
    with refused(dm.EstimationError, "did.outcome_negative"):
        ours("extended_two_way", family="poisson")
    with refused(dm.EstimationError, "did.outcome_outside_unit"):
        ours("extended_two_way", family="logit")
    with refused(dm.EstimationError, "did.cells_at_an_end"):
        ours("extended_two_way", FRAME.assign(y=(FRAME["cohort"] != 2006) * 1.0), family="poisson")
    with refused(dm.SpecificationError, "did.option_of_other_methods", option="family", value="'poisson'"):
        ours("imputation", family="poisson")


def test_without_controls_the_extended_regression_is_imputation():
    extended, imputed = ours("extended_two_way"), ours("imputation")
    for kind in ("aggregates", "group", "calendar", "group_time"):
        assert extended.tables[kind]["estimate"].to_numpy() == pytest.approx(
            imputed.tables[kind]["estimate"].to_numpy(), abs=1e-9
        )
    leads = extended.tables["event_study"].query("event_time < -1")
    assert leads[BOTH].to_numpy() == pytest.approx(
        imputed.tables["event_study"].query("event_time < -1")[BOTH].to_numpy(), rel=0.05, abs=1e-9
    )


def test_against_the_never_treated_the_extended_regression_is_the_saturated_one():
    extended = ours("extended_two_way", control_group="never_treated")
    saturated = ours("sun_abraham")
    for kind in ("aggregates", "group", "event_study"):
        assert extended.tables[kind][BOTH].to_numpy() == pytest.approx(
            saturated.tables[kind][BOTH].to_numpy(), abs=1e-9, nan_ok=True
        )


def test_a_last_cohort_without_comparison_serves_as_one():
    frame = FRAME[FRAME["cohort"] > 0]
    found = ours("extended_two_way", frame)
    last = frame["cohort"].max()
    assert last not in found.tables["group"].index
    assert noted(found.notes, "dropped")
    assert ours("extended_two_way", frame[frame["year"] < last]).tables["group"]["estimate"].to_numpy() == (
        pytest.approx(found.tables["group"]["estimate"].to_numpy(), abs=1e-9)
    )


def test_controls_enter_as_in_diff_diff():
    from diff_diff import WooldridgeDiD

    rng = np.random.default_rng(8)
    size = pd.Series(rng.normal(size=FRAME["unit"].nunique()), index=sorted(FRAME["unit"].unique()))
    frame = FRAME.assign(size=FRAME["unit"].map(size))
    frame["y"] = frame["y"] + 0.3 * frame["size"] * (frame["year"] - frame["year"].min())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        other = WooldridgeDiD().fit(
            frame, "y", unit="unit", time="year", cohort="cohort", exovar=None, xtvar=["size"]
        )
    found = ours("extended_two_way", frame, controls="size").tables["aggregates"]
    assert found.loc["simple", "estimate"] == pytest.approx(other.overall_att, abs=1e-8)


class TestLocalProjections:
    """diff-diff's LPDiD; equal weights are Callaway and Sant'Anna's against the not yet treated (the paper, section 3)."""

    def test_equal_weights_are_the_effects_against_the_not_yet_treated(self):
        found = ours("local_projection", event_weights="equal").tables["event_study"]
        other = ours("callaway_santanna", control_group="not_yet_treated", base_period="universal").tables[
            "event_study"
        ]
        later = found.index[found.index >= 0]
        assert found.loc[later, "estimate"].to_numpy() == pytest.approx(
            other.loc[later, "estimate"].to_numpy(), abs=1e-10
        )

    @pytest.mark.parametrize("equal", [False, True])
    def test_horizons_and_the_pooled_average_are_those_of_diff_diff(self, equal):
        from diff_diff import LPDiD

        frame = FRAME.assign(on=((FRAME["cohort"] > 0) & (FRAME["year"] >= FRAME["cohort"])).astype(int))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            other = LPDiD(pre_window=3, post_window=2, reweight=equal).fit(
                frame, "y", unit="unit", time="year", treatment="on"
            )
        found = ours("local_projection", window=(3, 2), event_weights="equal" if equal else "variance")
        theirs = other.event_study.set_index("horizon")[["coefficient", "se"]].to_numpy()
        assert found.tables["event_study"][BOTH].to_numpy() == pytest.approx(theirs, rel=1e-9, nan_ok=True)
        pooled = other.pooled.set_index("window").loc["post", ["coefficient", "se"]].tolist()
        assert found.tables["aggregates"].loc["simple", BOTH].tolist() == pytest.approx(pooled, rel=1e-9)


class TestTripleDifferences:
    """diff-diff's TripleDifference, which follows R's triplediff of the authors."""

    def frame(self):
        rng = np.random.default_rng(2)
        units = sorted(FRAME["unit"].unique())
        reached = pd.Series(rng.integers(0, 2, len(units)), index=units)
        size = pd.Series(rng.normal(size=len(units)), index=units)
        frame = FRAME.assign(reached=FRAME["unit"].map(reached), size=FRAME["unit"].map(size))
        frame["y"] = frame["y"] + 0.05 * frame["reached"] * (1 + frame["size"]) * (frame["year"] - 2000)
        return frame

    @pytest.mark.parametrize("control_group", ["not_yet_treated", "never_treated"])
    @pytest.mark.parametrize("controls", [(), ("size",)])
    def test_effects_and_errors_are_those_of_diff_diff(self, control_group, controls):
        from diff_diff import TripleDifference

        frame = self.frame()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            other = TripleDifference(control_group=control_group).fit(
                frame, "y", unit="unit", time="year", first_treat="cohort", partition="reached",
                covariates=list(controls) or None, aggregate="all",
            )  # fmt: skip
        found = ours(
            "triple_difference", frame, controls=controls, eligible="reached", control_group=control_group
        ).tables
        pair = [other.overall_att, other.overall_se]
        assert found["aggregates"].loc["simple", BOTH].tolist() == pytest.approx(pair, rel=1e-9)
        theirs = [[row["effect"], row["se"]] for _, row in sorted(other.event_study_effects.items())]
        assert found["event_study"][BOTH].to_numpy() == pytest.approx(np.array(theirs), rel=1e-9)

    def test_what_differs_between_the_two_sides_alike_everywhere_cancels(self):
        frame = self.frame()
        moved = frame.assign(y=frame["y"] + 2.0 * frame["reached"] * (frame["year"] - 2000) ** 2)
        one, other = (ours("triple_difference", each, eligible="reached") for each in (frame, moved))
        assert one.coefficients["estimate"].to_numpy() == pytest.approx(
            other.coefficients["estimate"].to_numpy(), abs=1e-9
        )

    def test_bad_columns_are_named_with_their_remedy(self):
        frame = self.frame()
        with refused(dm.DigimfgError, "did.eligible_not_named"):
            ours("triple_difference", frame)
        with refused(dm.SpecificationError, "did.eligibility_not_constant"):
            ours("triple_difference", frame, eligible="size")
        crossed = frame.assign(cohort=frame["cohort"].where(frame["reached"] == 1, 0))
        with refused(dm.EstimationError, "did.cohort_one_sided"):
            ours("triple_difference", crossed, eligible="reached")
