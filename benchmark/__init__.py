"""Speed and memory beside what a user would pick instead; `scripts/benchmark.py` runs it."""
