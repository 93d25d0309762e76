"""Specifications as commands of Stata and scripts of R."""
