# HTZ and Satterthwaite under CR2: joint tests and contrasts.
#   Rscript tests/reference/htz.R      (R 4.2.2, clubSandwich 0.5.8, plm 2.6.2)
suppressMessages({library(clubSandwich); library(plm)})
data("Grunfeld", package = "plm")
d <- Grunfeld
d$old <- as.numeric(d$firm %in% c(1, 2, 3))
d$size <- ave(d$value, d$firm)
d$first <- d$value * d$old; d$second <- d$capital * d$old
show <- function(name, w) cat(name, "F", format(w$Fstat, digits = 12), "df", format(w$df_denom, digits = 12), "p", format(w$p_val, digits = 12), "\n")
htz <- function(name, m, cluster, terms) {
  v <- vcovCR(m, cluster = cluster, type = "CR2")
  show(name, Wald_test(m, constrain_zero(terms, coefs = coef(m)), vcov = v, test = "HTZ"))
}
lincom <- function(name, m, cluster, weights) {
  v <- vcovCR(m, cluster = cluster, type = "CR2")
  w <- rep(0, length(coef(m))); names(w) <- names(coef(m)); w[names(weights)] <- weights
  show(name, Wald_test(m, matrix(w, 1), vcov = v, test = "HTZ"))
}
pooled <- lm(inv ~ value + capital, d)
within <- lm(inv ~ value + capital + factor(firm), d)
two <- lm(inv ~ value + capital + factor(firm) + factor(year), d)
few <- lm(inv ~ value + capital + first + second + factor(firm) + factor(year), d)
slopes <- c("value", "capital")
htz("pooled", pooled, d$firm, slopes)
htz("within", within, d$firm, slopes)
htz("two_way", two, d$firm, slopes)
htz("two_way_by_year", two, d$year, slopes)
htz("few_carry", few, d$firm, c("first", "second"))
htz("few_carry_all", few, d$firm, c("value", "capital", "first", "second"))
u <- subset(d, !(firm == 3 & year %in% c(1940, 1941, 1947)) & !(firm == 7 & year < 1938))
htz("unbalanced", lm(inv ~ value + capital + factor(firm) + factor(year), u), u$firm, slopes)
s <- sqrt(d$size); Z <- model.matrix(~ value + capital + factor(firm) + factor(year), d) * s; y <- d$inv * s
htz("weighted", lm(y ~ Z - 1), d$firm, paste0("Z", slopes))
lincom("difference", two, d$firm, c(capital = 1, value = -1))
lincom("few_carry_sum", few, d$firm, c(value = 1, first = 1))
