"""Stochastic frontiers: noise and inefficiency told apart by maximum likelihood."""
