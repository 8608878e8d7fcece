"""What a mail says about itself: whether a person wrote it, and which tickets it names.

Signs are those of RFC 3834 (automatic answers), RFC 3464 and 8098 (reports on delivery
and on reading) and RFC 2369 and 2919 (mailing lists), with the older headers that mail
programs still send.
"""

import re

AUTOMATIC = "automatic"
BOUNCE = "bounce"
LIST = "list"
RECEIPT = "receipt"

AUTOMATIC_HEADERS = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-Auto-Reply-From",
    "X-Mail-Autoreply",
)
LIST_HEADERS = (
    "List-Id",
    "List-Post",
    "List-Unsubscribe",
    "List-Help",
    "List-Archive",
    "Mailing-List",
)
PRECEDENCES = {
    "auto_reply": AUTOMATIC,
    "bulk": LIST,
    "junk": LIST,
    "list": LIST,
}
REPORTS = {
    "delivery-status": BOUNCE,
    "feedback-report": BOUNCE,
    "disposition-notification": RECEIPT,
}
DAEMONS = ("mailer-daemon", "postmaster")
NUMBER = re.compile(r"\[\s*(CAP-\d+)\s*\]", re.IGNORECASE)
BLANKS = re.compile(r"\n{3,}")


def find_sign(message):
    """Return why a mail asks for no answer, "" when a person may have written it.

    :param message: `email.message.Message`.
    :return: one of the constants of this module, or "".
    """
    return _find_report(message) or _find_automatic(message) or _find_list(message)


def _find_report(message):
    if message.get_content_type() == "multipart/report":
        kind = str(message.get_param("report-type") or "").lower()
        return REPORTS.get(kind, BOUNCE)
    local = _read(message, "From").rsplit("<", 1)[-1].split("@", 1)[0]
    if local.strip().lower() in DAEMONS or _read(message, "Return-Path") == "<>":
        return BOUNCE
    return ""


def _find_automatic(message):
    # a comment may follow the keyword: "auto-replied (vacation)"
    submitted = re.split(r"[\s;(]", _read(message, "Auto-Submitted").lower())[0]
    if submitted and submitted != "no":
        return AUTOMATIC
    if any(_read(message, name) for name in AUTOMATIC_HEADERS):
        return AUTOMATIC
    return ""


def _find_list(message):
    precedence = PRECEDENCES.get(_read(message, "Precedence").lower(), "")
    if precedence:
        return precedence
    return LIST if any(_read(message, name) for name in LIST_HEADERS) else ""


def _read(message, name):
    """Return a header as text, "" when it is missing or cannot be read."""
    try:
        return str(message.get(name) or "").strip()
    except (ValueError, LookupError, IndexError, AttributeError, TypeError):
        # a header that the parser of structured values gives up on
        return ""


def find_numbers(subject):
    """Return the ticket numbers that a subject names in brackets, in order."""
    return [number.upper() for number in NUMBER.findall(subject or "")]


def strip_numbers(subject):
    """Return a subject in one line, without the ticket numbers in brackets."""
    return " ".join(NUMBER.sub(" ", subject or "").split())


def tidy_text(text, most):
    """Return the text of a mail in readable form.

    :param text: plain text.
    :param most: characters that are kept; an ellipsis says that there is more.
    """
    lines = [line.rstrip() for line in (text or "").replace("\r\n", "\n").split("\n")]
    tidy = BLANKS.sub("\n\n", "\n".join(lines)).strip().replace("\x00", "")
    return tidy if len(tidy) <= most else f"{tidy[:most].rstrip()} …"


def list_headers(message, most):
    """Return the headers of a mail as text, cut off where they are huge.

    :param message: `email.message.Message`.
    :param most: characters that are kept.
    """
    lines = []
    for name in dict.fromkeys(message.keys()):
        try:
            values = [str(value) for value in message.get_all(name, [])]
        except (ValueError, LookupError, IndexError, AttributeError, TypeError):
            values = ["?"]
        lines += [f"{name}: {' '.join(value.split())}" for value in values]
    return tidy_text("\n".join(lines).encode("utf-8", "replace").decode(), most)
