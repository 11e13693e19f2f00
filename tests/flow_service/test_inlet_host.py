"""An inlet URL leads to Adobe, to the platform itself, or is remarked upon."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aep_tui.flow_service.inlet_host import inlet_host_remark

ADOBE = "https://platform.adobe.io"
HERE = "http://127.0.0.1:8641"


@pytest.mark.parametrize(
    ("url", "platform"),
    [
        ("https://dcs.adobedc.net/collection/ab12", ADOBE),
        ("https://DCS.AdobeDC.net/collection/ab12?x=1", ADOBE),
        ("https://dcs.adobedc.net:443/collection/ab12", ADOBE),
        ("https://edge.adobe.io/x", ADOBE),
        ("https://dcs.va7.adobe.net/x", ADOBE),
        ("https://platform.example.com/collection/1", "https://platform.example.com"),
        ("http://127.0.0.1:8641/collection/1", HERE),
        ("http://localhost:9/collection/1", HERE),
        ("https://dcs.aep.invalid/collection/1", "http://localhost"),
    ],
)
def test_expected(url, platform):
    assert inlet_host_remark(url, platform) == ""


@pytest.mark.parametrize(
    ("url", "platform", "words"),
    [
        ("https://evil.example/collection/1", ADOBE, "evil.example"),
        ("https://adobedc.net.evil.example/", ADOBE, "evil.example"),
        ("https://evil-adobedc.net/", ADOBE, "evil-adobedc.net"),
        ("https://adobedc.net/", ADOBE, "adobedc.net"),
        ("https://dcs.adobedc.net:8443/", ADOBE, "dcs.adobedc.net"),
        ("http://dcs.adobedc.net/collection/1", ADOBE, "plain http"),
        ("http://127.0.0.1:1/collection/1", ADOBE, "127.0.0.1"),
        ("https://dcs.aep.invalid/", ADOBE, "dcs.aep.invalid"),
        ("https://me:canary@dcs.adobedc.net/", ADOBE, "password"),
        ("https://dcs.adobedc.net\\@evil.example/", ADOBE, ""),
        ("https://dcs.adobedc.net@evil.example/", ADOBE, "user name"),
        ("ftp://dcs.adobedc.net/", ADOBE, "https://"),
        ("dcs.adobedc.net", ADOBE, "https://"),
        ("//dcs.adobedc.net/x", ADOBE, "https://"),
        ("https://[::1", ADOBE, "read"),
        ("https://xn--dcs-\u202eadobedc.net/", ADOBE, ""),
        ("", ADOBE, ""),
        ("https://evil.example/", HERE, "evil.example"),
    ],
)
def test_remarked_upon(url, platform, words):
    remark = inlet_host_remark(url, platform)
    assert remark.startswith("The inlet URL")
    assert words in remark
    assert "canary" not in remark
    assert remark.isprintable()


@given(st.text(max_size=60) | st.from_regex(r"https?://[a-z0-9:@/?#.\[\]\\-]{0,40}", fullmatch=True))
def test_whatever_comes_is_expected_for_a_reason(url):
    assert inlet_host_remark(url, ADOBE) or ".adobe" in url.lower()
