"""Thresholds of dynamic panels whose variable may be endogenous, by GMM in first differences."""
