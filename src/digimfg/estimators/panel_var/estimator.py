"""Estimate a panel vector autoregression on a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digimfg.arguments import checked
from digimfg.estimators.panel_var.data import read_panel
from digimfg.estimators.panel_var.estimation import estimated
from digimfg.estimators.panel_var.fit import PanelVARFit
from digimfg.estimators.panel_var.model import PanelVAR
from digimfg.kinds import StoredFrame
from digimfg.marks import keeps_marks
from digimfg.one_thread import one_thread

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["fit_panel_var"]


@checked
def fit_panel_var(model: PanelVAR, frame: StoredFrame) -> PanelVARFit:
    """Estimate a panel vector autoregression.

    Parameters
    ----------
    model
        Variables, lags, keys and instruments.
    frame
        One row per unit and period, in any order; a row enters with all lags there, lags counted on the
        calendar.

    Raises
    ------
    SpecificationError
        If a column is not there or holds no numbers.
    PanelError
        If keys repeat or are missing.
    EstimationError
        If no unit has enough periods, a variable does not vary within units, or there are more moments than
        units or too few.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> y = np.zeros((200, 12, 2))
    >>> for t in range(1, 12):
    ...     y[:, t] = y[:, t - 1] @ np.array([[0.5, 0.3], [0.0, 0.4]]) + rng.normal(size=(200, 2))
    >>> frame = pd.DataFrame({"id": np.repeat(range(200), 12), "year": np.tile(range(12), 200),
    ...     "a": y[..., 0].ravel(), "b": y[..., 1].ravel()})
    >>> fit = fit_panel_var(PanelVAR(("a", "b"), entity="id", time="year", collapse=True), frame)
    >>> fit.coefficients["estimate"].round(1).to_dict()
    {('a', 'L.a'): 0.5, ('a', 'L.b'): 0.0, ('b', 'L.a'): 0.3, ('b', 'L.b'): 0.4}
    """
    return _fitted(frame, model.columns, model)


@keeps_marks
@one_thread
def _fitted(frame: pd.DataFrame, columns: tuple[str, ...], model: PanelVAR) -> PanelVARFit:
    return estimated(model, read_panel(model, frame, columns))
