"""The glass: cage shows one program on the whole screen; picture and touch are turned by the same angle."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

QUARTER = 90
# Rows of the 2x3 matrix that takes a touch on the panel (0..1 from its own top left) to the picture. A panel hung a
# quarter clockwise has the picture's top at its own left: what it calls (x, y) is (1-y, x) of the picture.
_MATRICES = {0: "1 0 0 0 1 0", 90: "0 -1 1 1 0 0", 180: "-1 0 1 0 -1 1", 270: "0 1 0 -1 0 1"}


def is_there(drm: Path = Path("/sys/class/drm")) -> bool:
    """Whether a screen is switched on and plugged in; where nobody can tell, it is."""
    states = [status.read_text(encoding="ascii").strip() for status in drm.glob("*/status")]
    return not states or "connected" in states


def matrix(degrees: int) -> str:
    """Libinput's calibration matrix for a panel hung so many degrees clockwise."""
    return _MATRICES[degrees]


def turns_itself(cage_help: str) -> bool:
    """Whether this cage turns the picture (0.1, Debian 12) or leaves it to wlr-randr (0.2, Debian 13)."""
    return re.search(r"^\s*-r\b", cage_help, re.MULTILINE) is not None


def cage(rotate: int) -> list[str]:
    """What stands before the program's own command: no decorations, no consoles, and an end when its parent ends."""
    helped = subprocess.run(["cage", "-h"], capture_output=True, text=True, check=False)
    turned = ["-r"] * (rotate // QUARTER) if turns_itself(helped.stdout + helped.stderr) else []
    return ["setpriv", "--pdeathsig", "TERM", "cage", "-d", *turned, "--"]


def outputs_to_turn(listing: str, rotate: int) -> list[str]:
    """The connected outputs that wlr-randr lists with another angle than they should have."""
    wanted = str(rotate) if rotate else "normal"
    found = re.findall(r"^(\S+)[^\n]*\n(?:\s[^\n]*\n)*?\s+Transform: (\S+)", listing, re.MULTILINE)
    return [name for name, angle in found if angle != wanted]


def keep_turned(rotate: int) -> None:
    """Turn what is not turned: a screen that was switched off and on again comes back unturned."""
    sockets = sorted(Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere")).glob("wayland-?"))
    if not sockets:
        return
    surroundings = os.environ | {"WAYLAND_DISPLAY": sockets[-1].name}
    listing = subprocess.run(["wlr-randr"], capture_output=True, text=True, check=False, env=surroundings)
    if listing.returncode != 0:
        return  # cage 0.1 does not answer, and has turned the picture itself
    for name in outputs_to_turn(listing.stdout, rotate):
        angle = str(rotate) if rotate else "normal"
        subprocess.run(["wlr-randr", "--output", name, "--transform", angle], check=False, env=surroundings)
