"""The arithmetic of dynamic panel GMM on plain arrays: transformations, instruments, steps, tests."""
