"""Makes a Debian machine with a touchscreen into the kiosk of a township hall, and keeps its screen alive.

Needs nothing but Python's own library: the folder is copied to a fresh machine and run there. The technician's page is
docs/kiosk-machine.zh-CN.md.
"""
