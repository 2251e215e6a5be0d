"""Benchmarks: each prints ratios within one run, since machines differ and are noisy."""
