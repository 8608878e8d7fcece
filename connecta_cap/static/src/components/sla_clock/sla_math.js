/**
 * Working time left of a promise, from the working spans that a ticket stores.
 *
 * The server froze the spans when the request came in (pairs of seconds since the
 * epoch), so every screen counts the same without asking it again.
 */

/** Return the seconds of `work` between two moments (seconds since the epoch). */
export function workedBetween(work, start, end) {
    return work.reduce(
        (total, [from, to]) => total + Math.max(0, Math.min(to, end) - Math.max(from, start)),
        0,
    );
}

/** Return the working seconds left at `now`, 0 once the deadline has passed. */
export function remainingSeconds(work, now) {
    return work.length ? workedBetween(work, now, work.at(-1)[1]) : 0;
}

/** Return which part of the working time is used at `now`, from 0 to 1. */
export function usedShare(work, now) {
    const total = work.reduce((sum, [from, to]) => sum + to - from, 0);
    return total ? 1 - remainingSeconds(work, now) / total : 1;
}

/** Return 'ok', 'half' or 'risk': a promise turns at 50 % and at 75 %. */
export function riskLevel(work, now) {
    const used = usedShare(work, now);
    if (used >= 0.75) {
        return "risk";
    }
    return used >= 0.5 ? "half" : "ok";
}

/** Split seconds into whole hours and minutes; a started minute counts. */
export function splitDuration(seconds) {
    const minutes = Math.ceil(seconds / 60);
    return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}
