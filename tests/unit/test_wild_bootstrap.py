"""The wild cluster bootstrap: every draw is the refit it stands for; results with few clusters carry it."""

import itertools

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused

import digimfg as dm
from digimfg.errors import EstimationError, Fault, SpecificationError
from digimfg.inference import effect_projection, wild_p_values
from digimfg.inference.sign_forms import read_signs
from digimfg.inference.wild_weights import weight_blocks
from digimfg.replication.serialise import result_from_dict, result_to_dict


def panel(n_units=7, n_years=12, seed=1):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"unit": np.repeat(np.arange(n_units), n_years), "year": np.tile(np.arange(n_years), n_units)}
    )
    n = len(frame)
    frame["x"] = rng.normal(size=n) + rng.normal(size=n_units)[frame.unit]
    frame["z"] = rng.normal(size=n)
    frame["size"] = rng.uniform(0.5, 2, n)
    frame["pair"] = frame.year // 2
    frame["y"] = (
        0.2 * frame.x + frame.z + rng.normal(size=n) + 0.3 * rng.normal(size=n_units)[frame.unit] * frame.x
    )
    return frame.drop(index=[3, 17, 40]).reset_index(drop=True)


FRAME = panel()
SPEC = dm.Specification("y", ("x", "z"), entity="unit", time="year", fixed_effects=("unit", "year"))


def refits(frame, effects, ways, by, null, weights, restricted):
    """Return t of the sample and of every vector of signs, by dummies, pseudo-inverses and one refit per draw."""
    y, x = frame.y.to_numpy(), frame[["x", "z"]].to_numpy()
    dummies = [pd.get_dummies(frame[name]).to_numpy(float) for name in effects] or [np.ones((len(y), 1))]
    z = np.column_stack([x, *dummies])
    w = np.ones(len(y)) if weights is None else (frame[weights] / frame[weights].mean()).to_numpy()
    root = np.sqrt(w)
    codes = [frame[way].to_numpy() for way in ways]
    bread = np.linalg.pinv((z * w[:, None]).T @ z)

    def t(outcome, at):
        slopes = bread @ (z.T @ (w * outcome))
        scores = z * (w * (outcome - z @ slopes))[:, None]
        meat = 0
        for size in range(1, len(codes) + 1):
            for subset in itertools.combinations(codes, size):
                joint = pd.factorize(pd.Series(list(zip(*subset, strict=True))))[0]
                sums = pd.DataFrame(scores).groupby(joint).sum().to_numpy()
                meat = meat + (-1) ** (size + 1) * sums.T @ sums
        variance = (bread @ meat @ bread)[0, 0]
        return (slopes[0] - at) / np.sqrt(variance) if variance > 1e-10 else np.nan

    if restricted:
        others = np.delete(z, 0, axis=1)
        rest = y - null * z[:, 0]
        fitted = others @ np.linalg.lstsq(others * root[:, None], rest * root, rcond=None)[0] + null * z[:, 0]
        centre = null
    else:
        slopes = bread @ (z.T @ (w * y))
        fitted, centre = z @ slopes, slopes[0]
    groups = pd.factorize(frame[by], sort=True)[0]
    count = groups.max() + 1
    signs = [np.array(v) for v in itertools.product((1.0, -1.0), repeat=count)]
    draws = np.array([t(fitted + (y - fitted) * v[groups], centre) for v in signs])
    return t(y, null), draws[np.isfinite(draws)]


