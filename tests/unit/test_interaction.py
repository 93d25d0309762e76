"""Interacting a specification with a group equals one regression per group."""

import numpy as np
import pandas as pd
import pytest

import digimfg as dm

NONE = dm.Robust(small_sample="none")


def panel():
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"unit": np.repeat(np.arange(30), 8), "year": np.tile(np.arange(8), 30)})
    for name in ("x", "z", "e"):
        frame[name] = rng.normal(size=len(frame))
    frame["rich"] = (frame.unit % 3 == 0).astype(int)
    frame["y"] = (1 + frame.rich) * frame.x - 0.5 * frame.z + frame.unit * 0.1 + frame.e
    return frame[rng.random(len(frame)) > 0.1]


@pytest.mark.parametrize("effects", [(), ("unit",), ("unit", "year")])
@pytest.mark.parametrize("covariance", [NONE, dm.Clustered("unit", small_sample="none")])
def test_the_interaction_equals_two_subsample_regressions(effects, covariance):
    frame = panel()
    spec = dm.Specification(
        "y",
        ("x", "L.x"),
        controls="z",
        entity="unit",
        time="year",
        fixed_effects=effects,
        covariance=covariance,
    )
    both = dm.estimate(dm.interact_with(spec, "rich"), frame).coefficients
    poor = dm.estimate(spec.replace(sample="rich == 0"), frame).coefficients
    rich = dm.estimate(spec.replace(sample="rich == 1"), frame).coefficients
    for term in ("x", "L.x", "z"):
        gap = both.loc[f"{term}:rich"]
        assert both.loc[term, "estimate"] == pytest.approx(poor.loc[term, "estimate"], rel=1e-9)
        assert both.loc[term, "std_error"] == pytest.approx(poor.loc[term, "std_error"], rel=1e-9)
        assert gap["estimate"] == pytest.approx(
            rich.loc[term, "estimate"] - poor.loc[term, "estimate"], rel=1e-8
        )
        assert gap["std_error"] == pytest.approx(
            np.hypot(rich.loc[term, "std_error"], poor.loc[term, "std_error"]), rel=1e-8
        )


def test_the_test_of_the_difference_is_a_joint_test_of_its_terms():
    spec = dm.Specification("y", ("x", "z"), fixed_effects="unit", covariance=NONE)
    both = dm.estimate(dm.interact_with(spec, "rich"), panel())
    single = dm.wald_test(both, "x:rich")
    assert single.statistic == pytest.approx(both.coefficients.loc["x:rich", "statistic"] ** 2, rel=1e-10)
    assert single.p_value == pytest.approx(both.coefficients.loc["x:rich", "p_value"], rel=1e-8)
