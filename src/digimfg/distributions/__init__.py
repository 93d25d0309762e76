"""What statistics are compared with: t, F and chi-square under the degrees of freedom that a result keeps."""
