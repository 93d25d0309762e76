"""Parts of Poisson pseudo-maximum likelihood: the sample that has an answer, and the iterations."""
