"""How what is learned is made again from public data."""
