# Second engine for quantile regression: Engel's food expenditure (plain) and Grunfeld's ten firms (via moments).
#   Rscript tests/reference/quantile_regression.R      (R 4.2.2, quantreg 5.94, plm 2.6.2)
suppressMessages({library(quantreg); library(plm)})
data(engel)
for (tau in c(0.25, 0.5, 0.9)) {
  m <- rq(foodexp ~ income, tau, engel)
  cat(tau, format(coef(m), digits = 12), format(summary(m, se = "ker")$coefficients[, 2], digits = 12), "\n")
}
data(stackloss)
m <- rq(stack.loss ~ stack.x, tau = 0.5)
cat("stackloss", format(coef(m), digits = 12), "\n")
data("Grunfeld", package = "plm")
location <- lm(inv ~ value + capital + factor(firm), Grunfeld)
size <- lm(abs(resid(location)) ~ value + capital + factor(firm), Grunfeld)
R <- resid(location); s <- fitted(size)
cat("scale", format(coef(size)[2:3], digits = 12), "positive", sum(s > 0), "\n")
for (tau in c(0.1, 0.25, 0.5, 0.75, 0.9)) {
  q <- coef(rq(R ~ 0 + s, tau))
  cat("moments", tau, format(q, digits = 12), format(coef(location)[2:3] + q * coef(size)[2:3], digits = 12), "\n")
}
