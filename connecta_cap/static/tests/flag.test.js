import { expect, test } from "@odoo/hoot";
import { mountView } from "@web/../tests/web_test_helpers";
import { defineTickets } from "@connecta_cap/../tests/helpers";

defineTickets();

test("a yes has a mark with a name, a no has nothing", async () => {
    await mountView({
        type: "list",
        resModel: "cap.ticket",
        arch: `<list><field name="is_emergency" widget="cap_flag" options="{'icon': 'fa-bolt', 'label': 'Emergency'}"/></list>`,
    });
    expect(".o_cap_flag").toHaveCount(1);
    expect(".o_cap_flag i").toHaveAttribute("aria-label", "Emergency");
});
