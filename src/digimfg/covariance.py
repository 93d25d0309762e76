"""How errors are estimated: frozen values that name the method and its small-sample rule."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal

from digimfg.arguments import checked
from digimfg.kinds import AtLeast, AtMost, Count, Entries, Positive, Remedy, Seed, Whole
from digimfg.text import Text

__all__ = [
    "WILD_P_VALUE",
    "WITHOUT_FACTOR",
    "Clustered",
    "Conley",
    "ConleyKernel",
    "Covariance",
    "DriscollKraay",
    "Robust",
    "SmallSample",
    "Unadjusted",
    "WildBootstrap",
    "WildWeights",
]

SmallSample = Literal["stata", "areg", "fixest", "linearmodels", "cgm", "cr2", "cv3", "hc2", "hc3", "none"]
ConleyKernel = Literal["uniform", "bartlett"]
WildWeights = Literal["rademacher", "webb", "mammen"]
WITHOUT_FACTOR = frozenset({"cr2", "cv3", "hc2", "hc3"})
"""Rules that correct residuals or leave clusters out instead of multiplying the covariance."""
WILD_P_VALUE = "wild_bootstrap_p_value"
"""The column of a result's coefficients that holds wild-bootstrap p values."""


class _Asked:
    """What every covariance states; most need nothing beside the equation."""

    __slots__ = ()

    @property
    def cluster_columns(self) -> tuple[str, ...]:
        """Return the columns whose values are clusters."""
        return ()

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Return the columns that a row needs beside those of the equation."""
        return ()

    @property
    def needs_keys(self) -> bool:
        """Return whether each unit must have one row per period."""
        return False


@checked
@dataclass(frozen=True, slots=True)
class Unadjusted(_Asked):
    """Homoskedastic errors."""

    small_sample: SmallSample = "stata"


_FACTORS: dict[str, SmallSample] = {"hc0": "none", "hc1": "stata"}


@checked
@dataclass(frozen=True, init=False, slots=True)
class Robust(_Asked):
    """Heteroskedasticity-robust errors.

    Parameters
    ----------
    small_sample
        A rule, see `digimfg.inference.small_sample.small_sample_adjustment`, or a type by its usual name:
        ``"hc0"`` is ``"none"`` and ``"hc1"`` is ``"stata"``; ``"hc2"`` and ``"hc3"`` (least squares)
        divide each squared residual by one less its row's leverage, once and twice (MacKinnon and White
        1985), effects counted in the leverage.

    Examples
    --------
    >>> Robust("hc1") == Robust(), Robust("hc3").small_sample
    (True, 'hc3')
    """

    small_sample: SmallSample

    def __init__(self, small_sample: SmallSample | Literal["hc0", "hc1"] = "stata") -> None:
        object.__setattr__(self, "small_sample", _FACTORS.get(small_sample, small_sample))


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class WildBootstrap:
    """When and how least squares and two-stage least squares put wild-bootstrap p values beside clustered
    ones.

    Parameters
    ----------
    fewer_than
        Only with fewer clusters than this (in the way with fewest); ``None`` for always.
    draws
        Weight vectors; all 2^G where these are no more.
    weights
        ``None``: Webb's with fewer than 12 clusters, Rademacher's otherwise.
    seed
        Of the draws.
    """

    fewer_than: Count | None = 50
    draws: Annotated[int, AtLeast(99), AtMost(10_000_000)] = 9_999
    weights: WildWeights | None = None
    seed: Seed = 0


_BY_DEFAULT = WildBootstrap()
_FOR_CLUSTERS = Remedy(lambda _: Text("e.g. dm.Clustered('province')", "例如 dm.Clustered('province')"))


@checked
@dataclass(frozen=True, init=False, slots=True)
class Clustered(_Asked):
    """Errors clustered in one, two or three ways.

    Parameters
    ----------
    columns
        Whose values are the clusters.
    small_sample
        The rule, see `digimfg.inference.small_sample.small_sample_adjustment`. Two replace the sandwich
        (least squares, one way): ``"cr2"`` is bias-reduced linearization with Satterthwaite's degrees of
        freedom for each coefficient, ``"cv3"`` the cluster jackknife of MacKinnon, Nielsen & Webb (2023), t
        with G-1.
    wild_bootstrap
        With few clusters, least squares reports the p values of the restricted wild cluster bootstrap for
        its regressors in the further column ``wild_bootstrap_p_value``, two-stage least squares those of the
        restricted efficient one for endogenous terms too; ``None`` turns it off.
    """

    columns: tuple[str, ...]
    small_sample: SmallSample
    wild_bootstrap: WildBootstrap | None

    def __init__(
        self,
        columns: Annotated[str | Annotated[Iterable[str], Entries(1, 3)], _FOR_CLUSTERS],
        *,
        small_sample: SmallSample = "stata",
        wild_bootstrap: WildBootstrap | None = _BY_DEFAULT,
    ) -> None:
        named = (columns,) if isinstance(columns, str) else tuple(columns)
        object.__setattr__(self, "columns", named)
        object.__setattr__(self, "small_sample", small_sample)
        object.__setattr__(self, "wild_bootstrap", wild_bootstrap)

    @property
    def cluster_columns(self) -> tuple[str, ...]:
        """Return the columns whose values are clusters."""
        return self.columns


@checked
@dataclass(frozen=True, slots=True)
class DriscollKraay(_Asked):
    """Errors robust to heteroskedasticity, serial and cross-section correlation; `lags` of the Bartlett
    kernel.
    """

    lags: Whole | None = None
    small_sample: SmallSample = "stata"


@checked
@dataclass(frozen=True, slots=True)
class Conley(_Asked):
    """Errors that are correlated between units near each other (Conley 1999), great-circle distances.

    Parameters
    ----------
    latitude, longitude
        Columns in degrees; rows without them are dropped and counted.
    cutoff_km
        Distance beyond which errors are uncorrelated.
    kernel
        ``"uniform"``: weight one up to the cutoff. ``"bartlett"``: falling to zero at the cutoff.
    lags
        Periods over which the errors of one unit are correlated with each other, Bartlett weights (Hsiang
        2010); 0 for none.
    small_sample
        ``"stata"``: N/(N-K-A), t with N-K-A degrees of freedom; ``"none"``: 1.
    """

    latitude: str
    longitude: str
    cutoff_km: Positive
    kernel: ConleyKernel = "uniform"
    lags: Whole = 0
    small_sample: SmallSample = "stata"

    @property
    def required_terms(self) -> tuple[str, ...]:
        """Return the columns that a row needs beside those of the equation."""
        return (self.latitude, self.longitude)

    @property
    def needs_keys(self) -> bool:
        """Return whether each unit must have one row per period."""
        return self.lags > 0


Covariance = Unadjusted | Robust | Clustered | DriscollKraay | Conley
