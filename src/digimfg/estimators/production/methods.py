"""The estimators: each returns the coefficients of the inputs and what the first stage explains."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares, minimize
from scipy.special import log_ndtr, ndtr

from digimfg.estimators.production.firms import Firms, basis, products

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PROXY_METHODS", "Fit", "Form", "Method", "Options", "fit", "input_terms"]

Floats = NDArray[np.float64]
Method = Literal["op", "lp", "acf", "wooldridge", "least_squares", "fixed_effects", "system_gmm"]
Form = Literal["cobb_douglas", "translog"]
PROXY_METHODS: tuple[Method, ...] = ("op", "lp", "acf", "wooldridge")
_SAME = 1e-4
_ZERO = 1e-12


@dataclass(frozen=True, kw_only=True)
class Options:
    """Hold what the methods ask.

    Parameters
    ----------
    method, form, degree, process, attrition, state, proxy, instrument_lags, collapse, replications, seed
        See `ProductionFunction`.
    period_effects
        Whether periods have intercepts (``"system_gmm"``).
    """

    method: Method
    form: Form
    degree: int
    process: int
    attrition: bool
    state: tuple[str, ...]
    proxy: tuple[str, ...]
    instrument_lags: tuple[int, int | None]
    collapse: bool
    period_effects: bool
    replications: int
    seed: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Fit:
    """Hold an estimate.

    Parameters
    ----------
    slopes
        Of `input_terms`.
    explained
        Output without noise, shape (n,); missing where a method has no first stage.
    minima
        One row per minimum that a start ended in: slopes, criterion, number of starts.
    survival
        Coefficients of the probability of staying are not kept; this is its mean, or NaN.
    statistics, tables
        More that a method says.
    """

    slopes: Floats
    explained: Floats
    minima: Floats
    survival: float = float("nan")
    statistics: Mapping[str, float] = field(default_factory=dict)
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)


def input_terms(inputs: Floats, form: Form) -> Floats:
    """Return the columns whose slopes are estimated: inputs, in translog form also squares and products."""
    if form == "cobb_douglas":
        return inputs
    k = inputs.shape[1]
    squares = [inputs[:, a] * inputs[:, b] for a in range(k) for b in range(a, k)]
    return np.column_stack([inputs, *squares])


def fit(firms: Firms, options: Options, starts: Floats | None = None) -> Fit:
    """Estimate.

    Parameters
    ----------
    starts
        Where the search of the second stage begins, shape (starts, slopes); ``None`` for the usual ones.
    """
    estimators: dict[Method, Callable[[Firms, Options, Floats | None], Fit]] = {
        "op": _two_steps,
        "lp": _two_steps,
        "acf": _all_in_second,
        "wooldridge": _joint,
        "least_squares": _plain,
        "fixed_effects": _within,
    }
    near, back, unit = _near(firms, options.form)
    found = estimators[options.method](near, options, None if starts is None else starts / back)
    minima = found.minima.copy()
    minima[:, :-2] *= back
    minima[:, -2] *= unit**2
    return Fit(
        slopes=found.slopes * back,
        explained=found.explained * unit + (firms.output - near.output * unit).mean(),
        minima=minima,
        survival=found.survival,
    )


def _near(firms: Firms, form: Form) -> tuple[Firms, Floats, float]:
    """Return the firms in units that do not matter, what brings slopes back, and the unit of output.

    Inputs of a translog form are scaled and not moved: its linear terms depend on where they begin.
    """
    columns = np.hstack([firms.free, firms.state])
    spread = columns.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    start = columns.mean(axis=0) if form == "cobb_douglas" else np.zeros(columns.shape[1])
    unit = float(firms.output.std()) or 1.0
    moved = (columns - start) / spread
    free = firms.free.shape[1]
    near = replace(
        firms,
        output=(firms.output - firms.output.mean()) / unit,
        free=moved[:, :free],
        state=moved[:, free:],
    )
    return near, unit / input_terms(spread[None, :], form)[0], unit


def _slopes(columns: Floats, outcome: Floats) -> Floats:
    return np.asarray(np.linalg.lstsq(columns, outcome, rcond=None)[0], dtype=np.float64)


def _single(slopes: Floats, n: int) -> Fit:
    return Fit(slopes=slopes, explained=np.full(n, np.nan), minima=np.empty((0, len(slopes) + 2)))


def _plain(firms: Firms, options: Options, starts: Floats | None) -> Fit:
    del starts
    columns = np.column_stack([np.ones(len(firms.output)), input_terms(firms.inputs, options.form)])
    return _single(_slopes(columns, firms.output)[1:], len(firms.output))


def _within(firms: Firms, options: Options, starts: Floats | None) -> Fit:
    del starts
    size = np.bincount(firms.firm).astype(np.float64)

    def freed(column: Floats) -> Floats:
        out: Floats = column - (np.bincount(firms.firm, column) / size)[firms.firm]
        return out

    columns = np.column_stack([freed(c) for c in input_terms(firms.inputs, options.form).T])
    return _single(_slopes(columns, freed(firms.output)), len(firms.output))


def _two_steps(firms: Firms, options: Options, starts: Floats | None) -> Fit:
    """Return Olley and Pakes' or Levinsohn and Petrin's estimate: free inputs first, states second."""
    known = basis(np.hstack([firms.state, firms.proxy]), options.degree)
    columns = np.column_stack([firms.free, known])
    first = _slopes(columns, firms.output)
    explained = columns @ first
    free = first[: firms.free.shape[1]]
    left = explained - firms.free @ free
    rest = firms.output - firms.free @ free
    now = firms.linked
    before = firms.before[now]
    staying = _survival(firms, known) if options.attrition else None

    def residuals(slopes: Floats) -> Floats:
        past = left[before] - firms.state[before] @ slopes
        columns = past[:, None] if staying is None else np.column_stack([past, staying[before]])
        process = basis(columns, options.process)
        expected = process @ _slopes(process, left[now] - firms.state[now] @ slopes)
        out: Floats = rest[now] - firms.state[now] @ slopes - expected
        return out

    usual = _slopes(np.column_stack([firms.state, known[:, :1]]), rest)[: firms.state.shape[1]]
    found = _search(residuals, _starts(usual) if starts is None else starts[:, len(free) :])
    minima = np.column_stack([np.tile(free, (len(found), 1)), found])
    return Fit(
        slopes=minima[0, :-2],
        explained=explained,
        minima=minima,
        survival=float("nan") if staying is None else float(np.mean(staying)),
    )


def _survival(firms: Firms, known: Floats) -> Floats:
    """Return the probability of being seen again, by a probit on the same polynomial; rows of the last
    period, of which nothing is known, get its prediction.
    """
    asked = firms.period < firms.last
    y = np.where(firms.stays, 1.0, -1.0)[asked]
    z = known[asked] * y[:, None]

    def loss(beta: Floats) -> tuple[float, Floats]:
        index = z @ beta
        logs = log_ndtr(index)
        ratio = np.exp(-0.5 * index**2 - 0.5 * np.log(2 * np.pi) - logs)
        return -float(logs.sum()), -(ratio @ z)

    found = minimize(loss, np.zeros(known.shape[1]), jac=True, method="BFGS", options={"gtol": 1e-6})
    return np.asarray(ndtr(known @ found.x), dtype=np.float64)


def _all_in_second(firms: Firms, options: Options, starts: Floats | None) -> Fit:
    """Return Ackerberg, Caves and Frazer's estimate: no slope is read from the first stage."""
    known = basis(np.hstack([firms.free, firms.state, firms.proxy]), options.degree)
    explained = known @ _slopes(known, firms.output)
    terms = input_terms(firms.inputs, options.form)
    now = firms.linked
    before = firms.before[now]
    instruments = input_terms(np.hstack([firms.free[before], firms.state[now]]), options.form)
    root = np.linalg.qr(np.column_stack([instruments]))[0]

    def moments(slopes: Floats) -> Floats:
        productivity = explained - terms @ slopes
        process = basis(productivity[before][:, None], options.process)
        out: Floats = root.T @ (productivity[now] - process @ _slopes(process, productivity[now]))
        return out

    usual = _slopes(np.column_stack([terms, np.ones(len(terms))]), firms.output)[:-1]
    found = _search(moments, _starts(usual) if starts is None else starts)
    return Fit(slopes=found[0, :-2], explained=explained, minima=found)


