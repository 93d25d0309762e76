"""Inference: covariances, small-sample rules, joint tests and pre-tests of panels."""
