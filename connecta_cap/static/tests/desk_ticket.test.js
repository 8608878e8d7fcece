import { expect, test } from "@odoo/hoot";
import { click, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { defineTickets } from "@connecta_cap/../tests/helpers";
import { assessed, detail, row } from "@connecta_cap/../tests/desk_helpers";
import { DeskTicket } from "@connecta_cap/components/desk_ticket/desk_ticket";

defineTickets();

const message = (id, values = {}) => ({
    id,
    author: "Tom",
    at: "2026-03-30 07:30:00",
    body: `<p>Message ${id}</p>`,
    is_note: false,
    is_automatic: false,
    is_client: false,
    files: [],
    ...values,
});

async function mountTicket(shown, props = {}) {
    const handle = { focusComposer: null };
    await mountWithCleanup(DeskTicket, {
        props: {
            detail: shown,
            row: shown.row,
            priorities: [
                ["1", "Low"],
                ["3", "High"],
            ],
            drafts: {},
            handle,
            onAssess: (priority) => expect.step(["assess", priority]),
            onAssign: () => expect.step("assign"),
            onOpen: (id) => expect.step(["open", id]),
            onRun: (offer) => expect.step(offer),
            onSend: (sent) => expect.step(sent),
            onLeave: () => {},
            ...props,
        },
    });
    return handle;
}

test("all that an assessment needs is there", async () => {
    await mountTicket(detail(row(1)));
    expect(".o_cap_desk_detail").toHaveText(/Nothing arrives\./);
    expect(".o_cap_desk_facts").toHaveText(/Client's urgency\s*Normal/);
    expect(".o_cap_client_panel").toHaveCount(1);
    await click(".o_cap_desk_assess button:eq(1)");
    await click(".o_cap_desk_assign");
    await click(".o_cap_desk_open");
    expect.verifySteps([["assess", "3"], "assign", ["open", 1]]);
});

test("an assessed ticket says by whom, when and why, and may be changed", async () => {
    await mountTicket(detail(assessed(3, { user: { id: 5, name: "Ben" } })));
    expect(".o_cap_desk_assessed").toHaveText(/Ann, Mon 30 Mar 10:42 CEST/);
    expect(".o_cap_desk_assess").toHaveCount(0);
    expect(".o_cap_desk_user").toHaveText("Ben");
    await click(".o_cap_desk_change");
    expect.verifySteps([["assess", undefined]]);
});

test("notes, answers and notices are told apart; the latest is on top", async () => {
    const messages = [
        message(1, { is_automatic: true }),
        message(2, { is_client: true, files: [{ id: 9, name: "log.txt" }] }),
        message(3, { is_note: true }),
    ];
    await mountTicket(detail(row(1), { messages }));
    expect(queryAllTexts(".o_cap_message_body")).toEqual(["Message 3", "Message 2", "Message 1"]);
    expect(".o_cap_message:eq(0)").toHaveClass("o_cap_message_note");
    expect(".o_cap_message:eq(0) .badge").toHaveText("Internal note");
    expect(".o_cap_message:eq(1)").toHaveClass("o_cap_message_client");
    expect(".o_cap_message:eq(1) a").toHaveAttribute("href", "/web/content/9?download=true");
});

test("a bad message stays a text", async () => {
    await mountTicket(detail(row(1), { description: "<img src=x onerror=boom>" }));
    expect(".o_cap_desk_text").toHaveText("<img src=x onerror=boom>");
});

test("an emergency rings until somebody is on it", async () => {
    const emergency = {
        process: "Shipping",
        since: "Mon 09:00",
        phone: "+32 1",
        deadline: "Mon 09:15",
        acknowledged: "",
    };
    await mountTicket(detail(row(1, { is_emergency: true, is_ringing: true }), { emergency }));
    expect(".o_cap_desk_emergency").toHaveText(/Acknowledge before Mon 09:15/);
    expect(".o_cap_desk_emergency a").toHaveAttribute("href", "tel:+32 1");
    await click(".o_cap_desk_acknowledge");
    expect.verifySteps([{ method: "action_acknowledge" }]);
});

test("the actions are those that the server offers", async () => {
    const close = { label: "Close", icon: "check", method: "action_close" };
    await mountTicket(detail(assessed(3), { actions: [close] }));
    await click(".o_cap_desk_actions");
    await animationFrame();
    await click(".o-dropdown-item:contains(Close)");
    expect.verifySteps([close]);
});

test("what was written is kept until it is sent", async () => {
    const drafts = {};
    const handle = await mountTicket(detail(row(1)), { drafts });
    handle.focusComposer("note");
    await animationFrame();
    expect(".o_cap_composer_note").toHaveCount(1);
    const field = document.querySelector("textarea");
    field.value = "Half";
    field.dispatchEvent(new window.Event("input"));
    expect(drafts[1]).toEqual({ text: "Half", files: [], kind: "note" });
    await click(".o_cap_send");
    await animationFrame();
    expect.verifySteps([{ text: "Half", isNote: true, wait: false, fileIds: [] }]);
    expect(".o_cap_composer").toHaveCount(0);
});

test("who only reads gets no buttons", async () => {
    const handle = await mountTicket(detail(row(1), { may_work: false }));
    expect(".o_cap_desk_assess").toHaveCount(0);
    expect(".o_cap_desk_reply").toHaveCount(0);
    handle.focusComposer("reply");
    await animationFrame();
    expect(".o_cap_composer").toHaveCount(0);
});
