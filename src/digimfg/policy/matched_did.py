"""Matching and difference-in-differences in one call: scores, balance, and the effect on the matched rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from numbers import Number
from typing import Annotated, Literal

import numpy as np
import pandas as pd

from digimfg.arguments import checked
from digimfg.design.keys import refuse_repeated_rows
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimate import estimate
from digimfg.kinds import Count, Entries, Positive, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.policy.matching import MatchingMethod, PropensityScoreMatching, propensity_score_matching
from digimfg.result import Result
from digimfg.shown import shown
from digimfg.specification import Specification
from digimfg.text import Text

__all__ = ["MatchedDifferenceInDifferences", "psm_did"]

_WHERE = "dm.psm_did"
_GROUP, _WEIGHT = "treated_group", "matching_weight"
_FIELDS = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")


@checked
@shown(Text("Matching and difference-in-differences", "倾向得分匹配双重差分"), first="estimates")
@dataclass(frozen=True, kw_only=True, eq=False)
class MatchedDifferenceInDifferences:
    """Hold the effect before and after matching, and the match.

    Parameters
    ----------
    estimates
        By ``sample`` (``all``, ``matched``): ``estimate std_error statistic p_value conf_low conf_high n_obs
        n_entities`` of the treatment.
    matched, unmatched
        The results behind them: the same equation with the matching weights, and on all rows.
    matching
        Scores, weights and balance (`PropensityScoreMatching`).
    notes
        What a reader must know.
    """

    estimates: pd.DataFrame
    matched: Result
    unmatched: Result
    matching: PropensityScoreMatching
    notes: tuple[Text, ...]

    @property
    def balance(self) -> pd.DataFrame:
        """Return the balance of the covariates before and after matching."""
        return self.matching.balance


@checked
@keeps_marks
def psm_did(
    specification: Specification,
    frame: StoredFrame,
    covariates: Annotated[Sequence[str], Entries(1)],
    *,
    match: Literal["before", "each_period"] = "before",
    method: MatchingMethod = "nearest",
    neighbors: Count = 1,
    caliper: Positive | None = None,
    replacement: bool = True,
    bandwidth: Positive = 0.06,
    common_support: bool = True,
) -> MatchedDifferenceInDifferences:
    r"""Match units that are ever treated with units that never are, and estimate the equation on the matched.

    The effect is that of the specification's only regressor, the 0/1 treatment in time, weighted by how often
    a row is used: :math:`\min_\beta \sum_{it} w_i (y_{it} - \beta D_{it} - \gamma' x_{it} - \mu_i -
    \lambda_t)^2`.

    Parameters
    ----------
    specification
        Outcome, treatment as the only regressor, controls, ``entity``, ``time`` and effects; without weights.
    frame
        The panel.
    covariates
        Terms of the score.
    match
        ``"before"``: in the last period before the first treatment of all, and a unit keeps its weight in
        every period; ``"each_period"``: period by period (逐期匹配), in which the controls of a unit may
        change from period to period.
    method, neighbors, caliper, replacement, bandwidth, common_support
        As in `propensity_score_matching`.

    Raises
    ------
    SpecificationError
        If there is not one regressor, it is not 0/1, or keys are missing or weights given.
    EstimationError
        If no period lies before the first treatment, or nothing is matched.

    Notes
    -----
    Heckman, Ichimura and Todd (1997, doi:10.2307/2971733); Rosenbaum and Rubin (1983,
    doi:10.1093/biomet/70.1.41). Errors take the match as given: drawing units anew does not give those of
    nearest neighbours (Abadie and Imbens 2008, doi:10.3982/ECTA6474).

    Examples
    --------
    >>> import digimfg as dm
    >>> panel = dm.simulate_panel("firm", seed=1, units=200)
    >>> spec = dm.Specification("upgrading_policy", "pilot", entity="firm", time="year",
    ...                         fixed_effects=("firm", "year"), covariance=dm.Clustered("firm"))
    >>> found = dm.psm_did(spec, panel, ["control", "threshold_variable"])
    >>> found.estimates.index.tolist(), found.matching.n_matched > 50
    (['all', 'matched'], True)
    """
    term = _check(specification, frame)
    entity, time = str(specification.entity), str(specification.time)
    refuse_repeated_rows(specification, Text("matching before treatment", "处理前匹配"))
    unmatched = estimate(specification, frame)
    treated = frame[term].groupby(frame[entity]).transform("max")
    data = frame.assign(**{_GROUP: treated})
    matched_by = partial(
        propensity_score_matching,
        treatment=_GROUP,
        covariates=covariates,
        method=method,
        neighbors=neighbors,
        caliper=caliper,
        replacement=replacement,
        bandwidth=bandwidth,
        common_support=common_support,
    )
    notes: list[Text] = []
    if match == "each_period":
        matching = matched_by(data, by=time)
        weights = matching.weights
        notes.append(note_of("policy.matched_by_period"))
    else:
        last = _last_before(frame, term, time)
        section = data[data[time] == last]
        matching = matched_by(section)
        by_unit = pd.Series(matching.weights.to_numpy(), index=section[entity].to_numpy())
        weights = data[entity].map(by_unit).astype(float)
        absent = int(data.loc[weights.isna(), entity].nunique())
        weights = weights.fillna(0.0)
        notes.append(note_of("policy.matched_before_treatment", last=last))
        if absent:
            notes.append(note_of("policy.absent_before_treatment", absent=absent, last=last))
    used = data.assign(**{_WEIGHT: weights})[weights.to_numpy() > 0]
    matched = estimate(specification.replace(weights=_WEIGHT), used)
    notes += [
        *matching.notes,
        Text(
            "Matching makes the groups alike in the covariates of the score and in nothing else: that both "
            "would have changed alike without treatment is assumed all the same",
            "匹配仅使两组在得分所用协变量上相近；“若无处理则两组变化相同”仍是假定",
        ),
        Text("Errors take the match as given", "标准误以匹配结果为给定"),
    ]
    return MatchedDifferenceInDifferences(
        estimates=pd.DataFrame.from_dict(
            {"all": _row(unmatched, term), "matched": _row(matched, term)}, orient="index"
        ).rename_axis("sample"),
        matched=matched,
        unmatched=unmatched,
        matching=matching,
        notes=tuple(notes),
    )


def _check(specification: Specification, frame: pd.DataFrame) -> str:
    if len(specification.regressors) != 1:
        raise SpecificationError.of(
            "policy.matched_without_one_treatment",
            where=_WHERE,
            regressors=specification.regressors or "—",
        )
    term = specification.regressors[0]
    for name in ("entity", "time"):
        if not getattr(specification, name):
            raise SpecificationError.of("policy.matched_without_keys", where=_WHERE, name=name)
    if specification.weights:
        raise SpecificationError.of(
            "policy.matched_with_weights", where=_WHERE, weights=specification.weights
        )
    for name in (term, str(specification.entity), str(specification.time)):
        if name not in frame:
            raise SpecificationError.unknown(name, list(map(str, frame.columns)), where=_WHERE)
    for name in (_GROUP, _WEIGHT):
        if name in frame:
            raise SpecificationError.of("policy.matched_column_taken", where=_WHERE, name=name)
    values = {each if isinstance(each, Number) else repr(each) for each in frame[term].dropna()}
    if not values <= {0, 1} or len(values) < 2:
        raise SpecificationError.of(
            "policy.matched_treatment_not_binary",
            where=_WHERE,
            term=term,
            values=sorted(map(str, values))[:5] or "—",
        )
    return term


def _last_before(frame: pd.DataFrame, term: str, time: str) -> object:
    first = frame.loc[frame[term] == 1, time].min()
    before = frame.loc[frame[time] < first, time]
    if before.empty:
        raise EstimationError.of("policy.no_period_before", where=_WHERE, first=first)
    return before.max()


def _row(result: Result, term: str) -> dict[str, float]:
    row = result.coefficients.loc[[term], list(_FIELDS)].to_dict("records")[0]
    counts = {name: result.statistics.get(name, np.nan) for name in ("n_obs", "n_entities")}
    return {str(name): float(value) for name, value in (row | counts).items()}
