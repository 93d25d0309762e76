# Second answers on panels with gaps, weights and clusters coarser than units; prints the numbers of test_unbalanced.py.
# Formulas are written out where R's did and didimputation are not Debian packages. The first panel is written first:
#   python -c "from test_unbalanced import gappy; gappy().to_csv('gappy.csv', index=False, float_format='%.17g')"
#   Rscript tests/reference/unbalanced.R (R 4.2.2, sandwich 3.0.2, MASS 7.3)
suppressMessages({library(sandwich); library(MASS)})
show <- function(name, x) cat(name, format(as.numeric(x), digits = 12), "\n")

# 1. Group-time effects (Callaway and Sant'Anna 2021): doubly robust, not yet treated controls, clusters of provinces.
d <- read.csv("gappy.csv")
units <- sort(unique(d$unit)); years <- sort(unique(d$year)); n <- length(units)
at <- cbind(match(d$unit, units), match(d$year, years))
Y <- matrix(NA, n, length(years)); Y[at] <- d$y
one <- d[match(units, d$unit), ]
G <- ifelse(one$cohort == 0, Inf, one$cohort)
cells <- list(); inf <- NULL
for (g in sort(unique(G[is.finite(G)]))) for (t in seq_along(years)) {
  b <- if (years[t] < g) t - 1 else which(years == g - 1)
  if (b < 1) next
  control <- G > max(years[t], years[b]) & G != g
  inside <- which(!is.na(Y[, t]) & !is.na(Y[, b]) & (G == g | control))
  D <- as.numeric(G[inside] == g); dY <- Y[inside, t] - Y[inside, b]; m <- length(inside)
  X <- cbind(1, one$size[inside])
  logit <- glm(D ~ X - 1, binomial, control = list(epsilon = 1e-15, maxit = 100)); ps <- fitted(logit)
  left <- dY - drop(X %*% coef(lm(dY ~ X - 1, subset = D == 0)))
  w0 <- ps * (1 - D) / (1 - ps)
  eta1 <- mean(D * left) / mean(D); eta0 <- mean(w0 * left) / mean(w0)
  ols <- ((1 - D) * left * X) %*% solve(crossprod((1 - D) * X, X) / m)
  score <- ((D - ps) * X) %*% (vcov(logit) * m)
  i1 <- (D * (left - eta1) - ols %*% colMeans(D * X)) / mean(D)
  i0 <- (w0 * (left - eta0) + score %*% colMeans(w0 * (left - eta0) * X) - ols %*% colMeans(w0 * X)) / mean(w0)
  whole <- numeric(n); whole[inside] <- (i1 - i0) * n / m
  cells[[length(cells) + 1]] <- c(g, years[t], eta1 - eta0, mean(G == g)); inf <- cbind(inf, whole)
}
cells <- do.call(rbind, cells)
error <- function(i) sqrt(sum(tapply(i, one$province, sum)^2)) / n
aggregate_over <- function(k) {
  pg <- cells[k, 4]; w <- pg / sum(pg); member <- outer(G, cells[k, 1], "==") - rep(pg, each = n)
  slope <- member / sum(pg) - rowSums(member) %o% (pg / sum(pg)^2)
  c(sum(w * cells[k, 3]), error(inf[, k, drop = FALSE] %*% w + slope %*% cells[k, 3]))
}
first <- which(cells[, 1] == 2006 & cells[, 2] == 2007)
show("cell 2006 2007", c(cells[first, 3], error(inf[, first])))
show("simple", aggregate_over(which(cells[, 2] >= cells[, 1])))
for (e in c(-2, 0, 2)) show(paste("event", e), aggregate_over(which(cells[, 2] - cells[, 1] == e)))

# 2. Sun and Abraham (2021): the saturated regression, clusters of provinces, no factors; weights are treated rows.
e <- ifelse(d$cohort > 0, d$year - d$cohort, NA)
pairs <- unique(data.frame(g = d$cohort, e = e)[!is.na(e) & e != -1, ]); pairs <- pairs[order(pairs$g, pairs$e), ]
S <- sapply(seq_len(nrow(pairs)), function(k) as.numeric(d$cohort == pairs$g[k] & !is.na(e) & e == pairs$e[k]))
fit <- lm(y ~ S + x + factor(unit) + factor(year), d)
V <- vcovCL(fit, d$province, type = "HC0", cadjust = FALSE); k <- paste0("S", seq_len(nrow(pairs)))
rows <- colSums(S)
for (what in c("simple", "0", "-2")) {
  w <- rows * if (what == "simple") pairs$e >= 0 else pairs$e == as.numeric(what)
  w <- w / sum(w)
  show(paste("saturated", what), c(sum(w * coef(fit)[k]), sqrt(drop(w %*% V[k, k] %*% w))))
}

