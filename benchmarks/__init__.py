"""Measurements of speed and quality. `python -m benchmarks --help` lists them; results are printed, not asserted."""

QUESTIONS = (
    "Who replaced Qin Gang?",
    "When was the balloon shot down?",
    "How many students from China are at American universities?",
    "Which metals did China restrict?",
    "What is the capital of Peru?",
)
