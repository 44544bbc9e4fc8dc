"""The villager's face: the scanned page, the county's, townships' and villages' pages. Asks subjects, owns no table."""
