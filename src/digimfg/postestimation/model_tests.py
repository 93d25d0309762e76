"""The answer of a test of a model, and the equation that it is made on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.errors import EstimationError
from digimfg.kinds import Number
from digimfg.postestimation.equation import Equation, equation_of
from digimfg.result import Result
from digimfg.shown import shown
from digimfg.specification import Link
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ModelTest", "refused_test", "tested_equation"]


@checked
@shown(Text("Test of the model", "模型检验"))
@dataclass(frozen=True, kw_only=True, slots=True)
class ModelTest:
    """The answer of a test of a model; `df_denominator` is ``None`` where the statistic is chi-squared."""

    hypothesis: Text
    statistic: float
    df_numerator: float
    df_denominator: float | None
    p_value: float
    n_obs: int
    coefficient: Number | None = None
    notes: tuple[Text, ...] = ()


def tested_equation(
    result: Result,
    frame: pd.DataFrame | None,
    where: str,
    links: tuple[Link, ...],
) -> Equation:
    """Return the equation of a result whose link is among those that a test is known for.

    Raises
    ------
    EstimationError
        If it is not.
    """
    equation = equation_of(result, frame, where)
    if equation.link not in links:
        raise refused_test(where, result)
    return equation


def refused_test(where: str, result: Result) -> EstimationError:
    """Return the refusal of a test that is not known for an estimator."""
    return EstimationError.of(
        "postestimation.test_unknown_for_estimator", where=where, got=result.specification.estimator.label
    )
