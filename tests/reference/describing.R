# Numbers of test_describing.py: R 4, plm. Run: Rscript describing.R
suppressMessages(library(plm))
data("Grunfeld", package = "plm")
options(digits = 12)
panel <- pdata.frame(Grunfeld, index = c("firm", "year"))
for (name in c("inv", "value")) {
  x <- panel[[name]]
  between <- between(x)
  within <- Within(x) + mean(x)
  cat(name, sd(x), sd(between), min(between), max(between), sd(within), min(within), max(within), "\n")
}
cat("quantiles", quantile(Grunfeld$inv, c(0.1, 0.25, 0.9), type = 2), "\n")
early <- Grunfeld$year < 1945
print(unlist(t.test(inv ~ !early, Grunfeld)[c("statistic", "p.value")]))
print(unlist(t.test(inv ~ !early, Grunfeld, var.equal = TRUE)[c("statistic", "p.value")]))
w <- wilcox.test(inv ~ !early, Grunfeld, exact = FALSE, correct = FALSE); print(w$p.value)
decade <- cut(Grunfeld$year, c(0, 1940, 1947, 2000))
print(unlist(oneway.test(inv ~ decade, Grunfeld)[c("statistic", "p.value")]))
print(unlist(oneway.test(inv ~ decade, Grunfeld, var.equal = TRUE)[c("statistic", "p.value")]))
print(unlist(kruskal.test(inv ~ decade, Grunfeld)[c("statistic", "p.value")]))
print(unlist(chisq.test(table(Grunfeld$inv > 60, early), correct = FALSE)[c("statistic", "p.value")]))
