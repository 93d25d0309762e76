"""Estimates as a rule sees them, and what it makes of them: values."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from digimfg.sheets import sheet_beside
from digimfg.text import Text

if TYPE_CHECKING:
    from digimfg.evidence.claims import Estimates

__all__ = [
    "GRADES",
    "IDENTIFICATIONS",
    "Falsified",
    "Grade",
    "Identification",
    "LineStatus",
    "PValue",
    "Powered",
    "Seen",
    "Weighed",
]

LineStatus = Literal[
    "supported", "mixed", "not_supported", "contradicted", "informative_null", "inconclusive", "undecidable"
]
Identification = Literal["experiment", "survives", "uncertain", "fails", "association"]
Grade = Literal["high", "moderate", "low", "very low"]

IDENTIFICATIONS = sheet_beside(__file__, "weighed", "identifications")
GRADES = sheet_beside(__file__, "weighed", "grades")
"""How far an estimate bears on a claim (`digimfg.evidence.second_procedure.grade_of`)."""


class PValue(Protocol):
    """A test with a p-value."""

    @property
    def p_value(self) -> float:
        """Return the p-value."""
        ...


@runtime_checkable
class Powered(Protocol):
    """A test that knows its power."""

    @property
    def power(self) -> float:
        """Return its power at the smallest effect that matters; NaN where it is not known."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """One estimate as the rule sees it.

    Parameters
    ----------
    specification, outcome, term
        Where it stands.
    estimate, std_error, conf_low, conf_high
        As in the result.
    p_value
        The one that counts, two-sided; `bootstrapped` says whether it is the wild-bootstrap one.
    n_obs, n_clusters
        Rows and clusters; NaN where a result has none.
    data_hash
        Of the estimation sample.
    """

    specification: str
    outcome: str
    term: str
    estimate: float
    std_error: float
    p_value: float
    conf_low: float
    conf_high: float
    bootstrapped: bool
    n_obs: float
    n_clusters: float
    data_hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Falsified:
    """What the falsification of a design says.

    Parameters
    ----------
    study
        Its name in the analysis.
    p_value
        The smallest of its tests: placebo dates, joint pre-trends, slope before the event.
    power
        Of the joint test of pre-trends against a trend that would account for the whole estimate.
    conf_low, conf_high
        Interval of the effect at the honest bound that the rule names; NaN where it has none.
    detrended_low, detrended_high
        Interval of the effect beyond the line that the slope before the event, extended, gives.
    trend_share
        Share of the estimate that this line accounts for.
    """

    study: str
    p_value: float
    power: float
    conf_low: float
    conf_high: float
    detrended_low: float
    detrended_high: float
    trend_share: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """What one set of estimates says.

    Parameters
    ----------
    status
        By the rule.
    main, robust
        The estimates; `agreeing` and `opposing` count the robust ones beyond `robust_alpha` on either side.
    share
        Robust estimates that agree; NaN where there are none.
    detectable
        Minimum detectable effect of the main estimate, at `power`.
    low_power
        A null whose minimum detectable effect is above the smallest effect worth speaking of.
    validity
        Test → p-value of the tests that must not reject.
    reason
        The rule's way to the status, in a sentence.
    p_decides, p_adjusted, p_romano_wolf
        The p-value of the hypothesis (joint where there is no direction), adjusted over all main estimates
        by Holm, and by Romano and Wolf where it was computed. Only under procedure 2, as what follows.
    no_romano_wolf
        Why the last is not defined.
    falsified, identification, grade
        What falsification says, what follows for the design, and how far the evidence bears on the claim.
    """

    link: Estimates
    status: LineStatus
    main: Seen
    robust: tuple[Seen, ...]
    agreeing: int
    opposing: int
    share: float
    detectable: float
    power: float
    low_power: bool
    validity: Mapping[str, float]
    reason: Text
    p_decides: float = math.nan
    p_adjusted: float = math.nan
    p_romano_wolf: float = math.nan
    no_romano_wolf: Text | None = None
    falsified: Falsified | None = None
    identification: Identification | None = None
    grade: Grade | None = None
