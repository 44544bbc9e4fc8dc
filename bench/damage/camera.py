"""The photograph: pose, lens, hand, sensor."""

from __future__ import annotations

import math
import random
from statistics import NormalDist

from PIL import Image, ImageChops, ImageFilter

FINE = 2  # the picture is formed at twice the sensor's grid, then gathered into its pixels
AWAY = 4.0  # distance of the lens, in widths of the code: tilting shows as real perspective
PLATE, WALL = 0.08, 0.3  # white plate and wall around the code, in widths of it
Row = tuple[float, float, float]
Matrix = tuple[Row, Row, Row]
_GAUSS = [NormalDist().inv_cdf((v + 0.5) / 256) for v in range(256)]


def on_wall(code: Image.Image, rng: random.Random, paper: int) -> Image.Image:
    """The code on the plate's white, on a wall."""
    size = code.width
    edge, white = round(WALL * size), round(PLATE * size)
    wall = Image.new("L", (size + 2 * edge, size + 2 * edge), round(rng.uniform(80, 200)))
    wall.paste(paper, (edge - white, edge - white, edge + size + white, edge + size + white))
    wall.paste(code, (edge, edge))
    return wall


def pose(wall: Image.Image, code_width: int, width: float, tilt: float, axis: float, rotation: float) -> Image.Image:
    """The wall as a lens sees it, `width` pixels across the code where it is not foreshortened."""
    side = round(width * 1.7)
    turn = _times(_about_z(axis), _times(_about_x(tilt), _about_z(rotation - axis)))
    plane: Matrix = (
        (turn[0][0], turn[0][1], 0.0),
        (turn[1][0], turn[1][1], 0.0),
        (turn[2][0] / AWAY, turn[2][1] / AWAY, 1.0),
    )  # wall to view, both in widths of the code
    view: Matrix = ((1 / width, 0.0, -side / 2 / width), (0.0, 1 / width, -side / 2 / width), (0.0, 0.0, 1.0))
    half = wall.width / 2
    back: Matrix = ((code_width, 0.0, half), (0.0, code_width, half), (0.0, 0.0, 1.0))
    m = _times(back, _times(_inverse(plane), view))
    whole = [v / m[2][2] for row in m for v in row]
    edge = wall.getpixel((0, 0))
    return wall.transform(
        (side, side), Image.Transform.PERSPECTIVE, whole[:8], Image.Resampling.BICUBIC, fillcolor=edge
    )


def lens(image: Image.Image, sigma: float) -> Image.Image:
    """Out of focus, or a greasy lens."""
    return image.filter(ImageFilter.GaussianBlur(sigma)) if sigma else image


def shake(image: Image.Image, length: float, angle: float) -> Image.Image:
    """A straight movement during the exposure."""
    if not length:
        return image
    edge = image.getpixel((0, 0))
    along = image.rotate(angle, Image.Resampling.BILINEAR, fillcolor=edge)  # blurred anyway: bilinear will do
    along = along.filter(ImageFilter.BoxBlur((length / 2, 0)))
    return along.rotate(-angle, Image.Resampling.BILINEAR, fillcolor=edge)


def sense(image: Image.Image, rng: random.Random, sigma: float) -> Image.Image:
    """Gathered into the sensor's pixels, with their noise."""
    small = image.reduce(FINE)
    grain = Image.frombytes("L", small.size, rng.randbytes(small.width * small.height))
    noise = grain.point([max(0, min(255, round(128 + sigma * g))) for g in _GAUSS])
    return ImageChops.add(small, noise, 1, -128)


def _about_z(degrees: float) -> Matrix:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return ((c, -s, 0.0), (s, c, 0.0), (0.0, 0.0, 1.0))


def _about_x(degrees: float) -> Matrix:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return ((1.0, 0.0, 0.0), (0.0, c, -s), (0.0, s, c))


def _times(a: Matrix, b: Matrix) -> Matrix:
    x, y, z = (tuple(sum(row[k] * b[k][j] for k in range(3)) for j in range(3)) for row in a)
    return ((x[0], x[1], x[2]), (y[0], y[1], y[2]), (z[0], z[1], z[2]))


def _inverse(m: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = m
    det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return (
        ((e * i - f * h) / det, (c * h - b * i) / det, (b * f - c * e) / det),
        ((f * g - d * i) / det, (a * i - c * g) / det, (c * d - a * f) / det),
        ((d * h - e * g) / det, (b * g - a * h) / det, (a * e - b * d) / det),
    )
