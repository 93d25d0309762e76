"""Least squares with absorbed effects on a scan, by sums over pieces of whole units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.covariance import Clustered, Unadjusted
from digimfg.design import Absorbed, Design
from digimfg.design.collinearity import keep_independent
from digimfg.design.repeated_terms import repeated_terms
from digimfg.design.rows import logarithm_notes
from digimfg.distributions.reference import student_distribution
from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.fit_statistics import fit_statistics, slopes_test
from digimfg.estimators.linear_result import linear_result
from digimfg.estimators.perfect_fit import perfect_fit_notes
from digimfg.estimators.streamed.added import Added, Slopes, Sums, guessed, slopes_of
from digimfg.estimators.streamed.checks import plan
from digimfg.estimators.streamed.errors import GroupSums
from digimfg.estimators.streamed.left import ROUNDS, Left, Rest, not_converged
from digimfg.estimators.streamed.moments import First, first_pass
from digimfg.estimators.streamed.side_by_side import in_order
from digimfg.estimators.streamed.stream import Sample, Stream
from digimfg.inference.influence import Influence
from digimfg.inference.kernels import kernel_of
from digimfg.inference.linear_fit import nothing_left
from digimfg.inference.sandwich import Added as RowSums
from digimfg.inference.sandwich import Sandwich, cancelled_variances, guarded
from digimfg.inference.small_sample import small_sample_adjustment
from digimfg.scanning.pieces import OutOfOrderError
from digimfg.terms.evaluate import Evaluator
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.estimators.streamed.kept import Block
    from digimfg.result import Result
    from digimfg.scanning import Scan
    from digimfg.specification import Specification

__all__ = ["streamed_least_squares"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]


def streamed_least_squares(specification: Specification, scan: Scan) -> Result:
    """Estimate a specification on a scan: the answer of `LeastSquares.fit` on the same rows in memory.

    Raises
    ------
    SpecificationError
        If the specification is of a kind that is not streamed.
    EstimationError
        If the data cannot answer it.
    SourceError
        If a file changes meanwhile, or rows in another order cannot be sorted.
    """
    read = plan(specification, scan.empty())
    dataset = getattr(scan.engine, "dataset", None)
    if dataset is not None:
        try:
            with closing(Stream(specification, read, scan, dataset)) as stream:
                return _fit(specification, stream)
        except OutOfOrderError:
            pass
    keys = [read.entity, *([specification.time] if specification.time else [])]
    with (
        scan.ordered(read.columns, keys) as ordered,
        closing(Stream(specification, read, scan, ordered)) as stream,
    ):
        return _fit(specification, stream)


def _fit(specification: Specification, stream: Stream) -> Result:
    sample, data_hash = stream.first()
    terms = tuple(dict.fromkeys((*specification.regressors, *specification.controls)))
    first = first_pass(stream, len(terms) + 1)
    guess, levels = guessed(first.products), first.levels
    for _ in range(ROUNDS):
        left, added = _one_pass(specification, stream, first, levels, guess)
        change = left.correction(first.solve)
        if change is not None and levels is not None:
            guess, levels = None, levels + change
            continue
        _check_outcome(specification, sample, left)
        notes: list[Text] = []
        places, collinear = keep_independent(
            terms, _two_rows(left)[:, :-1], left.triangle[:, :-1], None, notes, absorbing=True
        )
        about = left, first.link, places, collinear, notes
        design = _summary(specification, stream, sample, data_hash, *about)
        if not places:
            raise nothing_left(design)
        _refuse_bootstrap(design)
        exact = slopes_of(left.triangle, places)
        if added is not None and added.serve(exact):
            return _result(design, left, exact, added)
        guess = exact
    raise not_converged()


def _one_pass(
    specification: Specification, stream: Stream, first: First, levels: Floats | None, guess: Slopes | None
) -> tuple[Left, Added | None]:
    """Return what the effects leave, and what its rows add to the sums that the answer needs where the slopes
    are about known.
    """
    left = Left(
        levels=levels,
        deviations=first.deviations,
        size=first.size,
        spread=first.spread,
        rounding=first.rounding,
    )
    added = None if guess is None else Added(specification, stream.plan, guess, stream.bounds)

    def part(block: Block) -> tuple[Rest, Sums | None]:
        rest = Rest.of(block, levels)
        return rest, None if added is None else added.part(rest.columns, block)

    for rest, sums in in_order(part, stream.again()):
        left.add(rest)
        if added is not None and sums is not None:
            added.add(sums)
    return left, added


@dataclass(frozen=True, kw_only=True, eq=False)
class _Summary(Design):
    """A design whose columns are summed up: as long, as spread, as many as those of all rows."""

    count: int

    @property
    def n_obs(self) -> int:
        return self.count


def _two_rows(left: Left) -> Floats:
    """Return two rows as long and as spread as the columns."""
    mean = np.sqrt(np.maximum(left.size**2 - left.spread**2, 0) / 2)
    return np.vstack((mean + left.spread / np.sqrt(2), mean - left.spread / np.sqrt(2)))


def _summary(
    specification: Specification,
    stream: Stream,
    sample: Sample,
    data_hash: str,
    left: Left,
    link: Mapping[str, Codes],
    places: list[int],
    collinear: dict[str, Text],
    notes: list[Text],
) -> _Summary:
    read = stream.plan
    terms = tuple(dict.fromkeys((*specification.regressors, *specification.controls)))
    units = np.concatenate([each for each in sample.units if len(each)])
    rows, freed_rows = _two_rows(left), left.triangle
    none = np.empty((2, 0))
    named: dict[str, Sequence[Any] | NDArray[Any]] = {read.entity: units, **stream.levels}
    longest = max(map(len, named.values()))
    frame = pd.DataFrame(
        {
            name: values
            if len(values) == longest
            else pd.Series(list(values), dtype=object).reindex(range(longest))
            for name, values in named.items()
        }
    )
    removals = sample.removals()
    return _Summary(
        specification=specification,
        outcome=_about_zero(left.spread[-1]),
        terms=tuple(terms[place] for place in places),
        regressors=rows[:, places],
        endogenous_terms=(),
        endogenous=none,
        instrument_terms=(),
        instruments=none,
        weights=None,
        effects={name: link[name] for name in dict.fromkeys(specification.fixed_effects)},
        clusters={name: link[name] for name in dict.fromkeys(specification.covariance.cluster_columns)},
        entity=None,
        time=None,
        entity_values=units,
        time_values=np.array(sorted(sample.periods)) if specification.time is not None else None,
        rows=np.arange(longest),
        dropped=removals,
        collinear=collinear,
        notes=(
            *repeated_terms(specification),
            *(each.note for each in removals),
            *logarithm_notes(sample.not_positive),
            *notes,
        ),
        data_hash=data_hash,
        absorbed=Absorbed(
            outcome=freed_rows[:, -1], regressors=freed_rows[:, places], endogenous=none, instruments=none
        ),
        evaluator=Evaluator(frame),
        count=sample.n_obs,
    )


def _result(design: _Summary, left: Left, exact: Slopes, added: Added) -> Result:
    k, asked = len(exact.places), design.specification.covariance
    estimates, rss = added.refined(exact)
    if isinstance(asked, Unadjusted):
        adjustment = small_sample_adjustment(design, k, 0)
        bread = (exact.bread + exact.bread.T) / 2
        found = Sandwich(covariance=bread * (rss / design.n_obs), n_groups=0)
    else:
        found = _sandwich(design, added.sums, left, exact.places)
        adjustment = small_sample_adjustment(design, k, found.n_groups)
    covariance = found.covariance * adjustment.factor
    distribution = student_distribution(adjustment.df, k, None)
    slopes, slopes_notes = slopes_test(design, estimates, covariance, distribution)
    result = linear_result(
        design,
        names=design.terms,
        estimates=estimates,
        covariance=covariance,
        df=adjustment.df,
        statistics=fit_statistics(design, rss, k, adjustment.df_absorbed)
        | dict(found.counts)
        | slopes
        | {"df_resid": float(design.n_obs - k - adjustment.df_absorbed)},
        notes=(
            *perfect_fit_notes(
                np.array([np.sqrt(max(rss, 0.0))]), _about_zero(np.linalg.norm(left.triangle[:, -1]))
            ),
            *found.notes,
            *slopes_notes,
        ),
    )
    return replace(result, frame=None)


def _about_zero(length: float | np.floating[Any]) -> Floats:
    """Return two values of mean zero and of some length."""
    half = float(length) / np.sqrt(2)
    return np.array([half, -half])


def _sandwich(design: _Summary, sums: GroupSums, left: Left, places: list[int]) -> Sandwich:
    kernel = kernel_of(design)
    products, absolute = sums.total()
    k = len(places)
    variances = np.diag(products)[:k]
    cancelled = cancelled_variances(kernel, variances, sums.size, lambda doubtful: absolute[doubtful])
    robust = kernel.method == "robust"
    own = {} if robust else sums.own_sums()
    total = next(iter(own.values())).sum(axis=0) if own else np.ones(k)
    scale = np.concatenate((np.ones(k), 1 / np.where(total > 0, total, 1.0)))
    kept = k if robust else 2 * k
    shares = {way: each * scale[k:] for way, each in own.items()}
    spread = left.deviations
    units = 1 / np.where(spread[places] > 0, spread[places], 1.0) * (float(spread[-1]) or 1.0)
    influence = Influence(names=design.terms, rows=np.empty((0, k)), units=units)
    kernel = replace(kernel, groups={way: np.arange(len(each)) for way, each in shares.items()})
    return guarded(
        design,
        influence,
        kernel,
        RowSums(
            products=(products * scale * scale[:, None])[:kept, :kept],
            cancelled=cancelled,
            shares=next(iter(shares.values())) if shares else np.empty((0, 0)),
            sums=shares,
            n_groups=kernel.n_groups,
            counts=kernel.products(np.zeros((len(next(iter(design.effects.values()))), 1))).counts,
        ),
    )


def _refuse_bootstrap(design: _Summary) -> None:
    asked = design.specification.covariance
    if not isinstance(asked, Clustered) or asked.wild_bootstrap is None:
        return
    fewest = min(int(codes.max()) + 1 for codes in design.clusters.values())
    if asked.wild_bootstrap.fewer_than is not None and fewest >= asked.wild_bootstrap.fewer_than:
        return
    raise SpecificationError.of("streamed.bootstrap_not_streamed", n=fewest)


def _check_outcome(specification: Specification, sample: Sample, left: Left) -> None:
    size, whole, rest = left.spread[-1], left.size[-1], np.linalg.norm(left.triangle[:, -1])
    if min(rest, size) > max(1e-9 * size, 1e-14 * whole):
        return
    within = ", ".join(specification.fixed_effects)
    raise EstimationError.of(
        "streamed.outcome_constant", outcome=specification.outcome, within=within, n=sample.n_obs
    )
