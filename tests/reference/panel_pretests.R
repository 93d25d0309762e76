# Second engine for panel unit roots, cross-section dependence and causality: plm.
#   Rscript tests/reference/panel_pretests.R     (R 4.2.2, plm 2.6.2)
# Grunfeld's ten firms, as in plm (statsmodels ships eleven: American Steel is not in plm's).
suppressMessages(library(plm))
data("Grunfeld", package = "plm")
g <- pdata.frame(Grunfeld, index = c("firm", "year"))
for (dfcor in c(FALSE, TRUE)) for (exo in c("intercept", "trend")) {
  for (test in c("levinlin", "ips", "madwu", "invnormal", "logit", "Pm")) {
    r <- suppressWarnings(purtest(g$inv, test = test, exo = exo, lags = 1, dfcor = dfcor, p.approx = "MacKinnon1994"))
    cat(dfcor, exo, test, format(r$statistic$statistic, digits = 12), format(r$statistic$p.value, digits = 8), "\n")
  }
  for (rule in c("AIC", "Hall")) {
    r <- suppressWarnings(purtest(g$inv, test = "ips", exo = exo, lags = rule, pmax = 4, dfcor = dfcor))
    cat(dfcor, exo, rule, format(r$statistic$statistic, digits = 12), sapply(r$idres, function(x) x$lags), "\n")
  }
}
for (type in c("none", "drift", "trend")) {
  r <- suppressWarnings(cipstest(g$inv, lags = 1, type = type, model = "cmg"))
  cat("cips", type, format(r$statistic, digits = 12), r$p.value, "\n")
}
cat("cd", format(pcdtest(g$inv, test = "cd")$statistic, digits = 12), "\n")
for (test in c("cd", "lm", "sclm")) {
  cat("heterogeneous", test, format(pcdtest(inv ~ value + capital, data = g, test = test)$statistic, digits = 12), "\n")
}
cat("within cd", format(pcdtest(inv ~ value + capital, data = g, model = "within", test = "cd")$statistic, digits = 12), "\n")
for (K in 1:2) for (test in c("Wbar", "Zbar", "Ztilde")) {
  cat("granger", K, test, format(pgrangertest(inv ~ value, data = g, order = K, test = test)$statistic, digits = 12), "\n")
}
