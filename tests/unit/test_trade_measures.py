"""Trade measures: definitions, fixed points, bad input."""

import numpy as np
import pandas as pd
import pytest
from refused import refused

from digimfg.errors import MeasureError
from digimfg.measures.trade import (
    economic_complexity,
    expy,
    prody,
    revealed_comparative_advantage,
    trade_competitiveness,
)


def exports(seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    values = rng.gamma(0.5, 10.0, (8, 12))
    return pd.DataFrame(values, index=[f"c{i}" for i in range(8)], columns=[f"p{j}" for j in range(12)])


def test_advantages_average_to_one_over_the_worlds_products():
    table = exports()
    world = table.sum() / table.to_numpy().sum()
    assert (revealed_comparative_advantage(table) * world).sum(axis=1).to_numpy() == pytest.approx(np.ones(8))


def test_a_product_nobody_exports_has_no_advantage_and_no_income_level():
    table = exports().assign(none=0.0)
    assert revealed_comparative_advantage(table)["none"].isna().all()
    income = pd.Series(range(1, 9), index=table.index, dtype=float)
    assert np.isnan(prody(table, income)["none"])
    assert expy(table, income).between(1, 8).all()


def test_prody_and_expy_follow_their_formulas():
    table = exports(3)
    income = pd.Series(np.arange(1.0, 9.0), index=table.index)
    s = table.to_numpy() / table.to_numpy().sum(axis=1, keepdims=True)
    level = (s / s.sum(axis=0) * income.to_numpy()[:, None]).sum(axis=0)
    assert prody(table, income[::-1]).to_numpy() == pytest.approx(level)
    assert expy(table, income).to_numpy() == pytest.approx(s @ level)


def test_complexity_is_an_eigenvector_of_the_second_largest_eigenvalue():
    table = exports(5)
    eci, pci = economic_complexity(table)
    advantage = (revealed_comparative_advantage(table).to_numpy() >= 1).astype(float)
    reflected = (advantage / advantage.sum(axis=1, keepdims=True)) @ (advantage / advantage.sum(axis=0)).T
    values, vectors = np.linalg.eig(reflected)
    second = np.sort(values.real)[-2]
    vector = vectors[:, np.argsort(values.real)[-2]].real
    vector = (vector - vector.mean()) / vector.std()
    assert np.abs(eci.to_numpy() @ vector) / len(eci) == pytest.approx(1.0)
    assert second < 1
    assert eci.corr(pd.Series(advantage.sum(axis=1), index=eci.index)) > 0
    assert (pci.mean(), pci.std(ddof=0)) == pytest.approx((0.0, 1.0), abs=1e-12)


def test_countries_without_common_products_are_refused():
    table = pd.DataFrame(np.eye(4), index=list("abcd"))
    with refused(MeasureError, "measures.countries_not_linked"):
        economic_complexity(table)


def test_competitiveness_keeps_the_index_and_lies_between_minus_one_and_one():
    x = pd.Series([3.0, 0.0, 2.0], index=["a", "b", "c"])
    found = trade_competitiveness(x, pd.Series([1.0, 4.0, 2.0], index=x.index))
    assert found.to_dict() == {"a": 0.5, "b": -1.0, "c": 0.0}
    with refused(MeasureError, "measures.imports_of_other_rows"):
        trade_competitiveness(x, pd.Series([1.0, 4.0, 2.0], index=["a", "b", "d"]))


def test_bad_exports_are_refused():
    table = exports()
    with refused(MeasureError, "measures.values_below_minimum", where="p3"):
        revealed_comparative_advantage(table.assign(p3=-1.0))
    table.loc["c2"] = 0.0
    with refused(MeasureError, "measures.countries_without_exports", names="c2"):
        revealed_comparative_advantage(table)
    with refused(MeasureError, "measures.income_lacking", names="c7"):
        prody(exports(), pd.Series(1.0, index=[f"c{i}" for i in range(7)]))
