"""Choose the lags of a panel VAR by the criteria of Andrews and Lu."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import EstimationError
from digimfg.estimators.panel_var.data import read_panel
from digimfg.estimators.panel_var.estimation import estimated
from digimfg.estimators.panel_var.model import PanelVAR
from digimfg.kinds import AtLeast, AtMost, StoredFrame
from digimfg.marks import keeps_marks
from digimfg.notes import note_of
from digimfg.one_thread import one_thread
from digimfg.say import Said
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["VARLagChoice", "choose_var_lags"]

_CRITERIA = ("mbic", "maic", "mqic")


@checked
@shown(Text("Choice of lags", "滞后期数选择"))
@dataclass(frozen=True, kw_only=True, eq=False)
class VARLagChoice:
    """Hold the criteria of panel VARs with more and more lags.

    Parameters
    ----------
    criteria
        Index ``lags``; columns ``n_obs n_moments hansen hansen_df hansen_p mbic maic mqic max_modulus``.
    chosen
        Criterion → lags at which it is smallest.
    notes
        What a reader must know.
    """

    criteria: pd.DataFrame
    chosen: Mapping[str, int]
    notes: tuple[Text, ...]


@checked
def choose_var_lags(
    model: PanelVAR, frame: StoredFrame, *, up_to: Annotated[int, AtLeast(1), AtMost(20)] = 3
) -> VARLagChoice:
    r"""Estimate a panel VAR with one to `up_to` lags on the same rows and compare the criteria of Andrews
    and Lu.

    .. math:: MBIC = J - q\ln n, \quad MAIC = J - 2q, \quad MQIC = J - 2.1\,q\ln\ln n

    with J Hansen's statistic, q moments less coefficients, n rows of the transformed equation; the smallest
    wins (Andrews and Lu 2001, doi:10.1016/S0304-4076(00)00077-4).

    Parameters
    ----------
    model
        The model; its own number of lags plays no part.
    frame
        As in `fit_panel_var`.
    up_to
        Most lags.

    Raises
    ------
    SpecificationError, PanelError, EstimationError
        As in `fit_panel_var`; also if no model has more moments than coefficients.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> y = np.zeros((200, 12, 2))
    >>> for t in range(1, 12):
    ...     y[:, t] = y[:, t - 1] @ np.array([[0.5, 0.3], [0.0, 0.4]]) + rng.normal(size=(200, 2))
    >>> frame = pd.DataFrame({"id": np.repeat(range(200), 12), "year": np.tile(range(12), 200),
    ...     "a": y[..., 0].ravel(), "b": y[..., 1].ravel()})
    >>> choose_var_lags(PanelVAR(("a", "b"), entity="id", time="year", collapse=True), frame).chosen["mbic"]
    1
    """
    return _chosen(frame, model.columns, model, up_to)


@keeps_marks
@one_thread
def _chosen(frame: pd.DataFrame, columns: tuple[str, ...], model: PanelVAR, up_to: int) -> VARLagChoice:
    import pandas as pd

    fits = []
    for lags in range(1, up_to + 1):
        own = replace(model, lags=lags)
        fits.append(estimated(own, read_panel(own, frame, columns, up_to)))
    names = [
        "n_obs", "n_moments", "hansen", "hansen_df", "hansen_p", *_CRITERIA, "max_modulus",
    ]  # fmt: skip
    table = pd.DataFrame(
        [[fit.statistics[name] for name in names] for fit in fits],
        columns=names,
        index=pd.RangeIndex(1, up_to + 1, name="lags"),
    )
    if table["mbic"].isna().all():
        raise EstimationError.of("panel_var.no_lag_to_choose")
    notes = [
        note_of("panel_var.common_sample", n=int(table["n_obs"].iloc[0]), lags=up_to),
        *dict.fromkeys(
            note for fit in fits for note in fit.notes if isinstance(note, Said) and note.kind in _KEPT
        ),
    ]
    return VARLagChoice(
        criteria=table,
        chosen={name: 1 + int(np.nanargmin(table[name])) for name in _CRITERIA},
        notes=tuple(notes),
    )


_KEPT = ("dropped", "few_units", "many_instruments", "nearly_singular")
