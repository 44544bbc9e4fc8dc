"""Make the fonts in static/fonts: Noto for GB 2312 and every character in the names of China's villages.

    python scripts/subset_fonts.py

Needs npm (the fonts and the list of villages come from its registry, by name and version) and fonttools; takes a
few minutes, nearly all of it download. Run again, it writes the same bytes. The fonts and their licence (SIL OFL 1.1)
are committed, so only a change of font or of characters needs this.
"""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FOLDER = Path(__file__).resolve().parent.parent / "static" / "fonts"
SANS = "@expo-google-fonts/noto-sans-sc@0.4.3"
SERIF = "@expo-google-fonts/noto-serif-sc@0.4.3"
DIVISIONS = "china-division@2.7.0"
PUNCTUATION = "·•—–…“”‘’《》〈〉「」『』【】〔〕（），。、；：？！￥％℃№×÷±→←↑↓①②③④⑤⑥⑦⑧⑨⑩〇○●□■△▲☆★✓"


@dataclass(frozen=True)
class Source:
    """One font to make: the package, the file in it, and the name it gets here."""

    package: str
    path: str
    name: str


SOURCES = (
    Source(SANS, "400Regular/NotoSansSC_400Regular.ttf", "NotoSansSC-Regular.ttf"),
    Source(SANS, "700Bold/NotoSansSC_700Bold.ttf", "NotoSansSC-Bold.ttf"),
    Source(SERIF, "900Black/NotoSerifSC_900Black.ttf", "NotoSerifSC-Black.ttf"),
)


def fetch(package: str, into: Path) -> Path:
    """The unpacked folder of an npm package."""
    run = subprocess.run(["npm", "pack", "--silent", package], cwd=into, check=True, capture_output=True, text=True)
    target = into / package.replace("/", "_")
    with tarfile.open(into / run.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def gb2312() -> set[str]:
    """The characters of GB/T 2312-1980, which every Chinese typist can reach."""
    pairs = (bytes((row, cell)) for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF))
    return set("".join(pair.decode("gb2312", "ignore") for pair in pairs))


def characters(divisions: Path) -> set[str]:
    """Everything that a plate may have to say."""
    names = [(divisions / "dist" / f"{level}.csv").read_text("utf-8") for level in ("villages", "streets")]
    ascii_ = {chr(code) for code in range(0x20, 0x7F)}
    wanted = gb2312().union(ascii_, PUNCTUATION, *names)
    return {char for char in wanted if char.isprintable() or char == "\u3000"}  # U+3000 is the Chinese space


def subset(source: Path, wanted: set[str], target: Path) -> None:
    """Write the part of a font that holds the wanted characters: no hints, horizontal setting only."""
    options = Options(hinting=False, layout_features=["kern"], notdef_outline=True, recalc_timestamp=False)
    options.drop_tables += ["BASE", "STAT", "vhea", "vmtx", "gasp", "DSIG"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    font = TTFont(source, recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(char) for char in wanted])
    subsetter.subset(font)
    font.save(target)


def notice(font: Path) -> str:
    """A font's own copyright line."""
    return str(TTFont(font)["name"].getDebugName(0))


def main() -> None:
    """Fetch, cut, and put the licence beside."""
    with tempfile.TemporaryDirectory() as folder:
        packages = {name: fetch(name, Path(folder)) for name in (SANS, SERIF, DIVISIONS)}
        wanted = characters(packages[DIVISIONS])
        for source in SOURCES:
            target = FOLDER / source.name
            subset(packages[source.package] / source.path, wanted, target)
            print(f"{source.name}: {target.stat().st_size / 1e6:.2f} MB")
        licence = (packages[SANS] / "LICENSE_FONT").read_text("utf-8").splitlines()[1:]
    notices = [f"{source.name}: {notice(FOLDER / source.name)}" for source in SOURCES]
    lines = [line.rstrip() for line in [*notices, *licence]]
    (FOLDER / "OFL.txt").write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
