# Second engine for the test of a U shape: how far food shares of Engel's households lie from one half, by hand in R.
#   Rscript tests/reference/u_shape.R      (R 4.2.2, quantreg 5.94 for Engel's data)
suppressMessages(library(quantreg))
data(engel)
engel$far <- 1000 * (engel$foodexp / engel$income - 0.5)^2
engel$x <- engel$income / 1000
m <- lm(far ~ x + I(x^2), engel)
b <- coef(m); V <- vcov(m); df <- m$df.residual
for (at in range(engel$x)) {
  g <- c(0, 1, 2 * at)
  s <- sum(g * b); e <- sqrt(drop(t(g) %*% V %*% g))
  cat("at", format(at, digits = 12), "slope", format(s, digits = 12), "se", format(e, digits = 12), "t", format(s / e, digits = 12), "\n")
}
cat("turning point", format(-b[2] / 2 / b[3], digits = 12), "\n")
g <- function(theta) (b[2] + 2 * theta * b[3])^2 - qt(0.975, df)^2 * (V[2, 2] + 4 * theta * V[2, 3] + 4 * theta^2 * V[3, 3])
turn <- -b[2] / 2 / b[3]
cat("fieller", format(uniroot(g, c(turn - 3, turn), tol = 1e-13)$root, digits = 12), format(uniroot(g, c(turn, turn + 6), tol = 1e-13)$root, digits = 12), "\n")
