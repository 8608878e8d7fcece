"""The worth of an advice, and what became of the flow that it was about."""

# A flow that changed by less than this share counts as unchanged.
NOTICEABLE = 0.1


def rank(impact, effort):
    """Return the place of an advice in the order of its worth: higher comes first.

    Much effect for little work goes first; of two with the same ratio, the one with
    the larger effect.

    :param impact: 1 to 3, how much it would improve.
    :param effort: 1 to 3, how much work it takes.
    """
    return round(100 * impact / effort) + impact


def word_worth(impact, effort):
    """Return 'quick', 'worth' or 'later': what to do first, in a word."""
    if impact > effort:
        return "quick"
    return "worth" if impact == effort else "later"


def compare_figures(before, after):
    """Return whether a flow does 'better', 'same' or 'worse' than before.

    Fewer errors count first; how long a run takes decides when errors did not change.

    :param before: dict of `runs`, `error_share` (0 to 1) and possibly `duration_ms`.
    :param after: the same of the days after the improvement.
    :return: 'no_figures' when one side has no runs.
    """
    if not _has_runs(before) or not _has_runs(after):
        return "no_figures"
    for name in ("error_share", "duration_ms"):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            continue
        if abs(new - old) > NOTICEABLE * max(old, new):
            return "better" if new < old else "worse"
    return "same"


def _has_runs(figures):
    return bool(figures) and bool(figures.get("runs"))
