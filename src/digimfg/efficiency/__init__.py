"""Efficiency of units against the frontier of the best: data envelopment and the change of productivity."""
