# Second engine for inference with few clusters: CR2, the wild cluster bootstrap, Conley, q values, two-way clusters.
#   Rscript tests/reference/inference.R      (R 4.2.2, clubSandwich 0.5.8, sandwich 3.0.2, plm 2.6.2)
suppressMessages({library(clubSandwich); library(sandwich); library(plm)})
data("Grunfeld", package = "plm")
d <- Grunfeld
d$size <- ave(d$value, d$firm)
slopes <- c("value", "capital")
cr2 <- function(name, m, cluster, rows = slopes) {
  v <- vcovCR(m, cluster = cluster, type = "CR2")
  r <- as.data.frame(coef_test(m, vcov = v, test = "Satterthwaite"))[match(rows, names(coef(m))), ]
  cat(name, "se", format(r$SE, digits = 12), "df", format(r$df_Satt, digits = 12), "p", format(r$p_Satt, digits = 12), "\n")
}
within <- lm(inv ~ value + capital + factor(firm), d)
two <- lm(inv ~ value + capital + factor(firm) + factor(year), d)
cr2("pooled", lm(inv ~ value + capital, d), d$firm)
cr2("within", within, d$firm)
cr2("two_way", two, d$firm)
cr2("two_way_by_year", two, d$year)
u <- subset(d, !(firm == 3 & year %in% c(1940, 1941, 1947)) & !(firm == 7 & year < 1938))
cr2("unbalanced", lm(inv ~ value + capital + factor(firm) + factor(year), u), u$firm)
# Weights: the same on data multiplied by their roots.
s <- sqrt(d$size); Z <- model.matrix(~ value + capital + factor(firm) + factor(year), d) * s; y <- d$inv * s
cr2("weighted", lm(y ~ Z - 1), d$firm, paste0("Z", slopes))

# Wild cluster bootstrap, null imposed, every vector of signs, one refit each; t from sandwich's clustered covariance.
wild <- function(name, formula, data, term, null, by) {
  full <- lm(formula, data)
  tstat <- function(m) (coef(m)[[term]] - null) / sqrt(vcovCL(m, data[[by]], type = "HC0", cadjust = FALSE)[term, term])
  data$z <- model.response(model.frame(formula, data)) - null * data[[term]]
  restricted <- lm(update(formula, as.formula(paste("z ~ . -", term))), data)
  fit <- fitted(restricted) + null * data[[term]]; e <- resid(restricted)
  g <- as.integer(factor(data[[by]])); G <- max(g); t0 <- tstat(full)
  t <- sapply(0:(2^G - 1), function(k) {
    v <- 1 - 2 * (bitwAnd(k, 2^(0:(G - 1))) > 0)
    data$ystar <- fit + e * v[g]
    tstat(lm(update(formula, ystar ~ .), data))
  })
  strict <- abs(t) > abs(t0) * (1 + 1e-9); weak <- abs(t) >= abs(t0) * (1 - 1e-9)
  cat(name, "t", format(t0, digits = 12), "more extreme", sum(strict), "at least as extreme", sum(weak), "of", length(t), "\n")
}
wild("wild_within_value_0", inv ~ value + capital + factor(firm), d, "value", 0, "firm")
wild("wild_within_value_0.08", inv ~ value + capital + factor(firm), d, "value", 0.08, "firm")
wild("wild_two_way_capital_0.2", inv ~ value + capital + factor(firm) + factor(year), d, "capital", 0.2, "firm")

show <- function(name, v) cat(name, format(sqrt(diag(v))[slopes], digits = 12), "\n")
show("cgm_two_way_clusters", vcovCL(lm(inv ~ value + capital, d), ~ firm + year, type = "HC1"))
data("PetersenCL", package = "sandwich")
petersen <- lm(y ~ x, PetersenCL)
cat("petersen_two_way", format(sqrt(diag(vcovCL(petersen, ~ firm + year, type = "HC1"))), digits = 12), "\n")

# Conley by hand: the places of the firms are made up, sphere of radius 6371.0088 km.
place <- data.frame(firm = 1:10, lat = c(42.3, 40.4, 41.9, 42.9, 40.4, 41.5, 40.7, 34.1, 37.8, 29.8),
                    lon = c(-83, -80, -87.6, -78.9, -79.9, -81.7, -74, -118.2, -122.4, -95.4))
d <- merge(d, place); d <- d[order(d$firm, d$year), ]
rad <- pi / 180
distance <- function(i, j) 6371.0088 * acos(pmin(1, sin(d$lat[i] * rad) * sin(d$lat[j] * rad) +
  cos(d$lat[i] * rad) * cos(d$lat[j] * rad) * cos((d$lon[i] - d$lon[j]) * rad)))
conley <- function(name, kernel, lags) {
  m <- lm(inv ~ value + capital + factor(firm) + factor(year), d)
  X <- model.matrix(m); e <- resid(m); n <- nrow(X); W <- matrix(0, n, n)
  for (i in 1:n) for (j in 1:n) {
    if (d$year[i] == d$year[j]) W[i, j] <- kernel(if (d$firm[i] == d$firm[j]) 0 else distance(i, j))
    else if (d$firm[i] == d$firm[j] && abs(d$year[i] - d$year[j]) <= lags)
      W[i, j] <- 1 - abs(d$year[i] - d$year[j]) / (lags + 1)
  }
  B <- solve(crossprod(X)); show(name, B %*% (t(X * e) %*% W %*% (X * e)) %*% B)
}
conley("conley_uniform_500", function(k) as.numeric(k <= 500), 0)
conley("conley_bartlett_1000", function(k) max(0, 1 - k / 1000), 0)
conley("conley_bartlett_1000_lags_3", function(k) max(0, 1 - k / 1000), 3)

p <- c(0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216)
cat("benjamini_hochberg", format(p.adjust(p, "BH"), digits = 12), "\n")
