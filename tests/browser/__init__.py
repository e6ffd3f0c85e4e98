"""The chat window in a real Chromium."""
