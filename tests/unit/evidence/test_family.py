"""Main tests of all claims are adjusted together, whatever panel they stand on; where that cannot be, the ledger says why."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.evidence.claims import Rule
from digimfg.evidence.family import DRAWS, SEED, adjust_family
from digimfg.evidence.page_versions import judged_part
from digimfg.evidence.verdicts import judge

CLUSTERED = dm.Clustered("country", wild_bootstrap=None)


@pytest.fixture(scope="module")
def frames():
    random = np.random.default_rng(3)
    keys = pd.MultiIndex.from_product([[f"c{i:02d}" for i in range(30)], range(6)], names=["country", "year"])
    one = keys.to_frame(index=False)
    one["x"], one["z"] = random.normal(size=(2, len(one)))
    one["y"] = 0.3 * one["x"] + random.normal(size=30).repeat(6) + random.normal(size=len(one))
    two = one.iloc[: 20 * 6].assign(y=lambda frame: frame["z"] + 0.2 * frame["y"])
    flat = one.groupby("country", as_index=False)[["x", "y"]].mean()
    return {"first": one, "second": two, "flat": flat}


def family(frames, claim, specifications):
    """Return the adjusted p values of one claim per (analysis, name)."""
    results = {}
    for (analysis, name), specification in specifications.items():
        results.setdefault(analysis, {})[name] = dm.estimate(specification, frames[analysis])
    claims = [
        replace(claim(f"X{i}", rule=Rule(), analysis=analysis, main=name, robust=()), kind="structural")
        for i, (analysis, name) in enumerate(specifications)
    ]
    return adjust_family(claims, results, frames.get), claims, results


def spec(**changes):
    values = {"entity": "country", "time": "year", "covariance": CLUSTERED} | changes
    return dm.Specification(values.pop("outcome", "y"), values.pop("regressors", "x"), **values)


def test_on_one_panel_it_is_the_stepdown_of_romano_and_wolf(frames, claim):
    specifications = {("first", "a"): spec(), ("first", "b"): spec(regressors="z")}
    found, _, _ = family(frames, claim, specifications)
    peer = dm.romano_wolf(
        {"a": (specifications["first", "a"], "x"), "b": (specifications["first", "b"], "z")},
        frames["first"],
        draws=DRAWS,
        seed=SEED,
    )
    assert list(found.p_values.values()) == peer.table["p_value_adjusted"].tolist()


def test_countries_keep_their_weights_across_panels(frames, claim):
    # The same test on a copy of the panel adds nothing to its family; on other countries it adds.
    alone, _, _ = family(frames, claim, {("first", "a"): spec()})
    copies = frames | {"second": frames["first"].copy()}
    twice, _, _ = family(copies, claim, {("first", "a"): spec(), ("second", "a"): spec()})
    other = frames["first"].assign(country=lambda frame: "d" + frame["country"])
    apart, _, _ = family(frames | {"second": other}, claim, {("first", "a"): spec(), ("second", "a"): spec()})
    p = alone.p_values["first", "a", "x"]
    assert set(twice.p_values.values()) == {p}
    assert apart.p_values["first", "a", "x"] > p


def test_rows_in_any_order_give_the_same_p_values(frames, claim):
    specifications = {("first", "a"): spec(), ("second", "b"): spec(regressors="z")}
    found, _, _ = family(frames, claim, specifications)
    turned = {name: frame.sample(frac=1, random_state=1) for name, frame in frames.items()}
    again, _, _ = family(turned, claim, specifications)
    assert again.p_values == pytest.approx(found.p_values)


def test_robust_errors_of_one_row_a_country_are_clusters_of_countries(frames, claim):
    one = dm.Specification("y", "x", entity="country", covariance=dm.Robust())
    found, _, _ = family(frames, claim, {("flat", "a"): one})
    assert 0 < found.p_values["flat", "a", "x"] < 1


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"covariance": dm.DriscollKraay()}, "DriscollKraay"),
        ({"estimator": dm.RandomEffects()}, "not least squares"),
    ],
)
def test_a_test_without_joint_draws_is_named_with_the_reason(frames, claim, changes, word):
    specifications = {("first", "a"): spec(), ("first", "b"): spec(**changes)}
    found, claims, results = family(frames, claim, specifications)
    assert set(found.undefined) == {("first", "b", "x")}
    verdicts = judge(claims, results, romano_wolf=found.p_values, undefined=found.undefined)
    first, second = (each.estimates[0] for each in verdicts.verdicts)
    assert first.p_romano_wolf == found.p_values["first", "a", "x"]
    assert first.no_romano_wolf is None
    assert math.isnan(second.p_romano_wolf)
    for text in (second.reason.en, judged_part(second, "en")):
        assert word in text
    assert "无Romano–Wolf p值" in second.reason.zh


def test_a_joint_hypothesis_is_rejected_with_any_of_its_outcomes(frames, claim):
    specifications = {("first", "a"): spec(), ("first", "b"): spec(outcome="z")}
    _, _, results = family(frames, claim, specifications)
    joint = claim("X1", rule=Rule(), analysis="first", main="a", joint=("a", "b"), robust=(), sign=0)
    found = adjust_family([joint], results, frames.get)
    verdict = judge([joint], results, romano_wolf=found.p_values)["X1"]
    assert verdict.estimates[0].p_romano_wolf == min(found.p_values.values())
    assert len(found.p_values) == 2


def test_claims_of_the_first_procedure_are_not_adjusted(frames, claim):
    _, _, results = family(frames, claim, {("first", "a"): spec()})
    assert adjust_family([claim("X1", analysis="first", main="a")], results, frames.get).p_values == {}


def test_a_claim_that_rests_on_a_study_is_named_with_the_reason(frames, claim):
    _, _, results = family(frames, claim, {("first", "a"): spec()})
    claims = [claim("X1", rule=Rule(), analysis="first", main="study", term="row", robust=())]
    found = adjust_family(claims, results, frames.get)
    assert found.p_values == {}
    assert "study" in found.undefined["first", "study", "row"].en
