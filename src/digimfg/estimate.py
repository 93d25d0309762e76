"""Estimate a specification on a frame."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from threadpoolctl import ThreadpoolController

from digimfg.design import build_design
from digimfg.errors import SpecificationError
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.result import Result
    from digimfg.specification import Specification

__all__ = ["estimate"]


def estimate(specification: Specification, frame: pd.DataFrame) -> Result:
    """Estimate one specification.

    Parameters
    ----------
    specification
        The equation and how to estimate it.
    frame
        One row per observation with every column the specification names; rows in any order give the same bytes.

    Returns
    -------
    Result
        Coefficients, statistics, notes (every dropped row with its reason) and provenance.

    Raises
    ------
    SpecificationError
        If the specification does not fit the frame.
    EstimationError
        If the data cannot answer it.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year", fixed_effects="firm")
    >>> dm.estimate(spec, frame).coefficients["estimate"].round(7).tolist()
    [0.1101238, 0.3100653]
    """
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise SpecificationError(
            where=Text("the frame", "数据"),
            expected="pandas.DataFrame",
            got=type(frame).__name__,
            remedy=Text(
                "pass a DataFrame, e.g. dm.load_panel('world')",
                "请传入 DataFrame，例如 dm.load_panel('world')",
            ),
        )
    # One thread of linear algebra: the last bit of a sum must not depend on the number of cores.
    with _threads().limit(limits=1, user_api="blas"):
        return specification.estimator.fit(build_design(specification, frame))


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()
