"""Results with chosen estimates, and claims that rest on them."""

import pandas as pd
import pytest

from digimfg.evidence.claims import Claim, Estimates, Rule
from digimfg.result import Provenance, Result
from digimfg.specification import Specification
from digimfg.text import Text


@pytest.fixture
def result():
    def make(
        estimate,
        std_error,
        p_value,
        *,
        outcome="log_tfp",
        term="adoption",
        clusters=100.0,
        wild=None,
        controls=(),
    ):
        row = {
            "estimate": estimate, "std_error": std_error, "statistic": estimate / std_error, "p_value": p_value,
            "conf_low": estimate - 2 * std_error, "conf_high": estimate + 2 * std_error,
        }  # fmt: skip
        if wild is not None:
            row["wild_bootstrap_p_value"] = wild
        index = pd.Index([term], name="term")
        return Result(
            coefficients=pd.DataFrame([row], index=index),
            covariance_matrix=pd.DataFrame([[std_error**2]], index=index, columns=index),
            statistics={"n_obs": 1000.0, "n_clusters": clusters},
            notes=(),
            provenance=Provenance(
                specification=Specification(outcome, term, controls=controls, entity="country"),
                data_hash="0" * 64,
                versions={},
            ),
        )

    return make


@pytest.fixture
def claim():
    def make(identifier="X1", *, rule=None, needs=(), **link):
        values = {
            "analysis": "promotion", "main": "baseline", "sign": 1, "smallest_effect": 0.1,
            "smallest_effect_reason": Text("ten log points", "十个对数点"),
        } | link  # fmt: skip
        more = {"rule": Rule(procedure=1) if rule is None else rule}
        return Claim(
            id=identifier, section="2", text=Text("It pays.", "有益。"), lines=None, kind="causal", testability="A",
            layers=("technology",), estimates=(Estimates(**values),), needs=needs, **more,
        )  # fmt: skip

    return make
