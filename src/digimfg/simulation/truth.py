"""What is true in a synthetic panel: the parameters, and which outcome each of them moves."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Annotated

from digimfg.arguments import checked
from digimfg.kinds import Above, AtLeast, AtMost, Below, Finite, Positive

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

    And the paper's own system, from random numbers of its own (l its value of last year, ε white noise):

    - ``stage_fusion`` = 0.4·d + 0.3·l + α_i + ε, and each later stage, ``stage_innovation stage_diffusion
      stage_optimisation stage_quality``, = stage_path·(the stage before, last year) + 0.3·l + α_i + ε
    - ``technology_index`` → ``structure_index`` → ``institution_index`` → ``technology_index``: each =
      0.4·l + coevolution·(the one that leads it, last year) + α_i + ε
    - ``digital_supply`` and ``manufacturing_output``: each = 0.4·l + symbiosis·(the other, last year) +
      α_i + ε
    - ``inertia_outcome`` = (0.5 - inertia_release·z)·l + α_i + ε, z the standardised d of last year
    - ``upgrading_returns`` = slope·d + increasing_returns·d² + α_i + δ_t + ε
    - ``upgrading_governed`` = slope·d + moderation·g·d + α_i + δ_t + ε, g the ``governance_index``
    - ``upgrading_paths`` = slope·d + moderation·(p_1 + … + p_6)·d + α_i + δ_t + ε, p_k the six ``path_…``
    - ``upgrading_flows`` = slope·d + core_spillover·W_1 d - backwash·W_2 d + α_i + δ_t + ε: W_1 from the core
      to the peripheral provinces that touch it, W_2 to those one further (provinces; core: the third with the
      highest d in the first year)
    - ``market_growth`` = selection·(``fitness``, last year) + δ_t + ε; ``rule_growth`` =
      rule_selection·g·(quality - cost) + 0.2·(quality + cost) + δ_t + ε, with ``quality_advantage`` and
      ``cost_advantage`` of last year (firms)
    - ``firm_evolution industry_evolution economy_evolution`` = levels·(``coevolution_index`` of the province,
      last year) + α + ε of the firm, of the industry in the province, of the province (firms)
    - ``equipment_control_rate_pct equipment_use_rate_pct production_efficiency_pct`` = 50 +
      6·(rate_effect·d + α_i + ε) (firms)
    - ``cost_efficiency consumer_value profitability`` = performance_effect·(d, last year) + α_i + δ_t + ε
      (firms)
    - ``growth_rate``: Subbotin with shape `tail_shape`, 1 Laplace, 2 normal (firms)

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
    stage_path
        From each stage to the next, a year later.
    coevolution
        Lag of co-evolution: from technology to structure, to institutions, to technology.
    symbiosis
        Of digital supply and manufacturing for each other.
    inertia_release
        By how much a standard deviation of the digital index lowers persistence.
    increasing_returns
        Of the digital index, squared.
    moderation
        Of the effect of the digital index by governance and by each path.
    core_spillover, backwash
        Gain of the near periphery, loss of the farther one, from the core's digital index.
    selection, rule_selection
        Growth for fitness; growth for quality over cost where institutions make quality the rule.
    levels
        From co-evolution to firms, industries and the economy.
    rate_effect
        Of the digital index on the three rates.
    performance_effect
        Of the digital index on cost efficiency, consumer value and profitability a year later.
    tail_shape
        Of growth rates, within (0, 2].

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
    stage_path: Annotated[float, Above(-1), Below(1)] = 0.5
    coevolution: Annotated[float, Above(-0.6), Below(0.6)] = 0.3
    symbiosis: Annotated[float, Above(-0.6), Below(0.6)] = 0.3
    inertia_release: Annotated[float, AtLeast(-0.2), AtMost(0.2)] = 0.15
    increasing_returns: Finite = 0.15
    moderation: Finite = 0.2
    core_spillover: Finite = 0.4
    backwash: Finite = 0.4
    selection: Finite = 0.3
    rule_selection: Finite = 0.3
    levels: Finite = 0.4
    rate_effect: Finite = 0.3
    performance_effect: Finite = 0.3
    tail_shape: Annotated[float, Above(0), AtMost(2)] = 1.0

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
