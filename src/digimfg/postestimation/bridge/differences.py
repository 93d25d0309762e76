"""Say what another program's numbers will differ in, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from digimfg.arguments import checked
from digimfg.covariance import Clustered, Unadjusted
from digimfg.postestimation.bridge.r_errors import MODEL_ERRORS
from digimfg.sheets import sheet_beside
from digimfg.specification import Specification
from digimfg.text import Text, current_language

__all__ = ["bridge_differences"]

_REGHDFE = frozenset(("LeastSquares", "TwoStageLeastSquares"))
_EXPECTED_INFORMATION = frozenset(("Probit", "FractionalProbit", "NegativeBinomial"))
_QUADRATURE = frozenset(("Logit", "Probit", "OrderedLogit", "OrderedProbit", "Tobit"))
_WHAT = sheet_beside(__file__, "differences", "what")
_WHY = sheet_beside(__file__, "differences", "why")


@checked
def bridge_differences(specification: Specification) -> pd.DataFrame:
    """Return what will differ from the commands of Stata and R for a specification, and why.

    Returns
    -------
    pandas.DataFrame
        Columns ``program what why``, in the language of messages; empty where all numbers should be the same.

    Examples
    --------
    >>> import digimfg as dm
    >>> spec = dm.Specification("y", "x", entity="id", time="year", fixed_effects=("id", "year"),
    ...     sample="x > 0")
    >>> list(dm.bridge_differences(spec)["program"])
    ['R: fixest', 'Stata', 'Stata: boottest']
    """
    rows = [(program, what, why) for program, what, why in _found(specification)]
    language = current_language()
    return pd.DataFrame(
        [(program, what.language(language), why.language(language)) for program, what, why in rows],
        columns=["program", "what", "why"],
    )


def _found(spec: Specification) -> list[tuple[str, Text, Text]]:
    """Return the program, what differs and why, for all that holds of a specification."""
    rule = spec.covariance.small_sample
    found = []
    for program, what, why, holds in _known(spec):
        if holds:
            words = _WHY[why]
            found.append((program, _WHAT[what], Text(words.en.format(rule=rule), words.zh.format(rule=rule))))
    return found


def _known(spec: Specification) -> Iterator[tuple[str, str, str, bool]]:
    """Yield each known difference: the program, the words of what and why, and whether it is there."""
    estimator: Any = spec.estimator
    name, asked = type(estimator).__name__, spec.covariance
    clustered, plain = isinstance(asked, Clustered), isinstance(asked, Unadjusted)
    stata = asked.small_sample == "stata"
    absorbed = name in _REGHDFE and stata and bool(spec.fixed_effects) and clustered
    yield "R: fixest", "errors", "nested_effects", absorbed
    yield "Stata: ivreghdfe", "errors", "no_small", name == "TwoStageLeastSquares" and stata
    yield "Stata", "errors", "other_rule", asked.small_sample not in ("stata", "areg")
    compared = bool(spec.sample) and any(sign in str(spec.sample) for sign in ("<", ">", "!="))
    yield "Stata", "sample", "missing_is_large", compared
    yield "Stata", "estimates", "pweights", spec.weights is not None and name == "Poisson"
    wild = isinstance(asked, Clustered) and asked.wild_bootstrap is not None and name in _REGHDFE
    yield "Stata: boottest", "wild_bootstrap", "random_numbers", wild
    yield "R: plm", "estimates", "variance_components", name == "RandomEffects"
    tobit = name == "Tobit" and estimator.effects == "random"
    yield "Stata: xttobit", "errors", "unadjusted_alone", tobit and not plain
    reml = name == "MixedEffects" and estimator.method == "reml"
    yield "Stata: mixed, reml", "errors", "unadjusted_alone", reml and not plain
    yield "R", "errors", "errors_of_model", name in MODEL_ERRORS and not plain
    pooled = name in _EXPECTED_INFORMATION and getattr(estimator, "effects", "none") != "random"
    yield "R: glm", "errors", "information", pooled
    mixed = name == "MixedEffects" and estimator.method == "ml"
    yield "Stata: mixed; R: lme4", "errors", "divisor_of_variance", mixed
    yield "Stata", "estimates", "means_of_units", name == "CorrelatedRandomEffects"
    yield "Stata; R", "estimates", "quadrature", name in _QUADRATURE and estimator.effects == "random"
    yield "R: plm", "estimates", "lags_of_pgmm", name == "DynamicGMM"
    yield "Stata: xthreg", "bootstrap", "f_by_rows", name == "PanelThreshold"
    long_run = name in ("FullyModifiedLeastSquares", "DynamicLeastSquares")
    yield "Stata: xtcointreg", "errors", "bandwidth", long_run
    yield "R: PSTR", "estimates", "one_start", name == "PanelSmoothTransition"
    yield "Stata: xsmle", "errors", "draws_of_effects", name == "SpatialPanel"
    staggered = name == "StaggeredDifferenceInDifferences"
    yield "Stata: csdid; R: did", "errors", "multiplier_bootstrap", staggered
    dosed = name == "ContinuousDifferenceInDifferences"
    yield "R: contdid", "errors", "dose_in_all_rows", dosed
