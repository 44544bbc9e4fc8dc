"""How villagers' pages are used: what is read, what is looked for in vain, how fast pages open. Counts, of nobody."""
