# Mean group and common correlated effects, and Hadri's test. R 4.2.2, plm 2.6.2 (Debian).
# Rscript heterogeneous_panels.R
suppressMessages(library(plm))
options(digits = 12)
data(Grunfeld)
data(Produc)

show <- function(name, fit) {
  cat(name, "\n")
  print(cbind(coef(fit), sqrt(diag(vcov(fit)))))
}

panels <- list(
  balanced = pdata.frame(Grunfeld),
  unbalanced = pdata.frame(Grunfeld[-c(3, 20, 55, 100, 120), ])
)
for (shape in names(panels)) {
  for (trend in c(FALSE, TRUE)) {
    for (model in c("mg", "cmg", "dmg")) {
      show(paste(shape, "pmg", model, trend), pmg(inv ~ value + capital, panels[[shape]], model = model, trend = trend))
    }
  }
  show(paste(shape, "pcce p"), pcce(inv ~ value + capital, panels[[shape]], model = "p"))
}
states <- pdata.frame(Produc, index = c("state", "year"))
equation <- log(gsp) ~ log(pcap) + log(pc) + log(emp) + unemp
for (model in c("mg", "cmg", "dmg")) show(paste("Produc", model), pmg(equation, states, model = model))
show("Produc pcce p", pcce(equation, states, model = "p"))

for (exo in c("intercept", "trend")) for (consistent in c(TRUE, FALSE)) for (dfcor in c(FALSE, TRUE)) {
  test <- purtest(panels$balanced$inv, test = "hadri", exo = exo, Hcons = consistent, dfcor = dfcor)
  cat("hadri", exo, consistent, dfcor, test$statistic$statistic, test$statistic$p.value, "\n")
}
