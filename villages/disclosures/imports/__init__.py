"""Imports as staff do them: a file is looked at first, then imported; taken back until more was built on it."""
