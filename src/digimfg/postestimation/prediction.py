"""Predictions of new rows with the effects that are known, their errors and intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray
from scipy import special

from digimfg.arguments import checked
from digimfg.kinds import Label, Share, StoredFrame
from digimfg.labels import term_label
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.postestimation.columns import columns_on
from digimfg.postestimation.effect_errors import whole_covariance
from digimfg.postestimation.effects import KnownEffects, known_effects
from digimfg.postestimation.equation import Equation, data_of, equation_of
from digimfg.postestimation.responses import Responding, Scale, responding
from digimfg.result import Result
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.distributions.reference import ReferenceDistribution

__all__ = ["Prediction", "predict"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

_WHERE = "dm.predict"


@checked
@shown(Text("Prediction", "预测"))
@dataclass(frozen=True, kw_only=True, eq=False)
class Prediction:
    """Hold predictions.

    Parameters
    ----------
    rows
        By the labels of the new rows: ``prediction std_error conf_low conf_high``; missing where a row lacks
        a value, or has a level that the estimate does not know.
    scale, level
        As asked for.
    notes
        What a reader must know: rows without a prediction and why.
    """

    rows: pd.DataFrame
    scale: Scale
    level: float
    notes: tuple[Text, ...] = ()


@checked
@keeps_marks
@one_thread
def predict(
    result: Result,
    frame: StoredFrame | None = None,
    *,
    scale: Scale = "mean",
    category: Label | None = None,
    level: Share = 0.95,
    estimated_on: StoredFrame | None = None,
) -> Prediction:
    r"""Predict the mean of the outcome for rows of a frame, by terms and the effects that are known.

    :math:`\hat y=g(x'b+\text{effects})`. The error is that of the estimated mean, not of a single outcome:
    :math:`\sqrt{z'Vz}` of the index, z the terms and the indicators of the row's levels and V the
    specification's covariance of all their coefficients, as dummy variables would have it (least squares,
    instruments, Poisson). Intervals of a
    mean that is not linear are those of the index, carried through g; where further parameters enter the mean
    (a variance, cut points), of the mean itself, and of the log odds of a probability.

    Parameters
    ----------
    result
        Of an estimator with a mean: see `fitted_values`.
    frame
        Rows to predict; by default all those of the data estimated on, those without an outcome too. Lags
        are taken within the frame. An outcome is not needed.
    scale
        ``"mean"``: of the outcome as the specification writes it (of ``log(y)``, the logarithm).
        ``"index"``: before g. Of a censored outcome also ``"probability"`` (to lie between the limits) and
        ``"uncensored"`` (its mean there).
    category
        Of an ordered outcome: the one whose probability is predicted.
    level
        Of the intervals.
    estimated_on
        The data estimated on; not needed in the session that estimated them.

    Raises
    ------
    EstimationError
        If the estimator gives rows no mean.
    SpecificationError
        If a column is missing, or the data estimated on are needed and not given, or are others.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data
    >>> spec = dm.Specification("invest", ("value", "capital"), entity="firm", time="year",
    ...     fixed_effects="firm")
    >>> new = frame.head(2).drop(columns="invest").assign(value=5000)
    >>> dm.predict(dm.estimate(spec, frame), new).rows["prediction"].round(1).tolist()
    [481.2, 496.7]
    """
    own = data_of(result, estimated_on, _WHERE)
    equation = equation_of(result, own, _WHERE)
    response = responding(equation, scale, category, _WHERE)
    data = own if frame is None else frame
    new = columns_on(equation.design, equation.terms, data)
    notes = [_unseen(column, count) for column, count in new.unseen.items()]
    estimator = result.specification.estimator
    added = estimator.offset_of(new.evaluator)
    index = new.values @ equation.estimates + (0.0 if added is None else added)
    if equation.design.effects:
        known = known_effects(equation, own)
        codes = known.codes(data)
        sums, _ = known.sums(codes)
        notes += _unknown(known, codes, sums)
        error, more = _errors_with_effects(equation, known, new.values, codes)
        notes += more
        index = index + sums
    else:
        k = len(equation.terms)
        error = np.sqrt(np.einsum("ij,jk,ik->i", new.values, equation.covariance[:k, :k], new.values))
    error = np.where(np.isnan(index), np.nan, error)
    if response.made is None:
        weights = np.hstack([new.values, np.zeros((len(index), len(equation.further)))])
        reach = _reach(result.distribution, weights, index, error, level)
        error = error * np.abs(response.slope(index))
        low, high, centre = (response.mean(each) for each in (index - reach, index + reach, index))
    else:
        centre = response.mean(index)
        error, low, high = _with_further(equation, response, new.values, index, level)
    rows = pd.DataFrame(
        {"prediction": centre, "std_error": error, "conf_low": low, "conf_high": high}, index=data.index
    )
    return Prediction(rows=rows, scale=scale, level=level, notes=tuple(dict.fromkeys(notes)))


def _reach(
    distribution: ReferenceDistribution, columns: Floats, index: Floats, error: Floats, level: float
) -> Floats:
    df = distribution.common_df
    if np.isfinite(df) or np.isinf(df):
        return np.asarray(scipy.stats.t.ppf(0.5 + level / 2, df) * error)
    found = np.full(len(index), np.nan)
    for row in np.flatnonzero(np.isfinite(error) & (error > 0)):
        ends = distribution.contrast(columns[row], index[row], error[row], level=level, where=_WHERE)
        found[row] = (ends.conf_high - ends.conf_low) / 2
    return found


def _with_further(
    equation: Equation, response: Responding, columns: Floats, index: Floats, level: float
) -> tuple[Floats, Floats, Floats]:
    """Return errors and intervals of means that further parameters enter, of shares by their log odds."""
    rows = np.hstack([response.slope(index)[:, None] * columns, response.mean_by_further(index)])
    error = np.sqrt(np.einsum("ij,jk,ik->i", rows, equation.covariance, rows))
    centre = response.mean(index)
    reach = float(scipy.stats.norm.ppf(0.5 + level / 2)) * error
    if not response.here.share:
        return error, centre - reach, centre + reach
    with np.errstate(divide="ignore", invalid="ignore"):
        odds, reach = special.logit(centre), reach / (centre * (1 - centre))
    return error, special.expit(odds - reach), special.expit(odds + reach)


def _errors_with_effects(
    equation: Equation, known: KnownEffects, columns: Floats, codes: Codes
) -> tuple[Floats, list[Text]]:
    """Return the error of the index of rows, effects included, by the covariance of a dummy-variable
    regression.
    """
    covariance = whole_covariance(equation, known)
    if covariance is None:
        note = note_of("postestimation.no_prediction_error", most=2_500)
        return np.full(len(columns), np.nan), [note]
    k = columns.shape[1]
    slopes, cross, levels = covariance[:k, :k], covariance[:k, k:], covariance[k:, k:]
    there = np.maximum(codes, 0)
    variance = np.einsum("ij,jk,ik->i", columns, slopes, columns)
    for place in range(codes.shape[1]):
        variance += 2 * np.einsum("ij,ji->i", columns, cross[:, there[:, place]])
        for other in range(codes.shape[1]):
            variance += levels[there[:, place], there[:, other]]
    return np.where((codes >= 0).all(axis=1), np.sqrt(np.maximum(variance, 0)), np.nan), []


def _unseen(column: str, count: int) -> Text:
    return note_of("postestimation.unseen_level", count=count, column=term_label(column))


def _unknown(known: KnownEffects, codes: Codes, sums: Floats) -> list[Text]:
    notes = [
        _unseen(name, count)
        for name, place in zip(known.levels, range(codes.shape[1]), strict=True)
        if (count := int(np.count_nonzero(codes[:, place] == -1)))
    ]
    apart = int(np.count_nonzero((codes >= 0).all(axis=1) & np.isnan(sums)))
    if apart:
        notes.append(note_of("postestimation.unlinked_levels", count=apart))
    return notes
