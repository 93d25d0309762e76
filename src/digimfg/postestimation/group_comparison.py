"""Three or more groups at once: the slope of each, the joint test that they are equal, and every pair."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Annotated

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.arguments import checked
from digimfg.distributions.student import quadratic_form
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimate import estimate
from digimfg.kinds import Entries, Key, Label, Share, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.result import Result
from digimfg.shown import shown
from digimfg.specification import Specification
from digimfg.terms.crossing import level_name
from digimfg.text import Text

__all__ = ["GroupComparison", "compare_groups"]

Floats = NDArray[np.float64]

_WHERE = "dm.compare_groups"


@checked
@shown(Text("Comparison of groups", "组间比较"), first="tests")
@dataclass(frozen=True, kw_only=True, eq=False)
class GroupComparison:
    """Hold a comparison of groups.

    Parameters
    ----------
    slopes
        By ``term`` and ``level``: ``estimate std_error statistic p_value conf_low conf_high n_obs``.
    tests
        By ``term``: the joint test that all groups have one slope, ``statistic df_numerator df_denominator
        p_value``; the denominator is missing where the statistic is chi-squared.
    pairs
        By ``term first second``: ``difference`` (second less first) ``std_error statistic p_value p_holm
        conf_low conf_high``, corrected over the pairs of a term.
    result
        Of the one equation.
    level
        Of the intervals.
    notes
        What a reader must know.
    """

    slopes: pd.DataFrame
    tests: pd.DataFrame
    pairs: pd.DataFrame
    result: Result
    level: float
    notes: tuple[Text, ...] = ()


@checked
@keeps_marks
def compare_groups(
    specification: Specification,
    frame: StoredFrame,
    group: Key,
    *,
    terms: str | Iterable[str] = (),
    levels: Annotated[tuple[Label, ...], Entries(0)] = (),
    level: Share = 0.95,
) -> GroupComparison:
    r"""Estimate an equation in every group at once, and test whether its slopes differ.

    One equation in which everything is interacted with the group, effects too: each group's slopes are those
    of its own regression, and their covariance is that of the specification, so that clusters may lie in
    several groups. Of k groups the joint test has k-1 restrictions; pairs are corrected by Holm (1979,
    doi:10.2307/4615733), which keeps the chance of any false difference below the level. For two groups
    `group_difference` also has permutations.

    Parameters
    ----------
    specification
        By `LeastSquares`, `TwoStageLeastSquares`, `Poisson`, `Logit` or `Probit`.
    frame
        One row per observation.
    group
        Column of the groups, e.g. the region (东、中、西).
    terms
        Regressors compared; by default all (controls are interacted, not compared).
    levels
        Groups compared, in order; by default all of the column.
    level
        Of the intervals.

    Raises
    ------
    SpecificationError
        If there are not two groups, a level does not occur, a term is no regressor, or the estimator is
        another.
    EstimationError
        If a term cannot be estimated in a group.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> frame = grunfeld.load_pandas().data
    >>> frame["era"] = frame["year"].map(lambda year: "1930s" if year < 1940 else "40s" if year < 1948 else "late")
    >>> spec = dm.Specification("invest", ("value", "capital"), covariance=dm.Robust())
    >>> found = dm.compare_groups(spec, frame, "era", terms="value")
    >>> found.tests["df_numerator"].tolist(), list(found.pairs.loc["value"].index)
    ([2.0], [('1930s', '40s'), ('1930s', 'late'), ('40s', 'late')])
    """  # noqa: E501
    wanted = _wanted(specification, terms)
    data, names = _groups(frame, group, levels)
    result = estimate(_interacted(specification, group), data)
    rows = {(term, name): f"{term}:{group}[{name}]" for term in wanted for name in names}
    for (term, name), row in rows.items():
        if row not in result.coefficients.index:
            raise EstimationError.of(
                "postestimation.slope_lacking_in_group", where=_WHERE, term=term, name=name
            )
    known = [str(row) for row in result.coefficients.index]
    places = {key: known.index(row) for key, row in rows.items()}
    estimates = result.coefficients["estimate"].to_numpy(dtype=np.float64)
    covariance = result.covariance_matrix.to_numpy(dtype=np.float64)
    sizes = data[group].map(level_name).value_counts()
    slopes, tests, pairs = [], [], []
    for term in wanted:
        for name in names:
            found = _combined(result, estimates, covariance, {places[term, name]: 1.0}, level)
            slopes.append((term, name, *found, int(sizes[name])))
        tests.append((term, *_joint(result, estimates, covariance, [places[term, name] for name in names])))
        own = []
        for first, second in combinations(names, 2):
            weights = {places[term, second]: 1.0, places[term, first]: -1.0}
            own.append((first, second, *_combined(result, estimates, covariance, weights, level)))
        corrected = holm(np.array([each[5] for each in own]))
        pairs += [(term, *each, p) for each, p in zip(own, corrected, strict=True)]
    columns = ["estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]
    return GroupComparison(
        slopes=pd.DataFrame(slopes, columns=["term", "level", *columns, "n_rows"]).set_index(
            ["term", "level"]
        ),
        tests=pd.DataFrame(
            tests, columns=["term", "statistic", "df_numerator", "df_denominator", "p_value"]
        ).set_index("term"),
        pairs=pd.DataFrame(
            pairs, columns=["term", "first", "second", "difference", *columns[1:], "p_holm"]
        ).set_index(["term", "first", "second"]),
        result=result,
        level=level,
        notes=(
            note_of("postestimation.groups_interacted", group=group, n=len(names) * (len(names) - 1) // 2),
        ),
    )


def holm(p_values: Floats) -> Floats:
    """Return Holm's corrected p values.

    Examples
    --------
    >>> holm(np.array([0.01, 0.04, 0.03])).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    count = len(p_values)
    stepped = np.maximum.accumulate(p_values[order] * (count - np.arange(count)))
    found = np.empty(count)
    found[order] = np.minimum(stepped, 1.0)
    return found


