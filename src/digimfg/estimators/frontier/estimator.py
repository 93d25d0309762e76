"""Stochastic frontier estimator: noise and inefficiency by maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from digimfg.arguments import checked
from digimfg.covariance import Clustered, Covariance, Robust, Unadjusted
from digimfg.design import INTERCEPT
from digimfg.design.centre import with_intercept
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.frontier.efficiencies import efficiencies
from digimfg.estimators.frontier.likelihood import (
    Distribution,
    FrontierModel,
    Rows,
    parameter_names,
    parts_of,
)
from digimfg.estimators.frontier.maximum import Maximum, maximise
from digimfg.estimators.panel_rows import finish, unit_and_period
from digimfg.inference.influence import Influence, slope_units
from digimfg.inference.sandwich import sandwich
from digimfg.kinds import Differing
from digimfg.say import say
from digimfg.specification import Estimator, Specification
from digimfg.terms.evaluate import whole_periods
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["StochasticFrontier"]

Floats = NDArray[np.float64]
_PANEL = ("time_invariant", "time_decay", "true_fixed_effects", "true_random_effects")
_GROUPED = ("time_invariant", "time_decay", "true_random_effects")


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class StochasticFrontier(Estimator):
    r"""Estimate a frontier whose distance is inefficiency and noise together.

    .. math:: y_{it}=x_{it}'\beta+v_{it}-u_{it},\quad v\sim N(0,\sigma_v^2),\quad u\ge0

    of a cost frontier with + u. The outcome enters in logarithms, ``"log(output)"``.

    Parameters
    ----------
    model
        ``"pooled"``: each row its own u (Aigner, Lovell & Schmidt 1977, doi:10.1016/0304-4076(77)90052-5).
        ``"time_invariant"``: one u per entity (Pitt & Lee 1981; Battese & Coelli 1988,
        doi:10.1016/0304-4076(88)90053-X). ``"time_decay"``: :math:`u_{it}=e^{-\eta(t-T)}u_i`, T the last
        period of the sample (Battese & Coelli 1992, doi:10.1007/BF00158774). ``"effects"``: u normal around
        :math:`z'\delta`, truncated at zero (Battese & Coelli 1995, doi:10.1007/BF01205442).
        ``"true_fixed_effects"`` and ``"true_random_effects"``: entities differ by an effect that is no
        inefficiency (Greene 2005, doi:10.1016/j.jeconom.2004.05.003); the first estimates it, with the bias
        of few periods in the variances, the second integrates it out by quadrature of 32 nodes.
    distribution
        Of u: ``"half_normal"``; ``"truncated_normal"`` (with mean μ) of the first three models;
        ``"exponential"`` of the first.
    frontier
        ``"production"`` or ``"cost"``.
    determinants
        Terms z of ``"effects"``; a constant is added. Their coefficients are named ``"inefficiency:z"``:
        above zero means less efficient.

    Notes
    -----
    ``statistics``: ``sigma_squared`` (σ_v² + σ_u²), ``gamma`` (σ_u²/σ²), ``sigma_v``, ``sigma_u``,
    ``log_likelihood``, ``lr_statistic`` and ``lr_p_value`` of no inefficiency, whose law mixes χ² (Kodde &
    Palm 1986, doi:10.2307/1912331); ``mean_efficiency``. ``tables["variance"]`` has σ², γ, μ, η and the
    variance of effects with errors; ``tables["efficiency"]`` one row per row of the sample: keys,
    ``efficiency`` :math:`E[e^{-u}\mid\varepsilon]` and ``inefficiency`` :math:`E[u\mid\varepsilon]`.

    Several starts; how many found the maximum is noted. Errors are those of the inverse Hessian
    (``dm.Unadjusted()``) or a sandwich, without small-sample factor.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> import digimfg as dm
    >>> rng = np.random.default_rng(1)
    >>> frame = pd.DataFrame({"k": rng.normal(size=200)})
    >>> frame["y"] = 1 + 0.5 * frame["k"] + 0.1 * rng.normal(size=200) - 0.4 * np.abs(rng.normal(size=200))
    >>> spec = dm.Specification("y", "k", estimator=dm.StochasticFrontier(), covariance=dm.Unadjusted())
    >>> dm.estimate(spec, frame).coefficients["estimate"].round(2).tolist()
    [1.05, 0.49]
    """

    model: FrontierModel = "pooled"
    distribution: Distribution = "half_normal"
    frontier: Literal["production", "cost"] = "production"
    determinants: Annotated[tuple[str, ...], Differing()] = ()

    absorbs_effects: ClassVar[bool] = False
    label: ClassVar[Text] = Text("Stochastic frontier", "随机前沿（SFA）")

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Terms that every row must have besides those of the specification."""
        return self.determinants

    def removed_effects(self, specification: Specification) -> tuple[str, ...]:
        """Name the columns whose effects the estimates are free of."""
        entity = specification.entity
        return (entity,) if self.model == "true_fixed_effects" and entity is not None else ()

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated, for notes below tables."""
        from digimfg.display.covariance_names import covariance_phrase

        if isinstance(covariance, Unadjusted):
            return Text("standard errors from the inverse Hessian", "海塞矩阵逆的标准误")
        name = covariance_phrase(covariance)
        return say("{name}, no small-sample adjustment", "{name}，无小样本调整", name=name)

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If options do not go together, keys are missing, or there are fixed effects, weights or clusters
            that cut through entities.
        EstimationError
            If the likelihood has no maximum with inefficiency and noise both above zero.
        """
        _check(self, design)
        rows, names, keys = _rows(self, design)
        found = maximise(rows)
        if not found.inside:
            raise _no_maximum(rows, found)
        return _result(self, design, rows, found, names, keys)


