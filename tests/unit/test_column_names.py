"""Columns are found by names that are text and differ: anything else is refused once, with the way out."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

import digimfg as dm
from digimfg.column_names import names_fault
from digimfg.exhibits import Evidence

ODD = [2015, 1.5, None, np.nan, ("a", "b"), pd.Timestamp("2015-01-01"), b"x", True]


def panel():
    random = np.random.default_rng(2)
    frame = pd.DataFrame(
        [(unit, year) for unit in range(8) for year in range(2000, 2006)], columns=["id", "year"]
    )
    return frame.assign(y=random.normal(size=48), x=random.uniform(1, 2, size=48), w=1.0)


def with_column(name):
    frame = panel()
    return pd.concat([frame, pd.Series(1.0, index=frame.index, name=name)], axis=1).set_axis(
        [*frame.columns, name], axis=1
    )


SPEC = dm.Specification("y", "x", entity="id", time="year", fixed_effects="id")
CALLS = {
    "estimate": lambda frame: dm.estimate(SPEC, frame),
    "estimate, lag": lambda frame: dm.estimate(SPEC.replace(regressors="L.x"), frame),
    "estimate, sample": lambda frame: dm.estimate(SPEC.replace(sample="year > 2001"), frame),
    "leave_one_out": lambda frame: dm.leave_one_out(SPEC, frame, by="id"),
    "sigma_convergence": lambda frame: dm.sigma_convergence(frame, "x", "id", "year"),
    "markov_chain": lambda frame: dm.markov_chain(frame, "x", "id", "year"),
    "DescriptiveTable": lambda frame: dm.DescriptiveTable("d", variables=("x",)).show(Evidence(frame=frame)),
}


@pytest.mark.parametrize("name", ODD, ids=repr)
@pytest.mark.parametrize("call", CALLS)
def test_a_name_that_is_no_text_is_refused(call, name):
    with refused(dm.DigimfgError, "frames.names_not_text", n=1):
        CALLS[call](with_column(name))


@pytest.mark.parametrize("call", CALLS)
def test_two_columns_of_one_name_are_refused(call):
    frame = panel()
    with refused(dm.DigimfgError, "frames.names_repeated"):
        CALLS[call](pd.concat([frame, frame[["w"]]], axis=1))


@pytest.mark.parametrize("call", CALLS)
def test_the_remedy_is_one(call):
    frame = with_column(2015)
    frame.columns = frame.columns.map(str)
    CALLS[call](frame)


def test_several_rows_of_names_are_joined_by_the_remedy():
    frame = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")]))
    assert names_fault(frame).facts["write"] == "frame.columns.map('_'.join)"
    frame.columns = frame.columns.map("_".join)
    assert names_fault(frame) is None


def test_a_matrix_needs_no_names_of_its_columns():
    table = pd.DataFrame(np.random.default_rng(4).uniform(size=(9, 3)))
    assert len(dm.entropy_weights(table, 1).weights) == 3
    assert dm.location_quotient(table).shape == (9, 3)
