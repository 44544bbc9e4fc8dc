"""Damage done to the plate itself, drawn on the printed code."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageChops, ImageDraw

INK, PAPER = 30, 225  # grey of ink and paper to a camera, in even light
Point = tuple[float, float]


def fade(code: Image.Image, rng: random.Random, contrast: float) -> Image.Image:
    """Ink bleached towards the paper, up to a third less on the side away from the sun."""
    whole = PAPER - INK
    most, least = (_tone(code, PAPER - whole * c) for c in (contrast, min(1.0, contrast * 1.3)))
    return Image.composite(least, most, _slope(code.size, rng))


def dirt(code: Image.Image, rng: random.Random, share: float) -> Image.Image:
    """Patches of mud, mortar or dust over exactly `share` of the area."""
    width, height = code.size
    field = Image.new("L", code.size)
    for cells, weight in ((rng.choice((5, 8, 12)), 1.0), (40, 0.3)):
        grain = Image.frombytes("L", (cells, cells), rng.randbytes(cells * cells))
        field = Image.blend(field, grain.resize(code.size, Image.Resampling.BICUBIC), weight)
    need, level, covered = share * width * height, 256, 0
    counts = field.histogram()
    while level and covered < need:
        level -= 1
        covered += counts[level]
    mask = field.point([0 if v < level else 255 for v in range(256)])
    return _cover(code, mask, rng, rng.uniform(60, 180))


def tear(code: Image.Image, rng: random.Random, share: float) -> Image.Image:
    """A corner, a bite out of an edge, or a strip along one, with a ragged edge; the wall shows."""
    size = code.size[0]
    form = rng.choice(("corner", "bite", "strip"))
    if form == "corner":
        leg = math.sqrt(2 * share) * size
        skew = rng.uniform(0.7, 1.4)
        outline = [*_ragged((leg * skew, 0.0), (0.0, leg / skew), rng, size), (0.0, 0.0)]
    elif form == "strip":
        depth = share * size
        outline = [*_ragged((size, depth * 1.3), (0.0, depth * 0.7), rng, size), (0.0, 0.0), (float(size), 0.0)]
    else:
        base = rng.uniform(0.8, 1.4) * math.sqrt(share) * size
        deep, at = 1.5 * share * size * size / base, rng.uniform(base / 2, size - base / 2)
        near, far = (at - base * 0.25, deep), (at + base * 0.05, deep)
        outline = [*_ragged((at - base / 2, 0.0), near, rng, size), *_ragged(far, (at + base / 2, 0.0), rng, size)]
    mask = Image.new("L", code.size)
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    return _cover(code, mask.rotate(rng.choice((0, 90, 180, 270))), rng, rng.uniform(90, 200))


def scratch(code: Image.Image, rng: random.Random, count: int) -> Image.Image:
    """Bent lines, mostly along two directions; four in five show the base, one has filled with dirt."""
    size = code.size[0]
    out, ways = code.copy(), (rng.uniform(0, math.pi), rng.uniform(0, math.pi))
    pen = ImageDraw.Draw(out)
    for _ in range(count):
        angle, length = rng.gauss(rng.choice(ways), 0.25), rng.uniform(0.25, 0.9) * size
        x, y = rng.uniform(0, size), rng.uniform(0, size)
        dx, dy, bend = math.cos(angle) * length / 2, math.sin(angle) * length / 2, rng.uniform(-0.08, 0.08)
        line = [(x - dx, y - dy), (x - dy * bend, y + dx * bend), (x + dx, y + dy)]
        tone = round(rng.uniform(190, PAPER) if rng.random() < 0.8 else rng.uniform(40, 110))
        pen.line(line, fill=tone, width=max(1, round(rng.uniform(0.0035, 0.012) * size)), joint="curve")
    return out


def glare(code: Image.Image, rng: random.Random, radius: float) -> Image.Image:
    """A bright patch with a soft rim; the camera answers it by exposing the rest darker."""
    size = code.size[0]
    wide, high = 4 * radius * size * rng.uniform(0.9, 1.3), 4 * radius * size * rng.uniform(0.7, 1.0)
    # radial_gradient is 0 in the centre and 180 half-way out to a side's end: twice the radius is where the light ends
    spot = Image.radial_gradient("L").point([max(0, min(255, round(510 - v * 510 / 180))) for v in range(256)])
    spot = spot.resize((round(wide), round(high)), Image.Resampling.BILINEAR)
    spot = spot.rotate(rng.uniform(0, 180), Image.Resampling.BILINEAR, expand=True)
    light = Image.new("L", code.size)
    at = (rng.uniform(0.1, 0.9) * size - spot.width / 2, rng.uniform(0.1, 0.9) * size - spot.height / 2)
    light.paste(spot, (round(at[0]), round(at[1])))
    return ImageChops.add(code.point([round(v * 0.8) for v in range(256)]), light)


def light(code: Image.Image, rng: random.Random) -> Image.Image:
    """Daylight from one side: up to a quarter darker on the other."""
    least = rng.uniform(0.75, 1.0) * 255
    slope = _slope(code.size, rng).point([round(least + (255 - least) * v / 255) for v in range(256)])
    return ImageChops.multiply(code, slope)


def _tone(code: Image.Image, ink: float) -> Image.Image:
    """Black and white to the greys of ink and paper."""
    return code.point([round(ink + (PAPER - ink) * v / 255) for v in range(256)])


def _slope(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """A straight ramp from dark to light in some direction."""
    ramp = Image.linear_gradient("L").rotate(rng.uniform(0, 360), Image.Resampling.BILINEAR)
    return ramp.crop((40, 40, 216, 216)).resize(size, Image.Resampling.BILINEAR)


def _ragged(start: Point, end: Point, rng: random.Random, size: int) -> list[Point]:
    """A line with the teeth that torn paper has, about one per cent of the width deep."""
    (x0, y0), (x1, y1) = start, end
    steps = max(2, round(math.hypot(x1 - x0, y1 - y0) / (0.03 * size)))
    way = [(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps) for i in range(steps + 1)]
    return [(x + rng.gauss(0, 0.008) * size, y + rng.gauss(0, 0.008) * size) for x, y in way]


def _cover(code: Image.Image, mask: Image.Image, rng: random.Random, grey: float) -> Image.Image:
    """Something uneven, grey on the whole, where the mask is."""
    grain = Image.frombytes("L", (60, 60), rng.randbytes(3600)).resize(code.size, Image.Resampling.BILINEAR)
    stuff = grain.point([max(0, min(255, round(grey + (v - 127.5) * 0.25))) for v in range(256)])
    return Image.composite(stuff, code, mask)
