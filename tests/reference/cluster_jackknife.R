# Second engine for the cluster jackknife (CV3, CV3J), leverage and effective numbers of clusters: one lm() for each cluster left out.
#   Rscript tests/reference/cluster_jackknife.R      (R 4.2.2, clubSandwich 0.5.8, sandwich 3.0.2, plm 2.6.2)
suppressMessages({library(clubSandwich); library(sandwich); library(plm)})
data("Grunfeld", package = "plm")
d <- Grunfeld
d$size <- ave(d$value, d$firm)
slopes <- c("value", "capital")
show <- function(name, x) cat(name, format(x, digits = 12), "\n")
jackknife <- function(name, formula, data, by, weights = NULL, rows = slopes) {
  data$w <- if (is.null(weights)) 1 else data[[weights]]
  b <- coef(lm(formula, data, weights = w))[rows]
  without <- do.call(rbind, lapply(unique(data[[by]]), function(g) coef(lm(formula, data[data[[by]] != g, ], weights = w))[rows]))
  G <- nrow(without)
  around <- function(centre) sqrt((G - 1) / G * colSums(sweep(without, 2, centre)^2))
  show(paste(name, "cv3"), around(b))
  show(paste(name, "cv3j"), around(colMeans(without)))
  invisible(without)
}
within <- inv ~ value + capital + factor(firm)
two <- inv ~ value + capital + factor(firm) + factor(year)
u <- subset(d, !(firm == 3 & year %in% c(1940, 1941, 1947)) & !(firm == 7 & year < 1938))
jackknife("pooled", inv ~ value + capital, d, "firm")
jackknife("within", within, d, "firm")
without <- jackknife("two_way", two, d, "firm")
show("two_way without, value", without[, "value"])
jackknife("two_way_by_year", two, d, "year")
jackknife("unbalanced", two, u, "firm")
jackknife("weighted", two, d, "firm", "size")
# Bell and McCaffrey's CR3 times (G - 1)/G: the same where no indicator is of one cluster only. Where one is, the
# generalized inverse of clubSandwich is no longer the estimate without the cluster (0.05296 for 0.05233).
cr3 <- function(m, cluster) sqrt(9 / 10 * diag(vcovCR(m, cluster = cluster, type = "CR3"))[slopes])
show("pooled cr3", cr3(lm(inv ~ value + capital, d), d$firm))
show("two_way cr3", cr3(lm(two, d), d$firm))
data("PetersenCL", package = "sandwich")
jackknife("petersen", y ~ x, PetersenCL, "firm", rows = "x")
jackknife("petersen_by_year", y ~ x, PetersenCL, "year", rows = "x")

# Leverage, partial leverage and G* (Carter, Schnepel & Steigerwald 2017) of `value`; weights multiply columns by their roots s.
influence_of <- function(name, X, by, effective = TRUE, s = rep(1, nrow(X))) {
  B <- solve(crossprod(X)); G <- length(unique(by)); a <- X %*% B[, "value"]
  cells <- split(seq_len(nrow(X)), by)
  leverage <- sapply(cells, function(i) sum(diag(X[i, ] %*% B %*% t(X[i, ]))))
  partial <- sapply(cells, function(i) sum(a[i]^2)) / sum(a^2)
  gamma <- function(rho) sapply(cells, function(i) if (rho == 0) sum(a[i]^2) else sum(s[i] * a[i])^2)
  gstar <- function(g) G / (1 + mean((g / mean(g) - 1)^2))
  show(paste(name, "leverage"), leverage); show(paste(name, "partial"), partial)
  show(paste(name, "cv of leverage, partial"), c(sd(leverage) / mean(leverage), sd(partial) / mean(partial)))
  show(paste(name, "gstar 0"), gstar(gamma(0)))
  if (effective) show(paste(name, "gstar 1"), gstar(gamma(1)))
}
influence_of("pooled", model.matrix(~ value + capital, d), d$firm)
free <- sapply(slopes, function(x) resid(lm(d[[x]] ~ factor(d$firm) + factor(d$year))))
influence_of("two_way", free, d$firm, FALSE)
s <- sqrt(d$size / mean(d$size))
influence_of("weighted", model.matrix(~ value + capital, d) * s, d$firm, s = s)
