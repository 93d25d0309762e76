"""The arithmetic of spatial panels on plain arrays: determinants, likelihood, information, effects, tests."""
