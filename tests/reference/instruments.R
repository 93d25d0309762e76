# Second engine for instrumental variables: R's AER with sandwich errors, on the wages of young men of Griliches (1976).
#   Rscript tests/reference/instruments.R griliches76.dta      (R 4.2.2, AER 1.2-10, sandwich 3.0-2)
# The file is statsmodels' sandbox/regression/tests/griliches76.dta.
suppressMessages({library(AER); library(sandwich); library(foreign)})
g <- read.dta(commandArgs(TRUE)[1], convert.factors = FALSE)
g$year <- factor(g$year)
two <- ivreg(lw ~ s + iq + expr + tenure + rns + smsa + year |
               med + kww + age + mrt + expr + tenure + rns + smsa + year, data = g)
one <- ivreg(lw ~ iq + expr + tenure + rns + smsa + year |
               med + kww + expr + tenure + rns + smsa + year, data = g)
for (fit in list(two, one)) {
  cat("coefficients", format(coef(fit)[2:3], digits = 12), "\n")
  cat("unadjusted", format(sqrt(diag(vcov(fit)))[2:3], digits = 12), "\n")
  cat("hc1", format(sqrt(diag(vcovHC(fit, type = "HC1")))[2:3], digits = 12), "\n")
  cat("cluster age hc1", format(sqrt(diag(vcovCL(fit, ~age, type = "HC1")))[2:3], digits = 12), "\n")
  d <- summary(fit, diagnostics = TRUE)$diagnostics
  for (row in rownames(d)) cat(row, format(d[row, c("statistic", "p-value")], digits = 12), "\n")
}
first <- lm(iq ~ med + kww + expr + tenure + rns + smsa + year, data = g)
none <- lm(iq ~ expr + tenure + rns + smsa + year, data = g)
cat("first stage, cluster age", format(waldtest(none, first, vcov = vcovCL(first, ~age, type = "HC1"))$F[2], digits = 12), "\n")
cat("first stage, hc1", format(waldtest(none, first, vcov = vcovHC(first, type = "HC1"))$F[2], digits = 12), "\n")
