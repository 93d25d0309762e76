"""Parts of quantile regression: weighted quantiles, moments, linear programs, resampling."""
