"""What is disclosed: kinds as data, their fields, and the arithmetic a published statement must pass."""
