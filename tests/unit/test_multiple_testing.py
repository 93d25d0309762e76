"""Many hypotheses: stepdown p values, q values, and what effects could have been found."""

import numpy as np
import pandas as pd
import pytest
from noted import noted
from refused import refused
from scipy import stats
from statsmodels.stats.multitest import multipletests

import digimfg as dm
from digimfg.errors import Fault, SpecificationError


def panel(n_units=12, n_years=8, seed=6):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "unit": np.repeat([f"u{i:02d}" for i in range(n_units)], n_years),
            "year": np.tile(np.arange(n_years), n_units),
        }
    )
    n = len(frame)
    frame["x"], frame["z"] = rng.normal(size=n), rng.normal(size=n)
    common = rng.normal(size=n)
    for place, effect in enumerate((0.5, 0.3, 0.0)):
        frame[f"y{place}"] = effect * frame.x + common + rng.normal(size=n)
    return frame


FRAME = panel()
SPEC = dm.Specification("y0", "x", controls="z", entity="unit", time="year", fixed_effects=("unit", "year"))
FAMILY = {f"({i})": (SPEC.replace(outcome=f"y{i}"), "x") for i in range(3)}


def test_one_hypothesis_keeps_its_wild_p_value():
    family = dm.romano_wolf({"(0)": (SPEC, "x")}, FRAME, draws=999, seed=3)
    alone = dm.wild_cluster_bootstrap(SPEC, FRAME, "x", draws=999, seed=3)
    assert family.table["p_value"].tolist() == family.table["p_value_adjusted"].tolist() == [alone.p_value]


def test_the_same_hypothesis_twice_costs_nothing():
    family = dm.romano_wolf({"a": (SPEC, "x"), "b": (SPEC, "x")}, FRAME, draws=999)
    assert family.table["p_value_adjusted"].tolist() == family.table["p_value"].tolist()


def test_the_stepdown_is_that_of_the_maxima_by_hand():
    family = dm.romano_wolf(FAMILY, FRAME, draws=999, weights="webb", seed=8)
    tests = [
        dm.wild_cluster_bootstrap(spec, FRAME, term, draws=999, weights="webb", seed=8)
        for spec, term in FAMILY.values()
    ]
    assert family.table["p_value"].tolist() == [test.p_value for test in tests]
    star = np.abs(np.column_stack([test.distribution for test in tests]))
    t = np.abs([test.statistic for test in tests])
    order = np.argsort(-t)
    adjusted, last = np.empty(3), 0.0
    for step, place in enumerate(order):
        last = max(last, (1 + np.sum(star[:, order[step:]].max(axis=1) >= t[place])) / 1000)
        adjusted[place] = last
    assert family.table["p_value_adjusted"].tolist() == pytest.approx(adjusted.tolist())
    assert (family.table["p_value_adjusted"] >= family.table["p_value"]).all()
    assert noted(family.notes, "bootstrap", n_table=3)


def test_samples_may_lack_clusters_that_others_have():
    part = SPEC.replace(outcome="y1", sample="unit != 'u03'")
    found = dm.romano_wolf({"all": (SPEC, "x"), "part": (part, "x")}, FRAME, draws=199)
    assert found.n_clusters == 12
    assert (found.table["p_value_adjusted"] >= found.table["p_value"]).all()


@pytest.mark.parametrize(
    ("family", "options", "kind"),
    [
        ({}, {}, "robustness.no_hypothesis"),
        ({"a": (SPEC, "w")}, {}, "names.unknown_term"),
        ({"a": (SPEC.replace(covariance=dm.Robust()), "x")}, {}, "robustness.covariance_not_clustered"),
        ({"a": (SPEC, "x")}, {"cluster": "region"}, Fault.of("names.unknown_column", name="region")),
        ({"a": (SPEC, "x")}, {"cluster": "one"}, "robustness.too_few_clusters"),
    ],
)
def test_families_that_cannot_be_tested_are_refused(family, options, kind):
    with refused(SpecificationError, kind):
        dm.romano_wolf(family, FRAME.assign(one=1), **options)


@pytest.mark.parametrize("seed", range(5))
def test_q_values_are_those_of_statsmodels(seed):
    rng = np.random.default_rng(seed)
    p = np.where(rng.random(40) < 0.4, rng.random(40) ** 4, rng.random(40))
    assert dm.benjamini_hochberg(p).tolist() == pytest.approx(multipletests(p, method="fdr_bh")[1].tolist())
    sharpened = dm.benjamini_hochberg(p, sharpened=True)
    for level in (0.01, 0.033, 0.05, 0.1, 0.4):
        rejected = multipletests(p, alpha=level, method="fdr_tsbky")[0]
        assert rejected.tolist() == (sharpened <= level).tolist()


def test_q_values_keep_the_index_of_the_p_values():
    p = pd.Series([0.2, 0.01], index=["a", "b"])
    assert dm.benjamini_hochberg(p).index.tolist() == ["a", "b"]
    assert dm.benjamini_hochberg(p).name == "q_value"


@pytest.mark.parametrize("bad", [[0.1, np.nan], [0.1, 1.2], [-0.1]])
def test_p_values_out_of_range_are_refused(bad):
    with refused(SpecificationError, "arguments.value_outside", argument="p_values"):
        dm.benjamini_hochberg(bad)


def test_the_detectable_effect_is_found_with_the_power_asked_for():
    result = dm.estimate(SPEC, FRAME)
    error, df = result.coefficients.loc["x", "std_error"], result.statistics["df_t"]
    found = dm.minimum_detectable_effect(result, "x", power=0.9, level=0.01)
    assert found == pytest.approx((stats.t.ppf(0.995, df) + stats.t.ppf(0.9, df)) * error)
    # P(t* > critical) where t* is centred at effect / error: the tail beyond critical - effect / error is 90 per cent.
    assert stats.t.sf(stats.t.ppf(0.995, df) - found / error, df) == pytest.approx(0.9)


def test_the_detectable_effect_uses_the_terms_own_degrees_of_freedom():
    result = dm.estimate(SPEC.replace(covariance=dm.Clustered("unit", small_sample="cr2")), FRAME)
    row = result.coefficients.loc["x"]
    expected = (stats.t.ppf(0.975, row["df"]) + stats.t.ppf(0.8, row["df"])) * row["std_error"]
    assert dm.minimum_detectable_effect(result, "x") == pytest.approx(expected)


def test_the_detectable_effect_refuses_what_it_cannot_answer():
    result = dm.estimate(SPEC, FRAME)
    with refused(SpecificationError, "names.unknown_term"):
        dm.minimum_detectable_effect(result, "w")
    with refused(SpecificationError, "arguments.value_outside", argument="power"):
        dm.minimum_detectable_effect(result, "x", power=80)
