"""Halls and their touchscreens: pairing, heartbeat, calls for help, counts."""
