"""Estimate several equations together, and test restrictions across them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import linalg, stats

from digimfg.arguments import checked
from digimfg.covariance import Clustered, Covariance, DriscollKraay, Unadjusted
from digimfg.design import INTERCEPT, Design, build_design
from digimfg.design.absorb import degrees_of_freedom
from digimfg.design.columns import side_by_side
from digimfg.display.shown import shown
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.least_squares import LeastSquares
from digimfg.estimators.linear_result import linear_result
from digimfg.inference.influence import Influence, slope_units
from digimfg.inference.sandwich import sandwich
from digimfg.inference.small_sample import require_rows
from digimfg.kinds import Entries, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.one_thread import one_thread
from digimfg.postestimation.hypotheses import HypothesisTest, test
from digimfg.result import Result
from digimfg.say import say
from digimfg.specification import Estimator, Specification
from digimfg.systems.fit import Stacked, SystemFit, fit_system
from digimfg.systems.rows import shared_rows
from digimfg.text import Text
from digimfg.variables import speaking_of
from digimfg.variables.declared import declared_variables

__all__ = ["System", "SystemEquation", "estimate_system"]

Floats = NDArray[np.float64]
Method = Literal["sur", "3sls"]

_WHERE = "dm.estimate_system"
_LABELS = {
    "sur": Text("Seemingly unrelated regressions", "似不相关回归（SUR）"),
    "3sls": Text("Three-stage least squares", "三阶段最小二乘（3SLS）"),
}


@checked
@shown(Text("System of equations", "方程组"), first="coefficients")
@dataclass(frozen=True, kw_only=True, eq=False)
class System:
    """Hold equations estimated together.

    Parameters
    ----------
    coefficients
        By ``equation`` and ``term``: ``estimate std_error statistic p_value conf_low conf_high``.
    equations
        Name → result, for tables: ``dm.RegressionTable(system.equations)``.
    joint
        All coefficients as one result, by ``"equation:term"``, with their covariance.
    residual_covariance, residual_correlation
        Of the errors of equations, by equation.
    statistics
        ``n_obs``; ``cross_equation_lm`` (``_p``, ``_df``; Breusch and Pagan 1980, doi:10.2307/2297111) of
        errors that are not correlated between equations;
        ``r2_mcelroy``; ``sargan`` (``_p``, ``_df``) of the instruments beyond those needed; ``iterations``.
    notes
        What a reader must know.
    """

    coefficients: pd.DataFrame
    equations: Mapping[str, Result]
    joint: Result
    residual_covariance: pd.DataFrame
    residual_correlation: pd.DataFrame
    statistics: Mapping[str, float]
    notes: tuple[Text, ...] = ()

    def test(self, hypothesis: str) -> HypothesisTest:
        """Test restrictions on coefficients, across equations too.

        Parameters
        ----------
        hypothesis
            As in `digimfg.test`; coefficients are named in backticks: ``"`demand:price` = `supply:price`"``.
        """
        return test(self.joint, hypothesis)


@dataclass(frozen=True, kw_only=True, slots=True)
class SystemEquation(Estimator):
    """Stand in the specification of one equation of a system; it is estimated by `estimate_system` alone."""

    method: Method

    takes_instruments: ClassVar[bool] = True

    @property
    def label(self) -> Text:
        """Return the name for tables."""
        return _LABELS[self.method]

    def errors_label(self, covariance: Covariance) -> Text | None:
        """Return how the errors are estimated, for notes below tables."""
        from digimfg.display.covariance_names import covariance_phrase

        if isinstance(covariance, Unadjusted):
            return Text("standard errors of generalised least squares", "广义最小二乘标准误")
        return say("{name} of the system", "方程组的{name}", name=covariance_phrase(covariance))

    def fit(self, design: Design) -> Result:
        """Refuse.

        Raises
        ------
        SpecificationError
            Always.
        """
        del design
        raise SpecificationError(
            where=self.label,
            expected=Text("all equations of the system", "方程组的全部方程"),
            got=Text("one", "一个"),
            remedy=Text("use dm.estimate_system({…}, frame)", "使用 dm.estimate_system({…}, frame)"),
        )


@checked
@keeps_marks
@one_thread
def estimate_system(
    equations: Annotated[Mapping[str, Specification], Entries(2)],
    frame: StoredFrame,
    *,
    method: Method = "sur",
    iterate: bool = False,
) -> System:
    r"""Estimate equations together by seemingly unrelated regressions or three-stage least squares.

    :math:`b=[\hat X'(\Sigma^{-1}\otimes I)\hat X]^{-1}\hat X'(\Sigma^{-1}\otimes I)y`, Σ the mean products of
    the residuals of each equation by itself (over n, as Stata's ``sureg`` and ``reg3``). Under ``"3sls"``
    every equation has all exogenous terms and instruments of the system as instruments.

    Parameters
    ----------
    equations
        Name → specification. Entity, time, fixed effects, weights and covariance are the same in all.
        Outcomes of other equations on the right are ``endogenous``; what stands in none but moves them,
        ``instruments``.
    frame
        One row per observation; rows that an equation lacks are left out of all.
    method
        ``"sur"`` (Zellner 1962, doi:10.1080/01621459.1962.10480664) or ``"3sls"`` (Zellner and Theil 1962,
        doi:10.2307/1911287).
    iterate
        Make Σ again from the residuals of the system until it settles.

    Notes
    -----
    Errors are ``dm.Unadjusted()`` (those of generalised least squares) or sandwiches of what rows add, summed
    over equations, with the normal distribution; rule ``"stata"`` is G/(G-1) for clusters, N/(N-1) for robust
    errors, ``"none"`` is neither.

    Raises
    ------
    SpecificationError
        If parts that must be the same differ, instruments are missing or not wanted, or a rule is another.
    EstimationError
        If equations share no rows, their errors are linearly dependent, or one is not identified.

    Examples
    --------
    >>> import digimfg as dm
    >>> from statsmodels.datasets import grunfeld
    >>> data = grunfeld.load_pandas().data
    >>> wide = data.pivot(index="year", columns="firm", values=["invest", "value"]).reset_index()
    >>> wide.columns = ["_".join(filter(None, name)) for name in wide.columns]
    >>> system = dm.estimate_system(
    ...     {"ge": dm.Specification("invest_General Electric", "value_General Electric",
    ...                             covariance=dm.Unadjusted()),
    ...      "wh": dm.Specification("invest_Westinghouse", "value_Westinghouse", covariance=dm.Unadjusted())},
    ...     wide)
    >>> system.coefficients["estimate"].round(4).tolist()
    [6.4132, 0.0494, 4.9048, 0.0566]
    >>> round(system.test("`ge:value_General Electric` = `wh:value_Westinghouse`").p_value, 3)
    0.704
    """
    specifications = {name: _checked(name, each, method) for name, each in equations.items()}
    _same(specifications)
    variables = declared_variables(frame)
    with speaking_of(variables):
        built = {name: build_design(each, frame) for name, each in specifications.items()}
        designs = shared_rows(built, _WHERE)
        stacked, names = _stacked(designs, method)
        found = fit_system(stacked, iterate=iterate, where=_WHERE)
        return _system(designs, stacked, names, found, method)


def _checked(name: str, specification: Specification, method: Method) -> Specification:
    estimator = type(specification.estimator).__name__
    if not isinstance(specification.estimator, LeastSquares) and estimator != "TwoStageLeastSquares":
        raise SpecificationError(
            where=f"{_WHERE}, {name}",
            expected=Text("a linear equation: leave `estimator` out", "线性方程：无需给出 `estimator`"),
            got=specification.estimator.label,
            remedy=Text("the method of the system is `method`", "方程组的方法由 `method` 给出"),
        )
    if method == "sur" and (specification.endogenous or specification.instruments):
        raise SpecificationError(
            where=f"{_WHERE}, {name}",
            expected=Text(
                "no endogenous terms and no instruments under 'sur'", "'sur' 下无内生变量与工具变量"
            ),
            got=", ".join((*specification.endogenous, *specification.instruments)),
            remedy=Text("use method='3sls'", "使用 method='3sls'"),
        )
    if specification.covariance.small_sample not in ("stata", "none"):
        raise SpecificationError(
            where=f"{_WHERE}, {name}",
            expected=Text("the small-sample rule 'stata' or 'none'", "小样本规则 'stata' 或 'none'"),
            got=specification.covariance.small_sample,
            remedy=Text(
                "write dm.Clustered(…, small_sample='stata')", "写 dm.Clustered(…, small_sample='stata')"
            ),
        )
    return specification.replace(estimator=SystemEquation(method=method))


def _same(specifications: Mapping[str, Specification]) -> None:
    parts = ("entity", "time", "fixed_effects", "weights", "covariance", "repeated_rows", "observed_only")
    first, *others = specifications.values()
    for part in parts:
        for name, each in zip(list(specifications)[1:], others, strict=True):
            if getattr(each, part) != getattr(first, part):
                raise SpecificationError(
                    where=f"{_WHERE}, {name}",
                    expected=say(
                        "the `{part}` of the first equation: {own}",
                        "与第一个方程相同的 `{part}`：{own}",
                        part=part,
                        own=repr(getattr(first, part)),
                    ),
                    got=repr(getattr(each, part)),
                    remedy=Text("write the same in every equation", "各方程写成一致"),
                )


def _stacked(designs: Mapping[str, Design], method: Method) -> tuple[Stacked, dict[str, tuple[str, ...]]]:
    first = next(iter(designs.values()))
    root = np.ones(first.n_obs) if first.weights is None else np.sqrt(first.weights / first.weights.mean())
    names, columns = {}, []
    for name, design in designs.items():
        names[name] = (*design.endogenous_terms, *design.terms)
        require_rows(design, len(names[name]) + degrees_of_freedom(design.effects))
        columns.append(side_by_side([design.absorbed.endogenous, design.absorbed.regressors]) * root[:, None])
    instruments = None
    if method == "3sls":
        held: dict[str, Floats] = {}
        inside = {term for design in designs.values() for term in design.endogenous_terms}
        for design in designs.values():
            held |= dict(zip(design.terms, design.absorbed.regressors.T, strict=True))
            held |= dict(zip(design.instrument_terms, design.absorbed.instruments.T, strict=True))
        kept = [term for term in held if term not in inside]
        if not kept or not inside:
            raise SpecificationError(
                where=f"{_WHERE}(method='3sls')",
                expected=Text("endogenous terms and instruments", "内生变量与工具变量"),
                got=Text(
                    ", ".join(sorted(inside)) or "no endogenous term",
                    "、".join(sorted(inside)) or "无内生变量",
                ),
                remedy=Text("without endogenous terms use method='sur'", "无内生变量时使用 method='sur'"),
            )
        instruments = np.column_stack([held[term] for term in kept]) * root[:, None]
        instruments = _basis(instruments)
        _identified(designs, columns, instruments, kept)
    outcomes = np.column_stack([design.absorbed.outcome * root for design in designs.values()])
    return Stacked(outcomes=outcomes, regressors=columns, instruments=instruments), names


def _basis(columns: Floats) -> Floats:
    """Return independent columns that span them."""
    sized = columns / np.linalg.norm(columns, axis=0)
    _, upper, order = linalg.qr(sized, mode="economic", pivoting=True)
    rank = int(np.sum(np.abs(np.diag(upper)) > 1e-9 * abs(upper[0, 0])))
    return np.asarray(columns[:, np.sort(order[:rank])])


def _identified(
    designs: Mapping[str, Design], columns: list[Floats], instruments: Floats, kept: list[str]
) -> None:
    """Raise where an equation has more terms than the instruments of the system can tell apart."""
    for (name, design), own in zip(designs.items(), columns, strict=True):
        fitted = instruments @ linalg.lstsq(instruments, own)[0]
        rank = int(np.linalg.matrix_rank(fitted / np.linalg.norm(own, axis=0), tol=1e-7))
        if rank < own.shape[1]:
            outside = [term for term in kept if term not in design.terms]
            raise EstimationError(
                where=f"{_WHERE}, {name}",
                expected=say(
                    "{n|instrument} or more outside the equation, as many as it has endogenous terms",
                    "方程之外至少{n}个工具变量（与内生变量数相同）",
                    n=len(design.endogenous_terms),
                ),
                got=Text(", ".join(outside) or "none", "、".join(outside) or "无"),
                remedy=Text(
                    "the equation is not identified: leave out exogenous terms, or add instruments",
                    "该方程不可识别：减少外生变量，或增加工具变量",
                ),
            )


def _system(
    designs: Mapping[str, Design],
    stacked: Stacked,
    names: Mapping[str, tuple[str, ...]],
    found: SystemFit,
    method: Method,
) -> System:
    first = next(iter(designs.values()))
    listed = [f"{name}:{term}" for name, terms in names.items() for term in terms]
    ends = np.cumsum([0, *(len(terms) for terms in names.values())])
    covariance, counts, notes = _covariance(designs, names, found, ends)
    back = _unshift(designs, names)
    estimates, covariance = back @ found.estimates, back @ covariance @ back.T
    results, spans = {}, pairwise(ends)
    for place, ((name, design), (start, end)) in enumerate(zip(designs.items(), spans, strict=True)):
        spread = stacked.outcomes[:, place] - stacked.outcomes[:, place].mean()
        rest = found.residuals[:, place]
        whole = float(spread @ spread)
        results[name] = linear_result(
            design,
            names=names[name],
            estimates=estimates[start:end],
            covariance=covariance[start:end, start:end],
            df=np.inf,
            statistics={
                "n_obs": float(design.n_obs),
                **counts,
                "r2_within" if design.effects else "r2": 1 - float(rest @ rest) / whole,
                "rmse": float(np.sqrt(rest @ rest / len(rest))),
            },
            notes=notes,
        )
    statistics = _statistics(stacked, found, len(estimates)) | {"n_obs": float(first.n_obs), **counts}
    joint = linear_result(
        first,
        names=tuple(listed),
        estimates=estimates,
        covariance=covariance,
        df=np.inf,
        statistics=statistics,
        notes=notes,
    )
    index = pd.MultiIndex.from_tuples(
        [(name, term) for name, terms in names.items() for term in terms], names=["equation", "term"]
    )
    covariances = found.residuals.T @ found.residuals / len(found.residuals)
    size = np.sqrt(np.diag(covariances))
    labels = pd.Index(list(designs), name="equation")
    said = dict.fromkeys(note for result in results.values() for note in result.notes)
    return System(
        coefficients=joint.coefficients.set_axis(index, axis=0),
        equations=results,
        joint=joint,
        residual_covariance=pd.DataFrame(covariances, index=labels, columns=list(labels)),
        residual_correlation=pd.DataFrame(
            covariances / np.outer(size, size), index=labels, columns=list(labels)
        ),
        statistics=statistics,
        notes=(_made(method, found), *said),
    )


def _made(method: Method, found: SystemFit) -> Text:
    return say(
        "{label}; {n|equation}, {rounds|iteration}",
        "{label}；{n}个方程，{rounds}次迭代",
        kind="system",
        weight="how",
        label=_LABELS[method],
        n=found.residuals.shape[1],
        rounds=found.iterations,
    )


def _covariance(
    designs: Mapping[str, Design],
    names: Mapping[str, tuple[str, ...]],
    found: SystemFit,
    ends: NDArray[np.int64],
) -> tuple[Floats, dict[str, float], tuple[Text, ...]]:
    first = next(iter(designs.values()))
    asked = first.specification.covariance
    if isinstance(asked, Unadjusted):
        return found.bread, {}, ()
    units, constants = [], []
    for (name, design), start in zip(designs.items(), ends[:-1], strict=True):
        own = slope_units(side_by_side([design.endogenous, design.regressors]))
        here = [place for place, term in enumerate(names[name]) if term == INTERCEPT]
        own[here] = 1.0
        units.append(own * (float(design.outcome.std(ddof=1)) or 1.0))
        constants += [int(start) + place for place in here]
    blocks = [
        [place for place in range(start, end) if place not in constants] for start, end in pairwise(ends)
    ]
    influence = Influence(
        names=[term for terms in names.values() for term in terms],
        rows=found.influence,
        units=np.concatenate(units),
        blocks=[block for block in blocks if block],
        constants=constants,
    )
    spread = sandwich(first, influence)
    factor = 1.0
    if asked.small_sample == "stata":
        grouped = isinstance(asked, Clustered | DriscollKraay)
        groups = spread.n_groups if grouped else first.n_obs
        factor = groups / (groups - 1)
    return spread.covariance * factor, dict(spread.counts), spread.notes


def _unshift(designs: Mapping[str, Design], names: Mapping[str, tuple[str, ...]]) -> Floats:
    """Return what makes estimates for terms as they are of those for terms less their large means."""
    blocks = []
    for name, design in designs.items():
        back = np.eye(len(names[name]))
        if INTERCEPT in names[name]:
            back[names[name].index(INTERCEPT)] -= [design.shift.get(term, 0.0) for term in names[name]]
        blocks.append(back)
    return np.asarray(linalg.block_diag(*blocks))


def _statistics(stacked: Stacked, found: SystemFit, n_estimates: int) -> dict[str, float]:
    n, m = stacked.outcomes.shape
    products = found.first_residuals.T @ found.first_residuals
    size = np.sqrt(np.diag(products))
    correlation = products / np.outer(size, size)
    pagan = n * float(np.sum(np.tril(correlation, -1) ** 2))
    pairs = m * (m - 1) / 2
    inverse = np.linalg.inv(found.residuals.T @ found.residuals / n)
    about = stacked.outcomes - stacked.outcomes.mean(axis=0)
    rest = float(np.sum((found.residuals.T @ found.residuals) * inverse))
    whole = float(np.sum((about.T @ about) * inverse))
    statistics = {
        "cross_equation_lm": pagan,
        "cross_equation_lm_p": float(stats.chi2.sf(pagan, pairs)),
        "cross_equation_lm_df": float(pairs),
        "r2_mcelroy": 1 - rest / whole,
        "iterations": float(found.iterations),
    }
    if stacked.instruments is not None:
        df = m * stacked.instruments.shape[1] - n_estimates
        statistics["sargan"] = found.overidentification
        statistics["sargan_df"] = float(df)
        if df > 0:
            statistics["sargan_p"] = float(stats.chi2.sf(found.overidentification, df))
    return statistics
