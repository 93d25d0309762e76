# Numbers of test_mixed_models.py. R 4.2.2, lme4 1.1-31. mixed.csv: the frame of panel() there, written without index.
f <- read.csv("mixed.csv")
for (R in c(TRUE, FALSE)) for (own in c("(1 | firm)", "(1 + x | firm)")) {
  m <- lme4::lmer(as.formula(paste("y ~ x + z +", own)), f, REML = R,
                  control = lme4::lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10)))
  print(lme4::fixef(m), digits = 10); print(sqrt(diag(as.matrix(vcov(m)))), digits = 10)
  print(as.data.frame(lme4::VarCorr(m))[, c("var1", "var2", "sdcor")], digits = 10); print(as.numeric(logLik(m)), digits = 12)
}
