"""Write a specification as the lines of a do-file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from digimfg.arguments import checked
from digimfg.covariance import Clustered, DriscollKraay, Robust, Unadjusted
from digimfg.estimators.binary.estimator import Logit, Probit
from digimfg.estimators.limited.ordered import OrderedLogit, OrderedProbit
from digimfg.postestimation.bridge.names import stata_names, stata_sample, stata_term
from digimfg.postestimation.bridge.series import STATA_SERIES
from digimfg.postestimation.bridge.systems import stata_system
from digimfg.specification import Specification

__all__ = ["stata_code", "stata_command"]


@checked
def stata_code(specification: Specification) -> str:
    """Return the lines of a do-file that estimate the same equation in Stata.

    Parameters
    ----------
    specification
        Any. Where no command of Stata is known to give the same numbers, one comment says so.

    Returns
    -------
    str
        What makes variables and declares the panel, the command, and what follows it (``boottest``), line by
        line.

    Examples
    --------
    >>> import digimfg as dm
    >>> spec = dm.Specification("y", ("x", "L.x"), entity="id", time="year", fixed_effects=("id", "year"),
    ...     covariance=dm.Clustered("id", wild_bootstrap=None))
    >>> print(dm.stata_code(spec))
    xtset id year
    reghdfe y x L.x, absorb(id year) vce(cluster id)
    """
    made: list[str] = []
    command = _command(specification, made)
    if not command:
        return f"* no command of Stata is known to estimate this ({specification.estimator.label.en})"
    lines = list(dict.fromkeys(made))
    keys = [specification.entity, specification.time]
    if all(keys) and not specification.repeated_rows:
        lines.append(f"xtset {' '.join(_name(str(key)) for key in keys)}")
    lines.append(command)
    asked = specification.covariance
    absorbing = _name_of(specification) in _ABSORBING
    if isinstance(asked, Clustered) and asked.wild_bootstrap is not None and absorbing:
        wild = asked.wild_bootstrap
        fewer = f" (with fewer than {wild.fewer_than} clusters)" if wild.fewer_than else ""
        lines += [
            f"boottest {_terms((term,), made)}, reps({wild.draws}) seed({wild.seed}) nograph  "
            f"// wild bootstrap{fewer}"
            for term in (*specification.endogenous, *specification.regressors)
        ]
    return "\n".join(lines)


def stata_command(specification: Specification) -> str:
    """Return the command alone; empty where none is known, or variables must be made first."""
    made: list[str] = []
    command = _command(specification, made)
    return "" if made else command


_ABSORBING = ("LeastSquares", "TwoStageLeastSquares", "Poisson")


def _name_of(specification: Specification) -> str:
    return type(specification.estimator).__name__


def _name(column: str) -> str:
    return stata_names([column])[column]


def _terms(terms: tuple[str, ...], made: list[str]) -> str:
    found = []
    for term in terms:
        shown, lines = stata_term(term)
        made += lines
        found.append(shown)
    return " ".join(found)


def _command(spec: Specification, made: list[str]) -> str:
    write = _COMMANDS.get(_name_of(spec))
    spread = _errors(spec)
    if write is None or spread is None:
        return ""
    condition = f" if {stata_sample(spec.sample)}" if spec.sample else ""
    weights = "" if spec.weights is None else f" [aw={_name(spec.weights)}]"
    words, options = write(spec, made, spread)
    if not words:
        return ""
    tail = f", {' '.join(option for option in options if option)}" if any(options) else ""
    return f"{words}{condition}{weights}{tail}"


def _errors(spec: Specification) -> str | None:
    """Return the option of errors; ``None`` where these commands have none of the kind."""
    asked = spec.covariance
    instrumental = _name_of(spec) == "TwoStageLeastSquares"  # the options of ivreg2
    if isinstance(asked, Unadjusted):
        return ""
    if isinstance(asked, Robust):
        if asked.small_sample.startswith("hc"):
            return None
        return "robust" if instrumental else "vce(robust)"
    if isinstance(asked, Clustered):
        columns = " ".join(map(_name, asked.cluster_columns))
        return f"cluster({columns})" if instrumental else f"vce(cluster {columns})"
    if isinstance(asked, DriscollKraay) and _name_of(spec) == "LeastSquares":
        return f"lag({asked.lags})" if asked.lags is not None else "lag"
    return None


Written = tuple[str, list[str]]


def _right(spec: Specification, made: list[str]) -> str:
    return _terms((spec.outcome, *spec.regressors, *spec.controls), made)


def _absorbed(spec: Specification) -> str:
    effects = " ".join("#".join(map(_name, each.split(":"))) for each in spec.fixed_effects)
    return f"absorb({effects})" if effects else "noabsorb"


def _least_squares(spec: Specification, made: list[str], spread: str) -> Written:
    if isinstance(spec.covariance, DriscollKraay):
        lag = "" if spread == "lag" else spread
        dummies = "".join(f" i.{_name(each)}" for each in spec.fixed_effects if each != spec.entity)
        return f"xtscc {_right(spec, made)}{dummies}", [
            "fe" if spec.entity in spec.fixed_effects else "",
            lag,
        ]
    return f"reghdfe {_right(spec, made)}", [_absorbed(spec), spread]


def _instrumental(spec: Specification, made: list[str], spread: str) -> Written:
    method: str = spec.estimator.method  # type: ignore[attr-defined]
    inside = f" ({_terms(spec.endogenous, made)} = {_terms(spec.instruments, made)})"
    alpha: float = spec.estimator.fuller_alpha  # type: ignore[attr-defined]
    kind = {"2sls": "", "fuller": f"fuller({alpha:g})"}.get(method, method)
    return f"ivreghdfe {_right(spec, made)}{inside}", [_absorbed(spec), spread, kind]


def _poisson(spec: Specification, made: list[str], spread: str) -> Written:
    estimator: Any = spec.estimator
    given = {name: getattr(estimator, name) for name in ("exposure", "offset")}
    more = [f"{name}({_name(value)})" for name, value in given.items() if value]
    return f"ppmlhdfe {_right(spec, made)}", [_absorbed(spec), spread, *more]


def _panel(option: str) -> Callable[[Specification, list[str], str], Written]:
    def write(spec: Specification, made: list[str], spread: str) -> Written:
        return f"xtreg {_right(spec, made)}", [option, spread]

    return write


def _first_difference(spec: Specification, made: list[str], spread: str) -> Written:
    return f"regress D.({_right(spec, made)})", ["noconstant", spread]


def _fama_macbeth(spec: Specification, made: list[str], _spread: str) -> Written:
    lags: int = spec.estimator.lags  # type: ignore[attr-defined]
    return f"xtfmb {_right(spec, made)}", [f"lag({lags})" if lags else ""]


def _binary(command: str) -> Callable[[Specification, list[str], str], Written]:
    def write(spec: Specification, made: list[str], spread: str) -> Written:
        dummies = "".join(f" i.{'#i.'.join(map(_name, each.split(':')))}" for each in spec.fixed_effects)
        if (
            isinstance(spec.estimator, Logit | Probit | OrderedLogit | OrderedProbit)
            and spec.estimator.effects == "random"
        ):
            last = "re" if command in ("logit", "probit") else ""
            return f"xt{command} {_right(spec, made)}{dummies}", [last, spread]
        return f"{command} {_right(spec, made)}{dummies}", [spread]

    return write


def _tobit(spec: Specification, made: list[str], spread: str) -> Written:
    estimator: Any = spec.estimator
    limits = [
        f"{name}({value:g})"
        for name, value in (("ll", estimator.lower), ("ul", estimator.upper))
        if value is not None
    ]
    random = estimator.effects == "random"
    return f"{'xttobit' if random else 'tobit'} {_right(spec, made)}", [*limits, "" if random else spread]


def _correlated(spec: Specification, made: list[str], spread: str) -> Written:
    estimator: Any = spec.estimator
    inner = spec.replace(estimator=estimator.model)
    write = _COMMANDS[_name_of(inner)]
    words, options = write(inner, made, spread)
    means: list[str] = []
    for term in dict.fromkeys((*spec.regressors, *spec.controls)):
        name = f"mean_{len(means) + 1}"
        made.append(f"egen {name} = mean({_terms((term,), made)}), by({_name(str(spec.entity))})")
        means.append(name)
    return f"{words} {' '.join(means)}", options


def _mixed(spec: Specification, made: list[str], spread: str) -> Written:
    estimator: Any = spec.estimator
    own = f" {_terms(estimator.slopes, made)}" if estimator.slopes else ""
    free = "covariance(unstructured)" if estimator.slopes else ""
    restricted = estimator.method == "reml"
    return f"mixed {_right(spec, made)} || {_name(str(spec.entity))}:{own}", [
        free,
        "reml" if restricted else "mle",
        "" if restricted else spread,
    ]


def _negative_binomial(spec: Specification, made: list[str], spread: str) -> Written:
    estimator: Any = spec.estimator
    given = {name: getattr(estimator, name) for name in ("exposure", "offset")}
    more = [f"{name}({_name(value)})" for name, value in given.items() if value]
    kind = "" if estimator.dispersion == "mean" else "dispersion(constant)"
    return f"nbreg {_right(spec, made)}", [kind, spread, *more]


def _dynamic(spec: Specification, made: list[str], _spread: str) -> Written:
    estimator: Any = spec.estimator
    dummies = "".join(f" i.{_name(each)}" for each in spec.fixed_effects if each != spec.entity)
    options = []
    for each in estimator.instruments:
        collapse = estimator.collapse if each.collapse is None else each.collapse
        equation = "" if each.equation == "both" else f" eq({each.equation})"
        options.append(
            f"gmm({_terms((each.term,), made)}, lag({each.first} {each.last or '.'})"
            f"{' collapse' if collapse else ''}{equation})"
        )
    if estimator.exogenous:
        options.append(f"iv({_terms(estimator.exogenous, made)}{dummies})")
    elif dummies:
        options.append(f"iv({dummies.strip()})")
    options += [
        "" if estimator.system else "noleveleq",
        "twostep" if estimator.steps == 2 else "",
        "orthogonal" if estimator.transformation != "difference" else "",
        "robust" if not isinstance(spec.covariance, Unadjusted) else "",
        "small" if estimator.small_sample else "",
    ]
    return f"xtabond2 {_right(spec, made)}{dummies}", options


def _threshold(spec: Specification, made: list[str], _spread: str) -> Written:
    estimator: Any = spec.estimator
    right = (*spec.regressors, *spec.controls)
    plain = tuple(each for each in right if each not in estimator.regime_dependent)
    given = estimator.trim
    trim = given if isinstance(given, tuple) else (given,) * estimator.n_thresholds
    draws = (str(estimator.replications),) * estimator.n_thresholds
    options = [
        f"rx({_terms(tuple(estimator.regime_dependent), made)})",
        f"qx({_terms((estimator.threshold_variable,), made)})",
        f"thnum({estimator.n_thresholds})",
        f"trim({' '.join(f'{each:g}' for each in trim)})",
        f"bs({' '.join(draws)})",
    ]
    return f"xthreg {_terms((spec.outcome, *plain), made)}", options


def _spatial(spec: Specification, made: list[str], _spread: str) -> Written:
    estimator: Any = spec.estimator
    lagged, durbin, error = estimator.lag_outcome, bool(estimator.lag_regressors), estimator.lag_error
    model = "sac" if lagged and error else "sem" if error else "sdm" if durbin else "sar"
    effects = estimator.effects or "twoways"
    kinds = {"entity": "ind", "time": "time", "twoways": "both", "both": "both"}
    return f"xsmle {_right(spec, made)}", [
        "wmat(W)",
        f"model({model})",
        "fe",
        f"type({kinds.get(str(effects), 'both')}{', leeyu' if estimator.bias_correction else ''})",
        "effects",
    ]


def _staggered(spec: Specification, made: list[str], _spread: str) -> Written:
    estimator: Any = spec.estimator
    first = _name(estimator.cohort) if estimator.cohort else f"first_{_terms(spec.regressors, made)}"
    entity, time = _name(str(spec.entity)), _name(str(spec.time))
    if not estimator.cohort:
        treated = _terms(spec.regressors, made)
        made.append(f"bysort {entity}: egen {first} = min(cond({treated} == 1, {time}, .))")
    right = _terms((spec.outcome, *spec.controls), made)
    if estimator.method == "callaway_santanna":
        made.append(f"replace {first} = 0 if missing({first})")
        notyet = "notyet" if estimator.control_group == "not_yet_treated" else ""
        return f"csdid {right}", [f"ivar({entity})", f"time({time})", f"gvar({first})", notyet, "agg(simple)"]
    if estimator.method == "imputation":
        return f"did_imputation {_name(spec.outcome)} {entity} {time} {first}", ["autosample"]
    if estimator.method == "sun_abraham":
        made.append(f"generate never = missing({first})")
        return f"eventstudyinteract {right} g_*", [
            f"absorb({entity} {time})", f"cohort({first})", "control_cohort(never)", f"vce(cluster {entity})",
        ]  # fmt: skip
    return f"* {estimator.method}: no command of Stata is known", []


def _quantile(spec: Specification, made: list[str], _spread: str) -> Written:
    estimator: Any = spec.estimator
    wanted = estimator.quantile if isinstance(estimator.quantile, tuple) else (estimator.quantile,)
    levels = " ".join(f"{each:g}" for each in wanted)
    if spec.fixed_effects:
        return f"xtqreg {_right(spec, made)}", [f"i({_name(str(spec.entity))})", f"quantile({levels})"]
    return f"sqreg {_right(spec, made)}", [f"quantiles({levels})"]


_COMMANDS: dict[str, Callable[[Specification, list[str], str], Written]] = {
    "LeastSquares": _least_squares,
    "TwoStageLeastSquares": _instrumental,
    "Poisson": _poisson,
    "RandomEffects": _panel("re"),
    "BetweenOLS": _panel("be"),
    "FirstDifference": _first_difference,
    "FamaMacBeth": _fama_macbeth,
    "Logit": _binary("logit"),
    "Probit": _binary("probit"),
    "NegativeBinomial": _negative_binomial,
    "MixedEffects": _mixed,
    "OrderedLogit": _binary("ologit"),
    "OrderedProbit": _binary("oprobit"),
    "FractionalLogit": _binary("fracreg logit"),
    "FractionalProbit": _binary("fracreg probit"),
    "Tobit": _tobit,
    "CorrelatedRandomEffects": _correlated,
    "DynamicGMM": _dynamic,
    "PanelThreshold": _threshold,
    "SpatialPanel": _spatial,
    "StaggeredDifferenceInDifferences": _staggered,
    "QuantileRegression": _quantile,
    "SystemEquation": stata_system,
    **STATA_SERIES,
}
