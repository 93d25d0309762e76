"""Production functions estimated by proxies for productivity."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from digimfg.arguments import checked
from digimfg.covariance import Covariance
from digimfg.design import INTERCEPT
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.panel_rows import check_plain, entity_and_declared, finish, unit_and_period
from digimfg.estimators.production.firms import Firms
from digimfg.estimators.production.methods import Fit, Form, Method, Options, fit, input_terms
from digimfg.kinds import AtLeast, AtMost, Differing, Jobs, Seed
from digimfg.parallel import run_parallel, spawn_seeds
from digimfg.say import say
from digimfg.specification import Estimator, Specification
from digimfg.terms.evaluate import whole_periods
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design
    from digimfg.result import Result

__all__ = ["ProductionFunction"]

Floats = NDArray[np.float64]
_PROXY = ("op", "lp", "acf", "wooldridge")
_CHUNK = 10
_NAMES = {
    "op": Text("Olley–Pakes", "OP法"),
    "lp": Text("Levinsohn–Petrin", "LP法"),
    "acf": Text("Ackerberg–Caves–Frazer", "ACF法"),
    "wooldridge": Text("Wooldridge (joint GMM)", "Wooldridge联合GMM"),
    "least_squares": Text("least squares", "最小二乘"),
    "fixed_effects": Text("fixed effects of firms", "企业固定效应"),
}


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class ProductionFunction(Estimator):
    r"""Estimate a production function whose inputs answer to productivity.

    .. math:: y_{it}=\alpha+l_{it}'\beta_l+k_{it}'\beta_k+\omega_{it}+\varepsilon_{it},\quad
       \omega_{it}=g(\omega_{i,t-1})+\xi_{it}

    in logarithms: the outcome is output (value added, or gross output), the regressors are the inputs. States
    are those of them that are chosen a period before; the others are free. The proxy is a demand that rises
    with productivity: investment (``"op"``), materials or energy (the other methods).

    Parameters
    ----------
    method
        ``"op"`` (Olley & Pakes 1996, doi:10.2307/2171831) and ``"lp"`` (Levinsohn & Petrin 2003,
        doi:10.1111/1467-937X.00246) read free inputs from a first stage with a polynomial of states and
        proxy, states from the innovation of productivity by least squares. ``"acf"`` (Ackerberg, Caves &
        Frazer 2015, doi:10.3982/ECTA13408) finds all slopes in the second stage, by moments of the
        innovation with lagged free inputs and present states. ``"wooldridge"`` (2009,
        doi:10.1016/j.econlet.2009.04.026) solves both stages at once by two-step GMM, productivity's
        expectation a polynomial of lagged states and proxy. ``"least_squares"`` and ``"fixed_effects"``
        are what they are compared with.
    state
        Regressors that are states: one or more.
    proxy
        Terms, not among the regressors unless the output is gross; none for the last two methods.
    form
        ``"translog"`` adds squares and products of inputs (``"acf"`` and the last two methods).
    degree
        Of the first stage's polynomial.
    process
        Degree of g.
    attrition
        ``"op"``: the probability of being seen again, a probit on states and proxy, joins g.
    replications, seed
        Bootstrap of whole firms.
    n_jobs
        Processes; the answer does not depend on them.

    Notes
    -----
    ``statistics``: ``returns_to_scale``; ``tables["returns_to_scale"]`` tests that it is one (Cobb–Douglas).
    ``tables["productivity"]``: keys, ``productivity`` (ω, of methods with a first stage freed of noise),
    ``tfp`` (output less inputs) and ``noise``. ``tables["elasticities"]`` (translog): one column per input.
    ``tables["minima"]``: every minimum that a start ended in, its criterion and how many starts; the lowest
    is the estimate. The criterion of ACF may have several zeros, of which one is right and which the data do
    not tell: the one that most starts reach is taken, the others are listed.

    Productivity that goes on into another equation is estimated: its errors there leave that out.

    Examples
    --------
    >>> ProductionFunction(method="acf", state="log(capital)", proxy="log(materials)").label.en
    'Production function'
    """

    method: Method = "acf"
    state: Annotated[tuple[str, ...], Differing()] = ()
    proxy: Annotated[tuple[str, ...], Differing()] = ()
    form: Form = "cobb_douglas"
    degree: Annotated[int, AtLeast(1), AtMost(5)] = 3
    process: Annotated[int, AtLeast(1), AtMost(5)] = 3
    attrition: bool = False
    replications: Annotated[int, AtLeast(2), AtMost(100_000)] = 200
    seed: Seed = 0
    n_jobs: Jobs | None = None

    absorbs_effects: ClassVar[bool] = False
    needs_keys: ClassVar[bool] = True
    label: ClassVar[Text] = Text("Production function", "生产函数")

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Terms that every row must have besides those of the specification."""
        return self.proxy

    def removed_effects(self, specification: Specification) -> tuple[str, ...]:
        """Name the columns whose effects the estimates are free of."""
        if self.method == "fixed_effects":
            return entity_and_declared(self, specification)
        return ()

    def errors_label(self, covariance: Covariance) -> Text:
        """Return how the errors are estimated, for notes below tables."""
        del covariance
        return say(
            "standard errors from {n:,|bootstrap draw} of whole firms (seed {seed})",
            "企业整群自助{n:,}次的标准误（种子{seed}）",
            n=self.replications,
            seed=self.seed,
        )

    def fit(self, design: Design) -> Result:
        """Estimate.

        Raises
        ------
        SpecificationError
            If options do not go together, or there are weights, fixed effects or no keys.
        EstimationError
            If no firm is seen in two periods in a row, or there are fewer rows than the polynomial needs.
        """
        check_plain(design, self.label)
        _check(self, design)
        firms, order, names = _firms(self, design)
        options = Options(
            method=self.method,
            form=self.form,
            degree=self.degree,
            process=self.process,
            attrition=self.attrition,
        )
        found = fit(firms, options)
        drawn = _bootstrap(self, firms, options, found)
        return _result(self, design, firms, order, names, found, drawn)


