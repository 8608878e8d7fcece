"""Prepared texts with gaps such as {client}, filled in without running any code."""

import re

GAP = re.compile(r"\{([a-z_]+)\}")


def find_unknown(text, known) -> list[str]:
    """Return the gaps of a text that nobody can fill, each once, in order.

    :param text: what a person wrote, may be empty.
    :param known: names that there are values for.
    """
    found = dict.fromkeys(GAP.findall(text or ""))
    return [name for name in found if name not in known]


def fill(text, values) -> str:
    """Return the text with its gaps filled; a gap without a value stays as it is.

    :param text: a text with gaps.
    :param values: text by name of the gap.
    """
    return GAP.sub(lambda gap: values.get(gap[1], gap[0]), text or "")
