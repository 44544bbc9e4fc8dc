"""Code plates on walls: issued, printed, scanned, retired. A plate's number is for ever."""
