"""Kernel densities that respect bounds, and a test of how many modes there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np

from digimfg.arguments import checked
from digimfg.errors import MeasureError
from digimfg.kinds import AtLeast, AtMost, Count, Dimensions, Draws, Entries, Finite, Numbers, Positive, Seed
from digimfg.measures.columns import numbers, same_rows, weights_of
from digimfg.measures.contract import PROBABILITY, Gives, measure
from digimfg.notes import note_of
from digimfg.shown import shown
from digimfg.text import Text

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["KernelDensity", "ModesTest", "kernel_density", "silverman_modes_test"]

_End = float | None


@shown(Text("Kernel density", "核密度"), first="curve")
@dataclass(frozen=True, kw_only=True, eq=False)
class KernelDensity:
    """Hold a density on a grid.

    Parameters
    ----------
    grid, density
        Shape (m,), the points and the density there, per unit of the values.
    bandwidth
        Standard deviation of the kernel, in the unit of the values.
    modes
        Points of the grid where the density has a local maximum.
    notes
        Kernel, bandwidth rule and boundary correction.
    """

    grid: Floats
    density: Floats
    bandwidth: float
    modes: tuple[float, ...]
    notes: tuple[Text, ...]

    @property
    def curve(self) -> pd.DataFrame:
        """Return the density by point of the grid."""
        import pandas as pd

        return pd.DataFrame({"at": self.grid, "density": self.density})


@shown(Text("Silverman's test of modes", "Silverman众数检验"))
@dataclass(frozen=True, kw_only=True)
class ModesTest:
    """Hold Silverman's test that a density has at most `modes` modes.

    Parameters
    ----------
    modes
        Number under the null hypothesis.
    critical_bandwidth
        Smallest bandwidth at which the density has no more modes than that.
    p_value
        Share of bootstrap samples with more modes at that bandwidth, the sample itself counted.
    draws, seed
        Of the bootstrap.
    """

    modes: int
    critical_bandwidth: float
    p_value: float
    draws: int
    seed: int


@measure("values", gaps="refused", gives={"density": Gives("ratio", 0), "bandwidth": Gives("as given", 0)})
@checked
def kernel_density(
    values: Numbers,
    *,
    bounds: tuple[Finite | None, Finite | None] = (None, None),
    kernel: Literal["gaussian", "epanechnikov"] = "gaussian",
    bandwidth: Positive | None = None,
    weights: Numbers | None = None,
    grid: Annotated[int, AtLeast(2), AtMost(1_000_000)] | Annotated[Numbers, Dimensions(1), Entries(1)] = 256,
) -> KernelDensity:
    """Return a kernel density, corrected at the bounds of the variable by reflection.

    f(x) = Σ_i w_i [K_h(x − y_i) + K_h(x − (2a − y_i)) + K_h(x − (2b − y_i))] on [a, b], so that it
    integrates to one there; without a bound its term is left out. The bandwidth is h = 0.9 min(s, IQR/1.349)
    n^(−1/5) (s alone where the quartiles coincide), the same for both kernels, which are scaled to standard
    deviation one.

    Parameters
    ----------
    values
        Shape (n,), two or more different values, no missing ones.
    bounds
        Lowest and highest possible value, ``(0, 1)`` for a share; ``None`` where there is none. Without them
        a density of shares loses mass beyond 0 and 1.
    kernel
        ``"gaussian"`` or ``"epanechnikov"``.
    bandwidth
        Above zero; by default the rule above.
    weights
        Shape (n,), not negative; equal by default. The default bandwidth then uses weighted moments and n.
    grid
        Points, or how many between the bounds (or three bandwidths beyond the values).

    Raises
    ------
    MeasureError
        If values are missing, constant or beyond the bounds, or the bandwidth is not above zero.

    References
    ----------
    Silverman, B. W. (1986). Density Estimation for Statistics and Data Analysis. Chapman and Hall, sections
    2.10 and 3.4.

    Examples
    --------
    >>> found = kernel_density([0.1, 0.2, 0.2, 0.9], bounds=(0, 1), grid=[0.0, 0.5, 1.0])
    >>> found.density.round(3).tolist(), len(found.modes)
    ([1.768, 0.025, 1.21], 2)
    """
    y = numbers(values, "values")
    same_rows(values, weights, "weights")
    w = weights_of(weights, len(y))
    order = np.lexsort((w, y))
    y, w = y[order], w[order]
    low, high = bounds
    _check_bounds(y, low, high)
    width = _rule_of_thumb(y, w) if bandwidth is None else float(bandwidth)
    if not width > 0 or not np.isfinite(width):
        raise MeasureError.of("measures.no_bandwidth", got=f"{width:g}")
    start = y[0] - 3 * width if low is None else low
    stop = y[-1] + 3 * width if high is None else high
    points = np.linspace(start, stop, grid) if isinstance(grid, int | np.integer) else numbers(grid, "grid")
    reflected = [y] + [2 * bound - y for bound in (low, high) if bound is not None]
    density = np.zeros(len(points))
    for centres in reflected:
        density += _smooth(points, centres, w, width, kernel)
    inside = np.ones(len(points), dtype=bool)
    if low is not None:
        inside &= points >= low
    if high is not None:
        inside &= points <= high
    density[~inside] = 0.0
    fine = np.linspace(start, stop, 512)
    on_fine = np.zeros(512)
    for centres in reflected:
        on_fine += _smooth(fine, centres, w, width, kernel)
    return KernelDensity(
        grid=points,
        density=density,
        bandwidth=width,
        modes=tuple(float(fine[i]) for i in _peaks(on_fine)),
        notes=_notes(kernel, width, bandwidth is None, bounds),
    )


@measure("values", gaps="refused", gives={"critical_bandwidth": Gives("as given", 0), "p_value": PROBABILITY})
@checked
def silverman_modes_test(
    values: Numbers, modes: Count = 1, *, draws: Draws = 499, seed: Seed = 0
) -> ModesTest:
    """Test by bootstrap whether a distribution has more than `modes` modes.

    The null density is the Gaussian kernel density with the smallest bandwidth h* that shows no more than
    `modes` modes; smoothed samples ȳ + (y* − ȳ + h*ε)/√(1 + h*²/s²) are drawn from it. The test is known to
    be conservative.

    Parameters
    ----------
    values
        Shape (n,), no missing values.
    modes
        One or more.
    draws, seed
        Of the bootstrap.

    Raises
    ------
    MeasureError
        If values are missing or constant, or `modes` or `draws` is below one.

    References
    ----------
    Silverman, B. W. (1981). Using kernel density estimates to investigate multimodality. Journal of the Royal
    Statistical Society B 43(1), 97–99. https://doi.org/10.1111/j.2517-6161.1981.tb01155.x

    Examples
    --------
    >>> y = np.concatenate([np.linspace(-1, 1, 30), np.linspace(7, 9, 30)])
    >>> silverman_modes_test(y, draws=99, seed=1).p_value
    0.01
    """
    y = np.sort(numbers(values, "values"))
    spread = float(y.std(ddof=1)) if len(y) > 1 else 0.0
    if spread == 0:
        raise MeasureError.of("measures.modes_of_a_constant")
    critical = _critical_bandwidth(y, spread, modes)
    rng = np.random.default_rng(seed)
    more = 0
    for _ in range(draws):
        sample = y[rng.integers(0, len(y), len(y))] + critical * rng.standard_normal(len(y))
        sample = y.mean() + (sample - y.mean()) / np.sqrt(1 + (critical / spread) ** 2)
        more += _count_modes(sample, critical) > modes
    return ModesTest(
        modes=modes, critical_bandwidth=critical, p_value=(1 + more) / (1 + draws), draws=draws, seed=seed
    )


def _critical_bandwidth(y: Floats, spread: float, modes: int) -> float:
    low, high = spread * 1e-3, spread * 4
    for _ in range(40):
        middle = np.sqrt(low * high)
        low, high = (middle, high) if _count_modes(y, middle) > modes else (low, middle)
    return float(high)


def _count_modes(y: Floats, width: float) -> int:
    grid = np.linspace(y.min() - 3 * width, y.max() + 3 * width, 512)
    return len(_peaks(_smooth(grid, y, np.full(len(y), 1 / len(y)), width, "gaussian")))


def _peaks(density: Floats) -> list[int]:
    """Return where the density is higher than on both sides; a plateau counts once, an end with its one
    side.
    """
    starts = np.flatnonzero(np.concatenate([[True], density[1:] != density[:-1]]))
    level = np.concatenate([[-np.inf], density[starts], [-np.inf]])
    top = (level[1:-1] > level[:-2]) & (level[1:-1] > level[2:]) & (level[1:-1] > 1e-9 * density.max())
    return [int(position) for position in starts[top]]


def _smooth(points: Floats, centres: Floats, weights: Floats, width: float, kernel: str) -> Floats:
    result = np.empty(len(points))
    step = max(1, 4_000_000 // max(len(centres), 1))
    for start in range(0, len(points), step):
        u = (points[start : start + step, None] - centres) / width
        if kernel == "gaussian":
            bell = np.exp(-0.5 * u * u) / np.sqrt(2 * np.pi)
        else:
            # support ±√5, so that the standard deviation is one
            bell = np.where(np.abs(u) < np.sqrt(5), 0.75 / np.sqrt(5) * (1 - u * u / 5), 0.0)
        # a plain sum: a matrix product could change its last bits with the number of threads
        result[start : start + step] = (bell * weights).sum(axis=1) / width
    return result


def _rule_of_thumb(y: Floats, w: Floats) -> float:
    n = len(y)
    mean = (w * y).sum()
    spread = np.sqrt((w * (y - mean) ** 2).sum() * n / max(n - 1, 1))
    if np.ptp(w) == 0:
        low, high = np.percentile(y, [25, 75])
    else:
        cumulative = np.cumsum(w)
        low, high = y[np.searchsorted(cumulative, [0.25, 0.75])]
    quartile = (high - low) / 1.349
    return float(0.9 * (min(spread, quartile) if quartile > 0 else spread) * n ** (-0.2))


def _check_bounds(y: Floats, low: _End, high: _End) -> None:
    beyond = (0 if low is None else int((y < low).sum())) + (0 if high is None else int((y > high).sum()))
    if beyond or (low is not None and high is not None and low >= high):
        raise MeasureError.of(
            "measures.values_beyond_bounds", low=low, high=high, beyond=beyond, lowest=y[0], highest=y[-1]
        )


def _notes(kernel: str, width: float, rule: bool, bounds: tuple[_End, _End]) -> tuple[Text, ...]:
    name = {"gaussian": Text("Gaussian", "高斯"), "epanechnikov": Text("Epanechnikov", "Epanechnikov")}[
        kernel
    ]
    how = Text("by Silverman's rule", "按 Silverman 准则") if rule else Text("as given", "为给定值")
    notes = [note_of("measures.kernel_and_bandwidth", name=name, how=how, width=width)]
    known = [f"{bound:g}" for bound in bounds if bound is not None]
    if known:
        notes.append(note_of("measures.reflected_at_bounds", known=known))
    return tuple(notes)
