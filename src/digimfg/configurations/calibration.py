"""Calibration: from a measured quantity to degrees of membership in a set."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.frames import as_numbers
from digimfg.kinds import Above, Below, Entries, Finite, Numbers, Probability
from digimfg.text import Text

__all__ = ["calibrate", "calibrate_steps"]


@checked
def calibrate(
    values: Numbers,
    *,
    out: Finite,
    crossover: Finite,
    full: Finite,
    quantiles: bool = False,
    full_membership: Annotated[float, Above(0.5), Below(1)] = 0.95,
    at_crossover: Probability = 0.5,
) -> pd.Series[float]:
    r"""Calibrate a quantity to fuzzy membership by the direct method with three anchors.

    :math:`m=1/(1+e^{-z})` with log odds :math:`z=\ln\frac{\mu}{1-\mu}\cdot(x-c)/(f-c)` above the crossover c
    and :math:`(x-c)/(c-o)` below it: Ragin (2008, doi:10.7208/9780226702797), Duşa (2019,
    doi:10.1007/978-3-319-75668-4).

    Parameters
    ----------
    values
        The quantity; a Series keeps its index, a missing value stays missing.
    out, crossover, full
        Values at which membership is :math:`1-\mu`, one half, and :math:`\mu`; descending ones calibrate the
        set of low values.
    quantiles
        Read the anchors as shares of the cases below them, ``out=0.05, crossover=0.5, full=0.95``: then they
        describe the sample, not the concept.
    full_membership
        μ: 0.95, as R's QCA has it; 0.9526 (log odds of three) as fs/QCA does.
    at_crossover
        Membership of values exactly at the crossover, which belong to no row of a truth table at one half;
        0.501 keeps them.

    Returns
    -------
    pandas.Series
        Memberships from 0 to 1.

    Raises
    ------
    MeasureError
        If the anchors are not in order, are no quantiles where they should be, or a value is infinite or no
        number.

    Examples
    --------
    >>> calibrate([40, 45, 56, 60, 72, 90], out=45, crossover=60, full=80).round(4).tolist()
    [0.0193, 0.05, 0.3132, 0.5, 0.854, 0.9881]
    """
    series, read = _read(values)
    anchors = [out, crossover, full]
    if quantiles:
        anchors = _sample_quantiles(read, anchors)
    low, middle, high = anchors
    if not (low < middle < high or low > middle > high):
        raise MeasureError.of(
            "configurations.anchors_not_in_order", anchors=[f"{each:g}" for each in anchors]
        )
    span = np.where((read >= middle) == (high > middle), high - middle, middle - low)
    with np.errstate(over="ignore"):
        odds = math.log(full_membership / (1 - full_membership)) * (read - middle) / span
        memberships = 1 / (1 + np.exp(-odds))
    memberships[read == middle] = at_crossover
    return pd.Series(memberships, index=series.index, name=series.name)


@checked
def calibrate_steps(
    values: Numbers,
    cuts: Annotated[Sequence[Finite], Entries()],
    memberships: Sequence[Probability] | None = None,
) -> pd.Series[float]:
    """Calibrate a quantity to fixed degrees of membership: crisp by one cut, a four-value set by three.

    Parameters
    ----------
    values
        The quantity; a Series keeps its index, a missing value stays missing.
    cuts
        Ascending; a value at a cut has the higher degree.
    memberships
        One more than cuts, ascending or descending; by default equal steps from 0 to 1.

    Returns
    -------
    pandas.Series
        Memberships from 0 to 1.

    Raises
    ------
    MeasureError
        If cuts do not ascend, memberships are not one more or not in order, or a value is infinite or no
        number.

    Examples
    --------
    >>> calibrate_steps([1, 5, 9, 12], [5]).tolist()
    [0.0, 1.0, 1.0, 1.0]
    >>> calibrate_steps([1, 5, 9, 12], [3, 6, 10], [0, 0.33, 0.67, 1]).tolist()
    [0.0, 0.33, 0.67, 1.0]
    """
    series, read = _read(values)
    limits = np.asarray(list(cuts), dtype=np.float64)
    degrees = np.linspace(0, 1, len(limits) + 1)
    if memberships is not None:
        degrees = np.asarray(list(memberships), dtype=np.float64)
    steps = np.diff(degrees)
    if (
        not (np.diff(limits) > 0).all()
        or len(degrees) != len(limits) + 1
        or not ((steps > 0).all() or (steps < 0).all())
    ):
        raise MeasureError.of(
            "configurations.cuts_not_ascending", cuts=_short(limits), degrees=_short(degrees)
        )
    found = degrees[np.searchsorted(limits, read, side="right")]
    found[np.isnan(read)] = np.nan
    return pd.Series(found, index=series.index, name=series.name)


def _read(values: Any) -> tuple[pd.Series[Any], np.ndarray[Any, np.dtype[np.float64]]]:
    series = values if isinstance(values, pd.Series) else pd.Series(np.asarray(values).ravel())
    read = as_numbers(series)
    if read is None or len(read) == 0 or np.isinf(read).any():
        raise MeasureError.of(
            "configurations.values_not_finite",
            found=str(series.dtype)
            if read is None
            else Text("nothing", "空")
            if len(read) == 0
            else Text("infinite ones", "无穷值"),
        )
    return series, read


def _sample_quantiles(read: np.ndarray[Any, np.dtype[np.float64]], shares: Sequence[float]) -> list[float]:
    held = read[~np.isnan(read)]
    if not all(0 <= each <= 1 for each in shares) or len(held) == 0:
        raise MeasureError.of("configurations.quantile_anchors_outside", anchors=_short(shares), n=len(held))
    return [float(each) for each in np.quantile(held, shares)]


def _short(values: Sequence[float] | np.ndarray[Any, Any]) -> list[str]:
    return [f"{each:g}" for each in list(values)[:6]]
