import { expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { mockDate } from "@odoo/hoot-mock";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { defineTickets } from "@connecta_cap/../tests/helpers";
import { assessed, row } from "@connecta_cap/../tests/desk_helpers";
import { DeskRow } from "@connecta_cap/components/desk_row/desk_row";

defineTickets();

const mountRow = (shown, props = {}) =>
    mountWithCleanup(DeskRow, {
        props: {
            row: shown,
            priority: shown.priority ? "High" : undefined,
            onSelect: () => expect.step("select"),
            onOpen: () => {},
            ...props,
        },
    });

test("it tells both times, the client and how urgent the client finds it", async () => {
    mockDate("2026-03-30 08:30:00", 0);
    await mountRow(row(1, { urgency: ["3", "Urgent"] }));
    expect(".o_cap_clock").toHaveText("2 h 30 min left Mon 13:00 CEST");
    expect("[role=option]").toHaveText(/Acme/);
    expect("[role=option]").toHaveText(/Urgent/);
    await click("[role=option]");
    expect.verifySteps(["select"]);
});

test("an emergency has an icon and a word, whatever its colour", async () => {
    await mountRow(row(1, { is_emergency: true, is_ringing: true, priority_line: true }));
    expect(".badge.text-bg-danger").toHaveText("Emergency");
    expect(".fa-bolt").toHaveCount(1);
    expect(".o_cap_row_ringing").toHaveText("Not acknowledged");
    expect(".fa-star").toHaveAttribute("aria-label", "Priority Line");
});

test("after the assessment it tells the priority and who wrote last", async () => {
    await mountRow(assessed(3, { answered: true, user: { id: 7, name: "Ann" } }));
    expect(".o_cap_priority").toHaveText("High");
    expect(".o_cap_answered").toHaveText("The client wrote last");
    expect("img").toHaveAttribute("alt", "Ann");
    expect(".o_cap_clock").toHaveCount(0);
});

test("what is selected is so for a screen reader too", async () => {
    await mountRow(row(1), { isSelected: true });
    expect("[role=option]").toHaveAttribute("aria-selected", "true");
});

test("nothing is promised to an unknown sender", async () => {
    await mountRow(row(1, { is_unidentified: true, sla_state: "none", sla_deadline: "" }));
    expect("[role=option]").toHaveText(/Unknown sender/);
    expect(".o_cap_clock").toHaveCount(0);
});