def _check(options: StochasticFrontier, design: Design) -> None:
    specification = design.specification
    model, distribution = options.model, options.distribution
    fault: tuple[Text, Text] | None = None
    if specification.fixed_effects or specification.weights is not None:
        fault = (
            Text("no `fixed_effects` and no `weights`", "无 `fixed_effects` 与 `weights`"),
            Text(
                'for effects of entities take model="true_fixed_effects"; enter periods as i(year)',
                '个体效应请用 model="true_fixed_effects"；时期以 i(year) 加入',
            ),
        )
    elif (model in _PANEL) and (specification.entity is None or specification.time is None):
        fault = (
            Text("`entity` and `time`", "`entity` 与 `time`"),
            Text("name the key columns in the specification", "在设定中给出键列"),
        )
    elif (model == "effects") != bool(options.determinants):
        fault = (
            Text(
                '`determinants` with model="effects", and only there',
                'model="effects" 须有且仅其可有 `determinants`',
            ),
            Text("name the terms that inefficiency depends on", "指明影响无效率的变量"),
        )
    elif (distribution == "truncated_normal" and model not in ("pooled", "time_invariant", "time_decay")) or (
        distribution == "exponential" and model != "pooled"
    ):
        fault = (
            Text(f"a distribution that the model {model!r} takes", f"模型{model!r}可用的分布"),
            Text('take distribution="half_normal"', '改用 distribution="half_normal"'),
        )
    elif not isinstance(specification.covariance, Unadjusted | Robust | Clustered):
        fault = (
            Text(
                "dm.Unadjusted(), dm.Robust() or dm.Clustered(…)",
                "dm.Unadjusted()、dm.Robust() 或 dm.Clustered(…)",
            ),
            Text("choose one of them", "从中选用"),
        )
    if fault is not None:
        raise SpecificationError(
            where=Text("dm.StochasticFrontier", "dm.StochasticFrontier"),
            expected=fault[0],
            got=f"model={model!r}, distribution={distribution!r}, determinants={options.determinants!r}, "
            f"entity={specification.entity!r}, fixed_effects={specification.fixed_effects!r}, "
            f"covariance={type(specification.covariance).__name__}",
            remedy=fault[1],
        )


def _rows(options: StochasticFrontier, design: Design) -> tuple[Rows, tuple[str, ...], pd.DataFrame]:
    specification = design.specification
    n = design.n_obs
    kept = np.arange(len(design.terms))
    ahead = np.zeros(n)
    group = np.arange(n)
    keys = pd.DataFrame(index=pd.Index(design.rows, name="row"))
    if options.model in _PANEL:
        group, period, _, periods = unit_and_period(design)
        years = whole_periods(pd.Series(periods), str(specification.time))[period]
        ahead = years - years.max()
    if design.entity_values is not None and design.entity is not None:
        keys[str(specification.entity)] = np.asarray(design.entity_values)[design.entity]
    if design.time_values is not None and design.time is not None:
        keys[str(specification.time)] = np.asarray(design.time_values)[design.time]
    if options.model == "true_fixed_effects":
        kept = np.array([place for place in kept if design.terms[place] != INTERCEPT], dtype=np.intp)
    determinants = np.empty((n, 0))
    names: tuple[str, ...] = tuple(design.terms[place] for place in kept)
    if options.model == "effects":
        columns = [design.evaluator(term) for term in options.determinants]
        determinants = np.column_stack([np.ones(n), *(column.values[design.rows] for column in columns)])
        if np.linalg.matrix_rank(determinants) < determinants.shape[1]:
            raise _collinear(options)
        labels = [name for column in columns for name in column.names]
        names = (*names, f"inefficiency:{INTERCEPT}", *(f"inefficiency:{label}" for label in labels))
    regressors = design.near[:, kept]
    if not regressors.shape[1] or n <= regressors.shape[1] + 3:
        raise EstimationError(
            where=Text("dm.StochasticFrontier", "dm.StochasticFrontier"),
            expected=Text("more rows than parameters, and one term or more", "行数多于参数，且至少一个变量"),
            got=say("{n:,|row}, {k|term}", "{n:,}行、{k}项", n=n, k=regressors.shape[1]),
            remedy=Text("give more rows", "增加样本"),
        )
    rows = Rows(
        outcome=design.outcome,
        regressors=regressors,
        group=np.asarray(group, dtype=np.int64),
        ahead=np.asarray(ahead, dtype=np.float64),
        determinants=determinants,
        sign=1.0 if options.frontier == "production" else -1.0,
        model=options.model,
        distribution=options.distribution,
    )
    return rows, names, keys


