"""Divide growth of an aggregate among its units, by one function for each method."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["METHODS", "Pair"]

Floats = NDArray[np.float64]
Parts = tuple[Floats, ...]


class Pair:
    """Values and shares of all units in two periods, zero where a unit is not there, and who stays, enters,
    leaves.
    """

    def __init__(self, z0: Floats, z1: Floats, s0: Floats, s1: Floats) -> None:
        here, later = ~np.isnan(z0), ~np.isnan(z1)
        self.stay, self.enter, self.leave, self.there = (
            here & later,
            later & ~here,
            here & ~later,
            here | later,
        )
        self.z0, self.z1 = np.where(here, z0, 0.0), np.where(later, z1, 0.0)
        self.s0, self.s1 = np.where(here, s0, 0.0), np.where(later, s1, 0.0)
        self.total0, self.total1 = float(self.s0 @ self.z0), float(self.s1 @ self.z1)

    def of_stayers(self, values: Floats) -> Floats:
        """Return values of units that are there in both periods, zero for others."""
        return np.where(self.stay, values, 0.0)

    def own_shares(self) -> tuple[Floats, Floats]:
        """Return the shares of stayers among stayers in both periods."""
        sums = (float(self.s0[self.stay].sum()), float(self.s1[self.stay].sum()))
        return self.of_stayers(self.s0 / sums[0]), self.of_stayers(self.s1 / sums[1])

    def turnover(self, entrants_against: float, leavers_against: float) -> tuple[Floats, Floats]:
        """Return what entrants and leavers add, each against a level."""
        entry = np.where(self.enter, self.s1 * (self.z1 - entrants_against), 0.0)
        return entry, np.where(self.leave, -self.s0 * (self.z0 - leavers_against), 0.0)


def _against(pair: Pair, reference: float) -> Parts:
    within = pair.of_stayers((pair.s0 + pair.s1) / 2 * (pair.z1 - pair.z0))
    between = pair.of_stayers((pair.s1 - pair.s0) * ((pair.z0 + pair.z1) / 2 - reference))
    return within, between, *pair.turnover(reference, reference)


def _griliches_regev(pair: Pair) -> Parts:
    return _against(pair, (pair.total0 + pair.total1) / 2)


def _baldwin_gu(pair: Pair) -> Parts:
    leaving = float(pair.s0[pair.leave].sum())
    gone = float((pair.s0 * pair.z0)[pair.leave].sum())
    return _against(pair, gone / leaving if leaving > 0 else pair.total0)


def _foster_haltiwanger_krizan(pair: Pair) -> Parts:
    moved, grew = pair.s1 - pair.s0, pair.z1 - pair.z0
    within, between = pair.of_stayers(pair.s0 * grew), pair.of_stayers(moved * (pair.z0 - pair.total0))
    return within, between, pair.of_stayers(moved * grew), *pair.turnover(pair.total0, pair.total0)


def _baily_hulten_campbell(pair: Pair) -> Parts:
    within = pair.of_stayers(pair.s0 * (pair.z1 - pair.z0))
    return within, pair.of_stayers((pair.s1 - pair.s0) * pair.z1), *pair.turnover(0.0, 0.0)


def _own_turnover(pair: Pair, own0: Floats, own1: Floats) -> tuple[Floats, Floats]:
    return pair.turnover(float(own1 @ pair.z1), float(own0 @ pair.z0))


def _diewert_fox(pair: Pair) -> Parts:
    own0, own1 = pair.own_shares()
    within = (own0 + own1) / 2 * (pair.z1 - pair.z0)
    return within, (own1 - own0) * (pair.z0 + pair.z1) / 2, *_own_turnover(pair, own0, own1)


def _melitz_polanec(pair: Pair) -> Parts:
    own0, own1 = pair.own_shares()
    n = int(pair.stay.sum())
    deviations = [
        pair.of_stayers((own - 1 / n) * (z - z[pair.stay].mean()))
        for own, z in ((own0, pair.z0), (own1, pair.z1))
    ]
    mean = pair.of_stayers((pair.z1 - pair.z0) / n)
    return mean, deviations[1] - deviations[0], *_own_turnover(pair, own0, own1)


def _price(pair: Pair) -> Parts:
    own0, own1 = pair.own_shares()
    return (own1 - own0) * pair.z0, own1 * (pair.z1 - pair.z0), *_own_turnover(pair, own0, own1)


METHODS = {
    "griliches_regev": _griliches_regev,
    "foster_haltiwanger_krizan": _foster_haltiwanger_krizan,
    "baily_hulten_campbell": _baily_hulten_campbell,
    "baldwin_gu": _baldwin_gu,
    "diewert_fox": _diewert_fox,
    "melitz_polanec": _melitz_polanec,
    "price": _price,
}
