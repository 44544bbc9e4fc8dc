"""What every subject stands on: database, freshness, web, logs, clock. Knows no village noun."""
