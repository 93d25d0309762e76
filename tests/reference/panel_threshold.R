# Second engine for panel thresholds: every candidate is refitted by lm with unit (and year) dummies.
#   Rscript tests/reference/panel_threshold.R      (R 4.2.2)
d <- read.csv("tests/reference/data/threshold_panel.csv")
ssr <- function(d, cuts, years) {
  regime <- cut(d$q, c(-Inf, sort(cuts), Inf))           # intervals closed above, as q <= gamma
  X <- model.matrix(~ 0 + regime:x + z + factor(unit), data = transform(d, regime = regime))
  if (years) X <- cbind(X, model.matrix(~ factor(year), d)[, -1])
  sum(lm.fit(X, d$y)$residuals^2)
}
search <- function(d, fixed, trim, years) {
  cand <- sort(unique(d$q)); n <- nrow(d)
  at <- sapply(cand, function(g) sum(d$q <= g))
  ok <- at >= trim * n & n - at >= trim * n
  for (f in fixed) ok <- ok & abs(at - sum(d$q <= f)) >= max(trim * n, 1)
  cand <- cand[ok]
  s <- sapply(cand, function(g) ssr(d, c(fixed, g), years))
  list(gamma = cand[which.min(s)], S = min(s), cand = cand, s = s)
}
run <- function(name, d, trim, years) {
  df <- nrow(d) - length(unique(d$unit))
  S0 <- if (years) sum(lm(y ~ x + z + factor(unit) + factor(year), d)$residuals^2) else sum(lm(y ~ x + z + factor(unit), d)$residuals^2)
  one <- search(d, c(), trim, years)
  two <- search(d, one$gamma, trim, years)
  g <- c(one$gamma, two$gamma)
  repeat {                                              # refine until neither moves
    first <- search(d, g[2], trim, years); second <- search(d, first$gamma, trim, years)
    new <- c(first$gamma, second$gamma); if (all(new == g)) break; g <- new
  }
  cat(name, "n", nrow(d), "\n")
  cat("S0", format(S0, digits = 12), "g1", one$gamma, "S1", format(one$S, digits = 12), "F1", format((S0 - one$S) / (one$S / df), digits = 12), "\n")
  lr <- (one$s - one$S) / (one$S / df); keep <- one$cand[lr <= -2 * log(1 - sqrt(0.95))]
  cat("interval", range(keep), "\n")
  cat("added", two$gamma, "S2", format(two$S, digits = 12), "F2", format((one$S - two$S) / (two$S / df), digits = 12), "refined", sort(g), "S", format(second$S, digits = 12), "\n")
  regime <- cut(d$q, c(-Inf, sort(g), Inf))
  m <- if (years) lm(y ~ 0 + regime:x + z + factor(unit) + factor(year), d) else lm(y ~ 0 + regime:x + z + factor(unit), d)
  b <- coef(m); print(b[grep("regime|^z", names(b))], digits = 12)
}
run("balanced", d, 0.05, FALSE)
run("balanced with years", d, 0.05, TRUE)
run("unbalanced with years", d[d$complete == 1, ], 0.05, TRUE)
