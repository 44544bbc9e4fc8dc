"""The staff's face: what is to be done today, and what concerns several subjects. Asks the subjects; owns no table."""
