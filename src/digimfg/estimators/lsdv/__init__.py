"""The arithmetic of the bias-corrected least-squares dummy-variable estimator on plain arrays."""
