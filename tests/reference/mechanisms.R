# Second engines of mediation, moderation and group differences; prints the numbers of test_mechanisms.py.
#   Rscript tests/reference/mechanisms.R [framing.csv of statsmodels]
#   (R 4.2.2, lavaan 0.6.14, sandwich 3.0.2, boot 1.3.28.1)
suppressMessages({library(lavaan); library(sandwich); library(boot)})
d <- read.csv("tests/reference/data/mechanisms_panel.csv")
show <- function(name, x) cat(name, format(as.numeric(x), digits = 12), "\n")

# 1. A chain without effects: maximum likelihood, expected information, delta method (errors over n).
model <- "m1 ~ a1*x + z
          m2 ~ a2*x + d*m1 + z
          y ~ c*x + b1*m1 + b2*m2 + z
          one := a1*b1
          two := a2*b2
          chain := a1*d*b2
          indirect := one + two + chain
          total := indirect + c
          gap := one - two"
fit <- sem(model, d, fixed.x = TRUE, likelihood = "normal", information = "expected",
           control = list(rel.tol = 1e-15, x.tol = 1e-12, grad.tol = 1e-12))
e <- parameterEstimates(fit)
for (label in c("a1", "a2", "d", "c", "b1", "b2", "one", "two", "chain", "indirect", "total", "gap"))
  show(paste("chain", label), e[e$label == label, c("est", "se")])
parallel <- "m1 ~ a1*x + z
             m2 ~ a2*x + z
             y ~ c*x + b1*m1 + b2*m2 + z
             m1 ~~ m2
             one := a1*b1
             two := a2*b2
             indirect := one + two
             gap := one - two"
fit <- sem(parallel, d, fixed.x = TRUE, information = "expected",
           control = list(rel.tol = 1e-15, x.tol = 1e-12, grad.tol = 1e-12))
e <- parameterEstimates(fit)
for (label in c("one", "two", "indirect", "gap"))
  show(paste("parallel", label), e[e$label == label, c("est", "se")])

# 2. Two-way effects and clusters: the equations stacked in one regression, covariance by cluster without factors.
stack <- rbind(data.frame(eq = "m", v = d$m1, m = 0, d[, c("x", "z", "unit", "year")]),
               data.frame(eq = "y", v = d$y, m = d$m1, d[, c("x", "z", "unit", "year")]))
big <- lm(v ~ 0 + eq + eq:x + eq:z + m + eq:factor(unit) + eq:factor(year), stack)
V <- vcovCL(big, ~unit, type = "HC0", cadjust = FALSE)
k <- c("eqm:x", "m", "eqy:x"); b <- coef(big)[k]; V <- V[k, k]
g <- c(b["m"], b["eqm:x"], 0)
show("clustered a b c", b)
show("clustered se", sqrt(diag(V)))
show("clustered delta", sqrt(g %*% V %*% g))
show("clustered sobel", sqrt(b["m"]^2 * V[1, 1] + b["eqm:x"]^2 * V[2, 2]))

# 3. Sensitivity by the residuals of regressions (Imai, Keele and Yamamoto 2010).
fm <- lm(m1 ~ x + z, d); fy <- lm(y ~ x + z, d); fo <- lm(y ~ x + z + m1, d)
rho <- cor(resid(fm), resid(fy))
acme <- function(r) coef(fm)["x"] * sd(resid(fy)) / sd(resid(fm)) * (rho - r * sqrt((1 - rho^2) / (1 - r^2)))
show("rho", c(rho, rho^2, rho^2 * (1 - summary(fm)$r.squared) * (1 - summary(fo)$r.squared)))
show("acme -0.5 0 0.5", sapply(c(-0.5, 0, 0.5), acme))

