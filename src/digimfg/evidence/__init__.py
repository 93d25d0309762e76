"""Ledgers of claims and the verdict on each, by rules declared before the estimates were seen."""