@pytest.mark.parametrize("effects", [(), ("unit",), ("unit", "year"), ("unit", "year", "pair")])
@pytest.mark.parametrize("weights", [None, "size"])
@pytest.mark.parametrize(
    ("ways", "by", "null", "restricted"),
    [
        (("unit",), "unit", 0.0, True),
        (("unit",), "unit", 0.3, True),
        (("unit",), "unit", 0.0, False),
        (("unit", "year"), "unit", 0.3, True),
        (("unit", "pair"), "pair", 0.0, True),
        (("year",), "pair", 0.0, True),
    ],
)
def test_every_draw_is_a_refit(effects, weights, ways, by, null, restricted):
    spec = SPEC.replace(
        fixed_effects=effects,
        weights=weights,
        covariance=dm.Clustered(ways, small_sample="none"),
    )
    found = dm.wild_cluster_bootstrap(
        spec, FRAME, "x", null=null, cluster=by, weights="rademacher", impose_null=restricted, draws=128
    )
    sample, draws = refits(FRAME, effects, ways, by, null, weights, restricted)
    assert found.enumerated
    assert found.statistic == pytest.approx(sample, rel=1e-9)
    assert np.sort(found.distribution) == pytest.approx(np.sort(draws), abs=1e-9)
    extreme = np.count_nonzero(np.abs(draws) >= abs(sample) * (1 - 1e-9))
    own = 0 if restricted else 1
    assert found.p_value == (extreme + own) / (len(draws) + own)


def test_the_interval_holds_the_nulls_that_are_not_rejected():
    found = dm.wild_cluster_bootstrap(SPEC, FRAME, "x", draws=999, weights="webb")
    for end, side in ((found.conf_low, -1), (found.conf_high, 1)):
        inside, outside = (
            dm.wild_cluster_bootstrap(SPEC, FRAME, "x", null=end + step, draws=999, weights="webb")
            for step in (-1e-6 * side, 1e-6 * side)
        )
        assert outside.p_value <= 0.05 < inside.p_value


def test_with_four_clusters_nothing_is_rejected_and_the_interval_is_unbounded():
    found = dm.wild_cluster_bootstrap(SPEC, panel(4), "x", weights="rademacher")
    assert found.draws == 16
    assert found.p_value >= 2 / 16
    assert (found.conf_low, found.conf_high) == (-np.inf, np.inf)
    assert any("unbounded" in note.en and "无界" in note.zh for note in found.notes)


def test_equal_tails_are_twice_the_smaller_one():
    found = dm.wild_cluster_bootstrap(SPEC, FRAME, "x", draws=999, weights="mammen", p_value="equal_tailed")
    above = np.mean(np.append(found.distribution, np.inf) >= found.statistic)
    below = np.mean(np.append(found.distribution, -np.inf) <= found.statistic)
    assert found.p_value == pytest.approx(min(1, 2 * min(above, below)))


@pytest.mark.parametrize(("weights", "fourth"), [("rademacher", 1.0), ("webb", 7 / 6), ("mammen", 2.0)])
def test_weights_have_mean_zero_and_variance_one(weights, fourth):
    (found,) = weight_blocks(weights, 20_000, 20, seed=3)
    assert found.mean() == pytest.approx(0, abs=0.01)
    assert (found**2).mean() == pytest.approx(1, abs=0.02)
    # Rademacher 1; Webb (9/4 + 1 + 1/4) / 3; Mammen 2.
    assert (found**4).mean() == pytest.approx(fourth, abs=0.05)


def test_blocks_of_draws_do_not_change_the_draws(monkeypatch):
    from digimfg.inference import wild_weights

    whole = np.concatenate(list(weight_blocks("webb", 1000, 8, seed=11)))
    monkeypatch.setattr(wild_weights, "_BLOCK", 8 * 250)
    assert [len(block) for block in weight_blocks("webb", 1000, 8, seed=11)] == [250] * 4
    blocks = dm.wild_cluster_bootstrap(SPEC, FRAME, "x", draws=1000, weights="webb", seed=11)
    assert len(whole) == blocks.draws


def test_a_result_with_few_clusters_carries_the_p_value_of_its_regressors():
    spec = SPEC.replace(regressors=("x",), controls=("z",))
    result = dm.estimate(spec, FRAME)
    alone = dm.wild_cluster_bootstrap(spec, FRAME, "x")
    assert result.coefficients.loc["x", "wild_bootstrap_p_value"] == alone.p_value
    assert np.isnan(result.coefficients.loc["z", "wild_bootstrap_p_value"])
    (note,) = (note for note in result.notes if "Wild cluster bootstrap" in note.en)
    assert "7 clusters" in note.en
    assert "7个聚类" in note.zh


