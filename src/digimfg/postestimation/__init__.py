"""What is asked of an estimate: predictions, marginal effects, hypotheses, tests of the model."""
