"""Guards the house: what must stay true of the code as a whole."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from villages.portal.sections import SECTIONS

ROOT = Path(__file__).resolve().parents[2]
CODE = [*ROOT.glob("villages/**/*.py"), *ROOT.glob("kiosk/**/*.py"), ROOT / "wsgi.py"]
SUBJECTS = {path.parent.name for path in ROOT.glob("villages/*/__init__.py")}
LONGEST_FILE = 300
LONGEST_FUNCTION = 45


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_short(path):
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= LONGEST_FILE
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and "migrations" not in path.parts:
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, node.name


def test_no_file_is_named_after_nothing():
    names = {path.stem for path in CODE}
    assert not names & {"utils", "helpers", "common", "constants", "base", "misc"}


def test_the_imports_only_point_down():
    program = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_every_subject_stands_on_a_floor():
    contracts = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    floors = contracts.split("Floors", 1)[1].split("[[", 1)[0]
    standing = {subject for subject in SUBJECTS if f"villages.{subject}" in floors}
    assert standing == SUBJECTS - {"migrations"}


def test_no_county_is_named_in_the_code():
    for path in [*CODE, *ROOT.glob("villages/**/*.html"), *ROOT.glob("villages/**/*.typ")]:
        text = path.read_text(encoding="utf-8").replace('"nanle-villages.csv"', "")
        assert not re.search(r"南乐|410923|nanle", text, re.IGNORECASE), path


def test_our_own_code_has_no_doubles():
    for path in set((ROOT / "tests").rglob("*.py")) - {Path(__file__)}:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"mock\.patch|MagicMock|setattr\(\s*[\"']?(villages|kiosk)", text), path


def test_verbs_do_not_commit_or_read_the_clock():
    for path in ROOT.glob("villages/*/actions.py"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\.commit\(|\bnow\(|datetime\.now", text), path


def test_the_repository_names_no_host_of_a_registry():
    for path in ROOT.glob("requirements/*"):
        assert "://" not in path.read_text(encoding="utf-8"), path


def test_plate_and_page_say_the_same_of_the_four_entries():
    paper = (ROOT / "villages/paper/templates/common.typ").read_text(encoding="utf-8")
    printed = re.findall(r'\(name: "(.+?)", words: "(.+?)"', paper)
    assert printed == [(section.title, section.words.replace(" ", "\u3000")) for section in SECTIONS]
