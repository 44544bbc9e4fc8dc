"""Imports as staff do them: a file is looked at first, then imported, and can be taken back until more was built on it."""