# 3. Imputation (Borusyak, Jaravel and Spiess 2024): weights on untreated rows, residuals around cohort and period.
Z <- model.matrix(~ 0 + factor(unit) + factor(year) + x, d)
on <- d$treated == 1; w <- on / sum(on)
inverse <- ginv(crossprod(Z[!on, ]), tol = 1e-11)
v <- w; v[!on] <- -Z[!on, ] %*% (inverse %*% crossprod(Z[on, ], w[on]))
rest <- d$y - drop(Z %*% (inverse %*% crossprod(Z[!on, ], d$y[!on])))
part <- v * ifelse(on, rest - ave(rest, d$cohort, d$year), rest)
show("imputation", c(sum(v * d$y), sqrt(sum(tapply(part, d$province, sum)^2))))

# 4. A weighted chain with two-way effects and clusters: the three equations stacked in one regression.
d <- read.csv("tests/reference/data/mechanisms_panel.csv"); d$mass <- exp(d$z / 2)
base <- d[, c("x", "z", "unit", "year", "mass")]
stack <- rbind(data.frame(eq = "1", v = d$m1, base, p1 = 0, q1 = 0, q2 = 0),
               data.frame(eq = "2", v = d$m2, base, p1 = d$m1, q1 = 0, q2 = 0),
               data.frame(eq = "3", v = d$y, base, p1 = 0, q1 = d$m1, q2 = d$m2))
big <- lm(v ~ 0 + eq + eq:x + eq:z + p1 + q1 + q2 + eq:factor(unit) + eq:factor(year), stack, weights = mass)
V <- vcovCL(big, ~unit, type = "HC0", cadjust = FALSE)
k <- c("eq1:x", "eq2:x", "p1", "q1", "q2"); b <- coef(big)[k]; V <- V[k, k]
a1 <- b[1]; a2 <- b[2]; dd <- b[3]; b1 <- b[4]; b2 <- b[5]
chain <- c(dd * b2, 0, a1 * b2, 0, a1 * dd)
whole <- c(b1 + dd * b2, b2, a1 * b2, a1, a2 + a1 * dd)
show("weighted chain", c(a1 * dd * b2, sqrt(chain %*% V %*% chain)))
show("weighted indirect", c(a1 * b1 + a2 * b2 + a1 * dd * b2, sqrt(whole %*% V %*% whole)))

# 5. Weighted moderation: the product, and where the interval of the effect touches zero.
mod <- lm(y ~ x * w + z + factor(unit) + factor(year), d, weights = mass)
V <- vcovCL(mod, ~unit, type = "HC0", cadjust = FALSE); k <- c("x", "x:w"); b <- coef(mod)[k]; V <- V[k, k]
tstat <- function(w) (b[1] + b[2] * w) / sqrt(V[1, 1] + 2 * w * V[1, 2] + w^2 * V[2, 2])
crit <- qt(0.975, length(unique(d$unit)) - 1)
show("weighted product", c(b[2], sqrt(V[2, 2])))
for (s in c(-1, 1)) {
  grid <- seq(-6, 6, by = 0.01); f <- tstat(grid) - s * crit
  for (i in which(diff(sign(f)) != 0))
    show("weighted johnson-neyman", uniroot(function(w) tstat(w) - s * crit, grid[c(i, i + 1)], tol = 1e-12)$root)
}

# 6. Weighted groups: seemingly unrelated estimation is the stacked system with G/(G-1).
d$g <- factor(d$coastal)
groups <- lm(y ~ 0 + g + g:x + g:z + g:factor(unit) + g:factor(year), d, weights = mass)
V <- vcovCL(groups, ~unit, type = "HC0", cadjust = TRUE); k <- c("g0:x", "g1:x")
show("weighted suest", c(diff(coef(groups)[k]), sqrt(sum(V[k, k] * c(1, -1, -1, 1)))))
