"""Spatial panels by exact maximum likelihood: SAR, SEM, SAC, SLX, SDM, SDEM, static and dynamic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.panel_rows import check_plain, effects_of, finish, unit_and_period
from digimfg.estimators.spatial.model import SpatialEstimate, SpatialModel, estimate_spatial
from digimfg.estimators.spatial.results import choice_tests, effects_table, fit_statistics
from digimfg.estimators.spatial.weights import (
    Standardization,
    WeightMatrix,
    align_weights,
    empty_rows,
    weight_matrix,
)
from digimfg.text import Text

if TYPE_CHECKING:
    from scipy import sparse

    from digimfg.design import Design
    from digimfg.estimators.spatial.data import Effects
    from digimfg.result import Result

__all__ = ["SpatialPanel", "WeightMatrix"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, init=False)
class SpatialPanel:
    r"""Estimate a spatial panel by exact maximum likelihood.

    .. math:: y_t = \sum_j\rho_jW_jy_t + X_t\beta + \sum_jW_jX_t\theta_j + \mu + \lambda_t\iota + u_t, \qquad
       u_t = \lambda Eu_t + \varepsilon_t

    A lag of the outcome among the regressors (``"L.y"``) makes it dynamic: with ``lag_regressors`` it is lagged in
    space too, and the effects come for the short and the long run.

    Parameters
    ----------
    weights
        A frame labelled by units in rows and columns, an array or sparse matrix in the order of sorted units, a
        libpysal ``W`` or ``Graph``; or a mapping of names to such (several matrices at once, each with its own ρ and
        θ: directed flows, distance bands).
    lag_outcome, lag_regressors, lag_error
        Which terms there are: SAR (T, F, F), SEM (F, F, T), SAC (T, F, T), SLX (F, T, F), SDM (T, T, F), SDEM
        (F, T, T). `lag_regressors` may name the terms to lag.
    effects
        ``"entity" "time" "twoways" "random" "none"``; by default what ``fixed_effects`` of the specification says.
    error_weights
        Weights of the error; by default those of the rest (which must then be one matrix).
    standardization
        Of the weights among the units of the sample: ``"none"`` takes them as they are.
    bias_correction
        ``"lee_yu"``: the likelihood of the (N-1)(T-1) transformed observations (Lee and Yu 2010,
        doi:10.1016/j.jeconom.2009.08.001), which divides the error variance by T-1 and, with time effects, needs
        row-standardised weights; in dynamic models the correction of Yu, de Jong and Lee (2008). ``None``: the
        likelihood of all NT.
    draws, seed
        Draws of the estimates for the errors of the effects; 0 leaves the delta method.
    islands
        ``"error"`` refuses units without neighbours, ``"keep"`` takes them.

    Notes
    -----
    Effects are removed from the outcome *and from its spatial lag*. With time effects this matters: software that
    removes them from the outcome first and lags afterwards leaves each year's average of :math:`W\tilde y` in,
    unless columns of W sum to one. On Munnell's data that alone moves ρ of the two-way Durbin model from 0.3702 (the
    maximum of the likelihood, as here) to 0.3688.

    Errors come from the information matrix; the covariance of the specification is not used.

    Examples
    --------
    >>> ring = pd.DataFrame([[0, 1, 1], [1, 0, 1], [1, 1, 0]], index=list("abc"), columns=list("abc"))
    >>> SpatialPanel(weights=ring, lag_error=True, lag_regressors=False).label.en
    'Spatial SAC panel'
    """

    weights: WeightMatrix | tuple[tuple[str, WeightMatrix], ...]
    lag_outcome: bool
    lag_regressors: bool | tuple[str, ...]
    lag_error: bool
    effects: Effects | None
    error_weights: WeightMatrix | None
    standardization: Standardization
    bias_correction: Literal["lee_yu"] | None
    draws: int
    seed: int
    islands: Literal["error", "keep"]

    def __init__(
        self,
        *,
        weights: Any,
        lag_outcome: bool = True,
        lag_regressors: bool | tuple[str, ...] = True,
        lag_error: bool = False,
        effects: Effects | None = None,
        error_weights: Any = None,
        standardization: Standardization = "none",
        bias_correction: Literal["lee_yu"] | None = None,
        draws: int = 1000,
        seed: int = 0,
        islands: Literal["error", "keep"] = "error",
    ) -> None:
        values: dict[str, Any] = {
            "weights": _weights(weights),
            "lag_outcome": lag_outcome,
            "lag_regressors": lag_regressors if isinstance(lag_regressors, bool) else tuple(lag_regressors),
            "lag_error": lag_error,
            "effects": effects,
            "error_weights": None if error_weights is None else weight_matrix(error_weights),
            "standardization": standardization,
            "bias_correction": bias_correction,
            "draws": int(draws),
            "seed": int(seed),
            "islands": islands,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def label(self) -> Text:
        """Name of the model for tables and notes."""
        names = {
            (True, False, False): "SAR",
            (False, False, True): "SEM",
            (True, False, True): "SAC",
            (False, True, False): "SLX",
            (True, True, False): "SDM",
            (False, True, True): "SDEM",
            (True, True, True): "GNS",
        }
        name = names.get((self.lag_outcome, bool(self.lag_regressors), self.lag_error), "")
        return Text(f"Spatial {name} panel".replace("  ", " "), f"空间面板{name}")

    @property
    def errors_label(self) -> Text:
        """How the errors are estimated, for notes below tables."""
        return Text(
            "standard errors from the information matrix of the likelihood", "由似然函数信息矩阵得到的标准误"
        )

    def fit(self, design: Design) -> Result:
        """Estimate on a balanced panel.

        Raises
        ------
        EstimationError
            If the panel is not balanced, the weights do not match its units, a unit has no neighbours, or the maximum
            lies at the bound of a spatial coefficient.
        SpecificationError
            If the specification asks for what this estimator does not have.
        """
        check_plain(design, self.label)
        return _fit(self, design)


def _fit(options: SpatialPanel, design: Design) -> Result:
    notes: list[Text] = []
    outcome, regressors, units = _cube(design)
    names = design.terms
    matrices, error_matrix = _matrices(options, units, notes)
    effects = options.effects if options.effects is not None else effects_of(design)
    own_lag = _own_lag(design)
    model = SpatialModel(
        outcome=outcome,
        regressors=regressors,
        names=names,
        weights=matrices,
        error_weights=error_matrix,
        lag_outcome=options.lag_outcome,
        lagged=_lagged(options, names, regressors),
        own_lag=own_lag,
        effects=effects,
        corrected=options.bias_correction == "lee_yu",
    )
    _check_correction(model)
    estimate = estimate_spatial(model)
    table, n_rejected = effects_table(estimate, options.draws, options.seed)
    tests = choice_tests(estimate)
    statistics = fit_statistics(estimate)
    for name, value in zip(model.parameter_names, estimate.fit.parameters, strict=False):
        statistics[name] = float(value)
    for name, test in tests.items():
        statistics[name], statistics[f"{name}_p"] = test.statistic, test.p_value
    choice = pd.DataFrame(
        [(test.statistic, float(test.df), test.p_value) for test in tests.values()],
        columns=["statistic", "df", "p_value"],
        index=pd.Index(list(tests), name="test", dtype=object),
    )
    tables = {"model_choice": choice}
    if model.lag_outcome or np.any(model.lagged):
        tables["effects"] = table
    notes.extend(_notes(options, model, estimate, n_rejected))
    count = len(model.column_names) + len(model.parameter_names)
    return finish(
        design,
        names=(*model.column_names, *model.parameter_names),
        estimates=estimate.estimates[:count],
        covariance=estimate.covariance[:count, :count],
        df_resid=None,
        statistics=statistics,
        notes=tuple(notes),
        tables=tables,
    )


def _weights(weights: Any) -> WeightMatrix | tuple[tuple[str, WeightMatrix], ...]:
    if isinstance(weights, Mapping):
        return tuple((str(name), weight_matrix(value)) for name, value in weights.items())
    if isinstance(weights, tuple) and weights and isinstance(weights[0], tuple):
        return tuple((str(name), weight_matrix(value)) for name, value in weights)
    return weight_matrix(weights)


def _cube(design: Design) -> tuple[Floats, Floats, NDArray[np.generic]]:
    """Return outcome (T, N), regressors (T, N, k) and the units, or say which units are incomplete."""
    unit, period, units, periods = unit_and_period(design)
    n_units, n_periods = len(units), len(periods)
    if len(unit) != n_units * n_periods:
        counts = np.bincount(unit, minlength=n_units)
        short = [f"{units[i]} ({counts[i]}/{n_periods})" for i in np.flatnonzero(counts < n_periods)]
        raise EstimationError(
            where=Text("spatial panel", "空间面板"),
            expected=Text(
                f"every unit in each of the {n_periods} periods", f"每个单元在全部 {n_periods} 期均有观测"
            ),
            got=Text(
                f"{len(short)} incomplete units: {', '.join(short[:3])}",
                f"{len(short)} 个不完整单元：{', '.join(short[:3])}",
            ),
            remedy=Text(
                "restrict units or periods by `sample` to a balanced panel",
                "用 `sample` 将单元或时期限制为平衡面板",
            ),
        )
    order = np.lexsort((unit, period))
    outcome = design.outcome[order].reshape(n_periods, n_units)
    regressors = design.regressors[order].reshape(n_periods, n_units, -1)
    return outcome, regressors, units


def _matrices(
    options: SpatialPanel, units: NDArray[np.generic], notes: list[Text]
) -> tuple[dict[str, sparse.csr_array], sparse.csr_array | None]:
    named = options.weights if isinstance(options.weights, tuple) else (("W", options.weights),)
    matrices: dict[str, sparse.csr_array] = {}
    for name, value in named:
        matrices[name], found = align_weights(value, units, options.standardization)
        notes.extend(note for note in found if note not in notes)
    together = sum((abs(matrix) for matrix in matrices.values()), start=0 * next(iter(matrices.values())))
    alone = empty_rows(together, units)
    if alone and options.islands == "error":
        raise EstimationError(
            where=Text("spatial weights", "空间权重矩阵"),
            expected=Text("at least one neighbour for every unit", "每个单元至少有一个邻居"),
            got=Text(f"{len(alone)} units without: {alone[:3]}", f"{len(alone)} 个单元没有邻居：{alone[:3]}"),
            remedy=Text(
                'link them (an island to its nearest port), drop them, or islands="keep"',
                '为其指定邻居（如海岛连接最近大陆）、剔除，或使用 islands="keep"',
            ),
        )
    if alone:
        notes.append(Text(f"{len(alone)} units without neighbours kept", f"保留 {len(alone)} 个无邻居单元"))
    if not options.lag_error:
        return matrices, None
    if options.error_weights is not None:
        error, found = align_weights(options.error_weights, units, options.standardization)
        notes.extend(note for note in found if note not in notes)
        return matrices, error
    if len(matrices) > 1:
        raise SpecificationError(
            where=Text("SpatialPanel(lag_error=True)", "SpatialPanel(lag_error=True)"),
            expected=Text("one matrix for the error", "误差项使用一个权重矩阵"),
            got=Text(f"{len(matrices)} matrices", f"{len(matrices)} 个矩阵"),
            remedy=Text("give `error_weights`", "请给出 `error_weights`"),
        )
    return matrices, next(iter(matrices.values()))


def _lagged(options: SpatialPanel, names: tuple[str, ...], regressors: Floats) -> NDArray[np.bool_]:
    """Return which regressors are lagged in space; constants of a period would repeat themselves and are not."""
    if isinstance(options.lag_regressors, tuple):
        unknown = [name for name in options.lag_regressors if name not in names]
        if unknown:
            raise SpecificationError(
                where=Text("SpatialPanel(lag_regressors=…)", "SpatialPanel(lag_regressors=…)"),
                expected=Text(f"regressors: {', '.join(names)}", f"解释变量：{', '.join(names)}"),
                got=Text(f"{', '.join(unknown)}", f"{', '.join(unknown)}"),
                remedy=Text("name terms as in the specification", "按设定中的写法列出"),
            )
        return np.array([name in options.lag_regressors for name in names])
    if not options.lag_regressors:
        return np.zeros(len(names), dtype=bool)
    return np.asarray(np.any(np.ptp(regressors, axis=1) > 0, axis=0))


def _own_lag(design: Design) -> int | None:
    specification = design.specification
    for name in (f"L.{specification.outcome}", f"L1.{specification.outcome}"):
        if name in design.terms:
            return design.terms.index(name)
    return None


def _check_correction(model: SpatialModel) -> None:
    if not model.corrected:
        return
    if model.effects in ("none", "random"):
        raise SpecificationError(
            where=Text('SpatialPanel(bias_correction="lee_yu")', 'SpatialPanel(bias_correction="lee_yu")'),
            expected=Text("entity or time effects", "个体或时间固定效应"),
            got=Text(f"effects {model.effects!r}", f"效应 {model.effects!r}"),
            remedy=Text("use bias_correction=None", "使用 bias_correction=None"),
        )
    if model.effects == "entity":
        return
    for name, matrix in model.weights.items():
        if float(np.ptp(np.asarray(matrix.sum(axis=1)).ravel())) > 1e-8:
            raise SpecificationError(
                where=Text(
                    'SpatialPanel(bias_correction="lee_yu") with time effects',
                    '含时间效应的 SpatialPanel(bias_correction="lee_yu")',
                ),
                expected=Text("weights whose rows have one sum", "各行之和相等的权重矩阵"),
                got=Text(f"row sums of {name} differ", f"{name} 的行和不等"),
                remedy=Text(
                    'use standardization="row" or effects="entity"',
                    '使用 standardization="row" 或 effects="entity"',
                ),
            )


def _notes(
    options: SpatialPanel, model: SpatialModel, estimate: SpatialEstimate, n_rejected: int
) -> list[Text]:
    notes: list[Text] = []
    if estimate.information == "observed":
        notes.append(Text("standard errors from the observed information", "标准误来自观测信息矩阵"))
    if options.draws and (model.lag_outcome or np.any(model.lagged)):
        notes.append(
            Text(
                f"errors of effects from {options.draws} draws (seed {options.seed}), {n_rejected} outside the bounds "
                "drawn again",
                f"效应标准误来自 {options.draws} 次抽样（种子 {options.seed}），越界重抽 {n_rejected} 次",
            )
        )
    if model.corrected:
        notes.append(
            Text(
                "bias correction of Lee and Yu (2010)"
                if model.own_lag is None
                else "bias correction of Yu, de Jong and Lee (2008)",
                "Lee–Yu（2010）偏差校正" if model.own_lag is None else "Yu–de Jong–Lee（2008）偏差校正",
            )
        )
    elif model.effects in ("entity", "twoways") and model.outcome.shape[0] < 20:
        notes.append(
            Text(
                f"with T = {model.outcome.shape[0]} the error variance is too small by about 1/T without bias correction",
                f"T = {model.outcome.shape[0]}，未作偏差校正时误差方差约低估 1/T",
            )
        )
    return notes
