"""Synthetic difference-in-differences: weights of units and periods, effects by cohort, redrawn errors."""
