"""What is true in a synthetic panel: the parameters, and which outcome each of them moves."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated

from digimfg.arguments import checked
from digimfg.kinds import Above, AtLeast, Below, Finite, Positive

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SimulationTruth"]

_BelowOne = Annotated[float, AtLeast(0), Below(1)]


@checked
@dataclass(frozen=True, kw_only=True, slots=True)
class SimulationTruth:
    """State the parameters behind a synthetic panel.

    With d the digital index, c the control, α_i and δ_t effects, e errors with first-order autocorrelation:

    - ``upgrading_linear`` = slope·d + control·c + α_i + δ_t + e
    - ``mediator`` = mediator_path·d + α_i + e; ``upgrading_mediated`` = slope·d + outcome_path·mediator +
      α_i + δ_t + e, so that the indirect effect is mediator_path·outcome_path
    - ``upgrading_threshold`` = (slope + threshold_gain·1[q > threshold])·d + α_i + δ_t + e, q the
      ``threshold_variable``
    - ``upgrading_endogenous`` = slope·d + α_i + δ_t + endogeneity·v + e, v the unobserved part of d; d
      depends on ``instrument`` by `instrument_strength`
    - ``upgrading_policy`` = α_i + δ_t + policy_effect·(1 + policy_growth·k)·1[k ≥ 0] + e, k years since the
      pilot began
    - ``upgrading_spatial`` = spatial_lag·W y + slope·d + spillover·W d + α_i + δ_t + e, W contiguity by rows
      (provinces only)
    - ``upgrading_dynamic`` = persistence·y_(t-1) + slope·d + α_i + δ_t + e

    Parameters
    ----------
    slope
        Effect of the digital index.
    control
        Effect of the control.
    mediator_path, outcome_path
        From the digital index to the mediator, and from there to the outcome.
    threshold, threshold_gain
        Where the slope changes, and by how much it is larger above.
    endogeneity, instrument_strength
        Weight of the omitted variable; effect of the instrument on the digital index.
    policy_effect, policy_growth
        Effect of a pilot in its first year, and its growth per year in shares of that.
    spatial_lag, spillover
        Of the neighbours' outcomes and digital indices; `spatial_lag` within (-1, 1).
    persistence
        Of the dynamic outcome, within [0, 1).
    autocorrelation
        Of errors and digital shocks, within [0, 1).
    noise
        Standard deviation of the errors.

    Raises
    ------
    MeasureError
        If a parameter is outside its range.
    """

    slope: Finite = 0.3
    control: Finite = 0.2
    mediator_path: Finite = 0.5
    outcome_path: Finite = 0.4
    threshold: Finite = 0.0
    threshold_gain: Finite = 0.4
    endogeneity: Finite = 0.5
    instrument_strength: Finite = 0.7
    policy_effect: Finite = 0.25
    policy_growth: Finite = 0.25
    spatial_lag: Annotated[float, Above(-1), Below(1)] = 0.35
    spillover: Finite = 0.15
    persistence: _BelowOne = 0.5
    autocorrelation: _BelowOne = 0.3
    noise: Positive = 0.5

    @property
    def indirect(self) -> float:
        """Return the effect through the mediator."""
        return self.mediator_path * self.outcome_path

    @property
    def total(self) -> float:
        """Return the direct and the indirect effect together."""
        return self.slope + self.indirect

    def table(self) -> pd.DataFrame:
        """Return every parameter with its value, the derived ones too, to print beside estimates."""
        import pandas as pd

        values = {each.name: getattr(self, each.name) for each in fields(self)}
        values |= {"indirect": self.indirect, "total": self.total}
        return pd.DataFrame({"parameter": list(values), "value": list(values.values())})