def _joint(firms: Firms, options: Options, starts: Floats | None) -> Fit:
    """Return Wooldridge's (2009) estimate: both equations at once, two-step GMM, linear in the parameters."""
    del starts
    known = products(_standard(np.hstack([firms.state, firms.proxy])), options.degree)
    states = firms.state.shape[1]
    now = firms.linked
    before = firms.before[now]
    free, state = firms.free[now], firms.state[now]
    one = np.ones((len(now), 1))
    further = known[now][:, states:]  # beyond the states themselves
    x = [
        np.hstack([free, state, one, further, 0 * one, 0 * known[before]]),
        np.hstack([free, state, 0 * one, 0 * further, one, known[before]]),
    ]
    z = [np.hstack([one, free, state, further]), np.hstack([one, firms.free[before], state, known[before]])]
    y = firms.output[now]
    cross = np.vstack([z[0].T @ x[0], z[1].T @ x[1]])
    target = np.concatenate([z[0].T @ y, z[1].T @ y])
    blocks = [np.linalg.pinv(part.T @ part) for part in z]
    weight = np.zeros((len(target), len(target)))
    split = z[0].shape[1]
    weight[:split, :split], weight[split:, split:] = blocks
    beta = _gmm(cross, target, weight)
    residuals = [y - part @ beta for part in x]
    rows = np.hstack([part * u[:, None] for part, u in zip(z, residuals, strict=True)])
    firm = firms.firm[now]
    sums = np.zeros((int(firm.max()) + 1, rows.shape[1]))
    np.add.at(sums, firm, rows)
    weight = np.asarray(np.linalg.pinv(sums.T @ sums), dtype=np.float64)
    beta = _gmm(cross, target, weight)
    return _single(beta[: free.shape[1] + states], len(firms.output))


