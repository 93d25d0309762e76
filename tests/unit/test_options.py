"""Options outside their range are refused in the same words: the call, the option, what is expected, what was given."""

import numpy as np
import pandas as pd
import pytest

import digimfg as dm
from digimfg.policy.honest_did import honest_intervals

FRAME = pd.DataFrame({"d": [1, 0], "x": [1.0, 2.0]})


def bounded(**changes):
    given = {"n_before": 1, "target": np.ones(1), "restriction": "smoothness", "bounds": (0.0,), **changes}
    return honest_intervals(np.ones(2), np.eye(2), **given)


@pytest.mark.parametrize(
    ("call", "where", "got"),
    [
        (lambda: bounded(restriction="none"), "dm.honest_intervals(restriction=…)", "'none'"),
        (lambda: bounded(bounds=()), "dm.honest_intervals(bounds=…)", "()"),
        (lambda: bounded(bounds=(0.0, -1.0)), "dm.honest_intervals(bounds=…)", "(0.0, -1.0)"),
        (lambda: bounded(level=1.0), "dm.honest_intervals(level=…)", "1.0"),
        (lambda: dm.entropy_balance(FRAME, "d", "x", moments=4), "dm.entropy_balance(moments=…)", "4"),
        (lambda: dm.BiasCorrectedLSDV(order=4), "dm.BiasCorrectedLSDV(order=…)", "4"),
        (lambda: dm.BiasCorrectedLSDV(initial="ols"), "dm.BiasCorrectedLSDV(initial=…)", "'ols'"),
        (lambda: dm.BiasCorrectedLSDV(replications=1), "dm.BiasCorrectedLSDV(replications=…)", "1"),
        (lambda: dm.DynamicGMM(instruments=(), steps=3), "dm.DynamicGMM(steps=…)", "3"),
        (lambda: dm.DynamicGMM(instruments=(), weighting="x"), "dm.DynamicGMM(weighting=…)", "'x'"),
        (
            lambda: dm.propensity_score_matching(FRAME, "d", "x", method="kernel", caliper=0.1),
            "dm.propensity_score_matching(caliper=…)",
            "0.1",
        ),
        (
            lambda: dm.propensity_score_matching(FRAME, "d", "x", neighbors=2, replacement=False),
            "dm.propensity_score_matching(replacement=…)",
            "False",
        ),
    ],
)
def test_the_call_the_option_and_the_value_are_named(call, where, got):
    with pytest.raises(dm.SpecificationError) as caught:
        call()
    assert (caught.value.where.en, caught.value.got.en) == (where, got)
    assert caught.value.kind in (
        "arguments.value_outside",
        "policy.caliper_of_kernel",
        "policy.neighbours_without_replacement",
    )