def _result(
    options: StochasticFrontier,
    design: Design,
    rows: Rows,
    found: Maximum,
    names: tuple[str, ...],
    keys: pd.DataFrame,
) -> Result:
    covariance, counts, notes = _covariance(design, rows, found)
    k = rows.regressors.shape[1]
    shown = np.r_[np.arange(k), k + 2 + np.arange(len(names) - k)].astype(np.intp)
    likelihood_ratio = max(0.0, 2 * (found.value - found.normal_value))
    restrictions = 1 + len(found.parameters) - k - 2 - (options.model == "true_random_effects")
    parts = parts_of(rows, found.parameters)
    efficiency, inefficiency = efficiencies(rows, found.parameters, found.effects)
    statistics = {
        "n_obs": float(design.n_obs),
        **counts,
        "sigma_squared": float(parts.noise + parts.inefficiency),
        "gamma": float(parts.inefficiency / (parts.noise + parts.inefficiency)),
        "sigma_v": float(np.sqrt(parts.noise)),
        "sigma_u": float(np.sqrt(parts.inefficiency)),
        "log_likelihood": found.value,
        "lr_statistic": likelihood_ratio,
        "lr_p_value": _mixed_p(likelihood_ratio, restrictions),
        "mean_efficiency": float(np.mean(np.sort(efficiency))),
    }
    if design.entity_values is not None:
        statistics["n_entities"] = float(len(design.entity_values))
    if design.time_values is not None:
        statistics["n_periods"] = float(len(design.time_values))
    estimates, spread = with_intercept(
        INTERCEPT, design.shift, names, found.parameters[shown], covariance[np.ix_(shown, shown)]
    )
    return finish(
        design,
        names=names,
        estimates=estimates,
        covariance=spread,
        df_resid=None,
        statistics=statistics,
        notes=(*_notes(options, found, restrictions), *notes),
        tables={
            "variance": _variance_table(rows, found, covariance),
            "efficiency": keys.assign(efficiency=efficiency, inefficiency=inefficiency).reset_index(
                drop=True
            ),
        },
    )


def _covariance(
    design: Design, rows: Rows, found: Maximum
) -> tuple[Floats, dict[str, float], tuple[Text, ...]]:
    inverse = np.asarray(np.linalg.inv(-found.hessian), dtype=np.float64)
    asked = design.specification.covariance
    if isinstance(asked, Unadjusted):
        return inverse, {}, ()
    adds: Floats = found.scores @ inverse
    if rows.model in _GROUPED:
        firsts = np.unique(rows.group, return_index=True)[1]
        for codes in design.clusters.values():
            if (codes != codes[firsts][rows.group]).any():
                raise SpecificationError(
                    where=Text("dm.StochasticFrontier, `covariance`", "dm.StochasticFrontier, `covariance`"),
                    expected=Text(
                        "clusters that hold whole entities, which share an inefficiency",
                        "聚类须包含完整个体（同一个体共享无效率项）",
                    ),
                    got=Text("clusters that cut through some", "聚类切分了个体"),
                    remedy=Text("cluster by entity, or by groups of entities", "按个体或其上级分组聚类"),
                )
        spread_out = np.zeros((len(rows.outcome), adds.shape[1]))
        spread_out[firsts] = adds
        adds = spread_out
    influence = Influence(names=[str(place) for place in range(adds.shape[1])], rows=adds, units=_units(rows))
    spread = sandwich(design, influence)
    return spread.covariance, dict(spread.counts), spread.notes


