"""How much an index depends on its free choices: every reasonable index, their ranks, and a coefficient's
spread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.keywords import takes
from digimfg.kinds import Entries, NonNegative, Number
from digimfg.marks import keeps_marks
from digimfg.measures.composite import rule_of
from digimfg.measures.contract import CORRELATION, measure
from digimfg.measures.directions import Directions
from digimfg.measures.index_definition import WEIGHTINGS, Weighting
from digimfg.measures.indicators import as_frame
from digimfg.measures.multiverse_coefficients import coefficient_statistics, coefficients_of
from digimfg.measures.normalization import Normalization
from digimfg.measures.summation import cross_products, standardized
from digimfg.measures.weight_resampling import RowsKeywords, RowsOptions, WeightsOptions
from digimfg.measures.weighting import WeightsResult, weigh
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from typing_extensions import Unpack

    from digimfg.specification import Specification

    Floats = NDArray[np.float64]

__all__ = ["MultiverseResult", "index_multiverse"]


@checked
@shown(Text("Index under every choice", "指标构造选择的多重检验"))
@dataclass(frozen=True, kw_only=True, eq=False)
class MultiverseResult:
    """Hold every index of a multiverse and how far they agree.

    Parameters
    ----------
    choices
        Indexed by universe: ``weighting normalization shift directions``, ``status`` (``"computed"`` or
        ``"refused"``), ``reason_en reason_zh`` of a refusal, ``same_as`` (an earlier universe whose scores
        are an affine map of these).
    weights
        Indicator × universe; they sum to one; zero where a universe does not use an indicator.
    scores
        Row × universe, indexed like the frame.
    rank_correlations
        Spearman's, universe × universe, over rows that every universe scores.
    coefficients
        With a specification: universe → ``estimate std_error p_value conf_low conf_high n_obs`` of the
        index's term.
    statistics
        Over distinct universes: ``n_universes n_distinct``, rank correlations (``rank_correlation_mean`` and
        ``_min``), and with a specification the spread of the estimate and the shares that are positive and
        significant.
    notes
        What was refused and why, and how scores entered the specification.
    """

    choices: pd.DataFrame
    weights: pd.DataFrame
    scores: pd.DataFrame
    rank_correlations: pd.DataFrame
    coefficients: pd.DataFrame | None = None
    statistics: Mapping[str, Number] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[Text, ...] = ()


@measure(
    "frame", gaps="refused", gives={"rank_correlation_mean": CORRELATION, "rank_correlation_min": CORRELATION}
)
@checked
@keeps_marks
@takes(RowsOptions)
def index_multiverse(
    frame: pd.DataFrame | Mapping[str, object] | Floats,
    directions: Directions = None,
    *,
    weightings: Annotated[Sequence[Weighting], Entries(1)] = WEIGHTINGS,
    normalizations: Annotated[Sequence[Normalization], Entries(1)] = ("minmax", "zscore", "log_minmax"),
    shifts: Annotated[Sequence[NonNegative], Entries(1)] = (0.0, 0.0001, 0.01),
    alternatives: Mapping[str, Directions] | None = None,
    specification: Specification | None = None,
    column: str = "index",
    term: str | None = None,
    **options: Unpack[RowsKeywords],
) -> MultiverseResult:
    """Make the index in every combination of weights, normalization, zero rule and directions.

    Parameters
    ----------
    frame, directions, constant, missing, time, train_years
        See `entropy_weights`.
    weightings
        Methods of weighting.
    normalizations
        See `normalize_indicators`.
    shifts
        Zero rules of the entropy weights: 0 is 0 · ln 0 = 0, others are added before shares are taken. Other
        weights have no logarithm and are made once.
    alternatives
        Name → other directions: an indicator turned, dropped, or given a range.
    specification
        An equation with the index in it; it is estimated once per universe, with the scores standardized to
        mean zero and deviation one under the name `column`, so that estimates can be compared.
    column
        Name of the index in the specification.
    term
        Term whose estimate is read; by default the first regressor (or endogenous term) that holds `column`.

    Returns
    -------
    MultiverseResult
        A universe whose index or equation cannot be made is kept in `choices` as refused, with the reason.

    Raises
    ------
    MeasureError
        If a choice is unknown or none can be computed, or the specification does not hold the index.

    References
    ----------
    Steegen, S., Tuerlinckx, F., Gelman, A. and Vanpaemel, W. (2016). Increasing transparency through a
    multiverse analysis. Perspectives on Psychological Science, 11(5), 702-712.
    https://doi.org/10.1177/1745691616658637 Simonsohn, U., Simmons, J. P. and Nelson, L. D. (2020).
    Specification curve analysis. Nature Human Behaviour, 4, 1208-1214.
    https://doi.org/10.1038/s41562-020-0912-z

    Examples
    --------
    >>> data = {"patents": [1.0, 2.0, 3.0, 9.0], "waste": [4.0, 3.0, 2.5, 1.0]}
    >>> result = index_multiverse(data, {"patents": 1, "waste": -1}, weightings=("entropy", "equal"),
    ...                           normalizations=("minmax", "zscore"), shifts=(0.0,))
    >>> result.choices["status"].to_dict()
    {'entropy|minmax|0|main': 'computed', 'entropy|zscore|0|main': 'refused', 'equal|minmax|-|main':
    'computed',
     'equal|zscore|-|main': 'computed'}
    >>> result.statistics["rank_correlation_min"]
    1.0
    """
    table = as_frame(frame)
    universes = list(
        _universes(weightings, normalizations, shifts, {"main": directions, **(alternatives or {})})
    )
    made: dict[str, WeightsResult] = {}
    rows = {}
    for universe, choice, chosen in universes:
        whole = WeightsOptions(normalization=choice["normalization"], **options)
        reason = Text("", "")
        try:
            rule = rule_of(choice["weighting"], 0.0 if choice["shift"] is None else choice["shift"])
            made[universe] = weigh(choice["weighting"], rule, table, chosen, whole)
        except MeasureError as error:
            reason = note_of(
                "measures.expected_and_got", where=error.where, expected=error.expected, got=error.got
            )
        status = "computed" if universe in made else "refused"
        rows[universe] = {**choice, "status": status, "reason_en": reason.en, "reason_zh": reason.zh}
    choices = pd.DataFrame.from_dict(rows, orient="index").rename_axis("universe")
    _check_any(choices)
    scores = pd.DataFrame({universe: result.scores for universe, result in made.items()})
    choices["same_as"] = _same_as(scores).reindex(choices.index)
    distinct = [str(universe) for universe, same in choices["same_as"].items() if same == ""]
    correlations = _rank_correlations(scores)
    statistics = _agreement(correlations, distinct, len(choices))
    notes = _notes(choices, made)
    coefficients = None
    if specification is not None:
        coefficients, more, failed = coefficients_of(table, scores, specification, column, term)
        for universe, why in failed.items():
            choices.loc[universe, ["status", "reason_en", "reason_zh"]] = ["refused", why.en, why.zh]
        kept = [universe for universe in distinct if universe in coefficients.index]
        statistics |= coefficient_statistics(coefficients.loc[kept])
        notes = (*notes, *more)
    return MultiverseResult(
        choices=choices,
        weights=pd.DataFrame({universe: result.weights for universe, result in made.items()}).fillna(0.0),
        scores=scores,
        rank_correlations=correlations,
        coefficients=coefficients,
        statistics=MappingProxyType(statistics),
        notes=notes,
    )


def _universes(
    weightings: Sequence[str],
    normalizations: Sequence[str],
    shifts: Sequence[float],
    directions: Mapping[str, Directions],
) -> Iterator[tuple[str, dict[str, Any], Directions]]:
    for weighting in weightings:
        for normalization in normalizations:
            for shift in shifts if weighting == "entropy" else (None,):
                for name, chosen in directions.items():
                    choice = {
                        "weighting": weighting,
                        "normalization": normalization,
                        "shift": shift,
                        "directions": name,
                    }
                    label = "-" if shift is None else f"{shift:g}"
                    yield f"{weighting}|{normalization}|{label}|{name}", choice, chosen


def _check_any(choices: pd.DataFrame) -> None:
    if (choices["status"] == "computed").any():
        return
    raise MeasureError.of(
        "measures.no_combination_computed",
        reason=Text(str(choices["reason_en"].iloc[0]), str(choices["reason_zh"].iloc[0])),
    )


def _same_as(scores: pd.DataFrame) -> pd.Series:
    """Return for each universe the first earlier one of which its scores are an affine map, or ``""``."""
    values = scores.to_numpy()
    centred = values - np.nanmean(values, axis=0)
    unit = np.nan_to_num(centred / np.sqrt(np.nansum(centred**2, axis=0)))
    alike = unit.T @ unit > 1.0 - 1e-12
    first = [int(np.argmax(alike[:, j])) for j in range(alike.shape[1])]
    names = ["" if earlier == j else str(scores.columns[earlier]) for j, earlier in enumerate(first)]
    return pd.Series(names, index=scores.columns, dtype=object)


def _rank_correlations(scores: pd.DataFrame) -> pd.DataFrame:
    ranks = scores.dropna().rank()
    columns = [standardized(ranks[universe].to_numpy())[0] for universe in ranks]
    values = np.clip(cross_products(columns) / (len(ranks) - 1), -1.0, 1.0)
    np.fill_diagonal(values, 1.0)
    return pd.DataFrame(values, index=scores.columns, columns=scores.columns)


def _agreement(correlations: pd.DataFrame, distinct: list[str], n_universes: int) -> dict[str, float]:
    pairs = correlations.loc[distinct, distinct].to_numpy()[np.triu_indices(len(distinct), 1)]
    return {
        "n_universes": float(n_universes),
        "n_distinct": float(len(distinct)),
        "rank_correlation_mean": float(pairs.mean()) if pairs.size else 1.0,
        "rank_correlation_min": float(pairs.min()) if pairs.size else 1.0,
    }


def _notes(choices: pd.DataFrame, made: Mapping[str, WeightsResult]) -> tuple[Text, ...]:
    notes = []
    refused = choices[choices["status"] == "refused"]
    if len(refused):
        notes.append(note_of("measures.not_computed", n_refused=len(refused), n_choices=len(choices)))
    same = int((choices["same_as"].fillna("") != "").sum())
    if same:
        notes.append(note_of("measures.repeated", same=same))
    seen: dict[Text, None] = {}
    for result in made.values():
        seen.update(dict.fromkeys(result.notes))
    return (*notes, *seen)
