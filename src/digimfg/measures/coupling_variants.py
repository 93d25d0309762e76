"""Formulas of the coupling degree in print: the right ones, and those that went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from digimfg.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["VARIANTS", "CouplingVariant", "standard_coupling", "wang_coupling"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class CouplingVariant:
    """Describe one printed formula.

    Parameters
    ----------
    name
        Short name.
    formula
        As printed, u_1 … u_n the subsystems, α their weights.
    label
        What it is, or what went wrong.
    valid
        Whether it is a coupling degree: in [0, 1], and one for equal subsystems.
    sizes
        Numbers of subsystems it is printed for; empty for any.
    compute
        From values (rows × n) and weights (n) to the coupling degree of each row.
    """

    name: str
    formula: str
    label: Text
    valid: bool
    compute: Callable[[Floats, Floats], Floats]
    sizes: tuple[int, ...] = ()


def standard_coupling(values: Floats) -> Floats:
    """Return C = n (Πu)^{1/n} / Σu, shape (rows,), in [0, 1]; 0 where a subsystem is 0 (also where all
    are).
    """
    relative, largest = _relative(values)
    size = values.shape[1]
    total = np.where(largest > 0, relative.sum(axis=1), 1.0)
    coupling: Floats = np.minimum(size * _root(relative.prod(axis=1), size) / total, 1.0)
    return coupling


def wang_coupling(values: Floats) -> Floats:
    """Return C = √{[1 - Σ_{i<j} abs(u_i - u_j)/(n(n-1)/2)] · (Π u_i/max u)^{1/(n-1)}}, shape (rows,), in [0,
    1].
    """
    relative, largest = _relative(values)
    size = values.shape[1]
    gaps = np.zeros(len(values))
    for i in range(size):
        for j in range(i + 1, size):
            gaps += np.abs(values[:, i] - values[:, j])
    agreement = 1.0 - gaps / (size * (size - 1) / 2)
    closeness = _root(relative.prod(axis=1), size - 1)
    return np.where(largest == 0, 0.0, np.sqrt(np.maximum(agreement, 0.0) * closeness))


def _relative(values: Floats) -> tuple[Floats, Floats]:
    largest = values.max(axis=1)
    return values / np.where(largest == 0, 1.0, largest)[:, None], largest


def _root(values: Floats, degree: int) -> Floats:
    if degree == 1:
        return values
    root: Floats = np.sqrt(values) if degree == 2 else values ** (1.0 / degree)
    return root


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    return np.where(denominator == 0, 0.0, numerator / np.where(denominator == 0, 1.0, denominator))


def _pairs(values: Floats) -> Floats:
    size = values.shape[1]
    product = np.ones(len(values))
    for i in range(size):
        for j in range(i + 1, size):
            product *= values[:, i] + values[:, j]
    return product


def _evenness(values: Floats) -> Floats:
    """Return Πu / (Σu/n)^n, which is C^n."""
    evenness: Floats = standard_coupling(values) ** values.shape[1]
    return evenness


def _weighted(values: Floats, weights: Floats) -> Floats:
    return standard_coupling(values * weights)


VARIANTS: tuple[CouplingVariant, ...] = (
    CouplingVariant(
        name="standard",
        formula="n(Πu)^(1/n)/Σu",
        label=Text("the standard coupling degree", "规范的耦合度公式"),
        valid=True,
        compute=lambda u, _: standard_coupling(u),
    ),
    CouplingVariant(
        name="wang2021",
        formula="√{[1-Σ|u_i-u_j|/(n(n-1)/2)]·(Πu_i/max u)^(1/(n-1))}",
        label=Text("the modified coupling degree of Wang et al. (2021)", "王淑佳等（2021）修正的耦合度"),
        valid=True,
        compute=lambda u, _: wang_coupling(u),
    ),
    CouplingVariant(
        name="pairwise",
        formula="2[Πu/Π(u_i+u_j)]^(1/3)",
        label=Text(
            "the pairwise form for three subsystems: valid, but another number than the standard one",
            "三系统两两形式：有效，但与规范公式数值不同",
        ),
        valid=True,
        compute=lambda u, _: 2.0 * np.cbrt(_ratio(u.prod(axis=1), _pairs(u))),
        sizes=(3,),
    ),
    CouplingVariant(
        name="lost_factor",
        formula="(Πu)^(1/n)/Σu",
        label=Text("the factor n is lost: at most 1/n", "丢失系数 n：最大只有1/n"),
        valid=False,
        compute=lambda u, _: standard_coupling(u) / u.shape[1],
    ),
    CouplingVariant(
        name="lost_root_and_factor",
        formula="Πu/(Σu)^n",
        label=Text("root and factor are lost: at most 1/n^n", "丢失根号与系数：最大只有1/n^n"),
        valid=False,
        compute=lambda u, _: _evenness(u) / float(u.shape[1]) ** u.shape[1],
    ),
    CouplingVariant(
        name="lost_root",
        formula="Πu/(Σu/n)^n",
        label=Text("the n-th root is lost (exponent k = 1)", "丢失 n 次根号（指数 k = 1）"),
        valid=False,
        compute=lambda u, _: _evenness(u),
    ),
    CouplingVariant(
        name="exponent_two",
        formula="[Πu/(Σu/n)^n]^2",
        label=Text(
            "exponent k = 2 of Liao (1999) in place of the n-th root",
            "以廖重斌（1999）的调节系数 k = 2代替 n 次根号",
        ),
        valid=False,
        compute=lambda u, _: _evenness(u) ** 2,
    ),
    CouplingVariant(
        name="square_root_of_many",
        formula="[Πu/(Σu/n)^n]^(1/2), n > 2",
        label=Text("the square root of two subsystems kept for more", "多系统仍用平方根"),
        valid=False,
        compute=lambda u, _: np.sqrt(_evenness(u)),
        sizes=(3, 4, 5, 6),
    ),
    CouplingVariant(
        name="sum_of_powers",
        formula="(Πu/Σu^n)^(1/n)",
        label=Text("the sum of powers in place of the power of the sum", "以幂之和 Σuⁿ 代替和之幂 (Σu)ⁿ"),
        valid=False,
        compute=lambda u, _: _root(_ratio(u.prod(axis=1), (u ** u.shape[1]).sum(axis=1)), u.shape[1]),
    ),
    CouplingVariant(
        name="pairwise_factor_n",
        formula="n[Πu/Π(u_i+u_j)]^(1/n)",
        label=Text(
            "the factor n before the pairwise denominator: up to 1.5 for three subsystems",
            "两两分母配系数 n：三系统最大可达1.5",
        ),
        valid=False,
        compute=lambda u, _: u.shape[1] * _root(_ratio(u.prod(axis=1), _pairs(u)), u.shape[1]),
        sizes=(3, 4, 5, 6),
    ),
    CouplingVariant(
        name="lost_factor_pairwise",
        formula="[Πu/Π(u_i+u_j)]^(1/n)",
        label=Text("the pairwise form without its factor", "两两形式丢失系数"),
        valid=False,
        compute=lambda u, _: _root(_ratio(u.prod(axis=1), _pairs(u)), u.shape[1]),
        sizes=(3, 4, 5, 6),
    ),
    CouplingVariant(
        name="weighted_subsystems",
        formula="n(Παu)^(1/n)/Σαu",
        label=Text("subsystems are weighted inside the coupling degree", "在耦合度内错用权重"),
        valid=False,
        compute=_weighted,
    ),
)
