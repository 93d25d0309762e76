"""Panel vector autoregressions by GMM: several variables of every unit, each explained by the past of all."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Annotated, Literal

from digimfg.arguments import checked
from digimfg.errors import SpecificationError
from digimfg.estimators.gmm.transformation import TransformationName
from digimfg.kinds import AtLeast, AtMost, Count, Differing, Entries

__all__ = ["Inverse", "PanelVAR"]

Inverse = Literal["exact", "pseudo"]
Names = Annotated[tuple[str, ...], Differing()]


@checked
@dataclass(frozen=True)
class PanelVAR:
    r"""State a vector autoregression of a panel.

    .. math:: y_{it} = \sum_{s=1}^pA_sy_{i,t-s} + Bx_{it} + Cw_{it} + \mu_i + \lambda_t + \varepsilon_{it}

    with lagged levels as instruments, :math:`E[y_{i,t-s}\tilde\varepsilon_{it}]=0`, the unit effects removed
    by forward orthogonal deviations or differences (Holtz-Eakin, Newey and Rosen 1988, doi:10.2307/1913103;
    Abrigo and Love 2016, doi:10.1177/1536867X1601600314).

    Parameters
    ----------
    variables
        Columns of y, two or more, in the order in which orthogonal shocks enter unless a response asks for
        another.
    lags
        p.
    entity, time
        Key columns.
    predetermined
        Columns w that may answer to past shocks: their levels, from the present period back, are instruments.
    exogenous
        Columns x that answer to no shock: instruments for themselves.
    transformation
        ``"orthogonal"`` deviations (keep more rows of panels with gaps) or ``"difference"``; in a balanced
        panel with all lags as instruments both give the same estimates.
    steps
        1, or 2 with all equations weighed jointly and Windmeijer's (2005, doi:10.1016/j.jeconom.2004.02.005)
        correction of the errors.
    first_lag, last_lag
        Lags of y that are instruments: 2 and, with ``None``, as far back as the panel goes. Predetermined
        columns begin one lag earlier and end one lag earlier.
    collapse
        One instrument per lag instead of one per period and lag.
    time_effects
        Estimate :math:`\lambda_t`.
    inverse
        Of the second step's moment matrix. ``"exact"``: the inverse, after scaling to a unit diagonal, so
        that units of measurement do not matter; generalised only where rounding makes the matrix singular.
        ``"pseudo"``: the Moore–Penrose inverse in the units given, without directions below 1.49e-8 of the
        largest, as R's ``MASS::ginv`` and the package panelvar compute it.
    allow_many_instruments
        Go on with more moments than units.

    Notes
    -----
    Where the moment matrix is nearly singular the two inverses differ, and a note says so. With the Swedish
    municipalities of Dahlberg and Johansson (2000), one lag and all instruments (252 moments, 265 units) the
    first coefficient is .28393 by the exact inverse and .28462, the number that panelvar prints, by the
    pseudo-inverse, which keeps 221 directions. The exact inverse is the default, for which directions the
    other drops depends on the units: with one variable in percent and another in yuan it can drop all
    instruments of one. Collapsed instruments leave little to choose: with one lag both inverses give the
    same, with two lags the pseudo-inverse leaves out one of 63 directions (.18984 beside .19001).

    Examples
    --------
    >>> PanelVAR(("technology", "structure"), 1, entity="province", time="year").transformation
    'orthogonal'
    """

    variables: Annotated[tuple[str, ...], Entries(2), Differing()]
    lags: Annotated[int, AtLeast(1), AtMost(20)] = 1
    _: KW_ONLY
    entity: str
    time: str
    predetermined: Names = ()
    exogenous: Names = ()
    transformation: TransformationName = "orthogonal"
    steps: Literal[1, 2] = 2
    first_lag: Annotated[int, AtLeast(2)] = 2
    last_lag: Count | None = None
    collapse: bool = False
    time_effects: bool = False
    inverse: Inverse = "exact"
    allow_many_instruments: bool = False

    def __post_init__(self) -> None:
        named = (*self.variables, *self.predetermined, *self.exogenous, self.entity, self.time)
        twice = sorted({name for name in named if named.count(name) > 1})
        if twice:
            raise SpecificationError.of("panel_var.column_in_two_roles", names=twice)
        if self.last_lag is not None and self.last_lag < self.first_lag:
            raise SpecificationError.of(
                "panel_var.last_lag_before_first", got=str(self.last_lag), first=self.first_lag
            )

    @property
    def columns(self) -> tuple[str, ...]:
        """Return every column of numbers."""
        return (*self.variables, *self.predetermined, *self.exogenous)