def test_enough_clusters_need_no_bootstrap():
    frame = panel(50, 4)
    assert "wild_bootstrap_p_value" not in dm.estimate(SPEC, frame).coefficients
    always = dm.Clustered("unit", wild_bootstrap=dm.WildBootstrap(fewer_than=None, draws=199))
    assert "wild_bootstrap_p_value" in dm.estimate(SPEC.replace(covariance=always), frame).coefficients


def test_the_bootstrap_can_be_turned_off():
    off = SPEC.replace(covariance=dm.Clustered("unit", wild_bootstrap=None))
    found = dm.estimate(off, FRAME)
    assert "wild_bootstrap_p_value" not in found.coefficients
    assert not any("bootstrap" in note.en for note in found.notes)


def test_row_order_does_not_matter():
    shuffled = FRAME.sample(frac=1, random_state=5)
    assert dm.estimate(SPEC, FRAME).coefficients.equals(dm.estimate(SPEC, shuffled).coefficients)


def test_a_result_with_bootstrap_comes_back_from_plain_values():
    result = dm.estimate(SPEC.replace(regressors=("x",), controls=("z",)), FRAME)
    again = result_from_dict(result_to_dict(result))
    # Names are objects here and text there under pandas 3.
    pd.testing.assert_frame_equal(again.coefficients, result.coefficients, check_index_type=False)
    assert again.specification == result.specification


def test_the_regression_table_shows_it_in_brackets(tmp_path):
    result = dm.estimate(SPEC.replace(regressors=("x",), controls=("z",)), FRAME)
    shown = dm.RegressionTable(result).save(tmp_path / "t_en.md").read_text(encoding="utf-8")
    p = result.coefficients.loc["x", "wild_bootstrap_p_value"]
    assert f"[{p:.3f}" in shown.replace("\\", "")
    assert "In brackets: p values of the wild cluster bootstrap" in shown
    chinese = dm.RegressionTable(result).save(tmp_path / "t_zh.md").read_text(encoding="utf-8")
    assert "方括号内为wild cluster bootstrap的p值" in chinese
    hidden = dm.RegressionTable(result, bootstrap_p=False).save(tmp_path / "h_en.md").read_text("utf-8")
    assert "In brackets" not in hidden


def test_a_cluster_that_holds_the_variation_is_named_in_a_note():
    frame = FRAME.assign(x=((FRAME.unit == 2) & (FRAME.year > 5)).astype(float))
    found = dm.wild_cluster_bootstrap(SPEC, frame, "x", draws=199)
    assert noted(found.notes, "one_cluster")


@pytest.mark.parametrize(
    ("change", "options", "kind", "told"),
    [
        ({}, {"term": "w"}, SpecificationError, "names.unknown_term"),
        ({"covariance": dm.Robust()}, {}, SpecificationError, "inference.covariance_not_clustered"),
        ({}, {"cluster": "province"}, SpecificationError, Fault.of("names.unknown_column", name="province")),
        ({}, {"draws": 5}, SpecificationError, Fault.of("arguments.value_outside", argument="draws")),
        (
            {},
            {"weights": "normal"},
            SpecificationError,
            Fault.of("arguments.value_outside", argument="weights"),
        ),
        ({}, {"p_value": "one"}, SpecificationError, Fault.of("arguments.value_outside", argument="p_value")),
        ({}, {"level": 95}, SpecificationError, Fault.of("arguments.value_outside", argument="level")),
        ({"covariance": dm.Clustered("one")}, {}, EstimationError, "inference.one_cluster"),
        ({}, {"cluster": "one"}, EstimationError, "inference.clusters_not_usable"),
        (
            {"estimator": dm.RandomEffects(), "fixed_effects": ()},
            {},
            SpecificationError,
            "estimators.not_least_squares",
        ),
    ],
)
def test_what_cannot_be_bootstrapped_is_named_with_its_remedy(change, options, kind, told):
    frame = FRAME.assign(one=1)
    arguments = {"term": "x", **options}
    with refused(kind, told):
        dm.wild_cluster_bootstrap(SPEC.replace(**change), frame, arguments.pop("term"), **arguments)


