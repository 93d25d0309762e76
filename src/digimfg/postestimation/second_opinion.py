"""A second opinion: the same design by another engine, compared number by number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.covariance import Clustered
from digimfg.estimate import estimate
from digimfg.kinds import StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.postestimation.bridge.r import r_command
from digimfg.postestimation.bridge.stata import stata_command
from digimfg.postestimation.engines import EngineFit, engine_fit, has_engine
from digimfg.postestimation.equation import data_of, rebuilt
from digimfg.result import Result
from digimfg.shown import shown
from digimfg.text import Text

__all__ = ["SecondOpinion", "second_opinion"]

_WHERE = "dm.second_opinion"
_EQUAL = 1e-4


@checked
@shown(Text("Second opinion", "第二引擎核对"))
@dataclass(frozen=True, kw_only=True, eq=False)
class SecondOpinion:
    """Hold a comparison with another engine.

    Parameters
    ----------
    engine, model
        Which one; empty where no engine here has the model.
    rows
        By ``term``: ``estimate other_estimate std_error other_std_error statistic other_statistic``; ours
        under the rule of the engine, missing where it has no such errors.
    largest_difference
        Of estimates relative to their errors, and of errors relative to themselves; NaN without an engine.
    line
        One line for the notes of a table.
    stata, r
        The command that estimates the equation there; empty where none is known.
    notes
        What a reader must know.
    """

    engine: str
    model: str
    rows: pd.DataFrame
    largest_difference: float
    line: Text
    stata: str
    r: str
    notes: tuple[Text, ...] = ()


@checked
@keeps_marks
@one_thread
def second_opinion(result: Result, *, frame: StoredFrame | None = None) -> SecondOpinion:
    """Estimate the same design again by linearmodels or statsmodels, and compare.

    Absorbed effects become dummy variables. Errors are compared under the engine's small-sample rule: where
    it is not that of the result, ours are estimated again under it.

    Parameters
    ----------
    result
        Of any estimator; where no engine has its model, or the dummies are too many, the answer says so.
    frame
        The data estimated on; not needed in the session that estimated them.

    Raises
    ------
    SpecificationError
        If the data are needed and not given, or are others.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> found = dm.second_opinion(dm.estimate(spec, grunfeld.load_pandas().data))
    >>> found.model, found.largest_difference < 1e-8, found.stata
    ('OLS', True, 'reghdfe invest value capital, absorb(firm) vce(cluster firm)')
    """
    data = data_of(result, frame, _WHERE)
    known = has_engine(result.specification.estimator)
    other = engine_fit(rebuilt(result, data, _WHERE)) if known else None
    stata, r = stata_command(result.specification), r_command(result.specification)
    if other is None:
        line = note_of("postestimation.second_opinion", label=result.specification.estimator.label)
        empty = pd.DataFrame(index=result.coefficients.index)
        return SecondOpinion(
            engine="", model="", rows=empty, largest_difference=float("nan"), line=line, stata=stata, r=r,
            notes=(line,),
        )  # fmt: skip
    rows, difference, notes = _compared(result, data, other)
    digits = 10.0 ** np.ceil(np.log10(max(difference, 1e-15)))
    equal = difference < _EQUAL
    line = note_of(
        "postestimation.equal_to_engine" if equal else "postestimation.differs_from_engine",
        engine=other.engine,
        model=other.model,
        digits=f"{digits:.0e}".replace("e-0", "e-"),
    )
    return SecondOpinion(
        engine=other.engine,
        model=other.model,
        rows=rows,
        largest_difference=difference,
        line=line,
        stata=stata,
        r=r,
        notes=(line, *notes),
    )


def _compared(
    result: Result, data: pd.DataFrame, other: EngineFit
) -> tuple[pd.DataFrame, float, tuple[Text, ...]]:
    own = result
    notes: tuple[Text, ...] = ()
    asked = result.specification.covariance
    if other.std_errors is not None and asked.small_sample != other.rule:
        ruled = (
            Clustered(asked.columns, small_sample=other.rule, wild_bootstrap=None)
            if isinstance(asked, Clustered)
            else type(asked)(small_sample=other.rule)  # type: ignore[call-arg]
        )
        own = estimate(result.specification.replace(covariance=ruled), data)
        notes = (note_of("postestimation.rule_of_engine", other=other.rule, rule=asked.small_sample),)
    if other.std_errors is None:
        notes = (note_of("postestimation.no_errors_of_engine"),)
    terms = [term for term in own.coefficients.index if term in other.estimates.index]
    ours = own.coefficients.loc[terms]
    errors = pd.Series(np.nan, index=terms) if other.std_errors is None else other.std_errors[terms]
    rows = pd.DataFrame(
        {
            "estimate": ours["estimate"],
            "other_estimate": other.estimates[terms],
            "std_error": ours["std_error"] if other.std_errors is not None else np.nan,
            "other_std_error": errors,
            "statistic": ours["statistic"] if other.std_errors is not None else np.nan,
            "other_statistic": other.estimates[terms] / errors,
        }
    ).rename_axis("term")
    apart = (rows["estimate"] - rows["other_estimate"]).abs() / ours["std_error"]
    spread = (rows["std_error"] / rows["other_std_error"] - 1).abs()
    return rows, float(np.nanmax([*apart, *spread])), notes
