"""Estimate the analyses on two vintages of a panel and set the coefficients side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.errors import DigimfgError
from digimfg.estimate import estimate
from digimfg.exhibits.terms import core_terms
from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from digimfg.analysis import Analysis
    from digimfg.result import Result
    from digimfg.specification import Specification

__all__ = ["coefficient_changes"]

COLUMNS = (
    "analysis", "specification", "term", "before", "std_error_before", "n_obs_before", "after",
    "std_error_after",
    "n_obs_after", "change_std_errors",
)  # fmt: skip


def coefficient_changes(
    analyses: Mapping[str, Analysis],
    panel: str,
    before: pd.DataFrame,
    after: pd.DataFrame,
    progress: Callable[[int, int, Text], None] | None = None,
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Estimate every specification of the analyses of a panel on two frames of it.

    Parameters
    ----------
    analyses
        By name; those of other panels are passed over.
    panel
        Name of the panel.
    before, after
        Its two frames.
    progress
        Called before each specification.

    Returns
    -------
    DataFrame
        One row per term of interest (no controls, no constant) with both estimates; ``change_std_errors`` is
        the change over the earlier standard error. A term that only one frame can estimate is missing for
        the other.
    tuple of Text
        Specifications that one of the frames cannot answer, and why.
    """
    wanted = [
        (name, key, specification, analysis)
        for name, analysis in analyses.items()
        if analysis.panel_name == panel
        for key, specification in analysis.specifications.items()
    ]
    rows: list[dict[str, object]] = []
    failures: list[Text] = []
    for place, (name, key, specification, analysis) in enumerate(wanted, 1):
        if progress is not None:
            progress(place, len(wanted), Text(f"{name}: {key}", f"{name}：{key}"))
        results = []
        for frame in (before, after):
            result, why = _try(analysis, specification, frame)
            results.append(result)
            if why is not None:
                failures.append(Text(f"{name}, {key}: {why.en}", f"{name}，{key}：{why.zh}"))
        rows += _rows(name, key, *results)
    return pd.DataFrame(rows, columns=list(COLUMNS)), tuple(dict.fromkeys(failures))


def _try(
    analysis: Analysis, specification: Specification, frame: pd.DataFrame
) -> tuple[Result | None, Text | None]:
    try:
        return estimate(specification, analysis.filled(frame)), None
    except DigimfgError as error:
        return None, Text(
            f"expected {error.expected.en}, got {error.got.en}",
            f"应为{error.expected.zh}，实为{error.got.zh}",
        )


def _rows(analysis: str, key: str, before: Result | None, after: Result | None) -> list[dict[str, object]]:
    terms = dict.fromkeys(
        term for result in (before, after) if result is not None for term in core_terms(result)
    )
    rows = []
    for term in terms:
        one, two = _estimate(before, term), _estimate(after, term)
        rows.append(
            {
                "analysis": analysis,
                "specification": key,
                "term": term,
                "before": one[0],
                "std_error_before": one[1],
                "n_obs_before": one[2],
                "after": two[0],
                "std_error_after": two[1],
                "n_obs_after": two[2],
                "change_std_errors": (two[0] - one[0]) / one[1],
            }
        )
    return rows


def _estimate(result: Result | None, term: str) -> tuple[float, float, float]:
    if result is None or term not in result.coefficients.index:
        return np.nan, np.nan, np.nan
    found = result.coefficients[["estimate", "std_error"]].loc[[term]].to_numpy(dtype=np.float64)[0]
    return float(found[0]), float(found[1]), float(result.statistics["n_obs"])
