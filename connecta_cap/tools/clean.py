"""Text without what a database or a header refuses."""


def clean_text(text: str) -> str:
    """Return a text on one line without control characters and broken pairs."""
    sound = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(c if c >= " " else " " for c in sound).split())
