"""An article's body: what it may hold, how it is cleaned, and how it is read from a file. Pure."""
