"""Several equations at once: seemingly unrelated regressions and three-stage least squares."""
