# Reference cells of Penn World Table 9.1 for test_shipped_data.py.
# R 4, package pwt9 9.1-0 (Debian r-cran-pwt9 9.1-0-2).   Rscript tests/reference/penn_world_table.R
library(pwt9)
data("pwt9.1")
cells <- subset(pwt9.1, (isocode == "DEU" & year == 2014) | (isocode == "CHN" & year == 1995) |
                        (isocode == "USA" & year == 2017))
print(cells[, c("isocode", "year", "rgdpna", "emp", "hc", "rtfpna", "ctfp", "labsh", "csh_x", "csh_m")], digits = 9)
base <- subset(pwt9.1, year == 1995 & !is.na(rgdpna) & !is.na(emp))
productivity <- log(base$rgdpna / base$emp)
cat(nrow(base), format(median(productivity), digits = 15),
    format(quantile(productivity, c(1/3, 2/3)), digits = 15), "\n")
cat(sum(!is.na(pwt9.1$rtfpna)), sum(!is.na(pwt9.1$hc)), sum(!is.na(pwt9.1$emp)), "\n")
