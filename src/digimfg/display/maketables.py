"""Speak the plug-in protocol of the maketables package, so that its tables take our results.

maketables asks a result for attributes named ``__maketables_...__``; `Result` answers with these functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from digimfg.covariance import Clustered
from digimfg.display.covariance_names import covariance_phrase
from digimfg.display.statistics import statistic_label
from digimfg.labels import term_label

if TYPE_CHECKING:
    import pandas as pd

    from digimfg.contracts import Reported

__all__ = [
    "coefficient_table",
    "covariance_information",
    "default_statistics",
    "fixed_effects",
    "statistic",
    "statistic_labels",
    "term_labels",
]

_COLUMNS = {
    "estimate": "b",
    "std_error": "se",
    "statistic": "t",
    "p_value": "p",
    "conf_low": "ci95l",
    "conf_high": "ci95u",
}
_STATISTICS = {"N": "n_obs", "r2": "r2", "r2_within": "r2_within", "adj_r2": "r2_adjusted"}


def coefficient_table(result: Reported) -> pd.DataFrame:
    """Return the coefficients with the columns ``b se t p ci95l ci95u``."""
    return result.coefficients[list(_COLUMNS)].rename(columns=_COLUMNS).rename_axis("Coefficient")


def statistic(result: Reported, key: str) -> float | None:
    """Return a statistic by maketables' name (``N r2 adj_r2``) or ours; ``None`` where the result has
    none.
    """
    return result.statistics.get(_STATISTICS.get(key, key))


def default_statistics(result: Reported) -> list[str]:
    """Return the statistics that a table shows unless told otherwise."""
    return [key for key, name in _STATISTICS.items() if name in result.statistics and key != "adj_r2"]


def statistic_labels(result: Reported) -> dict[str, str]:
    """Return English labels of the result's statistics."""
    return {name: statistic_label(name).en for name in result.statistics}


def term_labels(result: Reported) -> dict[str, str]:
    """Return English labels of the outcome and the terms."""
    return {
        str(term): term_label(str(term)).en
        for term in (result.specification.outcome, *result.coefficients.index)
    }


def fixed_effects(result: Reported) -> str | None:
    """Return the effects that the estimates are free of as ``"country+year"``."""
    return "+".join(result.specification.estimator.removed_effects(result.specification)) or None


def covariance_information(result: Reported) -> dict[str, Any]:
    """Return how errors were estimated."""
    covariance = result.specification.covariance
    own = result.specification.estimator.errors_label(covariance)
    clusters = "+".join(covariance.columns) if isinstance(covariance, Clustered) else None
    return {"vcov_type": (own or covariance_phrase(covariance)).en, "clustervar": clusters}
