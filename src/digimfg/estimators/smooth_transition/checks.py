"""Lagrange multiplier tests of smooth transitions: against linearity, of what is left, of constancy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from digimfg.estimators.threshold.search import demean, orthonormal_basis

__all__ = ["multiplier_tests", "powers", "sequence_tests"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def powers(columns: Floats, value: Floats, order: int) -> list[Floats]:
    """Return columns times the first powers of a variable, one block each."""
    return [columns * (value**power)[:, None] for power in range(1, order + 1)]


def multiplier_tests(
    null: Floats, blocks: list[Floats], residual: Floats, unit: Codes, draws: int, seed: int
) -> pd.DataFrame:
    """Return the tests of the first blocks together, one row for each number of them.

    Parameters
    ----------
    null
        What the null model has, less means by unit (of a nonlinear one its gradient), shape (n, p).
    blocks
        What might be missing, as given, shapes (n, k).
    residual
        Of the null model, less means by unit.
    draws
        Wild bootstrap that turns the signs of whole units, 0 for none.
    """
    rows = [
        _test(null, np.hstack(blocks[:count]), residual, unit, draws, seed)
        for count in range(1, len(blocks) + 1)
    ]
    return pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="order"))


def sequence_tests(
    linear: Floats, blocks: list[Floats], outcome: Floats, unit: Codes, draws: int, seed: int
) -> pd.DataFrame:
    """Return the tests of each block given those before it."""
    rows = []
    for count in range(len(blocks)):
        null = np.hstack([linear, *(demean(each, unit) for each in blocks[:count])])
        basis = orthonormal_basis(null)
        residual = outcome - basis @ (basis.T @ outcome)
        rows.append(_test(null, blocks[count], residual, unit, draws, seed))
    return pd.DataFrame(rows, index=pd.RangeIndex(1, len(rows) + 1, name="order"))


def _test(
    null: Floats, added: Floats, residual: Floats, unit: Codes, draws: int, seed: int
) -> dict[str, float]:
    basis = orthonormal_basis(null)
    free = demean(added, unit)
    size = np.linalg.norm(free, axis=0)
    free = free - basis @ (basis.T @ free)
    lasting = np.linalg.norm(free, axis=0) > 1e-8 * size
    columns = orthonormal_basis(free[:, lasting])
    n, count = len(residual), columns.shape[1]
    units = int(unit.max()) + 1
    degrees = n - units - basis.shape[1] - count
    empty = dict.fromkeys(
        ("lm", "lm_p", "lm_f", "lm_f_p", "hac", "hac_p", "hac_f", "hac_f_p", "wild_p"), np.nan
    )
    if not count or degrees < 1:
        return {"df": float(count), **empty}
    scores = _by_unit(columns * residual[:, None], unit, units)
    total = scores.sum(axis=0)
    squares = float(residual @ residual)
    plain = float(total @ total) / squares * n
    robust = float(total @ np.linalg.solve(scores.T @ scores, total)) if count < units else np.nan
    ratio = degrees / (n * count)
    found = {
        "df": float(count),
        **_p_values("lm", plain, count, ratio, degrees),
        **_p_values("hac", robust, count, ratio, degrees),
        "wild_p": np.nan,
    }
    if draws:
        own = _by_unit(basis * residual[:, None], unit, units)
        signs = np.random.default_rng(seed).integers(0, 2, size=(draws, units)) * 2.0 - 1.0
        drawn = np.square(signs @ scores).sum(axis=1) / (squares - np.square(signs @ own).sum(axis=1)) * n
        found["wild_p"] = float((1 + np.sum(drawn >= plain * (1 - 1e-12))) / (1 + draws))
    return found


def _by_unit(values: Floats, unit: Codes, units: int) -> Floats:
    sums = np.zeros((units, values.shape[1]))
    np.add.at(sums, unit, values)
    return sums


def _p_values(name: str, value: float, count: int, ratio: float, degrees: int) -> dict[str, float]:
    return {
        name: value,
        f"{name}_p": float(scipy.stats.chi2.sf(value, count)),
        f"{name}_f": value * ratio,
        f"{name}_f_p": float(scipy.stats.f.sf(value * ratio, count, degrees)),
    }
