# The stored numbers of test_policy_tools.py. HonestDiD 0.2.8 (R 4.5.2) is not a Debian package: install it from CRAN.
# The cross-section of 2003 is written first:
#   python -c "from simulate_staggered import staggered_frame as f; d = f(); d = d[d.year == 2003].assign(d=lambda x:
#     (x.cohort > 0).astype(int)); d.to_csv('cross_section.csv', index=False, float_format='%.17g')"
cross <- read.csv("cross_section.csv")
print(coef(glm(d ~ size + x, binomial, cross, epsilon = 1e-14)), digits = 12)

library(HonestDiD)
data <- HonestDiD::BCdata_EventStudy
before <- length(data$prePeriodIndices)
after <- length(data$postPeriodIndices)
for (target in list(basisVector(1, after), matrix(rep(1 / after, after), ncol = 1))) {
  print(createSensitivityResults_relativeMagnitudes(
    data$betahat, data$sigma, before, after, l_vec = target, Mbarvec = c(0, 0.5, 1), method = "Conditional"
  ), digits = 15)
  print(createSensitivityResults(
    data$betahat, data$sigma, before, after, l_vec = target, Mvec = c(0, 0.01, 0.02), method = "FLCI"
  ), digits = 15)
}
