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
from digimfg.say import say
from digimfg.terms.evaluate import whole_periods
from digimfg.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from digimfg.design import Design

__all__ = ["firms_of"]


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
        raise EstimationError(
            where=Text("dm.ProductionFunction", "dm.ProductionFunction"),
            expected=Text("inputs that are no sums of the others", "互不线性相关的投入"),
            got=say("{names} left out for collinearity", "{names}因共线被剔除", names=lost or flat),
            remedy=Text("leave one out", "去掉一项投入"),
        )
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
