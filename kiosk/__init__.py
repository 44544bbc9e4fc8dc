"""The hall's face: the screens of the touchscreen in a township hall."""
