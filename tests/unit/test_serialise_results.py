"""Results survive the way to JSON and back, to the last bit."""

import json
import math

import numpy as np
import pandas as pd
from refused import refused

import digimfg as dm
from digimfg.contracts import Dropped
from digimfg.errors import DigimfgError
from digimfg.files import canonical_json
from digimfg.replication.serialise import from_plain, result_from_dict, result_to_dict, to_plain
from digimfg.result import Provenance, Result
from digimfg.text import Text

SPECIFICATION = dm.Specification(
    "log(产出 value)",
    ("x", "a:b"),
    controls="L.z",
    entity="country",
    time="year",
    covariance=dm.Clustered(("country", "year")),
    sample="year >= 1990",
)


def result():
    index = pd.Index(["x", "a:b"], name="term")
    columns = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]
    numbers = np.array([[0.1 + 0.2, 1 / 3, 0.9, 1e-300, -1.0, 1.0], [math.nan, 2.0, 3.0, 4.0, 5.0, 6.0]])
    return Result(
        coefficients=pd.DataFrame(numbers, index=index, columns=columns),
        covariance_matrix=pd.DataFrame(np.eye(2) / 3, index=index, columns=index),
        statistics={"n_obs": 20.0, "df_resid": math.inf, "r2": math.nan},
        notes=(Text("1 row dropped", "删去 1 行"),),
        tables={
            "regimes": pd.DataFrame({"regime": ["low", "高"], "n": [3, 4]}, index=pd.Index([0, 1], name="k"))
        },
        provenance=Provenance(specification=SPECIFICATION, data_hash="ab" * 32, versions={"numpy": "2"}),
        dropped=(Dropped(reason=Text("missing x", "x缺失"), n_rows=12),),
    )


def test_a_result_comes_back_equal_after_a_file():
    before = result()
    after = result_from_dict(json.loads(canonical_json(result_to_dict(before))))
    pd.testing.assert_frame_equal(after.coefficients, before.coefficients, check_exact=True)
    pd.testing.assert_frame_equal(
        after.covariance_matrix, before.covariance_matrix, check_exact=True, check_names=False
    )
    pd.testing.assert_frame_equal(after.tables["regimes"], before.tables["regimes"], check_exact=True)
    assert after.specification == SPECIFICATION
    assert after.notes == before.notes
    assert after.dropped == before.dropped
    assert after.provenance == before.provenance
    assert after.statistics["df_resid"] == math.inf
    assert math.isnan(after.statistics["r2"])


def test_missing_numbers_are_null_in_the_file():
    assert json.loads(canonical_json(result_to_dict(result())))["coefficients"]["rows"][1][0] is None


def test_a_value_that_json_cannot_hold_is_an_error_and_not_its_repr():
    with refused(DigimfgError, "replication.not_storable", got="object"):
        to_plain({"model": object()})


def test_a_file_that_names_an_unknown_type_is_an_error():
    with refused(DigimfgError, "replication.class_unknown", got="NoSuchEstimator"):
        from_plain({"type": "NoSuchEstimator"})


def test_sets_are_written_in_one_order():
    assert to_plain(frozenset({"b", "a", "c"})) == ["a", "b", "c"]
