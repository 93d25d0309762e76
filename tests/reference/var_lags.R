# Numbers of test_panel_var.py: two lags on Swedish municipalities, first differences, first step.
# R 4.2.2, plm 2.6.2; run: Rscript var_lags.R swedish_municipalities.csv
suppressMessages(library(plm))
options(digits = 10)
frame <- pdata.frame(read.csv(commandArgs(TRUE)[1]), c("id", "year"))
for (collapse in c(TRUE, FALSE)) {
  fit <- pgmm(expenditures ~ lag(expenditures, 1:2) + lag(revenues, 1:2) + lag(grants, 1:2) |
                lag(expenditures, 2:99) + lag(revenues, 2:99) + lag(grants, 2:99),
              data = frame, effect = "individual", model = "onestep", collapse = collapse, transformation = "d")
  print(coef(fit))
  print(sqrt(diag(vcovHC(fit))))
}
