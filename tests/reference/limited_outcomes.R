# Numbers of test_limited_outcomes.py. R 4.2.2; MASS 7.3-58.2, AER 1.2-10, ordinal, survival 3.5-3, lme4 1.1-31.
# counts.csv, categories.csv, limited.csv: the frames of the functions of those names there, written without index.
d <- read.csv("counts.csv")
f <- MASS::glm.nb(n ~ x + z + offset(log(hours)), d, control = glm.control(epsilon = 1e-14, maxit = 200))
print(coef(f), digits = 12); print(f$theta, digits = 12); print(as.numeric(logLik(f)), digits = 14)
f <- read.csv("categories.csv")
s <- survival::Surv(ifelse(f$spent <= 0, -Inf, f$spent), ifelse(f$spent >= 2, Inf, f$spent), type = "interval2")
t <- survival::survreg(s ~ x + z, f, dist = "gaussian", control = list(rel.tolerance = 1e-14, maxiter = 100))
print(c(coef(t), log(t$scale)), digits = 12); print(sqrt(diag(vcov(t))), digits = 12); print(logLik(t), digits = 12)
r <- survival::survreg(s ~ x + z + cluster(firm), f, dist = "gaussian", control = list(rel.tolerance = 1e-14, maxiter = 100))
print(sqrt(diag(vcov(r))), digits = 12)
for (link in c("logit", "probit")) {
  m <- lme4::glmer(high ~ x + z + (1 | firm), f, family = binomial(link), nAGQ = 25,
                   control = lme4::glmerControl(tolPwrss = 1e-12, optCtrl = list(xtol_abs = 1e-10, ftol_abs = 1e-12)))
  print(c(lme4::fixef(m), attr(lme4::VarCorr(m)$firm, "stddev")), digits = 10); print(logLik(m), digits = 12)
  o <- ordinal::clmm(factor(stage) ~ x + z + (1 | firm), f, link = link, nAGQ = 25)
  print(c(coef(o), ordinal::VarCorr(o)$firm), digits = 10); print(logLik(o), digits = 12)
}
