# The log t test and the clustering of Phillips and Sul, written again in R on lm() and sandwich's kernels.
# Rscript tests/reference/convergence_clubs.R      (R 4.2.2, sandwich 3.0-2)
suppressMessages(library(sandwich))
long <- read.csv("tests/reference/data/club_panel.csv")
X <- with(long, tapply(x, list(unit, year), mean))

log_t <- function(X, rule = "phillips_sul") {
  T <- ncol(X)
  h <- sweep(X, 2, colMeans(X), "/")
  H <- colMeans((h - 1)^2)
  t <- (round(T / 3) + 1):T
  y <- log(H[1] / H[t]) - 2 * log(log(t))
  fit <- lm(y ~ log(t))
  e <- unname(residuals(fit)); n <- length(e)
  rho <- sum(e[-1] * e[-n]) / sum(e[-n]^2)
  bw <- 1.3221 * (4 * rho^2 / (1 - rho)^4 * n)^0.2
  if (rule == "andrews") {
    # sandwich's sum of the quadratic spectral kernel over all lags; regression on a constant, n times its variance
    lrv <- n * kernHAC(lm(e ~ 1), bw = bw, kernel = "Quadratic Spectral", prewhite = FALSE, adjust = FALSE, tol = 0)[1, 1]
  } else {
    m <- n - 1
    lrv <- sum(e^2) / m
    for (j in 1:(m - 1))
      lrv <- lrv + 2 * kweights(j / bw, kernel = "Quadratic Spectral") * sum(e[1:(m - j)] * e[(1 + j):m]) / m
  }
  b <- unname(coef(fit)[2])
  se <- sqrt(lrv * solve(crossprod(model.matrix(fit)))[2, 2])
  c(b = b, se = se, t = b / se)
}

print(rbind(phillips_sul = log_t(X), andrews = log_t(X, "andrews")), digits = 12)

t_of <- function(units) log_t(X[units, , drop = FALSE])["t"]
cluster <- function(units, c = -1.65) {
  clubs <- list(); rest <- units
  while (length(rest) > 1) {
    if (t_of(rest) > c) { clubs <- c(clubs, list(rest)); rest <- character(); break }
    core <- NULL
    for (i in seq_len(length(rest) - 1)) {
      t <- t_of(rest[i:(i + 1)])
      if (t > c) {
        best <- t; k <- i + 1; last <- i + 1
        while (last < length(rest)) {
          last <- last + 1
          t <- t_of(rest[i:last])
          if (t <= c) break
          if (t > best) { best <- t; k <- last }
        }
        core <- rest[i:k]; break
      }
    }
    if (is.null(core)) break
    others <- setdiff(rest, core)
    joined <- sapply(others, function(u) t_of(c(core, u)))
    club <- core
    for (star in seq(0, 3, 0.1)) {
      trial <- c(core, others[joined > star])
      if (t_of(trial) > c) { club <- trial; break }
    }
    clubs <- c(clubs, list(sort(club)))
    rest <- setdiff(rest, club)
  }
  list(clubs = clubs, diverging = rest)
}
print(cluster(names(sort(-X[, ncol(X)]))))
