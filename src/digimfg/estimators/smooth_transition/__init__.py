"""Slopes of a panel that move smoothly with a variable."""
