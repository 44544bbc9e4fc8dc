"""The hall's face: the screens of the touchscreen in a township hall.

A screen is a module of `kiosk.screens` with NAME, PATH and show(), and a template of the same name. SCREENS is their
running order. The face only reads; its few acts go through `kiosk.desk`.
"""
