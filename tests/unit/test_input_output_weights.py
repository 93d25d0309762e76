"""Weights from input-output tables: shares in purchases and in sales of intermediate inputs."""

import numpy as np
import pytest
from refused import refused

import digimfg as dm


def three_countries():
    transactions = np.arange(1.0, 37.0).reshape(6, 6)
    return dm.InputOutputTable(
        transactions=transactions,
        final_demand=np.full((6, 3), 40.0),
        countries=("a", "b", "c"),
        sectors=("goods", "services"),
    )


def test_rows_are_shares_of_foreign_partners():
    table = three_countries()
    flows = table.transactions.reshape(3, 2, 3, 2).sum(axis=(1, 3))
    for partners, sales in (("customers", flows), ("suppliers", flows.T)):
        weights = dm.input_output_weights(table, partners).matrix.toarray()
        assert np.diag(weights).tolist() == [0.0, 0.0, 0.0]
        assert weights.sum(axis=1) == pytest.approx(np.ones(3))
        assert weights[0, 1] == pytest.approx(sales[0, 1] / (sales[0, 1] + sales[0, 2]))


def test_an_excluded_country_leaves_shares_that_add_up():
    weights = dm.input_output_weights(three_countries(), exclude=("c",))
    assert weights.labels == ("a", "b")
    assert weights.matrix.toarray().tolist() == [[0.0, 1.0], [1.0, 0.0]]


def test_unknown_countries_and_lonely_ones_are_named():
    with refused(dm.DigimfgError, "measures.excluded_countries_unknown", unknown=("zz",)):
        dm.input_output_weights(three_countries(), exclude=("zz",))
    with refused(dm.DigimfgError, "measures.countries_without_partner", n=1, alone=("a",)):
        dm.input_output_weights(three_countries(), exclude=("b", "c"))
    with refused(dm.DigimfgError, "arguments.value_outside", argument="partners"):
        dm.input_output_weights(three_countries(), "neighbours")
