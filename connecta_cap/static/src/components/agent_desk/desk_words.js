import { _t } from "@web/core/l10n/translation";

/** Return pairs of each key of the desk and what it does, for the help. */
export const listKeys = () => [
    ["j / ↓", _t("Next ticket of the list")],
    ["k / ↑", _t("Previous ticket")],
    ["n", _t("The ticket to look at next")],
    ["← / →", _t("Other list")],
    ["1 – 4", _t("Assess as low, normal, high, critical")],
    ["a", _t("Assign to me")],
    ["r", _t("Reply to the client")],
    ["i", _t("Internal note")],
    ["m", _t("More actions: merge, outside CAP, close…")],
    ["o", _t("Open the form")],
    ["Ctrl + Enter", _t("Send what you wrote")],
    ["Esc", _t("Back to the list; what you wrote is kept")],
    ["?", _t("This help")],
];

/** Return pairs of key and word of the legend that is always in sight. */
export const listLegend = () => [
    ["j k", _t("move")],
    ["n", _t("next")],
    ["1–4", _t("assess")],
    ["a", _t("assign to me")],
    ["r", _t("reply")],
    ["i", _t("note")],
    ["m", _t("actions")],
    ["o", _t("open")],
    ["?", _t("all keys")],
];

/** Return the name of each list, and a short one for narrow screens. */
export const nameTabs = () => ({
    queue: { label: _t("Queue"), short: _t("Queue") },
    mine: { label: _t("My tickets"), short: _t("Mine") },
    waiting: { label: _t("Waiting for client"), short: _t("Waiting") },
    unidentified: { label: _t("Unknown senders"), short: _t("Unknown") },
});

/** Return what a list says when nothing is in it: a title, and what it is for. */
export const wordEmpty = (tab) =>
    ({
        queue: [_t("Nothing waits for a priority"), _t("New requests appear by themselves.")],
        mine: [_t("Nothing is assigned to you"), _t("Take a ticket with the key a.")],
        waiting: [
            _t("No client owes you an answer"),
            _t("“Send and wait” puts a ticket here until the client answers."),
        ],
        unidentified: [
            _t("Every sender is known"),
            _t("Mails from unknown addresses wait here to be linked to a client."),
        ],
    })[tab];

/** Return how today's promises were kept, in words. */
export const wordToday = ({ met, decided }) =>
    decided ? _t("%(met)s of %(decided)s in time", { met, decided }) : _t("nothing decided yet");

/** Return the share of today's promises that were kept, in whole percent. */
export const percentToday = ({ met, decided }) => (decided ? Math.floor((100 * met) / decided) : 0);
