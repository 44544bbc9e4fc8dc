"""A machine without the voice is told of, and how to give it one."""

from villages.speech import voice


def test_check_says_how_the_voice_is_installed(villages, monkeypatch):
    villages("init")
    assert "espeak-ng" not in villages("check")[2]
    monkeypatch.setenv("PATH", "")
    voice.program.cache_clear()
    try:
        assert "apt-get install --no-install-recommends espeak-ng" in villages("check")[2]
    finally:
        voice.program.cache_clear()