def _units(rows: Rows) -> Floats:
    """Return in which units parameters count alike: of the outcome over those of the columns."""
    outcome = float(rows.outcome.std(ddof=1)) or 1.0
    further = [outcome if name == "mu" else 1.0 for name in parameter_names(rows)]
    units: Floats = np.r_[outcome * slope_units(rows.regressors), further]
    if rows.model == "effects":
        units[-rows.determinants.shape[1] :] = outcome * slope_units(rows.determinants)
    return units


def _variance_table(rows: Rows, found: Maximum, covariance: Floats) -> pd.DataFrame:
    """Return variance parameters with errors by the delta method."""
    k = rows.regressors.shape[1]
    names = parameter_names(rows)
    parts = parts_of(rows, found.parameters)
    total = float(parts.noise + parts.inefficiency)
    gamma = float(parts.inefficiency / total)
    values: dict[str, tuple[float, int, float]] = {
        "sigma_squared": (total, 0, total),
        "gamma": (gamma, 1, gamma * (1 - gamma)),
    }
    for place, name in enumerate(names):
        if name in ("mu", "eta"):
            values[name] = (float(found.parameters[k + place]), place, 1.0)
        if name == "log_effect_variance":
            values["effect_variance"] = (float(parts.spread), place, float(parts.spread))
    return pd.DataFrame(
        {
            name: {
                "estimate": value,
                "std_error": abs(slope) * float(np.sqrt(covariance[k + place, k + place])),
            }
            for name, (value, place, slope) in values.items()
        }
    ).T.rename_axis("parameter")


def _mixed_p(statistic: float, restrictions: int) -> float:
    below = stats.chi2.sf(statistic, restrictions - 1) if restrictions > 1 else float(statistic <= 0)
    return float(0.5 * below + 0.5 * stats.chi2.sf(statistic, restrictions))


def _notes(options: StochasticFrontier, found: Maximum, restrictions: int) -> tuple[Text, ...]:
    notes: list[Text] = [
        say(
            "maximum likelihood from {n_starts|start}, {n_agree} of which end at the highest maximum",
            "极大似然，{n_starts}个初值中{n_agree}个收敛到最高极大值",
            kind="starts",
            weight="how",
            n_starts=found.n_starts,
            n_agree=found.n_agree,
        ),
        say(
            "test of no inefficiency: likelihood ratio, χ² mixed over {low} and {high} degrees of freedom",
            "无效率项检验：似然比，自由度{low}与{high}的混合χ²分布",
            kind="mixed_test",
            weight="how",
            low=restrictions - 1,
            high=restrictions,
        ),
    ]
    if options.model == "true_fixed_effects":
        notes.append(
            say(
                "true fixed effects are estimated: with few periods the variances, and so efficiencies, are "
                "biased",
                "真实固定效应逐个估计：时期较少时方差及效率值有偏",
                kind="incidental",
            )
        )
    return tuple(notes)


def _no_maximum(rows: Rows, found: Maximum) -> EstimationError:
    parts = parts_of(rows, found.parameters)
    total = float(parts.noise + parts.inefficiency)
    gamma = float(parts.inefficiency) / total
    if rows.model == "true_random_effects" and parts.spread < 1e-6 * total:
        vanished = Text('no effects of entities: take model="pooled"', '个体效应消失：改用 model="pooled"')
    elif gamma > 0.5:
        vanished = Text("no noise beside the inefficiency", "随机噪声消失")
    else:
        vanished = Text(
            "no inefficiency: residuals are skewed the other way, or not at all",
            "无效率项消失：残差偏度方向相反或无偏度",
        )
    return EstimationError(
        where=Text("dm.StochasticFrontier", "dm.StochasticFrontier"),
        expected=Text(
            "a maximum of the likelihood with noise and inefficiency", "噪声与无效率项均为正的似然极大值"
        ),
        got=say("γ = {gamma:.3f}, {vanished}", "γ = {gamma:.3f}，{vanished}", gamma=gamma, vanished=vanished),
        remedy=Text(
            "take another distribution or model (true random effects where true fixed effects have few "
            "periods), or dm.LeastSquares(): nothing here is inefficient",
            "更换分布或模型（时期较少时以真实随机效应代替真实固定效应），或改用 dm.LeastSquares()",
        ),
    )


def _collinear(options: StochasticFrontier) -> SpecificationError:
    return SpecificationError(
        where=Text("dm.StochasticFrontier, `determinants`", "dm.StochasticFrontier, `determinants`"),
        expected=Text("terms that vary, none a sum of the others", "有变动且互不线性相关的变量"),
        got=say("{names}", "{names}", names=list(options.determinants)),
        remedy=Text("leave one out; a constant is added", "去掉一项；常数项自动加入"),
    )
