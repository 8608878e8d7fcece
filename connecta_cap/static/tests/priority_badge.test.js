import { expect, test } from "@odoo/hoot";
import { mountView } from "@web/../tests/web_test_helpers";
import { CapTicket, defineTickets } from "@connecta_cap/../tests/helpers";

defineTickets();

test("the priority is a word and a shape, or a dash", async () => {
    CapTicket._records[0].priority = "4";
    await mountView({
        type: "list",
        resModel: "cap.ticket",
        arch: `<list><field name="priority" widget="cap_priority"/></list>`,
    });
    expect(".o_cap_priority").toHaveCount(1);
    expect(".o_cap_priority").toHaveText("Critical");
    expect(".o_cap_priority i").toHaveClass("fa-angle-double-up");
    expect(".o_data_row:eq(1)").toHaveText("–");
});
