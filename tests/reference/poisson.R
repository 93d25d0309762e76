# Second engine for Poisson regression with effects: wave damage to cargo ships (McCullagh & Nelder 1989, p. 204).
#   Rscript tests/reference/poisson.R      (R 4.2.2, sandwich 3.0.2), from the root of the repository
suppressMessages(library(sandwich))
ships <- read.csv("tests/reference/data/ships.csv")
ships$late <- as.integer(ships$period == 75)
m <- glm(incidents ~ factor(type) + factor(year) + late + offset(log(service)), poisson, ships,
         control = glm.control(epsilon = 1e-15, maxit = 100))
print(coef(m), digits = 12)
print(sqrt(diag(vcov(m))), digits = 12)
print(sqrt(diag(vcovCL(m, ~ type, type = "HC0", cadjust = TRUE))), digits = 12)
print(sqrt(diag(vcovHC(m, type = "HC0"))), digits = 12)
print(c(deviance(m), logLik(m)), digits = 12)
