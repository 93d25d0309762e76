"""Least squares on data larger than memory: sums over pieces of whole units."""
