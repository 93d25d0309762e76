"""The equation of a shift-share design freed of its controls, and the exposure of its rows to sectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from digimfg.design import Design, build_design
from digimfg.errors import EstimationError, MeasureError, SpecificationError
from digimfg.estimators.instrumental.data import free_of, instrumented
from digimfg.estimators.least_squares import LeastSquares
from digimfg.frames import plain_frame
from digimfg.shift_share_design.instrument import check_columns
from digimfg.text import Text
from digimfg.variables.unit_names import in_words_of

if TYPE_CHECKING:
    from digimfg.specification import Specification

__all__ = ["Exposure", "exposure_of", "shocks_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Exposure:
    """Hold an equation with one shift-share term, freed of effects and controls, and its shares.

    Parameters
    ----------
    design
        As estimated.
    term
        The endogenous term, or the regressor that is itself a shift-share.
    outcome, treatment, instrument
        Times the root of the weights, shape (n,); treatment and instrument are the same without an
        endogenous term.
    shares
        Shape (n, k), not weighted.
    sectors
        Key columns of the sectors, one row per column of `shares`.
    root
        Root of the weights, shape (n,).
    """

    design: Design
    term: str
    outcome: Floats
    treatment: Floats
    instrument: Floats
    shares: Floats
    sectors: pd.DataFrame
    root: Floats

    @property
    def estimate(self) -> float:
        """Return the slope: instrument times outcome over instrument times treatment."""
        return float(self.instrument @ self.outcome / (self.instrument @ self.treatment))

    @property
    def sizes(self) -> Floats:
        """Return the weight of each sector, Σ_i w_i s_ik, adding up to one."""
        total = (self.root**2) @ self.shares
        out: Floats = total / total.sum()
        return out


def exposure_of(
    specification: Specification,
    frame: pd.DataFrame,
    shares: pd.DataFrame,
    *,
    sector: str,
    share: str,
    by_period: bool | None,
) -> Exposure:
    """Return the parts of a shift-share design.

    Parameters
    ----------
    specification
        One endogenous term and one instrument, the shift-share; or neither, and the first regressor is the
        shift-share.
    shares
        One row per unit and sector (and period, if the column of the specification's time is there).
    by_period
        Whether a sector's shocks of different periods are different shocks; by default where there is a time.

    Raises
    ------
    SpecificationError
        If there is no entity, or not exactly one endogenous term and instrument.
    MeasureError
        If the shares lack columns, repeat keys or are not numbers.
    EstimationError
        If a unit of the sample has no shares.
    """
    spec = specification
    if spec.entity is None or len(spec.endogenous) > 1 or len(spec.instruments) != len(spec.endogenous):
        raise _not_single(spec)
    design = build_design(spec.replace(estimator=LeastSquares()), frame)
    root = (
        np.ones(design.n_obs) if design.weights is None else np.sqrt(design.weights / design.weights.mean())
    )
    if spec.endogenous:
        data = instrumented(design)
        if len(design.endogenous_terms) != 1 or len(data.design.instrument_terms) != 1:
            raise _not_single(spec)
        term = design.endogenous_terms[0]
        outcome, treatment = data.free_outcome, data.free_endogenous[:, 0]
        instrument = data.free_instruments[:, 0]
    else:
        term, (outcome, treatment) = _regressor(design, root)
        instrument = treatment
    matrix, sectors = _matrix(design, frame, shares, sector, share, by_period)
    return Exposure(
        design=design,
        term=term,
        outcome=outcome,
        treatment=treatment,
        instrument=instrument,
        shares=matrix,
        sectors=sectors,
        root=root,
    )


def shocks_of(exposure: Exposure, shocks: pd.DataFrame, columns: Sequence[str]) -> Floats:
    """Return columns of a frame with one row per sector (and period), in the order of the sectors, shape (k,
    c).

    Raises
    ------
    MeasureError
        If keys repeat, numbers are missing, or a sector with shares has no row.
    """
    keys = [str(name) for name in exposure.sectors.columns]
    check_columns(shocks, Text("shocks", "冲击"), keys, list(columns))
    shocks = shocks.assign(**{keys[0]: in_words_of(shocks[keys[0]], exposure.sectors[keys[0]])})
    joined = exposure.sectors.merge(shocks[[*keys, *columns]], on=keys, how="left")
    lost = joined[list(columns)].isna().any(axis=1)
    if lost.any():
        first = joined.loc[lost, keys].head(3).to_dict("records")
        raise MeasureError.of("shift_share_design.sectors_without_shocks", n=int(lost.sum()), first=first)
    return joined[list(columns)].to_numpy(dtype=np.float64)


def _not_single(spec: Specification) -> SpecificationError:
    return SpecificationError.of(
        "shift_share_design.not_one_endogenous_term",
        got=f"entity={spec.entity!r}, endogenous={spec.endogenous!r}, instruments={spec.instruments!r}",
    )


def _regressor(design: Design, root: Floats) -> tuple[str, tuple[Floats, Floats]]:
    spec = design.specification
    term = spec.regressors[0] if spec.regressors else ""
    if term not in design.terms:
        raise EstimationError.of(
            "shift_share_design.regressor_does_not_vary", term=term or Text("none", "无")
        )
    place = design.terms.index(term)
    freed = design.absorbed
    columns = np.column_stack([freed.outcome, freed.regressors[:, place]]) * root[:, None]
    free = free_of(columns, np.delete(freed.regressors, place, axis=1) * root[:, None])
    return term, (free[:, 0], free[:, 1])


def _matrix(
    design: Design, frame: pd.DataFrame, shares: pd.DataFrame, sector: str, share: str, by_period: bool | None
) -> tuple[Floats, pd.DataFrame]:
    spec = design.specification
    timed = [spec.time] if spec.time is not None else []
    keys = [str(spec.entity), *(key for key in timed if key in shares.columns)]
    check_columns(shares, Text("shares", "份额"), [*keys, sector], [share], lowest=0.0)
    split = timed if (by_period if by_period is not None else bool(timed)) else []
    rows = plain_frame(frame[[str(spec.entity), *timed]]).iloc[design.rows].reset_index(drop=True)
    shares = plain_frame(shares)
    rows["_row"] = np.arange(len(rows))
    shares = shares.assign(**{keys[0]: in_words_of(shares[keys[0]], rows[keys[0]])})
    joined = rows.merge(shares[[*keys, sector, share]], on=keys)
    without = ~rows["_row"].isin(joined["_row"])
    if without.any():
        first = rows.loc[without, keys].drop_duplicates().head(3).to_dict("records")
        raise EstimationError.of("shift_share_design.units_without_shares", n=int(without.sum()), first=first)
    joined = joined[joined[share] > 0]
    index = pd.MultiIndex.from_frame(joined[[sector, *split]])
    codes, found = pd.factorize(index, sort=True)
    matrix = np.zeros((len(rows), len(found)))
    matrix[joined["_row"].to_numpy(), codes] = joined[share].to_numpy(dtype=np.float64)
    sectors = pd.DataFrame(list(found), columns=[sector, *split])
    return matrix, sectors