def _check(options: ProductionFunction, design: Design) -> None:
    specification = design.specification
    inputs = (*specification.regressors, *specification.controls)
    fault: tuple[Text, Text] | None = None
    if specification.fixed_effects:
        fault = (
            Text("no `fixed_effects`", "无 `fixed_effects`"),
            Text(
                'take method="fixed_effects" for effects of firms, and demean or deflate by period before',
                '企业效应请用 method="fixed_effects"；时期差异请先平减或去均值',
            ),
        )
    elif not options.state or set(options.state) - set(inputs) or len(options.state) == len(inputs):
        fault = (
            Text(
                "`state`: some of the regressors, and others that are free",
                "`state` 为部分解释变量，其余为自由投入",
            ),
            Text('name them, e.g. state="log(capital)"', '请指明，如 state="log(capital)"'),
        )
    elif (options.method in _PROXY) != bool(options.proxy):
        fault = (
            Text("a `proxy` where the method has one, and only there", "该方法需要（或不需要）`proxy`"),
            Text(
                "name investment (op) or materials (lp, acf, wooldridge)",
                "指明投资（op）或中间投入（lp、acf、wooldridge）",
            ),
        )
    elif options.form == "translog" and options.method in ("op", "lp", "wooldridge"):
        fault = (
            Text("a Cobb–Douglas form with this method", "该方法须为柯布—道格拉斯形式"),
            Text('take method="acf"', '改用 method="acf"'),
        )
    elif options.attrition and options.method != "op":
        fault = (
            Text('attrition with method="op"', '退出修正须用 method="op"'),
            Text("leave it out", "去掉该选项"),
        )
    elif set(options.proxy) & set(inputs) and options.method != "acf":
        fault = (
            Text("a proxy that is no regressor (value added)", "代理变量不作投入（增加值口径）"),
            Text('for gross output take method="acf"', '总产出口径请用 method="acf"'),
        )
    if fault is not None:
        raise SpecificationError(
            where=Text("dm.ProductionFunction", "dm.ProductionFunction"),
            expected=fault[0],
            got=f"method={options.method!r}, state={options.state!r}, proxy={options.proxy!r}, "
            f"form={options.form!r}, regressors={inputs!r}, fixed_effects={specification.fixed_effects!r}",
            remedy=fault[1],
        )


