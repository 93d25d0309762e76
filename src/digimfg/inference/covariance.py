"""How errors are estimated: frozen values that name the method and its small-sample rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

__all__ = ["Clustered", "Covariance", "DriscollKraay", "Robust", "SmallSample", "Unadjusted"]

SmallSample = Literal["stata", "areg", "fixest", "linearmodels", "none"]


@dataclass(frozen=True, slots=True)
class Unadjusted:
    """Homoskedastic errors."""

    small_sample: SmallSample = "stata"


@dataclass(frozen=True, slots=True)
class Robust:
    """Heteroskedasticity-robust errors (HC1 under the rule ``"stata"``)."""

    small_sample: SmallSample = "stata"


@dataclass(frozen=True, init=False, slots=True)
class Clustered:
    """Errors clustered in one, two or three ways."""

    columns: tuple[str, ...]
    small_sample: SmallSample

    def __init__(self, columns: str | Iterable[str], *, small_sample: SmallSample = "stata") -> None:
        object.__setattr__(self, "columns", (columns,) if isinstance(columns, str) else tuple(columns))
        object.__setattr__(self, "small_sample", small_sample)


@dataclass(frozen=True, slots=True)
class DriscollKraay:
    """Errors robust to heteroskedasticity, serial and cross-section correlation; `lags` of the Bartlett kernel."""

    lags: int | None = None
    small_sample: SmallSample = "stata"


Covariance = Unadjusted | Robust | Clustered | DriscollKraay
