"""The tests, and in `support` what benchmarks and tools use too."""
