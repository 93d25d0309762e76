"""Write a specification as the lines of a do-file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from digimfg.arguments import checked
from digimfg.covariance import Clustered, DriscollKraay, Robust, Unadjusted
from digimfg.estimators.binary.estimator import Logit, Probit
from digimfg.estimators.limited.ordered import OrderedLogit, OrderedProbit
from digimfg.postestimation.bridge.names import stata_sample
from digimfg.postestimation.bridge.series import STATA_SERIES
from digimfg.postestimation.bridge.stata_models import STATA_MODELS
from digimfg.postestimation.bridge.stata_parts import (
    Written,
    absorbed,
    exposure_options,
    name_of,
    stata_name,
    stata_terms,
    variables,
)
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
        lines.append(f"xtset {' '.join(stata_name(str(key)) for key in keys)}")
    lines.append(command)
    asked = specification.covariance
    absorbing = name_of(specification) in _ABSORBING
    if isinstance(asked, Clustered) and asked.wild_bootstrap is not None and absorbing:
        wild = asked.wild_bootstrap
        fewer = f" (with fewer than {wild.fewer_than} clusters)" if wild.fewer_than else ""
        lines += [
            f"boottest {stata_terms((term,), made)}, reps({wild.draws}) seed({wild.seed}) nograph  "
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


def _command(spec: Specification, made: list[str]) -> str:
    write = _COMMANDS.get(name_of(spec))
    spread = _errors(spec)
    if write is None or spread is None:
        return ""
    condition = f" if {stata_sample(spec.sample)}" if spec.sample else ""
    weights = "" if spec.weights is None else f" [aw={stata_name(spec.weights)}]"
    words, options = write(spec, made, spread)
    if not words:
        return ""
    tail = f", {' '.join(option for option in options if option)}" if any(options) else ""
    return f"{words}{condition}{weights}{tail}"


def _errors(spec: Specification) -> str | None:
    """Return the option of errors; ``None`` where these commands have none of the kind."""
    asked = spec.covariance
    instrumental = name_of(spec) == "TwoStageLeastSquares"  # the options of ivreg2
    if isinstance(asked, Unadjusted):
        return ""
    if isinstance(asked, Robust):
        if asked.small_sample.startswith("hc"):
            return None
        return "robust" if instrumental else "vce(robust)"
    if isinstance(asked, Clustered):
        columns = " ".join(map(stata_name, asked.cluster_columns))
        return f"cluster({columns})" if instrumental else f"vce(cluster {columns})"
    if isinstance(asked, DriscollKraay) and name_of(spec) == "LeastSquares":
        return f"lag({asked.lags})" if asked.lags is not None else "lag"
    return None


def _least_squares(spec: Specification, made: list[str], spread: str) -> Written:
    if isinstance(spec.covariance, DriscollKraay):
        lag = "" if spread == "lag" else spread
        dummies = "".join(f" i.{stata_name(each)}" for each in spec.fixed_effects if each != spec.entity)
        return f"xtscc {variables(spec, made)}{dummies}", [
            "fe" if spec.entity in spec.fixed_effects else "",
            lag,
        ]
    return f"reghdfe {variables(spec, made)}", [absorbed(spec), spread]


def _instrumental(spec: Specification, made: list[str], spread: str) -> Written:
    method: str = spec.estimator.method  # type: ignore[attr-defined]
    inside = f" ({stata_terms(spec.endogenous, made)} = {stata_terms(spec.instruments, made)})"
    alpha: float = spec.estimator.fuller_alpha  # type: ignore[attr-defined]
    kind = {"2sls": "", "fuller": f"fuller({alpha:g})"}.get(method, method)
    return f"ivreghdfe {variables(spec, made)}{inside}", [absorbed(spec), spread, kind]


def _poisson(spec: Specification, made: list[str], spread: str) -> Written:
    estimator: Any = spec.estimator
    return f"ppmlhdfe {variables(spec, made)}", [absorbed(spec), spread, *exposure_options(estimator)]


def _panel(option: str) -> Callable[[Specification, list[str], str], Written]:
    def write(spec: Specification, made: list[str], spread: str) -> Written:
        return f"xtreg {variables(spec, made)}", [option, spread]

    return write


def _first_difference(spec: Specification, made: list[str], spread: str) -> Written:
    return f"regress D.({variables(spec, made)})", ["noconstant", spread]


def _fama_macbeth(spec: Specification, made: list[str], _spread: str) -> Written:
    lags: int = spec.estimator.lags  # type: ignore[attr-defined]
    return f"xtfmb {variables(spec, made)}", [f"lag({lags})" if lags else ""]


def _binary(command: str) -> Callable[[Specification, list[str], str], Written]:
    def write(spec: Specification, made: list[str], spread: str) -> Written:
        dummies = "".join(f" i.{'#i.'.join(map(stata_name, each.split(':')))}" for each in spec.fixed_effects)
        if (
            isinstance(spec.estimator, Logit | Probit | OrderedLogit | OrderedProbit)
            and spec.estimator.effects == "random"
        ):
            last = "re" if command in ("logit", "probit") else ""
            return f"xt{command} {variables(spec, made)}{dummies}", [last, spread]
        return f"{command} {variables(spec, made)}{dummies}", [spread]

    return write


def _correlated(spec: Specification, made: list[str], spread: str) -> Written:
    estimator: Any = spec.estimator
    inner = spec.replace(estimator=estimator.model)
    write = _COMMANDS[name_of(inner)]
    words, options = write(inner, made, spread)
    means: list[str] = []
    for term in dict.fromkeys((*spec.regressors, *spec.controls)):
        name = f"mean_{len(means) + 1}"
        made.append(f"egen {name} = mean({stata_terms((term,), made)}), by({stata_name(str(spec.entity))})")
        means.append(name)
    return f"{words} {' '.join(means)}", options


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
    "OrderedLogit": _binary("ologit"),
    "OrderedProbit": _binary("oprobit"),
    "FractionalLogit": _binary("fracreg logit"),
    "FractionalProbit": _binary("fracreg probit"),
    "CorrelatedRandomEffects": _correlated,
    "SystemEquation": stata_system,
    **STATA_MODELS,
    **STATA_SERIES,
}
