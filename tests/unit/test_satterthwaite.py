"""HTZ: the joint test under bias-reduced errors, by its formula on whole matrices, by simulation, and what must hold of it."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused
from scipy import linalg, stats

import digimfg as dm
from digimfg.distributions.student import quadratic_form
from digimfg.errors import EstimationError
from digimfg.inference.effect_projection import EffectProjection


def panel(n_units=9, n_years=7, seed=3):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(n_units), n_years), "year": np.tile(np.arange(n_years), n_units)}
    )
    n = len(frame)
    frame["x"] = rng.normal(size=n) * (1 + frame.unit % 3)
    frame["z"] = rng.normal(size=n) + rng.normal(size=n_units)[frame.unit]
    frame["w"] = (rng.normal(size=n) * (frame.unit < 5)) + 0.4 * frame.x
    frame["size"] = rng.uniform(0.5, 2, n)
    frame["y"] = frame.x - frame.z + rng.normal(size=n) * (1 + frame.unit)
    return frame.drop(index=[2, 18, 41]).reset_index(drop=True)


FRAME = panel()
SPEC = dm.Specification("y", ("x", "z", "w"), entity="unit", time="year", fixed_effects=("unit", "year"))
EFFECTS = [(), ("unit",), ("unit", "year")]


def reduced(specification=SPEC, frame=FRAME, by="unit"):
    covariance = dm.Clustered(by, small_sample="cr2", wild_bootstrap=None)
    return dm.estimate(specification.replace(covariance=covariance), frame)


class Whole:
    """The same from whole matrices: indicators of all effects, M and every A_g as Pustejovsky and Tipton write them."""

    def __init__(self, frame, effects, by, weights=None):
        root = np.sqrt(frame[weights] / frame[weights].mean()) if weights else np.ones(len(frame))
        indicators = [pd.get_dummies(frame[name], dtype=float) for name in effects]
        columns = [np.ones(len(frame))] if not effects else []
        design = np.column_stack([*columns, frame[["x", "z", "w"]], *indicators]) * np.asarray(root)[:, None]
        bread = np.linalg.pinv(design.T @ design)
        self.maker = np.eye(len(frame)) - design @ bread @ design.T
        places = slice(1, 4) if not effects else slice(0, 3)
        self.linear = (bread @ design.T)[places]
        self.outcome = frame["y"].to_numpy() * np.asarray(root)
        self.groups = [np.flatnonzero(frame[by] == value) for value in np.unique(frame[by])]
        self.adjusted = [
            self.linear[:, rows] @ pseudo_root(self.maker[np.ix_(rows, rows)]) for rows in self.groups
        ]
        self.estimates = self.linear @ self.outcome

    def covariance(self, residuals):
        scores = np.array(
            [part @ residuals[rows] for part, rows in zip(self.adjusted, self.groups, strict=True)]
        )
        return scores.T @ scores

    def test(self, restrictions):
        """Return statistic, numerator, denominator and p value; every element of the covariance of the covariance."""
        c = np.asarray(restrictions, dtype=float)
        q, count = len(c), len(self.groups)
        parts = np.empty((q, q, count, count))
        for g, left in enumerate(self.groups):
            for h, right in enumerate(self.groups):
                inner = self.adjusted[g] @ self.maker[np.ix_(left, right)] @ self.adjusted[h].T
                parts[:, :, g, h] = c @ inner @ c.T
        omega = np.einsum("stgg->st", parts)
        root = linalg.inv(linalg.sqrtm(omega).real)
        turned = np.einsum("as,stgh,bt->abgh", root, parts, root)
        whole = np.einsum("sugh,tvgh->stuv", turned, turned) + np.einsum("svgh,tugh->stuv", turned, turned)
        total = sum(whole[s, t, s, t] for s in range(q) for t in range(q))
        eta = q * (q + 1) / total
        moved = c @ self.estimates
        v = c @ self.covariance(self.maker @ self.outcome) @ c.T
        value = float(moved @ linalg.solve(v, moved)) * (eta - q + 1) / eta / q
        return value, q, eta - q + 1, float(stats.f.sf(value, q, eta - q + 1))


def pseudo_root(matrix):
    values, vectors = linalg.eigh(matrix)
    keep = values > 1e-9
    return (vectors[:, keep] / np.sqrt(values[keep])) @ vectors[:, keep].T


@pytest.mark.parametrize("weights", [None, "size"])
@pytest.mark.parametrize("by", ["unit", "year"])
@pytest.mark.parametrize("effects", EFFECTS)
def test_the_joint_test_is_that_of_the_whole_matrices(effects, by, weights):
    result = reduced(SPEC.replace(fixed_effects=effects, weights=weights), by=by)
    whole = Whole(FRAME, effects, by, weights)
    for terms, restrictions in {("x", "w"): np.eye(3)[[0, 2]], ("x", "z", "w"): np.eye(3)}.items():
        found = dm.wald_test(result, terms)
        expected = whole.test(restrictions)
        assert (found.statistic, found.df_numerator, found.df_denominator, found.p_value) == pytest.approx(
            expected, rel=1e-8
        )
    slopes = (result.statistics["f_statistic"], result.statistics["f_p_value"])
    statistic, _, _, p_value = whole.test(np.eye(3))
    assert slopes == pytest.approx((statistic, p_value), rel=1e-8)


@pytest.mark.parametrize("effects", EFFECTS)
def test_a_contrast_has_satterthwaites_degrees_of_freedom(effects):
    result = reduced(SPEC.replace(fixed_effects=effects))
    found = dm.linear_combination(result, {"x": 1, "w": -2.5})
    statistic, _, df, p_value = Whole(FRAME, effects, "unit").test([[1, 0, -2.5]])
    assert (found.statistic**2, found.df, found.p_value) == pytest.approx((statistic, df, p_value), rel=1e-8)


def test_its_degrees_of_freedom_are_those_of_simulated_covariances():
    # Under errors that are independent and alike, D = Ω^(-1/2) V Ω^(-1/2) has the total variance q(q + 1)/η.
    whole, rng = Whole(FRAME, ("unit", "year"), "unit"), np.random.default_rng(1)
    draws = np.array([whole.covariance(whole.maker @ rng.normal(size=len(FRAME))) for _ in range(20_000)])
    mean = draws.mean(axis=0)
    root = linalg.inv(linalg.sqrtm(mean).real)
    spread = np.var(root @ draws @ root, axis=0).sum()
    found = reduced().combinations.degrees(np.eye(3))
    assert 12 / spread == pytest.approx(found, rel=0.03)


@pytest.mark.parametrize("effects", EFFECTS)
def test_both_routes_to_the_total_variance_agree(monkeypatch, effects):
    # With effects inside clusters no matrix of clusters by clusters is formed.
    frame = panel(40, 4, seed=5)
    specification = SPEC.replace(fixed_effects=effects)
    short = dm.wald_test(reduced(specification, frame), ("x", "w"))
    monkeypatch.setattr(EffectProjection, "largest_within", lambda self, groups: False)
    assert dm.wald_test(reduced(specification, frame), ("x", "w")).p_value == pytest.approx(
        short.p_value, rel=1e-8
    )


def test_neither_units_nor_the_way_of_writing_the_hypothesis_matter():
    first = dm.wald_test(reduced(), ("x", "w"))
    scaled = reduced(frame=FRAME.assign(x=FRAME.x * 1e6, w=FRAME.w * 1e-5))
    assert dm.wald_test(scaled, ("w", "x")).p_value == pytest.approx(first.p_value, rel=1e-7)
    assert scaled.statistics["f_p_value"] == pytest.approx(reduced().statistics["f_p_value"], rel=1e-7)
    moved = reduced(frame=FRAME.assign(x=FRAME.x + FRAME.w, w=FRAME.x - 2 * FRAME.w))
    assert dm.wald_test(moved, ("x", "w")).p_value == pytest.approx(first.p_value, rel=1e-7)


def test_more_terms_than_the_clusters_carry_are_refused_in_both_languages_and_noted():
    frame, rng = panel(8, 6), np.random.default_rng(0)
    names = ["a", "b", "c"]
    for name in names:
        frame[name] = rng.normal(size=len(frame)) * (frame.unit < 2)
    result = reduced(SPEC.replace(regressors=(*names, "z")), frame)
    with refused(EstimationError, "inference.too_few_degrees_of_freedom"):
        dm.wald_test(result, names)
    assert "f_statistic" not in result.statistics
    assert noted(result.notes, "no_joint_test", n=4)


def test_stored_results_do_not_guess_the_distribution_of_several_rows():
    from digimfg.replication.serialise import result_from_dict, result_to_dict

    stored = result_from_dict(result_to_dict(reduced()))
    assert dm.wald_test(stored, "x").p_value == pytest.approx(reduced().coefficients.loc["x", "p_value"])
    for ask in (
        lambda: dm.wald_test(stored, ("x", "z")),
        lambda: dm.linear_combination(stored, {"x": 1, "z": 1}),
    ):
        with refused(EstimationError, "distributions.distribution_not_stored"):
            ask()


def test_groups_have_the_bias_reduced_errors_of_the_interacted_equation():
    frame = panel(16, 6).assign(north=lambda d: (d.unit % 2).map({0: "no", 1: "yes"}))
    covariance = dm.Clustered("unit", small_sample="cr2", wild_bootstrap=None)
    specification = SPEC.replace(covariance=covariance)
    result = dm.group_difference(specification, frame, "north", methods="interaction", replications=20)
    for level in ("no", "yes"):
        own = reduced(specification, frame[frame.north == level]).coefficients
        rows = result.coefficients.loc[[f"{term}:north[{level}]" for term in own.index]]
        pd.testing.assert_frame_equal(rows.set_axis(own.index), own, rtol=1e-7)
    gap = dm.linear_combination(result, {"x:north[yes]": 1, "x:north[no]": -1})
    assert gap.p_value == pytest.approx(result.coefficients.loc["difference[x]", "p_value"], rel=1e-8)
    joint = dm.wald_test(result, ("difference[x]", "difference[w]"))
    assert joint.df_denominator < 15
    stacked = dm.group_difference(specification, frame, "north", methods="suest", replications=20)
    assert stacked.tables["differences"].loc["x", "suest_p"] == pytest.approx(gap.p_value, rel=1e-8)


@pytest.mark.parametrize("moderator", ["z", "w"])
def test_marginal_effects_have_degrees_of_freedom_at_every_level(moderator):
    specification = SPEC.replace(
        regressors="x", estimator=dm.Moderation(moderator=moderator, bins=0, points=5),
        covariance=dm.Clustered("unit", small_sample="cr2", wild_bootstrap=None),
    )  # fmt: skip
    result = dm.estimate(specification, FRAME)
    mean = result.statistics["moderator_mean"]
    for row in result.tables["marginal_effects"].to_dict("records"):
        same = dm.linear_combination(result, {"x": 1, f"x:{moderator}": row["moderator"] - mean})
        assert (row["p_value"], row["conf_low"], row["conf_high"]) == pytest.approx(
            (same.p_value, same.conf_low, same.conf_high), rel=1e-9
        )
    for name in ("johnson_neyman_low", "johnson_neyman_high"):
        if name in result.statistics:
            level = result.statistics[name] - mean
            bound = dm.linear_combination(result, {"x": 1, f"x:{moderator}": level})
            assert bound.p_value == pytest.approx(0.05, rel=1e-6)


def test_the_test_of_a_u_shape_takes_the_degrees_of_freedom_at_each_end():
    frame = FRAME.assign(y=FRAME.y + 1.5 * FRAME.x**2)
    specification = SPEC.replace(
        regressors=("x", "x^2"), covariance=dm.Clustered("unit", small_sample="cr2", wild_bootstrap=None)
    )
    result = dm.estimate(specification, frame)
    test = dm.u_shape_test(result, frame)
    for end in ("lower", "upper"):
        line = test.slopes.loc[end]
        same = dm.linear_combination(result, {"x": 1, "x^2": 2 * line["at"]})
        assert line["p_value"] == pytest.approx(same.p_value / 2, rel=1e-9)
    for bound in np.ravel(test.fieller)[np.isfinite(np.ravel(test.fieller))]:
        assert dm.linear_combination(result, {"x": 1, "x^2": 2 * bound}).p_value == pytest.approx(
            0.05, rel=1e-6
        )


def test_a_joint_test_of_few_carrying_clusters_keeps_its_size():
    # 3 of 20 clusters carry the terms. Rejections at 5 per cent: F with G - 1 about 30 of 100, HTZ no more than 5.
    rng = np.random.default_rng(11)
    frame = pd.DataFrame({"unit": np.repeat(np.arange(20), 10)})
    x, w = (rng.normal(size=200) * (frame.unit < 3) for _ in range(2))
    specification = dm.Specification("y", ("x", "w"), entity="unit", fixed_effects="unit")
    plain, htz = 0, 0
    draws = 200
    for _ in range(draws):
        drawn = frame.assign(x=x, w=w, y=rng.normal(size=200) + rng.normal(size=20)[frame.unit] * x)
        result = reduced(specification, drawn)
        quadratic = quadratic_form(
            result.covariance_matrix.to_numpy(), result.coefficients["estimate"].to_numpy()
        )
        plain += stats.f.sf(quadratic / 2, 2, 19) < 0.05
        htz += dm.wald_test(result, ("x", "w")).p_value < 0.05
    assert plain / draws > 0.15
    assert htz / draws < 0.08
