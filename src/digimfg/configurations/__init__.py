"""Configurations of conditions: calibrated sets, what is necessary, what suffices, and ceilings."""
