"""What happens to a plate on a village wall, and to the photograph of it: the severities.

Lengths are shares of the code's printed width, quiet zone included, so that they hold for a sticker of
36 mm and a door plate of 120 mm. They were set from the cases named beside them, before any result was seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Scene:
    """One situation. The defaults are an ordinary scan in ordinary light by an unsteady hand."""

    width: int = 270  # pixels across the code: a door plate from 0.7 m, a sticker from 0.2 m, in a 1080p preview
    tilt: float = 8.0  # degrees out of the plane; up to this much in an ordinary scan
    steep: bool = False  # whether the tilt is exactly as given rather than up to it
    rotation: float = 5.0  # degrees in the plane, likewise
    turned: bool = False
    blur: float = 0.003  # sigma of the lens's blur
    motion: float = 0.005  # way the picture moves during the exposure
    contrast: float = 0.85  # what is left of the difference between ink and paper
    dirt: float = 0.0  # share of the area covered
    tear: float = 0.0  # share of the area torn away
    scratches: int = 0
    glare: float = 0.0  # radius of the patch in which the reflection outshines the ink
    noise: float = 5.0  # sigma of the sensor's noise, of 255


ORDINARY = Scene()


def _ladder(field: str, *values: float, **fixed: object) -> tuple[Scene, ...]:
    return tuple(replace(ORDINARY, **{field: value, **fixed}) for value in values)  # type: ignore[arg-type]


KINDS: dict[str, tuple[Scene, ...]] = {
    # A fixed-focus lens 0.25 to 0.18 m from a sticker: a disc of 10 to 17 pixels.
    "blur": _ladder("blur", 0.006, 0.009, 0.013, 0.016),
    # 3 to 10 degrees a second at 1/30 s, and at 1/15 s towards dusk.
    "motion": _ladder("motion", 0.011, 0.022, 0.033, 0.044),
    # Read from beside the door, or from below where the plate hangs high.
    "tilt": _ladder("tilt", 20, 30, 40, 45, steep=True),
    # The phone held askew, sideways, upside down.
    "rotation": _ladder("rotation", 20, 45, 90, 170, turned=True),
    # One to several summers of sun on ink from a jet: what is left of the contrast.
    "fading": _ladder("contrast", 0.5, 0.3, 0.2, 0.12),
    # Splashes off the road, mortar, dust washed down by rain.
    "dirt": _ladder("dirt", 0.05, 0.10, 0.15, 0.20),
    # A corner pulled off, a bite out of an edge, a strip ripped off along one.
    "tear": _ladder("tear", 0.03, 0.06, 0.10, 0.15),
    # Keys, nails, a bicycle's handlebar: 0.4 to 1.4 mm wide on a door plate.
    "scratches": _ladder("scratches", 4, 8, 16, 28),
    # Sun or a lamp in the laminate.
    "glare": _ladder("glare", 0.08, 0.14, 0.20, 0.26),
    # A door plate from 1.2, 1.5, 1.9 and 2.3 m; a sticker from 0.35 to 0.7 m.
    "distance": _ladder("width", 150, 120, 96, 78),
}

OF_THE_PLATE = ("fading", "dirt", "tear", "scratches", "glare")
OF_THE_SCAN = ("blur", "motion", "tilt", "rotation", "distance")

# Several at once, as an old plate has them. Shown, but not part of the bar: it would count damage twice.
WEATHERED = (
    replace(ORDINARY, contrast=0.6, dirt=0.03, scratches=3, tilt=15),
    replace(ORDINARY, contrast=0.45, dirt=0.06, scratches=5, tilt=20, blur=0.004),
    replace(ORDINARY, contrast=0.35, dirt=0.09, scratches=8, tilt=25, blur=0.005, tear=0.02),
    replace(ORDINARY, contrast=0.3, dirt=0.12, scratches=12, tilt=30, blur=0.006, tear=0.03),
)

ALL = {**KINDS, "weathered": WEATHERED}
SEVERITIES = 4


def scene(kind: str, severity: int) -> Scene:
    """The situation of a kind at a severity from 1 to 4."""
    return ALL[kind][severity - 1]
