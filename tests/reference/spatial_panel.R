# Second engine for the spatial panel: spatialreg on the stacked panel, weights block-diagonal.
# Rscript tests/reference/spatial_panel.R   (R 4.2.2, spatialreg 1.2.6, spdep 1.2.7)
# The period effects are dummies and the unit effects are removed by hand, so that the likelihood is that of all NT.
suppressMessages({library(spatialreg); library(spdep)})
d <- read.csv("tests/reference/data/spatial_panel.csv")
A <- as.matrix(read.csv("tests/reference/data/spatial_weights.csv", row.names = 1))
W <- A / rowSums(A)
n <- nrow(W); T <- nrow(d) / n
within <- function(v) v - ave(v, d$unit)
lw <- mat2listw(kronecker(diag(T), W), style = "W")
for (v in c("y", "x1", "x2")) d[[v]] <- within(d[[v]])
X <- d[, c("x1", "x2")]
d$wx1 <- lag(lw, d$x1); d$wx2 <- lag(lw, d$x2)
dummies <- outer(d$year, unique(d$year)[-1], "==") * 1
for (j in seq_len(ncol(dummies))) dummies[, j] <- within(dummies[, j])
show <- function(name, m) {
  cat(name, "\n"); print(coef(m), digits = 12)
  cat("se", format(c(m$rho.se, m$lambda.se, m$rest.se), digits = 10), "\n")
  cat("rho.se", m$rho.se, "lambda.se", m$lambda.se, "logLik", format(c(logLik(m)), digits = 12), "s2", format(m$s2, digits = 12), "\n")
}
for (effects in c("entity", "twoways")) {
  base <- if (effects == "entity") "y ~ 0 + x1 + x2" else "y ~ 0 + x1 + x2 + dummies"
  sdm <- if (effects == "entity") "y ~ 0 + x1 + x2 + wx1 + wx2" else "y ~ 0 + x1 + x2 + wx1 + wx2 + dummies"
  show(paste(effects, "SAR"), lagsarlm(as.formula(base), d, lw, method = "eigen", control=list(tol.opt=1e-14)))
  show(paste(effects, "SDM"), lagsarlm(as.formula(sdm), d, lw, method = "eigen", control=list(tol.opt=1e-14)))
  show(paste(effects, "SEM"), errorsarlm(as.formula(base), d, lw, method = "eigen", control=list(tol.opt=1e-14)))
  show(paste(effects, "SDEM"), errorsarlm(as.formula(sdm), d, lw, method = "eigen", control=list(tol.opt=1e-14)))
  show(paste(effects, "SAC"), sacsarlm(as.formula(base), d, lw, method = "eigen", control=list(opt_method="nlminb")))
}
