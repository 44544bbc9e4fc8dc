"""What Chromium may do on the kiosk: the enterprise policies, made from the settings."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .settings import Settings

PORTS = {"https": 443, "http": 80}
QUEUE = "villages"  # the printer's name in CUPS
CONNECTING_PORT = 8127
CONNECTING = f"http://127.0.0.1:{CONNECTING_PORT}/"
# Silent printing is drawn by these two; without them a print ends in an error dialogue. Neither can do anything else.
PREVIEW = ("chrome://print", "chrome-untrusted://print")
BLOCK, OFF = 2, False


def exactly(address: str) -> str:
    """The pattern of a URL list that matches this scheme, host, port and path's beginning, nothing near them."""
    parts = urlsplit(address)
    port = parts.port or PORTS[parts.scheme]
    return f"{parts.scheme}://.{parts.hostname}:{port}{parts.path}"


def policies(settings: Settings, connecting: str = CONNECTING) -> dict[str, Any]:
    """The policy file's content."""
    parts = urlsplit(settings.home)
    return {
        "URLBlocklist": ["*", "chrome://*", "chrome-untrusted://*", "chrome-extension://*", "devtools://*", "file://*"],
        "URLAllowlist": [exactly(settings.home), exactly(connecting), *PREVIEW],
        "AutoplayAllowed": OFF,
        "AutoplayAllowlist": [f"{parts.scheme}://{parts.netloc}"],
        **_PRIVACY,
        **_DOORS,
        **_PRINTING,
        "PrintingEnabled": bool(settings.printer),
    }


# The profile is kept: the service worker's copy is what a cold start without network shows, and a cookie says which
# machine this is. So nothing here may touch site data; what can tell of a visitor is not written, or goes in an hour.
_PRIVACY: dict[str, Any] = {
    "SavingBrowserHistoryDisabled": True,
    "BrowsingDataLifetime": [
        {
            "data_types": ["browsing_history", "download_history", "password_signin", "autofill"],
            "time_to_live_in_hours": 1,
        }
    ],
    "AutofillAddressEnabled": OFF,
    "AutofillCreditCardEnabled": OFF,
    "PasswordManagerEnabled": OFF,
    "PaymentMethodQueryEnabled": OFF,
    "BrowserSignin": 0,
    "SyncDisabled": True,
    "MetricsReportingEnabled": OFF,
    "UrlKeyedAnonymizedDataCollectionEnabled": OFF,
    "SafeBrowsingProtectionLevel": 0,
    "SearchSuggestEnabled": OFF,
    "DefaultSearchProviderEnabled": OFF,
    "NetworkPredictionOptions": BLOCK,
    "SpellCheckServiceEnabled": OFF,
    "SpellcheckEnabled": OFF,
    "AlternateErrorPagesEnabled": OFF,
    "TranslateEnabled": OFF,
    "ForcedLanguages": ["zh-CN"],
}

# Every way out of the page, and every part of the machine that a page could ask for.
_DOORS: dict[str, Any] = {
    "DeveloperToolsAvailability": BLOCK,
    "DownloadRestrictions": 3,
    "AllowFileSelectionDialogs": OFF,
    "IncognitoModeAvailability": 1,
    "BrowserGuestModeEnabled": OFF,
    "BrowserAddPersonEnabled": OFF,
    "BookmarkBarEnabled": OFF,
    "EditBookmarksEnabled": OFF,
    "BackgroundModeEnabled": OFF,
    "ComponentUpdatesEnabled": OFF,
    "DefaultBrowserSettingEnabled": OFF,
    "PromotionsEnabled": OFF,
    "EnableMediaRouter": OFF,
    "AllowDinosaurEasterEgg": OFF,
    "SSLErrorOverrideAllowed": OFF,
    "ExtensionInstallBlocklist": ["*"],
    "ExternalProtocolDialogShowAlwaysOpenCheckbox": OFF,
    "VideoCaptureAllowed": OFF,
    "AudioCaptureAllowed": OFF,
    "ScreenCaptureAllowed": OFF,
    "DefaultPopupsSetting": BLOCK,
    "DefaultNotificationsSetting": BLOCK,
    "DefaultGeolocationSetting": BLOCK,
    "DefaultSensorsSetting": BLOCK,
    "DefaultClipboardSetting": BLOCK,
    "DefaultWebUsbGuardSetting": BLOCK,
    "DefaultWebHidGuardSetting": BLOCK,
    "DefaultSerialGuardSetting": BLOCK,
    "DefaultWebBluetoothGuardSetting": BLOCK,
    "DefaultFileSystemReadGuardSetting": BLOCK,
    "DefaultFileSystemWriteGuardSetting": BLOCK,
    "DefaultLocalFontsSetting": BLOCK,
    "DefaultWindowManagementSetting": BLOCK,
}

_PRINTING: dict[str, Any] = {
    "PrintHeaderFooter": OFF,
    "PrintPreviewUseSystemDefaultPrinter": True,
    "DefaultPrinterSelection": f'{{"kind": "local", "namePattern": "^{QUEUE}$"}}',
    "PrinterTypeDenyList": ["pdf", "privet", "extension"],
}
