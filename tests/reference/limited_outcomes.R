# Numbers of test_limited_outcomes.py. R 4.2.2; MASS 7.3-58.2, AER 1.2-10, ordinal, survival 3.5-3, lme4 1.1-31.
# counts.csv, categories.csv, limited.csv: the frames of the functions of those names there, written without index.
d <- read.csv("counts.csv")
f <- MASS::glm.nb(n ~ x + z + offset(log(hours)), d, control = glm.control(epsilon = 1e-14, maxit = 200))
print(coef(f), digits = 12); print(f$theta, digits = 12); print(as.numeric(logLik(f)), digits = 14)