# 4. Moderation with effects and clusters, Johnson-Neyman by bisection of t, bins and the Wald test of linearity.
d$xc <- d$x - mean(d$x); d$wc <- d$w - mean(d$w)
fe <- "factor(unit) + factor(year)"
mod <- lm(as.formula(paste("y ~ xc + wc + xc:wc + z +", fe)), d)
V <- vcovCL(mod, ~unit, type = "HC0", cadjust = FALSE); k <- c("xc", "xc:wc"); b <- coef(mod)[k]; V <- V[k, k]
tstat <- function(w) { v <- w - mean(d$w); (b[1] + b[2] * v) / sqrt(V[1, 1] + 2 * v * V[1, 2] + v^2 * V[2, 2]) }
crit <- qt(0.975, length(unique(d$unit)) - 1)
show("moderation", c(b, sqrt(diag(V))))
grid <- seq(-6, 6, by = 0.01)
for (s in c(-1, 1)) {
  f <- sapply(grid, function(w) tstat(w) - s * crit)
  for (i in which(diff(sign(f)) != 0))
    show("johnson-neyman", uniroot(function(w) tstat(w) - s * crit, grid[c(i, i + 1)], tol = 1e-12)$root)
}
show("effect at w = 1", c(b[1] + b[2] * (1 - mean(d$w)), (b[1] + b[2] * (1 - mean(d$w))) / tstat(1)))
cut3 <- quantile(d$w, c(1, 2) / 3); d$bin <- factor(1 + (d$w > cut3[1]) + (d$w > cut3[2]))
med <- tapply(d$w, d$bin, median); d$wm <- d$w - med[d$bin]
bins <- lm(as.formula(paste("y ~ 0 + bin + bin:x + bin:wm + bin:x:wm + z +", fe)), d)
Vb <- vcovCL(bins, ~unit, type = "HC0", cadjust = FALSE); kb <- paste0("bin", 1:3, ":x")
show("bins", c(coef(bins)[kb], sqrt(diag(Vb)[kb])))
wald <- lm(as.formula(paste("y ~ x * wc + (bin + bin:x + bin:wc + bin:x:wc) + z +", fe)), d)
drop <- grep("bin", names(na.omit(coef(wald))), value = TRUE)
Vw <- vcovCL(wald, ~unit, type = "HC0", cadjust = FALSE)[drop, drop]
show("linearity F", c(drop(coef(wald)[drop] %*% solve(Vw, coef(wald)[drop])) / length(drop), length(drop)))

# 5. Two groups: seemingly unrelated estimation is the stacked system with G/(G-1).
d$g <- factor(d$coastal)
groups <- lm(y ~ 0 + g + g:x + g:z + g:factor(unit) + g:factor(year), d)
Vg <- vcovCL(groups, ~unit, type = "HC0", cadjust = TRUE); kg <- c("g0:x", "g1:x")
gap <- diff(coef(groups)[kg]); se <- sqrt(sum(Vg[kg, kg] * c(1, -1, -1, 1)))
show("suest by unit", c(coef(groups)[kg], gap, se, (gap / se)^2, pchisq((gap / se)^2, 1, lower.tail = FALSE)))
Vg <- vcovCL(groups, ~year, type = "HC0", cadjust = TRUE)
show("suest by year", sqrt(sum(Vg[kg, kg] * c(1, -1, -1, 1))))

# 6. BCa of R's boot on given draws and influence values.
skew <- qgamma((1:1999 - 0.5) / 1999, 4); left <- qgamma((1:30 - 0.3) / 30, 3) / 10
L <- 29 * (mean(left) - left)
ci <- boot.ci(list(t0 = 3.5, t = matrix(skew), R = 1999, sim = "ordinary", stype = "i", call = quote(boot())),
              type = "bca", t0 = 3.5, t = skew, L = L)
show("bca", ci$bca[4:5])

# 7. Tal-Or, Cohen, Tsfati and Gunther (2010), as analysed by Hayes (2013): moments and regressions.
t <- as.data.frame(lapply(psych::Tal.Or, as.numeric))[, c("cond", "import", "pmi", "reaction")]
for (row in rownames(cov(t))) cat(row, format(cov(t)[row, ], digits = 16), "\n")
f1 <- coef(summary(lm(pmi ~ cond, t))); f2 <- coef(summary(lm(reaction ~ cond + pmi, t)))
show("simple a b", c(f1["cond", 1:2], f2["pmi", 1:2]))
s1 <- coef(lm(import ~ cond, t)); s2 <- coef(lm(pmi ~ cond + import, t)); s3 <- coef(lm(reaction ~ cond + import + pmi, t))
show("serial", c(s1[2] * s3[3], s2[2] * s3[4], s1[2] * s2[3] * s3[4], s3[2]))

