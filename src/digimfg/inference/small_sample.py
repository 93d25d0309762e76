"""Small-sample rules by name: what each package multiplies a covariance with, and its degrees of freedom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from digimfg.covariance import WITHOUT_FACTOR, Clustered, DriscollKraay, SmallSample
from digimfg.design.absorb import degrees_of_freedom
from digimfg.errors import EstimationError, SpecificationError

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

    With N rows, K slopes (with the intercept where there is one), A parameters absorbed by the effects and G
    groups (clusters of the smallest way, or periods under Driscoll-Kraay); an effect is nested where each of
    its levels lies in one cluster of some way:

    - ``"stata"`` (Correia's reghdfe): clustered, (N-1)/(N-K-A') · G/(G-1); otherwise N/(N-K-A). A' counts
      the effects that are not nested as though no other were there, and one where all are. A and A' are
      levels less redundant ones: of the second effect the mobility groups that it forms with the first
      (Abowd, Creecy & Kramarz 2002), of a further one the most that it forms with any before it. t has the
      smaller of G-1 and N-K-A' degrees of freedom (N-K-A'+1 where effects are nested), which clusters by row
      need; N-K-A without groups.
    - ``"areg"`` (Stata's areg): the same with A in full; t has G-1.
    - ``"fixest"`` (Bergé's fixest, ``ssc(fixef.K = "nested")``): (N-1)/(N-K-A'') · G/(G-1), N/(N-K-A'')
      without groups. A'' is all levels less one for each effect beyond the first, and each nested effect is
      one parameter: fixest does not look for mobility groups. t has G-1.
    - ``"linearmodels"`` (Sheppard's PanelOLS): N/(N-K-A), A left out for a single effect nested in every way
      of clustering; t has N-K-A.
    - ``"cgm"`` (Petersen; Cameron, Gelbach & Miller 2011; R's sandwich): as ``"stata"``, but each way and
      intersection has the G/(G-1) of its own number of clusters, which the sum over ways multiplies in.
    - ``"none"``: 1; t as under ``"stata"``.

    ``"cr2"``, ``"cv3"``, ``"hc2"`` and ``"hc3"`` are no factors: least squares corrects the residuals of each
    cluster or row, or leaves each cluster out, instead. Measures of fit count A whatever the rule.

    Raises
    ------
    SpecificationError
        If the rule has none of these names, or is one for clustered errors where these are not.
    EstimationError
        If there are not more rows than parameters.

    Notes
    -----
    Sources and examples: docs/small_sample_rules.md.
    """
    covariance = design.specification.covariance
    rule = covariance.small_sample
    if rule in WITHOUT_FACTOR or (rule == "cgm" and not isinstance(covariance, Clustered)):
        raise _not_here(design, rule)
    n = design.n_obs
    absorbed = degrees_of_freedom(design.effects)
    grouped = isinstance(covariance, Clustered | DriscollKraay)
    nested = [name for name in design.effects if isinstance(covariance, Clustered) and _nested(design, name)]
    full = n_slopes + absorbed
    counted, df_resid = full, n - full
    if nested and rule in ("stata", "cgm", "none"):
        outer = {name: codes for name, codes in design.effects.items() if name not in nested}
        counted = n_slopes + max(degrees_of_freedom(outer), 1)
        df_resid = n - (counted - 1)
    elif rule == "fixest" and design.effects:
        levels = {name: int(codes.max()) + 1 for name, codes in design.effects.items()}
        counted = (
            n_slopes + sum(levels.values()) - (len(levels) - 1) - sum(levels[name] - 1 for name in nested)
        )
    elif rule == "linearmodels" and len(design.effects) == 1 and nested:
        counted = n_slopes if _nested(design, nested[0], every=True) else full
    require_rows(design, max(full, counted))
    df = float(n - full)
    if grouped and rule != "linearmodels":
        df = float(n_groups - 1 if rule in ("areg", "fixest") else min(n_groups - 1, df_resid))
    if rule == "none":
        factor = 1.0
    elif rule == "linearmodels":
        factor = n / (n - counted)
    elif grouped:
        own = 1.0 if rule == "cgm" else n_groups / (n_groups - 1)
        factor = (n - 1) / (n - counted) * own
    else:
        factor = n / (n - (full if rule != "fixest" else counted))
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
    raise EstimationError.of(
        "inference.more_parameters_than_rows",
        outcome=design.specification.outcome,
        n_obs=design.n_obs,
        n_parameters=n_parameters,
    )


def _nested(design: Design, name: str, *, every: bool = False) -> bool:
    codes = design.effects[name]
    inside = []
    for cluster in design.clusters.values():
        if cluster is codes:
            inside.append(True)
            continue
        first = np.full(int(codes.max()) + 1, -1, dtype=np.int64)
        first[codes] = cluster
        inside.append(np.array_equal(first[codes], cluster))
    return all(inside) if every else any(inside)


def _not_here(design: Design, rule: SmallSample) -> SpecificationError:
    estimator, covariance = design.specification.estimator, type(design.specification.covariance).__name__
    return SpecificationError.of(
        "inference.small_sample_rule", covariance=covariance, rule=rule, label=estimator.label
    )
