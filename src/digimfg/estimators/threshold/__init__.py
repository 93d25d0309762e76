"""The arithmetic of panel thresholds on plain arrays: search by prefix sums, sequence, bootstrap."""
