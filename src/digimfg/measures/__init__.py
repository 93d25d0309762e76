"""Measures: pure functions of columns and frames, one file each."""
