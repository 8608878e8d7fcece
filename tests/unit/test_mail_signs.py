"""What mails say about themselves, over the headers that real programs send."""

from email import message_from_bytes, policy

import pytest
from cap_tools.mail_signs import (
    find_numbers,
    find_sign,
    list_headers,
    strip_numbers,
    tidy_text,
)
from hypothesis import given
from hypothesis import strategies as st


def mail(*lines):
    raw = "\r\n".join([*lines, "", "Hello"]).encode("utf-8", "surrogateescape")
    return message_from_bytes(raw, policy=policy.SMTP)


@pytest.mark.parametrize(
    ("lines", "sign"),
    [
        (["From: a@b.example"], ""),
        (["Auto-Submitted: no"], ""),
        (["Auto-Submitted: NO (a person)"], ""),
        (["Auto-Submitted: auto-replied"], "automatic"),
        (["Auto-Submitted: auto-notified; owner-email=x"], "automatic"),
        (["X-Autorespond: away"], "automatic"),
        (["Precedence: Auto_Reply"], "automatic"),
        (["Precedence: bulk"], "list"),
        (["Precedence: normal"], ""),
        (["List-Id: <x.y>"], "list"),
        (["Return-Path: <>"], "bounce"),
        (["Return-Path: <a@b.example>"], ""),
        (["From: Mail <Postmaster@b.example>"], "bounce"),
        (["From: mailer-daemon@b.example", "Precedence: bulk"], "bounce"),
        (["Content-Type: multipart/report; report-type=delivery-status"], "bounce"),
        (["Content-Type: multipart/report"], "bounce"),
        (
            ["Content-Type: multipart/report; report-type=disposition-notification"],
            "receipt",
        ),
    ],
)
def test_signs(lines, sign):
    assert find_sign(mail(*lines)) == sign


@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["From", "Auto-Submitted", "Precedence", "List-Id", "Return-Path"]
            ),
            st.text(
                st.characters(blacklist_characters="\r\n", blacklist_categories=["Cs"])
            ),
        )
    )
)
def test_no_header_is_too_strange(headers):
    message = mail(*(f"{name}: {value}" for name, value in headers))
    assert find_sign(message) in ("", "automatic", "list", "bounce", "receipt")
    assert len(list_headers(message, 100)) <= 102


@pytest.mark.parametrize(
    ("subject", "numbers", "rest"),
    [
        ("Re: [CAP-00042] It stops", ["CAP-00042"], "Re: It stops"),
        ("[cap-7][ CAP-8 ]", ["CAP-7", "CAP-8"], ""),
        ("CAP-00042 without brackets", [], "CAP-00042 without brackets"),
        ("[CAP-x] [SUP-1]", [], "[CAP-x] [SUP-1]"),
        (None, [], ""),
    ],
)
def test_numbers(subject, numbers, rest):
    assert find_numbers(subject) == numbers
    assert strip_numbers(subject) == rest


def test_text_is_tidy_and_not_endless():
    assert tidy_text("a  \r\n\r\n\r\n\r\nb\x00\n", 100) == "a\n\nb"
    assert tidy_text("x" * 50, 10) == "x" * 10 + " …"
    assert tidy_text(None, 10) == ""
