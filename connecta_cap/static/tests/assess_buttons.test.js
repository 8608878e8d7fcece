import { expect, test } from "@odoo/hoot";
import { click, waitFor } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mountView, onRpc } from "@web/../tests/web_test_helpers";
import { CapTicket, defineTickets } from "@connecta_cap/../tests/helpers";

defineTickets();

const mountForm = (widget, resId = 1) =>
    mountView({
        type: "form",
        resModel: "cap.ticket",
        resId,
        arch: `<form><field name="name"/><widget name="${widget}"/></form>`,
    });

test("a click on a priority opens the assessment with it", async () => {
    await mountForm("cap_assess_buttons");
    expect(".o_cap_assess_buttons button").toHaveCount(4);
    await click(".o_cap_assess_buttons button[data-priority='4']");
    await animationFrame();
    await animationFrame();
    expect(".modal-title").toHaveText("CAP-00001 Orders stop");
    expect("#o_cap_priority_4").toBeChecked();
});

test("a changed priority needs no type", async () => {
    CapTicket._records[0].priority = "2";
    onRpc("cap.ticket", "action_change_priority", ({ args }) => {
        expect.step(args);
        return true;
    });
    await mountForm("cap_change_priority");
    await click(".o_cap_change_priority");
    await waitFor(".modal button[type=submit]");
    expect("#o_cap_type").toHaveCount(0);
    await click(".modal button[type=submit]");
    await animationFrame();
    expect.verifySteps([[[1], "2", "Soon."]]);
});

test("who is no agent gets no buttons", async () => {
    onRpc("has_group", () => false);
    await mountForm("cap_assess_buttons");
    expect(".o_cap_assess_buttons").toHaveCount(0);
});

test("what the client asks for is the first guess of the type", async () => {
    await mountForm("cap_assess_buttons", 2);
    await click(".o_cap_assess_buttons button[data-priority='2']");
    await waitFor(".modal .o_cap_missing");
    expect("#o_cap_type").toHaveValue("research");
    expect(".o_cap_missing").toHaveText(/Not part of Essential/);
});
