"""Compare models of one outcome: likelihood ratios and information criteria."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

import numpy as np
import pandas as pd
import scipy

from digimfg.arguments import checked
from digimfg.errors import EstimationError, SpecificationError
from digimfg.kinds import Entries
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.result import Result
from digimfg.shown import shown
from digimfg.text import Text

__all__ = ["ModelComparison", "compare"]

_WHERE = "dm.compare"


@checked
@shown(Text("Comparison of models", "模型比较"))
@dataclass(frozen=True, kw_only=True, eq=False)
class ModelComparison:
    """Hold a comparison.

    Parameters
    ----------
    rows
        By ``model``, in the order given: ``n_obs n_parameters log_likelihood aic bic``, and against the model
        before it, where that is nested in it or it in that: ``lr_statistic lr_df lr_p``.
    notes
        What a reader must know.
    """

    rows: pd.DataFrame
    notes: tuple[Text, ...] = ()


@checked
@keeps_marks
def compare(results: Annotated[Mapping[str, Result], Entries(2)]) -> ModelComparison:
    r"""Compare results of one outcome on the same rows by their likelihoods.

    :math:`AIC=-2\ln L+2k`, :math:`BIC=-2\ln L+k\ln N`, k the coefficients and the levels of the absorbed
    effects (not the error's variance, as Stata and statsmodels count). :math:`LR=2|\ln L_1-\ln L_0|` is
    chi-squared with the difference of k where one model's terms and effects are among the other's.

    Parameters
    ----------
    results
        Name → result of an estimator with a likelihood: least squares, Poisson, logit …

    Raises
    ------
    SpecificationError
        If outcomes, estimators or numbers of rows differ.
    EstimationError
        If a result has no likelihood, as those with instruments.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data.query("firm != 'American Steel'")
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year")
    >>> found = dm.compare({"pooled": dm.estimate(spec, frame),
    ...     "effects": dm.estimate(spec.replace(fixed_effects="firm"), frame)})
    >>> found.rows[["aic", "lr_statistic", "lr_df"]].round(3).loc["effects"].tolist()
    [2165.562, 242.043, 9.0]
    """
    first = next(iter(results.values()))
    for name, result in results.items():
        _check(name, result, first)
    rows = {name: _row(result) for name, result in results.items()}
    names = list(rows)
    for before, name in pairwise(names):
        rows[name] |= _ratio(results[before], rows[before], results[name], rows[name])
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("model")
    columns = ["n_obs", "n_parameters", "log_likelihood", "aic", "bic", "lr_statistic", "lr_df", "lr_p"]
    return ModelComparison(rows=frame.reindex(columns=columns))


def _check(name: str, result: Result, first: Result) -> None:
    where = note_of("postestimation.place_of_comparison", name=name)
    if "log_likelihood" not in result.statistics:
        raise EstimationError.of(
            "postestimation.no_likelihood", where=where, got=result.specification.estimator.label
        )
    same = (
        result.specification.outcome == first.specification.outcome
        and type(result.specification.estimator) is type(first.specification.estimator)
        and result.statistics["n_obs"] == first.statistics["n_obs"]
    )
    if not same:
        raise SpecificationError.of(
            "postestimation.results_of_other_data", where=where, expected=_said(first), got=_said(result)
        )


def _said(result: Result) -> Text:
    return note_of(
        "postestimation.outcome_by_group",
        outcome=result.specification.outcome,
        label=result.specification.estimator.label,
        n=int(result.statistics["n_obs"]),
    )


def _row(result: Result) -> dict[str, float]:
    n = result.statistics["n_obs"]
    k = len(result.coefficients) + result.statistics.get("df_absorbed", 0.0)
    likelihood = result.statistics["log_likelihood"]
    return {
        "n_obs": n,
        "n_parameters": k,
        "log_likelihood": likelihood,
        "aic": -2 * likelihood + 2 * k,
        "bic": -2 * likelihood + k * float(np.log(n)),
    }


def _ratio(
    before: Result, one: Mapping[str, float], after: Result, other: Mapping[str, float]
) -> dict[str, float]:
    small, large = sorted((before, after), key=lambda each: len(_parts(each)))
    df = abs(other["n_parameters"] - one["n_parameters"])
    if not _parts(small) <= _parts(large) or df == 0:
        return {}
    statistic = 2 * abs(other["log_likelihood"] - one["log_likelihood"])
    return {"lr_statistic": statistic, "lr_df": df, "lr_p": float(scipy.stats.chi2.sf(statistic, df))}


def _parts(result: Result) -> set[str]:
    """Return the terms and effects of a model; effects hold the constant."""
    terms = {str(term) for term in result.coefficients.index}
    return terms | {"Intercept"} | {f"| {name}" for name in result.specification.fixed_effects}
