"""The rows of a production function: firms over time, from a design."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from digimfg.design import INTERCEPT
from digimfg.errors import EstimationError
from digimfg.estimators.panel_rows import unit_and_period
from digimfg.estimators.production.firms import Firms
from digimfg.estimators.production.methods import Options
from digimfg.labels import term_label
from digimfg.notes import note_of
from digimfg.terms.lags import whole_periods
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digimfg.design import Design

__all__ = ["firms_of", "without_proxy"]


def firms_of(options: Options, design: Design) -> tuple[Firms, NDArray[np.intp], tuple[str, ...]]:
    """Return the firms, the order of the design's rows among them, and the names of the inputs.

    Raises
    ------
    EstimationError
        If inputs are sums of each other.
    """
    unit, period, _, periods = unit_and_period(design)
    years = whole_periods(pd.Series(periods), str(design.specification.time))[period].astype(np.int64)
    order = np.lexsort((years, unit))
    unit, years = unit[order], years[order] - years.min()
    terms = [name for name in design.terms if name != INTERCEPT]
    columns = {name: design.regressors[order, design.terms.index(name)] for name in terms}
    lost = [name for name in options.state if name not in columns]
    free = [name for name in terms if name not in options.state]
    if lost or not free:
        asked = (*design.specification.regressors, *design.specification.controls)
        flat = [name for name in asked if name not in columns]
        raise EstimationError.of("production.inputs_collinear", names=lost or flat)
    states = [name for name in terms if name in options.state]
    proxies = [design.evaluator(term).values[design.rows][order] for term in options.proxy]
    place = {(int(one), int(when)): row for row, (one, when) in enumerate(zip(unit, years, strict=True))}
    before = np.array(
        [place.get((int(one), int(when) - 1), -1) for one, when in zip(unit, years, strict=True)],
        dtype=np.intp,
    )
    firms = Firms(
        output=design.outcome[order],
        free=np.column_stack([columns[name] for name in free]),
        state=np.column_stack([columns[name] for name in states]) if states else np.empty((len(order), 0)),
        proxy=np.hstack(proxies) if proxies else np.empty((len(order), 0)),
        firm=unit.astype(np.intp),
        period=years.astype(np.intp),
        before=before,
        last=int(years.max()),
    )
    return firms, order, (*free, *states)


def without_proxy(options: Options, design: Design) -> tuple[Text, ...]:
    """Return how many rows have output and inputs but no proxy, as where investment is zero."""
    if not options.proxy:
        return ()
    evaluator = design.evaluator
    specification = design.specification
    used = (specification.outcome, *specification.regressors, *specification.controls)
    there, seen = (
        ~np.any([np.isnan(evaluator(term).values).any(axis=1) for term in terms], axis=0)
        for terms in (used, options.proxy)
    )
    if evaluator.inside is not None:
        there &= evaluator.inside
    lost = there & ~seen
    if not lost.any():
        return ()
    firms = pd.Series(evaluator.column(str(specification.entity), "").to_numpy())
    never = firms[there].nunique() - firms[there & seen].nunique()
    return (
        note_of(
            "production.without_proxy",
            n=int(lost.sum()),
            total=int(there.sum()),
            names=[term_label(name) for name in options.proxy],
            never=int(never),
        ),
    )
