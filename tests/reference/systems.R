library(systemfit); data("Kmenta")
eqD <- consump ~ price + income; eqS <- consump ~ price + farmPrice + trend; inst <- ~ income + farmPrice + trend
f <- function(m, ...) { r <- systemfit(list(d = eqD, s = eqS), m, data = Kmenta, ..., methodResidCov = "noDfCor"); print(coef(r), digits=12); print(sqrt(diag(vcov(r))), digits = 12); print(summary(r)$mcelroy.r.squared, digits=12); print(r$residCov, digits=10) }
f("SUR"); f("3SLS", inst = inst)
print(packageVersion("systemfit"))
