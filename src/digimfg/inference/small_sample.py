"""Small-sample rules by name: what each package multiplies a covariance with, and its degrees of freedom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digimfg.design.absorb import redundant_levels
from digimfg.errors import EstimationError, SpecificationError
from digimfg.inference.covariance import Clustered, DriscollKraay, SmallSample, Unadjusted
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["Adjustment", "require_rows", "small_sample_adjustment"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Adjustment:
    """The factor on the covariance and the degrees of freedom of t."""

    factor: float
    df: float
    df_absorbed: int


def small_sample_adjustment(design: Design, n_slopes: int, n_groups: int) -> Adjustment:
    """Return the adjustment of a design under its covariance's rule.

    With N rows, K slopes (with the intercept where there is one), A absorbed parameters and G groups (clusters of the
    smallest way, or periods under Driscoll-Kraay):

    - ``"stata"`` (reghdfe): clustered, (N-1)/(N-K-A'-1[nested]) · G/(G-1), where A' leaves out effects nested in
      clusters; otherwise N/(N-K-A). t has G-1 or N-K-A degrees of freedom.
    - ``"areg"``: the same with A in full.
    - ``"fixest"``: as ``"stata"``, but A counts one redundant level per further effect, and each nested effect as one.
    - ``"linearmodels"``: N/(N-K-A), A left out for a single effect nested in every way of clustering; t has N-K-A.
    - ``"cgm"`` (Petersen; Cameron, Gelbach & Miller 2011; R's sandwich): as ``"stata"``, but each way and intersection
      has the G/(G-1) of its own number of clusters, which the sum over ways multiplies in.
    - ``"none"``: 1; t as under ``"stata"``.

    ``"cr2"`` and ``"cv3"`` are no factors: least squares corrects the residuals of each cluster, or leaves each cluster
    out, instead.

    Sources: Correia's reghdfe; Bergé's fixest ("On standard-errors"); Sheppard's linearmodels.

    Raises
    ------
    SpecificationError
        If the rule has none of these names, or is one for clustered errors where these are not.
    EstimationError
        If there are not more rows than parameters.
    """
    covariance = design.specification.covariance
    rule = covariance.small_sample
    if rule in ("cr2", "cv3") or (rule == "cgm" and not isinstance(covariance, Clustered)):
        raise _not_here(design, rule)
    n = design.n_obs
    levels = {name: int(code.max()) + 1 for name, code in design.effects.items()}
    absorbed = sum(levels.values()) - redundant_levels(list(design.effects.values()))
    grouped = isinstance(covariance, Clustered | DriscollKraay)
    nested = [name for name in design.effects if isinstance(covariance, Clustered) and _nested(design, name)]
    full = n_slopes + absorbed
    counted = full
    if nested and rule in ("stata", "cgm", "none"):
        outer = {name: code for name, code in design.effects.items() if name not in nested}
        inner = [design.effects[name] for name in nested]
        # Levels of outer effects that nested ones make redundant stay redundant.
        outside = sum(levels[name] for name in outer) - (
            redundant_levels([*inner, *outer.values()]) - redundant_levels(inner)
        )
        counted = n_slopes + outside + 1
    elif rule == "fixest" and levels:
        counted = (
            n_slopes + sum(levels.values()) - (len(levels) - 1) - sum(levels[name] - 1 for name in nested)
        )
    elif rule == "linearmodels" and len(levels) == 1 and nested and _nested(design, nested[0], every=True):
        counted = n_slopes
    require_rows(design, max(full, counted))
    df = float(n_groups - 1) if grouped and rule != "linearmodels" else float(n - full)
    if rule == "none":
        factor = 1.0
    elif rule == "linearmodels":
        factor = n / (n - counted)
    elif grouped:
        own = 1.0 if rule == "cgm" else n_groups / (n_groups - 1)
        factor = (n - 1) / (n - counted) * own
    else:
        factor = n / (n - (full if rule != "fixest" else counted))
    if isinstance(covariance, Unadjusted) and rule == "none":
        df = float(n - full)
    return Adjustment(factor=factor, df=df, df_absorbed=absorbed)


def require_rows(design: Design, n_parameters: int) -> None:
    """Raise unless a design has more rows than parameters.

    Raises
    ------
    EstimationError
        With both numbers.
    """
    if design.n_obs > n_parameters:
        return
    raise EstimationError(
        where=Text(
            f"outcome '{design.specification.outcome}'", f"被解释变量“{design.specification.outcome}”"
        ),
        expected=Text("more rows than parameters", "观测数多于参数个数"),
        got=Text(
            f"{design.n_obs} rows, {n_parameters} parameters", f"{design.n_obs} 行，{n_parameters} 个参数"
        ),
        remedy=Text("use fewer terms or effects, or a larger sample", "减少变量或固定效应，或扩大样本"),
    )


def _nested(design: Design, name: str, *, every: bool = False) -> bool:
    codes = design.effects[name]
    inside = []
    for cluster in design.clusters.values():
        first = np.full(int(codes.max()) + 1, -1, dtype=np.int64)
        first[codes] = cluster
        inside.append(np.array_equal(first[codes], cluster))
    return all(inside) if every else any(inside)


def _not_here(design: Design, rule: SmallSample) -> SpecificationError:
    estimator, covariance = design.specification.estimator, type(design.specification.covariance).__name__
    return SpecificationError(
        where=Text(f"small_sample of dm.{covariance}", f"dm.{covariance} 的 small_sample"),
        expected=Text(
            "'cr2' and 'cv3' for least squares clustered in one way, 'cgm' for clustered errors",
            "'cr2'、'cv3' 用于单维聚类的最小二乘，'cgm' 用于聚类标准误",
        ),
        got=Text(f"'{rule}' with {estimator.label.en}", f"“{rule}”，{estimator.label.zh}"),
        remedy=Text("use small_sample='stata'", "使用 small_sample='stata'"),
    )
