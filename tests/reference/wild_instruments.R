# Second engine for the wild restricted efficient cluster bootstrap of two-stage least squares (Davidson & MacKinnon 2010):
# every vector of signs, one AER::ivreg() each, t from sandwich's clustered covariance.
#   Rscript tests/reference/wild_instruments.R      (R 4.2.2, AER 1.2.10, sandwich 3.0.2, plm 2.6.2)
suppressMessages({library(AER); library(sandwich); library(plm)})
data("Grunfeld", package = "plm")
d <- Grunfeld[order(Grunfeld$firm, Grunfeld$year), ]
lag1 <- function(x) ave(x, d$firm, FUN = function(v) c(NA, head(v, -1)))
d$lvalue <- lag1(d$value); d$lcapital <- lag1(d$capital)
d$size <- ave(d$value, d$firm)
d <- d[!is.na(d$lvalue), ]
d$w <- 1
wre <- function(name, exogenous, instruments, null, tested = "value", endogenous = "value", data = d) {
  second <- paste(c(endogenous, exogenous), collapse = " + ")
  given <- paste(c(instruments, exogenous), collapse = " + ")
  t_of <- function(z) {
    m <- ivreg(as.formula(paste("y ~", second, "|", given)), data = z, weights = w)
    (coef(m)[[tested]] - null) / sqrt(vcovCL(m, z$firm, type = "HC0", cadjust = FALSE)[tested, tested])
  }
  data$y <- data$inv
  t0 <- t_of(data)
  # The equation under the null: other endogenous terms are instrumented, by the tested one too where it is exogenous.
  data$rest <- data$inv - null * data[[tested]]
  left <- setdiff(endogenous, tested); others <- setdiff(exogenous, tested)
  m0 <- if (length(left)) ivreg(as.formula(paste("rest ~", paste(c(left, others), collapse = " + "), "|", given)), data = data, weights = w)
        else lm(as.formula(paste("rest ~", paste(others, collapse = " + "))), data, weights = w)
  data$u <- data$rest - predict(m0, data)
  first <- lapply(endogenous, function(x) lm(as.formula(paste(x, "~", given, "+ u")), data, weights = w))
  at_zero <- function(m) fitted(m) - coef(m)[["u"]] * data$u
  fitted0 <- lapply(first, at_zero); names(fitted0) <- endogenous
  V <- lapply(endogenous, function(x) data[[x]] - fitted0[[x]]); names(V) <- endogenous
  g <- as.integer(factor(data$firm)); G <- max(g)
  t <- sapply(0:(2^G - 1), function(k) {
    v <- (1 - 2 * (bitwAnd(k, 2^(0:(G - 1))) > 0))[g]
    z <- data
    for (x in endogenous) z[[x]] <- fitted0[[x]] + v * V[[x]]
    z$y <- predict(m0, z) + null * z[[tested]] + v * data$u
    t_of(z)
  })
  cat(name, "t", format(t0, digits = 12), "at least as extreme", sum(abs(t) >= abs(t0) * (1 - 1e-9)),
      "above", sum(t >= t0 - 1e-9 * abs(t0)), "of", length(t),
      "quartiles", format(quantile(t, c(0.25, 0.5, 0.75), type = 7), digits = 10), "\n")
}
within <- c("capital", "factor(firm)")
two_way <- c("capital", "factor(firm)", "factor(year)")
wre("within_0", within, "lvalue", 0)
wre("within_0.1", within, "lvalue", 0.1)
wre("two_way_over_0.08", two_way, c("lvalue", "lcapital"), 0.08)
wre("two_way_over_capital_0.2", two_way, c("lvalue", "lcapital"), 0.2, tested = "capital")
wre("both_endogenous_capital_0.2", c("factor(firm)"), c("lvalue", "lcapital"), 0.2, tested = "capital", endogenous = c("value", "capital"))
d$w <- d$size
wre("weighted_0.1", within, "lvalue", 0.1)
