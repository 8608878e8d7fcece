import { expect, test } from "@odoo/hoot";
import { click, press } from "@odoo/hoot-dom";
import { animationFrame, runAllTimers } from "@odoo/hoot-mock";
import { mountView, onRpc } from "@web/../tests/web_test_helpers";
import { defineTickets } from "@connecta_cap/../tests/helpers";

defineTickets();

async function mountList() {
    await mountView({
        type: "list",
        resModel: "cap.ticket",
        arch: `<list js_class="cap_triage_list"><field name="number"/><field name="name"/><widget name="cap_assess_buttons"/></list>`,
    });
    await runAllTimers();
}

test("the keys move a cursor and assess its row", async () => {
    await mountList();
    expect(".o_data_row:eq(0)").toHaveClass("o_cap_cursor");
    await press("j");
    expect(".o_data_row:eq(1)").toHaveClass("o_cap_cursor");
    expect(".o_data_row:eq(0)").not.toHaveClass("o_cap_cursor");
    await press("3");
    await animationFrame();
    await animationFrame();
    expect(".modal-title").toHaveText("CAP-00002 Labels");
    expect("#o_cap_priority_3").toBeChecked();
});

test("a takes the ticket on", async () => {
    onRpc("cap.ticket", "action_assign_to_me", ({ args }) => {
        expect.step(args);
        return true;
    });
    await mountList();
    await press("a");
    await animationFrame();
    expect.verifySteps([[[1]]]);
});

test("a says who was faster", async () => {
    onRpc("cap.ticket", "action_assign_to_me", () => ({
        type: "ir.actions.client",
        tag: "display_notification",
        params: {
            type: "warning",
            message: "CAP-00001 is with Ben already.",
            next: { type: "ir.actions.act_window_close" },
        },
    }));
    await mountList();
    await press("a");
    await animationFrame();
    await animationFrame();
    expect(".o_notification").toHaveText(/CAP-00001 is with Ben already/);
});

test("? explains the keys", async () => {
    await mountList();
    await click(".o_cap_triage_help");
    await animationFrame();
    expect(".modal kbd").toHaveCount(8);
});

test("n goes to the ticket that is next", async () => {
    onRpc("cap.ticket", "get_next_ticket", () => 2);
    await mountList();
    expect(".o_data_row:eq(0)").toHaveClass("o_cap_cursor");
    await press("n");
    await animationFrame();
    expect(".o_data_row:eq(1)").toHaveClass("o_cap_cursor");
});