def _gmm(cross: Floats, target: Floats, weight: Floats) -> Floats:
    left = cross.T @ weight
    return np.asarray(np.linalg.lstsq(left @ cross, left @ target, rcond=None)[0], dtype=np.float64)


def _standard(columns: Floats) -> Floats:
    spread = columns.std(axis=0)
    out: Floats = (columns - columns.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return out


def _starts(usual: Floats) -> Floats:
    """Return starts: least squares, half of it, the same slope for all (in units of spread), and mixtures."""
    k = len(usual)
    rng = np.random.default_rng(0)
    even = [np.full(k, value) for value in (0.1, 0.3, 0.5, 0.7)]
    mixed = [usual * rng.uniform(0, 2, size=k) for _ in range(5)]
    return np.vstack([usual, 0.5 * usual, *even, *mixed])


def _search(function: Callable[[Floats], Floats], starts: Floats) -> Floats:
    """Return the distinct minima of a sum of squares, lowest first: slopes, criterion, number of starts.

    Of several zeros that which most starts reach comes first.
    """
    ends = []
    for start in np.atleast_2d(starts):
        found = least_squares(function, start, method="lm", xtol=1e-12, ftol=1e-12, gtol=1e-12)
        ends.append(np.r_[found.x, 2 * found.cost])
    distinct: list[list[float]] = []
    for end in sorted(ends, key=lambda each: float(each[-1])):
        close = _SAME * max(1.0, float(np.abs(end[:-1]).max()))
        near = next(
            (each for each in distinct if np.abs(np.array(each[:-2]) - end[:-1]).max() <= close), None
        )
        if near is None:
            distinct.append([*end.tolist(), 1.0])
        else:
            near[-1] += 1
    return np.array(sorted(distinct, key=lambda each: (each[-2] if each[-2] > _ZERO else 0.0, -each[-1])))