def _wanted(specification: Specification, terms: str | Iterable[str]) -> tuple[str, ...]:
    known = (*specification.regressors, *specification.endogenous)
    named = (terms,) if isinstance(terms, str) else tuple(terms)
    for name in named:
        if name not in known:
            raise SpecificationError.unknown(
                name, known, where=_WHERE, expected=Text("regressors", "解释变量"), of="terms"
            )
    estimator = specification.estimator
    if type(estimator).__name__ not in _ESTIMATORS:
        raise _other(estimator.label)
    return named or known


_ESTIMATORS = ("LeastSquares", "TwoStageLeastSquares", "Poisson", "Logit", "Probit")


def _other(label: Text) -> SpecificationError:
    return SpecificationError.of(
        "postestimation.group_unknown", where=_WHERE, got=label, names=[f"dm.{name}" for name in _ESTIMATORS]
    )


def _groups(frame: pd.DataFrame, group: str, levels: tuple[object, ...]) -> tuple[pd.DataFrame, list[str]]:
    present = sorted(frame[group].dropna().unique().tolist(), key=str)
    for each in levels:
        if each not in present:
            raise SpecificationError.unknown(each, present, where=_WHERE, of="values")
    chosen = list(levels) or present
    data = frame[frame[group].isin(chosen)]
    if len(set(chosen)) < 2:
        raise SpecificationError.of(
            "postestimation.one_group", where=_WHERE, got=", ".join(map(str, chosen)) or "—"
        )
    return data, [level_name(each) for each in chosen]


def _odd(name: str) -> bool:
    return not name.isidentifier()


def _interacted(specification: Specification, group: str) -> Specification:
    column = f"`{group}`" if _odd(group) else group

    def crossed(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(f"{name}:i({column})" for name in names)

    absorbs = specification.estimator.link in ("identity", "log")
    effects = tuple(f"{name}:{column}" for name in specification.fixed_effects)
    return specification.replace(
        regressors=crossed(specification.regressors),
        controls=(*crossed(specification.controls), *(() if absorbs else (f"i({column})",))),
        endogenous=crossed(specification.endogenous),
        instruments=crossed(specification.instruments),
        fixed_effects=(effects or (group,)) if absorbs else specification.fixed_effects,
    )


def _combined(
    result: Result, estimates: Floats, covariance: Floats, weights: dict[int, float], level: float
) -> tuple[float, float, float, float, float, float]:
    c = np.zeros(len(estimates))
    for place, weight in weights.items():
        c[place] = weight
    estimate_of, variance = float(c @ estimates), float(c @ covariance @ c)
    if not variance > 0:
        raise EstimationError.of("postestimation.slopes_without_variance", where=_WHERE, got=f"{variance:g}")
    error = variance**0.5
    ends = result.distribution.contrast(c, estimate_of, error, level=level, where=_WHERE)
    return estimate_of, error, estimate_of / error, ends.p_value, ends.conf_low, ends.conf_high


def _joint(
    result: Result, estimates: Floats, covariance: Floats, places: list[int]
) -> tuple[float, float, float, float]:
    restrictions = np.zeros((len(places) - 1, len(estimates)))
    for row, place in enumerate(places[1:]):
        restrictions[row, places[0]], restrictions[row, place] = -1.0, 1.0
    spread = restrictions @ covariance @ restrictions.T
    quadratic = quadratic_form(spread, restrictions @ estimates, tolerance=1e-10)
    if np.isnan(quadratic):
        raise EstimationError.of("postestimation.groups_singular", where=_WHERE, n=len(places) - 1)
    found = result.distribution.joint(restrictions, quadratic, where=_WHERE)
    denominator = float("nan") if found.df_denominator is None else found.df_denominator
    return found.statistic, found.df_numerator, denominator, found.p_value