def test_robust_errors_may_name_the_clusters_of_the_bootstrap():
    named = dm.wild_cluster_bootstrap(SPEC.replace(covariance=dm.Robust()), FRAME, "x", cluster="unit")
    assert named.p_value == dm.wild_cluster_bootstrap(SPEC, FRAME, "x").p_value


@pytest.mark.parametrize("rule", ["cr2", "cgm"])
def test_rules_for_clusters_are_refused_elsewhere(rule):
    with refused(SpecificationError, "inference.small_sample_rule"):
        dm.estimate(SPEC.replace(covariance=dm.Robust(small_sample=rule)), FRAME)


@pytest.mark.parametrize("ways", [("unit",), ("unit", "year")])
def test_many_clusters_take_a_sparse_way_to_the_same_draws(monkeypatch, ways):
    from digimfg.inference import wild_draws

    spec = SPEC.replace(covariance=dm.Clustered(ways))
    dense = dm.wild_cluster_bootstrap(spec, FRAME, "x", draws=199, null=0.1, cluster="year")
    monkeypatch.setattr(wild_draws, "_DENSE", 1)
    thin = dm.wild_cluster_bootstrap(spec, FRAME, "x", draws=199, null=0.1, cluster="year")
    assert thin.distribution == pytest.approx(dense.distribution, rel=1e-9)
    assert thin.conf_high == pytest.approx(dense.conf_high, rel=1e-9)


def test_so_many_effects_leave_a_note_instead(monkeypatch):
    from digimfg.inference import wild_column

    monkeypatch.setattr(wild_column, "_MOST_LEVELS", 3)
    found = dm.estimate(SPEC, FRAME)
    assert "wild_bootstrap_p_value" not in found.coefficients
    assert noted(found.notes, "wild_advised")


def test_more_effects_than_fit_in_memory_are_refused(monkeypatch):
    from digimfg.inference import effect_projection

    monkeypatch.setattr(effect_projection, "_DENSE", 3)
    with refused(EstimationError, "inference.too_many_levels"):
        dm.wild_cluster_bootstrap(SPEC, FRAME, "x")


@pytest.mark.parametrize("effects", [("unit", "year"), ("unit",), ()])
@pytest.mark.parametrize("clusters", ["unit", ("unit", "pair")])
def test_small_tables_are_arrays_and_large_ones_sparse_with_the_same_answer(monkeypatch, effects, clusters):
    spec = SPEC.replace(fixed_effects=effects, covariance=dm.Clustered(clusters), weights="size")
    small = dm.estimate(spec, FRAME).coefficients
    monkeypatch.setattr(effect_projection, "_FEW", 0)
    large = dm.estimate(spec, FRAME).coefficients
    pd.testing.assert_frame_equal(small, large, rtol=1e-12)
    assert small["wild_bootstrap_p_value"].notna().any()


@pytest.mark.parametrize("count", [2, 3, 6, 7, 12, 13, 31])
def test_forms_in_signs_from_tables_are_those_of_the_vectors(count):
    rng = np.random.default_rng(count)
    block = 2.0 * rng.integers(0, 2, (200, count)) - 1
    matrix = rng.normal(size=(count, count))
    matrix = matrix @ matrix.T
    found = read_signs(block).forms(np.array([matrix, 2 * matrix]))
    expected = np.einsum("bi,ij,bj->b", block, matrix, block)
    assert np.allclose(found, [expected, 2 * expected], rtol=1e-12)


@pytest.mark.parametrize("n_units", [5, 14])
@pytest.mark.parametrize("ways", ["unit", ("unit", "pair")])
def test_p_values_do_not_depend_on_tables_of_signs(monkeypatch, ways, n_units):
    frame = panel(n_units=n_units)
    options = dm.WildBootstrap(draws=999, weights="rademacher")
    spec = SPEC.replace(covariance=dm.Clustered(ways, wild_bootstrap=options))
    by_tables = dm.estimate(spec, frame).coefficients["wild_bootstrap_p_value"]
    monkeypatch.setattr(wild_p_values, "known_signs", lambda *told: None)
    assert dm.estimate(spec, frame).coefficients["wild_bootstrap_p_value"].equals(by_tables)