def _firms(options: ProductionFunction, design: Design) -> tuple[Firms, NDArray[np.intp], tuple[str, ...]]:
    unit, period, _, periods = unit_and_period(design)
    years = whole_periods(pd.Series(periods), str(design.specification.time))[period].astype(np.int64)
    order = np.lexsort((years, unit))
    unit, years = unit[order], years[order] - years.min()
    terms = [name for name in design.terms if name != INTERCEPT]
    columns = {name: design.regressors[order, design.terms.index(name)] for name in terms}
    lost = [name for name in options.state if name not in columns]
    free = [name for name in terms if name not in options.state]
    if lost or not free:
        raise EstimationError(
            where=Text("dm.ProductionFunction", "dm.ProductionFunction"),
            expected=Text("inputs that are no sums of the others", "互不线性相关的投入"),
            got=say(
                "{names} left out for collinearity", "{names}因共线被剔除", names=lost or list(options.state)
            ),
            remedy=Text("leave one out", "去掉一项投入"),
        )
    states = [name for name in terms if name in options.state]
    proxies = [design.evaluator(term).values[design.rows][order] for term in options.proxy]
    place = {(int(one), int(when)): row for row, (one, when) in enumerate(zip(unit, years, strict=True))}
    before = np.array(
        [place.get((int(one), int(when) - 1), -1) for one, when in zip(unit, years, strict=True)],
        dtype=np.intp,
    )
    firms = Firms(
        output=design.outcome[order],
        free=np.column_stack([columns[name] for name in free]),
        state=np.column_stack([columns[name] for name in states]),
        proxy=np.hstack(proxies) if proxies else np.empty((len(order), 0)),
        firm=unit.astype(np.intp),
        period=years.astype(np.intp),
        before=before,
        last=int(years.max()),
    )
    _check_rows(options, firms)
    return firms, order, (*free, *states)


