"""Personal values in the audit: keyed digests, by which equal values are equal and nothing else can be learnt. Pure."""

from __future__ import annotations

import hmac

from villages.core.keys import derived

LENGTH = 32
MARK = "#"


def digest_of(data_key: str, value: str) -> str:
    """What the audit holds of a personal value: '#' and 32 hexadecimal digits; '' stays ''.

    Telephone and identity numbers are few enough to be tried one by one, hence a key that is not in the database.
    """
    if not value:
        return ""
    key = derived(data_key, "villages audit value 1")
    return MARK + hmac.digest(key, value.encode(), "sha256").hex()[:LENGTH]
