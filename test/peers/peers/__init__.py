"""Comparison of the rule library with Prowler on the same simulated accounts; see README.md."""
