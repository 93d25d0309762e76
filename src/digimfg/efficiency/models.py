"""Models of envelopment: what each asks of a unit, as a linear program, and how its answer is read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digimfg.efficiency.options import Disposability, EnvelopmentOptions, ModelName, Orientation, Returns
from digimfg.efficiency.programs import Answer, Program
from digimfg.efficiency.units import Units
from digimfg.errors import MeasureError

__all__ = ["Model", "as_shares", "chosen_model"]

Floats = NDArray[np.float64]

_NOTHING = 1e-12

_USUAL: dict[ModelName, Orientation] = {
    "radial": "input",
    "slack_based": "none",
    "directional": "output",
    "non_radial_directional": "none",
}


@dataclass(frozen=True, kw_only=True)
class Model:
    """Hold a model, and build and read its programs.

    Parameters
    ----------
    name, orientation, returns, disposability
        See `efficiency`.
    beyond
        Whether the unit lies outside the technology it is compared with (super-efficiency): slacks then
        count what it may lose.
    """

    name: ModelName
    orientation: Orientation
    returns: Returns
    disposability: Disposability
    beyond: bool = False

    @property
    def slack_based(self) -> bool:
        """Return whether the measure is a ratio of slacks, linear after a change of variables."""
        return self.name == "slack_based"

    @property
    def distance(self) -> bool:
        """Return whether the measure is a distance β, 0 on the frontier, and no share."""
        return self.name in ("directional", "non_radial_directional")

    def rows(self, units: Units) -> tuple[Floats, NDArray[np.bool_]]:
        """Return the technology, shape (rows, units), and which rows are equations."""
        m, s, b = (part.shape[1] for part in (units.inputs, units.outputs, units.undesirable))
        parts = [units.inputs.T, -units.outputs.T, units.undesirable.T]
        ratio = self.slack_based and not self.beyond
        weak = not self.slack_based and self.disposability == "weak"
        equal = [np.full(m + s, ratio), np.full(b, ratio or weak)]
        if self.returns != "constant":
            sign = -1.0 if self.returns == "non_decreasing" else 1.0
            parts.append(np.full((1, len(units)), sign))
            equal.append(np.array([self.returns == "variable"]))
        if self.slack_based:
            extra = 1 + (s if self.beyond else 0)  # the denominator is 1; outputs stay above zero
            parts.append(np.zeros((extra, len(units))))
            equal.append(np.r_[True, np.zeros(extra - 1, dtype=bool)])
        return np.vstack(parts), np.concatenate(equal)

    def program(self, units: Units, place: int, own: int) -> Program:
        """Return the program of one unit.

        Parameters
        ----------
        units, place
            The unit is this one of these.
        own
            Its place in the technology, -1 if it is not there.
        """
        x, y, b = units.inputs[place], units.outputs[place], units.undesirable[place]
        build = {
            "radial": self._radial,
            "slack_based": self._slacks,
            "directional": self._directional,
            "non_radial_directional": self._directional,
        }[self.name]
        fixed, cost, rhs, free = build(x, y, b)
        return Program(fixed=fixed, cost=cost, rhs=rhs, free=free, own=own, alone=self.beyond)

    def score(self, answer: Answer) -> float:
        """Return efficiency, or of directional models the distance β.

        Missing where nothing that it is compared with makes any of an output that the unit makes.
        """
        if self.distance:
            return -answer.value
        if self.name == "radial":
            return answer.value if self.orientation == "input" else _inverse(-answer.value)
        if self.orientation == "output":
            return _inverse(1.0 - answer.value)
        return answer.value

    def slacks(self, answer: Answer, units: Units, reference: Units, place: int) -> tuple[Floats, Floats]:
        """Return how far inputs, outputs and undesirable outputs of a unit are from its target, and the
        intensities of its peers.

        Excess of inputs and undesirable outputs, shortfall of outputs, in scaled units; intensities add up
        to one under variable returns.
        """
        if np.isnan(answer.value):
            width = sum(part.shape[1] for part in (units.inputs, units.outputs, units.undesirable))
            return np.full(width, np.nan), answer.intensities
        weights = answer.intensities / answer.values[0] if self.slack_based else answer.intensities
        used = answer.peers
        gaps = (
            units.inputs[place] - weights @ reference.inputs[used],
            weights @ reference.outputs[used] - units.outputs[place],
            units.undesirable[place] - weights @ reference.undesirable[used],
        )
        joined = np.concatenate(gaps)
        joined[np.abs(joined) < 1e-10] = 0.0
        return joined, weights

    @property
    def leaves_slack(self) -> bool:
        """Return whether a unit may still waste something where its measure says that it does not."""
        return self.name in ("radial", "directional")

    def all_slack(self, units: Units, place: int, own: int, score: float) -> Program:
        """Return the program that finds the largest sum of (scaled) slacks once the measure is reached.

        Its rows are those of `rows`, inputs and outputs as equations.
        """
        x, y, b = units.inputs[place], units.outputs[place], units.undesirable[place]
        if self.name == "radial":
            shrunk, grown = (score, 1.0) if self.orientation == "input" else (1.0, 1.0 / score)
            aim = np.r_[x * shrunk, -y * grown, b]
        else:
            ahead = (self.orientation in ("input", "none"), self.orientation in ("output", "none"))
            aim = np.r_[x * (1 - score * ahead[0]), -y * (1 + score * ahead[1]), b * (1 - score * ahead[1])]
        zero, one = self._returns(scaled=False)
        wasted = len(x) + len(y) + (len(b) if self.disposability == "strong" else 0)
        fixed = np.zeros((len(aim) + len(zero), wasted))
        fixed[:wasted] = np.eye(wasted)
        return Program(
            fixed=fixed,
            cost=-np.ones(wasted),
            rhs=np.r_[aim, one],
            free=np.zeros(wasted, dtype=bool),
            own=own,
        )

    def _returns(self, scaled: bool) -> tuple[Floats, Floats]:
        """Return the entries of t and of the right-hand side in the row of returns to scale."""
        if self.returns == "constant":
            return np.zeros((0,)), np.zeros((0,))
        sign = -1.0 if self.returns == "non_decreasing" else 1.0
        return (np.array([-sign]), np.array([0.0])) if scaled else (np.array([0.0]), np.array([sign]))

    def _radial(self, x: Floats, y: Floats, b: Floats) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
        zero, one = self._returns(scaled=False)
        if self.orientation == "input":
            fixed, rhs, cost = np.r_[-x, 0 * y, 0 * b, zero], np.r_[0 * x, -y, b, one], 1.0
        else:
            fixed, rhs, cost = np.r_[0 * x, y, 0 * b, zero], np.r_[x, 0 * y, b, one], -1.0
        return fixed[:, None], np.array([cost]), rhs, np.array([False])

    def _directional(
        self, x: Floats, y: Floats, b: Floats
    ) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
        zero, one = self._returns(scaled=False)
        ahead = (self.orientation in ("input", "none"), self.orientation in ("output", "none"))
        steps = np.r_[x * ahead[0], y * ahead[1], b * ahead[1]]
        rhs = np.r_[x, -y, b, one]
        if self.name == "directional":
            return (
                np.r_[steps, zero][:, None],
                np.array([-1.0]),
                rhs,
                np.array([True]),
            )
        groups = [part for part, used in ((x, ahead[0]), (y, ahead[1]), (b, ahead[1])) if used and len(part)]
        shares = np.concatenate([np.full(len(part), 1.0 / (len(groups) * len(part))) for part in groups])
        moving = np.r_[
            np.full(len(x), ahead[0]), np.full(len(y), ahead[1]), np.full(len(b), ahead[1])
        ].astype(bool)
        fixed = np.vstack([np.diag(steps)[:, moving], np.zeros((len(zero), int(moving.sum())))])
        return fixed, -shares, rhs, np.zeros(len(shares), dtype=bool)

    def _slacks(self, x: Floats, y: Floats, b: Floats) -> tuple[Floats, Floats, Floats, NDArray[np.bool_]]:
        """Return the program in t and the slacks times t (Charnes & Cooper 1962)."""
        m, s, q = len(x), len(y), len(y) + len(b)
        width = 1 + m + q
        sign = -1.0 if self.beyond else 1.0
        body = np.hstack([np.r_[-x, y, -b][:, None], sign * np.eye(m + q)])
        returns, zero = self._returns(scaled=True)
        scale = np.zeros((len(returns), width))
        scale[:, 0] = returns
        spread = np.r_[1.0 / (q * y), 1.0 / (q * b)]
        whole = np.zeros((1, width))
        whole[0, 0] = 1.0
        if self.orientation == "none":
            whole[0, 1 + m :] = sign * spread
        parts = [body, scale, whole]
        rhs = [np.zeros(m + q), zero, np.ones(1)]
        if self.beyond:
            kept = np.zeros((s, width))
            kept[:, 0] = -y
            kept[:, 1 + m : 1 + m + s] = np.eye(s)
            parts.append(kept)
            rhs.append(np.zeros(s))
        cost = np.zeros(width)
        if self.orientation == "output":
            cost[1 + m :] = -sign * spread
        else:
            cost[0] = 1.0
            cost[1 : 1 + m] = -sign / (m * x)
        fixed = np.vstack(parts)
        if self.beyond and self.orientation != "none":
            still = slice(1 + m, width) if self.orientation == "input" else slice(1, 1 + m)
            fixed[:, still] = 0.0
        return fixed, cost, np.concatenate(rhs), np.zeros(width, dtype=bool)


def as_shares(distances: Floats, name: ModelName, orientation: Orientation | None) -> Floats:
    """Return distances β of a directional model as efficiencies, 1 on the frontier.

    Inputs shrink to 1 - β of what they are, outputs grow to 1 + β: 1 - β of input orientation, else
    1/(1 + β), which one-sided directions share with the radial model (Chambers, Chung & Färe 1996,
    doi:10.1006/jeth.1996.0096). Missing where nothing would be left.
    """
    shrunk = (orientation or _USUAL[name]) == "input"
    left = 1.0 - distances if shrunk else 1.0 + distances
    left = np.where(left > _NOTHING, left, np.nan)
    return left if shrunk else 1.0 / left


def _inverse(growth: float) -> float:
    return 1.0 / growth if growth > _NOTHING else np.nan


def chosen_model(options: EnvelopmentOptions, units: Units) -> Model:
    """Return the model that the options name.

    Raises
    ------
    MeasureError
        If a radial model has undesirable outputs or no orientation, or a model that measures each column by
        itself meets a zero.
    """
    name = options.model
    side = options.orientation or _USUAL[name]
    if name == "radial" and (side == "none" or units.undesirable.shape[1]):
        raise MeasureError.of(
            "efficiency.no_orientation" if side == "none" else "efficiency.undesirable_outputs"
        )
    if name in ("slack_based", "non_radial_directional"):
        _check_each_above_zero(name, side, units)
    return Model(name=name, orientation=side, returns=options.returns, disposability=options.disposability)


def _check_each_above_zero(name: ModelName, side: Orientation, units: Units) -> None:
    """Refuse zeros in columns that a model measures each by itself: as shares of their values."""
    groups = list(zip((units.inputs, units.outputs, units.undesirable), units.names, strict=True))
    if name == "non_radial_directional" and side != "none":
        groups = groups[:1] if side == "input" else groups[1:]
    for values, names in groups:
        empty = [label for label, column in zip(names, values.T, strict=True) if not (column > 0).all()]
        if empty:
            raise MeasureError.of("efficiency.zeros_under_slacks", column=empty[0])
