"""Robustness: what referees ask of an estimate: bounds, tests of shape, leaving out, batteries, curves."""