# 8. Framing experiment (Brader, Valentino and Suhay 2008), linear outcome.
path <- commandArgs(TRUE)
if (length(path)) {
  f <- read.csv(path[1]); f$educ <- factor(f$educ)
  fm <- lm(emo ~ treat + age + educ + gender + income, f); fo <- lm(immigr ~ emo + treat + age + educ + gender + income, f)
  fy <- lm(immigr ~ treat + age + educ + gender + income, f); r <- cor(resid(fm), resid(fy))
  show("framing", c(coef(fm)["treat"] * coef(fo)["emo"], coef(fo)["treat"], coef(fy)["treat"], r,
                    r^2 * (1 - summary(fm)$r.squared) * (1 - summary(fo)$r.squared)))
}

# 9. Longer chains: three mediators with every way, and twelve through what reaches each mediator and what it passes on.
w3 <- "m1 ~ a1*x + z
       m2 ~ a2*x + d12*m1 + z
       w ~ a3*x + d13*m1 + d23*m2 + z
       y ~ c*x + b1*m1 + b2*m2 + b3*w + z
       w1 := a1*b1
       w2 := a2*b2
       w3 := a3*b3
       w12 := a1*d12*b2
       w13 := a1*d13*b3
       w23 := a2*d23*b3
       w123 := a1*d12*d23*b3
       indirect := w1 + w2 + w3 + w12 + w13 + w23 + w123
       through1 := w1 + w12 + w13 + w123
       through2 := w2 + w12 + w23 + w123
       through3 := w3 + w13 + w23 + w123
       with1 := w1 + w2 + w3
       with2 := w12 + w13 + w23
       with3 := w123"
exact <- list(rel.tol = 1e-15, x.tol = 1e-12, grad.tol = 1e-12)
fit <- sem(w3, d, fixed.x = TRUE, likelihood = "normal", information = "expected", control = exact)
e <- parameterEstimates(fit)
for (label in e$label[e$op == ":="]) show(paste("three", label), e[e$label == label, c("est", "se")])

k <- 12; i <- seq_len(nrow(d)); s <- d
for (j in 1:k) s[[paste0("s", j)]] <- sin((j + 1) * i) + 0.2 * s$x + (if (j > 1) 0.3 * s[[paste0("s", j - 1)]] else 0)
s$v <- s$y + 0.5 * s$s3 - 0.4 * s$s12
lines <- "s1 ~ a1*x"
for (j in 2:k) lines <- c(lines, paste0("s", j, " ~ a", j, "*x + ", paste0("d", 1:(j - 1), "_", j, "*s", 1:(j - 1), collapse = " + ")))
lines <- c(lines, paste0("v ~ c*x + ", paste0("b", 1:k, "*s", 1:k, collapse = " + ")))
lines <- c(lines, "t1 := a1", paste0("t", 2:k, " := a", 2:k, " + ",
  sapply(2:k, function(j) paste0("t", 1:(j - 1), "*d", 1:(j - 1), "_", j, collapse = " + "))))
lines <- c(lines, paste0("o", k, " := b", k), paste0("o", (k - 1):1, " := b", (k - 1):1, " + ",
  sapply((k - 1):1, function(j) paste0("d", j, "_", (j + 1):k, "*o", (j + 1):k, collapse = " + "))))
lines <- c(lines, paste0("through", 1:k, " := t", 1:k, "*o", 1:k),
  paste0("indirect := ", paste0("t", 1:k, "*b", 1:k, collapse = " + ")),
  paste0("chain := a1*", paste0("d", 1:(k - 1), "_", 2:k, collapse = "*"), "*b", k), "total := indirect + c")
fit <- sem(paste(lines, collapse = "\n"), s, fixed.x = TRUE, likelihood = "normal", information = "expected", control = exact)
e <- parameterEstimates(fit)
for (label in c(paste0("through", 1:k), "indirect", "chain", "total"))
  show(paste("twelve", label), e[e$label == label, c("est", "se")])
