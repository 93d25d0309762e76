"""Double machine learning: effects of a few regressors beside covariates that learners take out."""
