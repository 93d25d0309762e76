"""Synthetic difference-in-differences of a frame, without a specification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from digimfg.arguments import checked
from digimfg.covariance import Clustered
from digimfg.estimate import estimate
from digimfg.estimators.synthetic_did.covariates import ControlSlopes
from digimfg.estimators.synthetic_did.draws import ErrorMethod
from digimfg.estimators.synthetic_did.effects import Weighting
from digimfg.estimators.synthetic_did.estimator import SyntheticDifferenceInDifferences
from digimfg.kinds import AtLeast, AtMost, ColumnOf, Key, NumberColumn, Seed
from digimfg.marks import keeps_marks
from digimfg.specification import Specification

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from digimfg.result import Result

__all__ = ["synthetic_did"]


@checked
@keeps_marks
def synthetic_did(
    frame: pd.DataFrame,
    outcome: NumberColumn,
    treatment: NumberColumn,
    *,
    entity: Key,
    time: NumberColumn,
    controls: Annotated[Sequence[str], ColumnOf("numbers")] = (),
    method: Weighting = "synthetic_did",
    errors: ErrorMethod = "placebo",
    draws: Annotated[int, AtLeast(20), AtMost(10_000_000)] = 200,
    seed: Seed = 0,
    cluster: Key | None = None,
    control_slopes: ControlSlopes = "projected",
) -> Result:
    """Estimate a policy's effect against donors weighted so that they run parallel before it.

    The same as `dm.estimate` of a specification with `dm.SyntheticDifferenceInDifferences`, which says what
    the result holds.

    Parameters
    ----------
    frame
        One row per unit and period, balanced.
    outcome, treatment
        Columns; the treatment is 1 from a unit's first treated period on, else 0.
    entity, time
        Key columns.
    controls
        Columns that are taken off.
    method, errors, draws, seed, control_slopes
        See `SyntheticDifferenceInDifferences`.
    cluster
        Column whose groups bootstrap and jackknife draw; by default `entity`.

    Raises
    ------
    SpecificationError
        If the treatment is not 0 and 1, or switches off.
    EstimationError
        If the panel is not balanced, or there are too few donors, periods or units.

    Notes
    -----
    doi:10.1257/aer.20190159.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> frame = pd.DataFrame({"city": np.repeat(np.arange(9), 5), "year": [1, 2, 3, 4, 5] * 9})
    >>> frame["pilot"] = ((frame["city"] == 0) & (frame["year"] >= 4)).astype(int)
    >>> frame["y"] = frame["city"] * frame["year"] % 7 + 2.0 * frame["pilot"]
    >>> found = synthetic_did(frame, "y", "pilot", entity="city", time="year", method="did")
    >>> round(found.statistics["att_simple"], 4)
    1.6875
    """
    specification = Specification(
        outcome,
        treatment,
        controls=tuple(controls),
        entity=entity,
        time=time,
        covariance=Clustered(cluster or entity),
        estimator=SyntheticDifferenceInDifferences(
            method=method, errors=errors, draws=draws, seed=seed, control_slopes=control_slopes
        ),
    )
    return estimate(specification, frame)
