"""Errors corrected for leverage against R: `Rscript tests/reference/leverage.R` (R 4.2.2, sandwich 3.0.2).

The errors of the schools are those that Cribari-Neto (2004, doi:10.1016/S0167-9473(02)00366-3) prints; Alaska weighs
0.65 in its own fit.
"""

import numpy as np
import pandas as pd
import pytest
from package_data import package_data
from statsmodels.datasets import grunfeld

import digimfg as dm

GRUNFELD = grunfeld.load_pandas().data.query("firm != 'American Steel'").reset_index(drop=True)
GRUNFELD["size"] = GRUNFELD.value.groupby(GRUNFELD.firm).transform("mean")
UNBALANCED = GRUNFELD[
    ~(GRUNFELD.firm.eq("General Electric") & GRUNFELD.year.isin([1940, 1941, 1947]))
    & ~(GRUNFELD.firm.eq("Union Oil") & GRUNFELD.year.lt(1938))
]
TWO_WAY = dm.Specification(
    "invest", ("value", "capital"), entity="firm", time="year", fixed_effects=("firm", "year")
)
KINDS = ("hc0", "hc1", "hc2", "hc3")
CASES = {
    "pooled": (TWO_WAY.replace(fixed_effects=()), GRUNFELD, (
        (0.006759679290054, 0.048497663239301), (0.006810954456872, 0.048865539534342),
        (0.006955025801305, 0.053165053831057), (0.00716266624438, 0.05850986620531),
    )),
    "two_way": (TWO_WAY, GRUNFELD, (
        (0.01763092742221, 0.05000904065538), (0.01917992052131, 0.05440266425854),
        (0.02033561381953, 0.06306854398278), (0.02362378902706, 0.08011549708357),
    )),
    "unbalanced": (TWO_WAY, UNBALANCED, (
        (0.01753233064052, 0.04952561999393), (0.01912699371405, 0.05403025083950),
        (0.02026708186052, 0.06252602810310), (0.02359176444802, 0.07951094613230),
    )),
    "weighted": (TWO_WAY.replace(weights="size"), GRUNFELD, (
        (0.01685124834564, 0.04725738365818), (0.01833174150256, 0.05140925607051),
        (0.02191075330946, 0.07083948494396), (0.02916377520321, 0.10949257886866),
    )),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("kind", KINDS)
def test_errors_of_every_type_are_those_of_sandwich(name, kind):
    spec, frame, expected = CASES[name]
    found = dm.estimate(spec.replace(covariance=dm.Robust(kind)), frame).coefficients
    ours = found.loc[["value", "capital"], "std_error"].to_numpy()
    assert ours == pytest.approx(expected[KINDS.index(kind)], rel=2e-10)


@pytest.mark.parametrize(
    ("kind", "printed"),
    [
        ("hc0", (460.89, 1243.04, 829.99)),
        ("hc2", (688.48, 1866.41, 1250.15)),
        ("hc3", (1095.00, 2975.41, 1995.24)),
    ],
)
def test_a_published_example_with_one_heavy_row(kind, printed):
    schools = package_data("sandwich", "PublicSchools").dropna()
    schools["income"] = schools["Income"] / 10_000
    spec = dm.Specification("Expenditure", ("income", "income^2"), covariance=dm.Robust(kind))
    found = dm.estimate(spec, schools)
    ours = found.coefficients.loc[["Intercept", "income", "income^2"], "std_error"]
    assert ours.to_numpy() == pytest.approx(printed, abs=0.006)
    if kind != "hc0":
        assert found.statistics["largest_leverage"] == pytest.approx(0.65, abs=0.005)


def test_leverage_through_effects_is_that_of_dummies():
    dummies = np.column_stack(
        [GRUNFELD[["value", "capital"]], *(pd.get_dummies(GRUNFELD[name]) for name in ("firm", "year"))]
    ).astype(float)
    basis = np.linalg.svd(dummies, full_matrices=False)
    rank = int((basis[1] > 1e-10 * basis[1][0]).sum())
    leverage = (basis[0][:, :rank] ** 2).sum(axis=1)
    found = dm.estimate(TWO_WAY.replace(covariance=dm.Robust("hc3")), GRUNFELD)
    assert found.statistics["largest_leverage"] == pytest.approx(leverage.max(), rel=1e-10)
    assert leverage.sum() == pytest.approx(rank)