def _check_rows(options: ProductionFunction, firms: Firms) -> None:
    fault: tuple[Text, Text, Text] | None = None
    columns = firms.free.shape[1] + firms.state.shape[1] + firms.proxy.shape[1]
    from math import comb

    wanted = comb(columns + options.degree, options.degree) + 10
    linked = len(firms.linked)
    flat = [k for k in range(firms.proxy.shape[1]) if np.ptp(firms.proxy[:, k]) == 0]
    if options.method in _PROXY and linked < wanted:
        fault = (
            say("{n|row} or more with a row of the period before", "至少{n}行有上期观测", n=wanted),
            say("{n|row}", "{n}行", n=linked),
            Text("give more firms and periods, or a lower degree", "增加企业与时期，或降低多项式阶数"),
        )
    elif flat:
        fault = (
            Text("proxies that vary", "有变动的代理变量"),
            say("{names} constant", "{names}为常数", names=[options.proxy[k] for k in flat]),
            Text("name another proxy", "更换代理变量"),
        )
    if fault is not None:
        raise EstimationError(
            where=Text("dm.ProductionFunction", "dm.ProductionFunction"),
            expected=fault[0],
            got=fault[1],
            remedy=fault[2],
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Draws:
    firms: Firms
    options: Options
    start: Floats
    seeds: tuple[np.random.SeedSequence, ...]


def _drawn(task: _Draws) -> Floats:
    n = int(task.firms.firm.max()) + 1
    found = []
    for seed in task.seeds:
        chosen = np.random.default_rng(seed).integers(0, n, n)
        found.append(fit(task.firms.redrawn(chosen), task.options, task.start[None, :]).slopes)
    return np.array(found)


def _bootstrap(options: ProductionFunction, firms: Firms, how: Options, found: Fit) -> Floats:
    seeds = spawn_seeds(options.seed, options.replications)
    tasks = [
        _Draws(firms=firms, options=how, start=found.slopes, seeds=tuple(seeds[first : first + _CHUNK]))
        for first in range(0, len(seeds), _CHUNK)
    ]
    return np.vstack(
        run_parallel(_drawn, tasks, label=Text("Bootstrap of firms", "企业自助抽样"), n_jobs=options.n_jobs)
    )


def _result(
    options: ProductionFunction,
    design: Design,
    firms: Firms,
    order: NDArray[np.intp],
    inputs: tuple[str, ...],
    found: Fit,
    drawn: Floats,
) -> Result:
    covariance = np.atleast_2d(np.cov(drawn, rowvar=False))
    names = _term_names(inputs, options.form)
    specification = design.specification
    terms = input_terms(firms.inputs, options.form)
    tfp = firms.output - terms @ found.slopes
    keys = pd.DataFrame(
        {
            str(specification.entity): np.asarray(design.entity_values)[np.asarray(design.entity)[order]],
            str(specification.time): np.asarray(design.time_values)[np.asarray(design.time)[order]],
        }
    )
    noise = firms.output - found.explained
    tables = {
        "productivity": keys.assign(
            productivity=np.where(np.isnan(noise), tfp, tfp - noise), tfp=tfp, noise=noise
        )
    }
    if options.form == "translog":
        tables["elasticities"] = keys.assign(**_elasticities(firms.inputs, found.slopes, inputs))
    if len(found.minima):
        tables["minima"] = pd.DataFrame(found.minima, columns=[*names, "criterion", "starts"])
    statistics = {
        "n_obs": float(design.n_obs),
        "n_entities": float(int(firms.firm.max()) + 1),
        "n_periods": float(len(np.unique(firms.period))),
        "replications": float(options.replications),
    }
    if options.form == "cobb_douglas":
        scale = float(found.slopes.sum())
        error = float(np.sqrt(covariance.sum()))
        statistics["returns_to_scale"] = scale
        tables["returns_to_scale"] = pd.DataFrame(
            {
                "estimate": [scale],
                "std_error": [error],
                "statistic": [(scale - 1) / error],
                "p_value": [float(2 * stats.norm.sf(abs(scale - 1) / error))],
            },
            index=pd.Index(["constant returns"], name="hypothesis"),
        )
    if not np.isnan(found.survival):
        statistics["share_surviving"] = found.survival
    return finish(
        replace(design, shift={}),
        names=names,
        estimates=found.slopes,
        covariance=covariance,
        df_resid=None,
        statistics=statistics,
        notes=_notes(options, firms, found),
        tables=tables,
    )


def _term_names(inputs: tuple[str, ...], form: Form) -> tuple[str, ...]:
    if form == "cobb_douglas":
        return inputs
    k = len(inputs)
    second = [
        f"{inputs[a]}^2" if a == b else f"{inputs[a]}:{inputs[b]}" for a in range(k) for b in range(a, k)
    ]
    return (*inputs, *second)


def _elasticities(inputs: Floats, slopes: Floats, names: tuple[str, ...]) -> dict[str, Floats]:
    k = inputs.shape[1]
    places = {pair: k + count for count, pair in enumerate((a, b) for a in range(k) for b in range(a, k))}
    found = {}
    for a in range(k):
        total = np.full(len(inputs), slopes[a])
        for b in range(k):
            weight = 2.0 if a == b else 1.0
            total = total + weight * slopes[places[min(a, b), max(a, b)]] * inputs[:, b]
        found[names[a]] = total
    return found


def _notes(options: ProductionFunction, firms: Firms, found: Fit) -> tuple[Text, ...]:
    notes: list[Text] = [
        say(
            "production function by {method}; polynomial of degree {degree}, productivity's process of "
            "degree {process}",
            "生产函数用{method}估计；多项式{degree}阶，生产率过程{process}阶",
            kind="method",
            weight="how",
            method=_NAMES[options.method],
            degree=options.degree,
            process=options.process,
        ),
        say(
            "productivity is estimated: errors of an equation that goes on with it leave that out",
            "生产率为估计量：将其用于后续回归时，标准误未计入这一不确定性",
            kind="generated",
            weight="detail",
        ),
    ]
    if options.method in _PROXY:
        notes.append(
            say(
                "{n:,} of {total:,|row} with a row of the period before enter the second stage",
                "{total:,}行中{n:,}行有上期观测，进入第二阶段",
                kind="linked",
                weight="how",
                n=len(firms.linked),
                total=len(firms.output),
            )
        )
    if len(found.minima) > 1:
        notes.append(
            say(
                "the criterion has several minima ({n}); the lowest is shown, all are in the table of minima",
                "目标函数有{n}个局部极小值，此处为最低者，其余见极小值表",
                kind="several_minima",
                n=len(found.minima),
            )
        )
    return tuple(notes)
