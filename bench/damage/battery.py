"""One damaged photograph of one code, the same for the same seed.

All that is random comes from the seed, the kind, the severity and the try, never from the code or its
level: both codes suffer the same tears in the same places under the same light.
"""

from __future__ import annotations

import random

from PIL import Image

from bench.damage import camera, wall
from bench.damage.codes import draw
from bench.damage.scene import scene

FINDER = 0.3  # share of the width within which the finder patterns of both codes lie


def photograph(
    text: str, level: str, kind: str, severity: int, seed: str, *, spare_finders: bool = False
) -> Image.Image:
    """A photograph in grey. Severity 0 is the clean code.

    spare_finders keeps scratches, dirt and tears off the three corners without which no decoder finds a code.
    """
    clean = draw(text, level)
    if severity == 0:
        return clean
    what = scene(kind, severity)
    chance = {part: random.Random(f"{seed}/{kind}/{severity}/{part}") for part in ("plate", "pose", "sensor")}

    rng = chance["plate"]
    faded = wall.fade(clean, rng, what.contrast)
    code = wall.scratch(faded, rng, what.scratches)
    code = wall.dirt(code, rng, what.dirt) if what.dirt else code
    code = wall.tear(code, rng, what.tear) if what.tear else code
    if spare_finders:
        _restore(code, faded)
    whole = camera.on_wall(code, rng, wall.PAPER)
    whole = wall.light(whole, rng)

    rng = chance["pose"]
    width = what.width * rng.uniform(0.9, 1.1) * camera.FINE
    tilt = what.tilt if what.steep else rng.uniform(0, what.tilt)
    rotation = rng.choice((-1, 1)) * (what.rotation if what.turned else rng.uniform(0, what.rotation))
    seen = camera.pose(whole, code.width, width, tilt, rng.uniform(0, 360), rotation)
    seen = wall.glare(seen, rng, what.glare / 1.7) if what.glare else seen
    seen = camera.lens(seen, what.blur * width)
    seen = camera.shake(seen, what.motion * width, rng.uniform(0, 180))
    return camera.sense(seen, chance["sensor"], what.noise)


def _restore(code: Image.Image, undamaged: Image.Image) -> None:
    size = code.width
    part = round(FINDER * size)
    for x, y in ((0, 0), (size - part, 0), (0, size - part)):
        code.paste(undamaged.crop((x, y, x + part, y + part)), (x, y))
