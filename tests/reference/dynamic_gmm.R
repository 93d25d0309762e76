# Second engine for dynamic GMM: plm's pgmm (R 4.2.2, plm 2.6.2). From the root of the repository:
#   Rscript tests/reference/dynamic_gmm.R
suppressMessages(library(plm))
d <- pdata.frame(read.csv("tests/reference/data/dynamic_panel.csv"), index = c("unit", "year"))
show <- function(name, m, time) {
  s <- summary(m, robust = TRUE, time.dummies = FALSE)
  cat(name, "\n"); print(s$coefficients[1:3, 1:2], digits = 10)
  cat("sargan/hansen", format(s$sargan$statistic, digits = 10), s$sargan$parameter,
      "m1", format(s$m1$statistic, digits = 10), "m2", format(s$m2$statistic, digits = 10), "\n")
}
for (model in c("onestep", "twosteps")) {
  show(paste("difference", model), pgmm(y ~ lag(y, 1) + x + z | lag(y, 2:99) + lag(x, 1:99), data = d,
       effect = "twoways", model = model, transformation = "d"))
  show(paste("difference collapsed", model), pgmm(y ~ lag(y, 1) + x + z | lag(y, 2:99) + lag(x, 1:99), data = d,
       effect = "twoways", model = model, transformation = "d", collapse = TRUE))
  show(paste("system", model), pgmm(y ~ lag(y, 1) + x + z | lag(y, 2:99) + lag(x, 1:99), data = d,
       effect = "individual", model = model, transformation = "ld", fsm = "full"))
}
