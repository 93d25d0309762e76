"""Production functions of several industries: each estimated from its own rows, side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.errors import EstimationError, SpecificationError
from digimfg.estimators.production.bootstrap import bootstrap
from digimfg.estimators.production.checks import check_rows
from digimfg.estimators.production.dynamic import fit_dynamic
from digimfg.estimators.production.firms import Firms
from digimfg.estimators.production.methods import Fit, Options, fit
from digimfg.notes import note_of
from digimfg.parallel import run_parallel
from digimfg.terms.categories import category_codes
from digimfg.terms.crossing import level_name
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.design import Design

__all__ = ["Part", "estimated", "parts_of"]

Floats = NDArray[np.float64]
Whole = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, eq=False)
class Part:
    """Hold the firms of one industry, or all of them.

    Parameters
    ----------
    name
        Of the industry; empty where there is one part.
    places
        Its rows among all.
    firms
        These rows.
    apart
        Rows whose firm was in another industry the period before.
    """

    name: str
    places: Whole
    firms: Firms
    apart: int = 0


def parts_of(firms: Firms, order: Whole, options: Options, design: Design, by: str | None) -> list[Part]:
    """Return the industries, in ascending order, or one part.

    Raises
    ------
    SpecificationError
        If rows have no industry.
    EstimationError
        If industries have too few firms or rows, each named.
    """
    if by is None:
        check_rows(options, firms)
        return [Part(name="", places=np.arange(len(firms.output)), firms=firms)]
    where = note_of("production.place_of_by", name=by)
    codes, levels = category_codes(design.evaluator.column(by, where).iloc[design.rows[order]], where)
    lacking = int((codes < 0).sum())
    if lacking:
        raise SpecificationError.of("production.part_missing", where=where, n=lacking)
    parts = [
        _within(firms, np.flatnonzero(codes == code), level_name(level)) for code, level in enumerate(levels)
    ]
    faults: list[tuple[str, EstimationError]] = []
    for part in parts:
        try:
            check_rows(options, part.firms)
        except EstimationError as error:
            faults.append((part.name, error))
    if faults:
        raise EstimationError.of(
            "production.parts_too_small",
            where=where,
            expected=faults[0][1].expected,
            parts=[note_of("phrases.name_with_fault", name=name, got=each.got) for name, each in faults],
        )
    return parts


def estimated(parts: list[Part], options: Options, *, n_jobs: int | None) -> list[tuple[Fit, Floats]]:
    """Return the estimate and the covariance of its slopes of every part."""
    if len(parts) == 1:
        return [_estimate(parts[0].firms, options, n_jobs)]
    return run_parallel(
        _one_industry,
        [_Task(part=part, options=options) for part in parts],
        label=Text("Industries", "分行业估计"),
        n_jobs=n_jobs,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Task:
    part: Part
    options: Options


def _one_industry(task: _Task) -> tuple[Fit, Floats]:
    try:
        return _estimate(task.part.firms, task.options, 1)
    except EstimationError as error:
        raise EstimationError.like(
            error, where=note_of("phrases.name_in_place", where=error.where, name=task.part.name)
        ) from None


def _estimate(firms: Firms, options: Options, n_jobs: int | None) -> tuple[Fit, Floats]:
    if options.method == "system_gmm":
        return fit_dynamic(firms, options)
    found = fit(firms, options)
    draws = bootstrap(firms, options, found, n_jobs=n_jobs)
    return found, np.atleast_2d(np.cov(draws, rowvar=False))


def _within(firms: Firms, places: Whole, name: str) -> Part:
    """Return some of the rows: a row before them in another industry is none."""
    new = np.full(len(firms.output) + 1, -1, dtype=np.intp)
    new[places] = np.arange(len(places))
    before = firms.before[places]
    linked = np.where(before >= 0, new[before], -1)
    return Part(
        name=name,
        places=places,
        apart=int(((before >= 0) & (linked < 0)).sum()),
        firms=replace(
            firms,
            output=firms.output[places],
            free=firms.free[places],
            state=firms.state[places],
            proxy=firms.proxy[places],
            firm=np.unique(firms.firm[places], return_inverse=True)[1].astype(np.intp),
            period=firms.period[places],
            before=linked,
        ),
    )
