"""Reading aloud: a text as a person would say it, its pinyin, and the sound made from that, kept on disk."""
