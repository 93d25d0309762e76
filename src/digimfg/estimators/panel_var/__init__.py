"""Vector autoregressions of panels: GMM, responses, decomposition of variance, choice of lags."""
