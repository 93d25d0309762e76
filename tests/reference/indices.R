# Index weights, KMO, Bartlett and structure measures in base R, on R's own data set mtcars (Motor Trend, 1974).
# Run from the repository root:  Rscript tests/reference/indices.R
# It writes tests/reference/data/indices.json: the data and the answers, with the version of R.

x <- as.matrix(mtcars)
direction <- c(mpg = 1, cyl = -1, disp = 1, hp = 1, drat = 1, wt = -1, qsec = -1, vs = 1, am = 1, gear = 1, carb = -1)
n <- nrow(x)
p <- ncol(x)

# Normalization: min-max, negative indicators turned.
z <- sapply(colnames(x), function(j) {
  low <- min(x[, j])
  high <- max(x[, j])
  if (direction[j] > 0) (x[, j] - low) / (high - low) else (high - x[, j]) / (high - low)
})

# Entropy, 0 log 0 = 0.
share <- sweep(z, 2, colSums(z), "/")
entropy <- -colSums(ifelse(share > 0, share * log(ifelse(share > 0, share, 1)), 0)) / log(n)
entropy_weights <- (1 - entropy) / sum(1 - entropy)
entropy_scores <- as.vector(z %*% entropy_weights)

# CRITIC.
information <- apply(z, 2, sd) * rowSums(1 - cor(z))
critic_weights <- information / sum(information)

# Coefficient of variation of raw values.
variation <- apply(x, 2, sd) / abs(colMeans(x))
variation_weights <- variation / sum(variation)

# Principal components: prcomp's own eigenvalues, Kaiser's rule, components turned to a positive sum.
standardized <- scale(z)
components <- prcomp(standardized)
eigenvalues <- components$sdev^2
kept <- sum(eigenvalues > 1)
vectors <- components$rotation[, 1:kept]
vectors <- sweep(vectors, 2, sign(colSums(vectors)), "*")
importance <- eigenvalues[1:kept] / sum(eigenvalues[1:kept])
coefficients <- as.vector(vectors %*% importance)
pca_weights <- coefficients / sum(coefficients)
pca_scores <- as.vector(standardized %*% coefficients)

# KMO (partial correlations from the inverse) and Bartlett's test of sphericity.
r <- cor(x)
inverse <- solve(r)
partial <- -cov2cor(inverse)
diag(partial) <- 0
simple <- r
diag(simple) <- 0
kmo <- sum(simple^2) / (sum(simple^2) + sum(partial^2))
kmo_each <- colSums(simple^2) / (colSums(simple^2) + colSums(partial^2))
bartlett <- -(n - 1 - (2 * p + 5) / 6) * as.numeric(determinant(r, logarithm = TRUE)$modulus)
bartlett_p <- pchisq(bartlett, p * (p - 1) / 2, lower.tail = FALSE)

# Vertical-and-horizontal: leading eigenvector of Z'Z.
leading <- eigen(crossprod(z), symmetric = TRUE)
vertical_weights <- leading$vectors[, 1] / sum(leading$vectors[, 1])

# TOPSIS with entropy weights, vector normalization.
v <- sweep(sweep(x, 2, sqrt(colSums(x^2)), "/"), 2, entropy_weights * direction, "*")
best <- sqrt(rowSums(sweep(v, 2, apply(v, 2, max), "-")^2))
worst <- sqrt(rowSums(sweep(v, 2, apply(v, 2, min), "-")^2))
topsis <- worst / (best + worst)

number <- function(value) paste(format(value, digits = 17, scientific = TRUE, trim = TRUE), collapse = ", ")
array <- function(value) paste0("[", number(value), "]")
entries <- c(
  paste0('"engine": "', R.version.string, '"'),
  paste0('"directions": [', paste(direction, collapse = ", "), "]"),
  paste0('"columns": ["', paste(colnames(x), collapse = '", "'), '"]'),
  paste0('"data": [', paste(apply(x, 1, array), collapse = ",\n    "), "]"),
  paste0('"entropy": ', array(entropy)),
  paste0('"entropy_weights": ', array(entropy_weights)),
  paste0('"entropy_scores": ', array(entropy_scores)),
  paste0('"critic_weights": ', array(critic_weights)),
  paste0('"variation_weights": ', array(variation_weights)),
  paste0('"eigenvalues": ', array(eigenvalues)),
  paste0('"pca_weights": ', array(pca_weights)),
  paste0('"pca_scores": ', array(pca_scores)),
  paste0('"kmo": ', number(kmo)),
  paste0('"kmo_each": ', array(kmo_each)),
  paste0('"bartlett_chi2": ', number(bartlett)),
  paste0('"bartlett_p": ', number(bartlett_p)),
  paste0('"vertical_weights": ', array(vertical_weights)),
  paste0('"topsis": ', array(topsis))
)
dir.create("tests/reference/data", showWarnings = FALSE)
writeLines(paste0("{\n  ", paste(entries, collapse = ",\n  "), "\n}"), "tests/reference/data/indices.json")
