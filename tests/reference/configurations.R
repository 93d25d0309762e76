# Numbers of test_configurations.py: Lipset's data and the example of necessary condition analysis.
# R 4.2.2, QCA 3.23 (admisc 0.40), NCA 5.0.1; run: Rscript configurations.R
suppressMessages({library(QCA); library(NCA)})
options(digits = 12)
present <- "1,1,1,1,1"
conditions <- c("DEV", "URB", "LIT", "IND", "STB")

for (data in list(LC, LF)) {
  table <- truthTable(data, outcome = "SURV", incl.cut = 0.8)
  print(table)
  print(minimize(table, details = TRUE))
  print(minimize(table, include = "?", details = TRUE))
  solved <- minimize(table, include = "?", dir.exp = present, details = TRUE)
  print(solved)
  print(solved$i.sol$C1P1$IC$incl.cov)
  print(solved$i.sol$C1P1$EC)
}
for (name in c(conditions, paste0("~", conditions))) print(pof(paste(name, "<- SURV"), data = LF)$incl.cov)
values <- c(40, 45, 50, 56, 60, 61, 72, 80, 90)
print(calibrate(values, type = "fuzzy", thresholds = "e=45, c=60, i=80"))

data(nca.example)
found <- nca_analysis(nca.example, c(1, 2), 3, ceilings = c("ce_fdh", "cr_fdh"), steps = 10)
for (each in found$summaries) print(each$params)
print(found$bottlenecks)
