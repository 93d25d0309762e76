# Moran's I of Columbus crime: Rscript tests/reference/columbus_moran.R   (R 4.2, spdep 1.2-7)
library(spdep)
frame <- read.csv("tests/reference/data/columbus_crime.csv")
near <- lapply(strsplit(frame$neighbours, " "), as.integer)
class(near) <- "nb"
attr(near, "region.id") <- as.character(frame$neighbourhood)
weights <- nb2listw(near, style = "W")
for (randomisation in c(FALSE, TRUE)) {
  found <- moran.test(frame$crime_per_1000, weights, randomisation = randomisation)
  print(c(found$estimate, z = unname(found$statistic)), digits = 15)
}
print(localmoran(frame$crime_per_1000, weights)[c(1, 2, 3, 31, 49), "Ii"], digits = 15)
