"""Linear models with random intercepts and slopes."""
