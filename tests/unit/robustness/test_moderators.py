"""Moderators of one effect: each as its own equation gives it, adjusted over the family, by hand and by a second engine."""

import numpy as np
import pandas as pd
import pytest
from refused import refused
from statsmodels.stats.multitest import multipletests

import digimfg as dm
from digimfg.errors import Fault

PATHS = tuple(f"path_{k}" for k in range(1, 7))


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(11)
    found = pd.DataFrame({"unit": np.repeat(np.arange(31), 10), "year": np.tile(range(2010, 2020), 31)})
    found["dig"] = rng.normal(size=310)
    for name in PATHS:
        found[name] = rng.normal(size=310)
    found["y"] = 0.3 * found.dig + 0.5 * found.dig * found.path_2 + rng.normal(size=310)
    return found


@pytest.fixture(scope="module")
def spec():
    return dm.Specification(
        "y", "dig", entity="unit", time="year", fixed_effects=("unit", "year"),
        covariance=dm.Clustered("unit", wild_bootstrap=None),
    )  # fmt: skip


@pytest.fixture(scope="module")
def found(spec, frame):
    return dm.moderator_tests(spec, frame, PATHS, draws=199, seed=3).table


def test_the_true_moderator_survives_the_others(found):
    assert found.index.tolist() == list(PATHS)
    assert found.loc["path_2", ["p_holm", "q_value", "p_romano_wolf"]].max() < 0.02
    assert found.drop("path_2")["p_holm"].min() > 0.05


def test_rows_are_those_of_the_equations(found, spec, frame):
    alone = dm.estimate(spec.replace(regressors=("dig", "dig:path_2"), controls="path_2"), frame)
    line = alone.coefficients.loc["dig:path_2"]
    for part in ("estimate", "std_error", "p_value", "conf_low"):
        assert found.loc["path_2", part] == pytest.approx(line[part], rel=1e-12)
    assert found.loc["path_2", "per_sd"] == pytest.approx(line["estimate"] * frame["path_2"].std())


def test_adjusted_p_values_are_those_of_a_second_engine(found):
    for column, method in (("p_holm", "holm"), ("q_value", "fdr_bh")):
        assert found[column].to_numpy() == pytest.approx(multipletests(found["p_value"], method=method)[1])


def test_units_of_a_moderator_change_no_p_value(found, spec, frame):
    other = dm.moderator_tests(spec, frame.assign(path_2=frame.path_2 * 1000 + 5), PATHS).table
    assert other["p_holm"].tolist() == pytest.approx(found["p_holm"].tolist(), abs=1e-9)
    assert other["per_sd"].tolist() == pytest.approx(found["per_sd"].tolist(), rel=1e-8)


@pytest.mark.parametrize(
    ("moderators", "kind"),
    [
        (("dig",), "robustness.moderator_is_regressor"),
        (("path_9",), "names.unknown_column"),
        ((), Fault.of("arguments.value_outside", argument="moderators")),
        (("path_1", "path_1"), Fault.of("arguments.value_outside", argument="moderators")),
    ],
)
def test_bad_input_is_named(spec, frame, moderators, kind):
    with refused(dm.DigimfgError, kind):
        dm.moderator_tests(spec, frame, moderators)
