"""A seeded battery of damage to printed codes, read by two independent decoders."""
