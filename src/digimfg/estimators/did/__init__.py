"""Arithmetic of difference-in-differences: cohorts, group-time effects and their aggregates."""
