import { expect, test } from "@odoo/hoot";
import { defineModels, fields, models, mountView } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

class CapSubscription extends models.Model {
    _name = "cap.subscription";

    attainment_90 = fields.Float();
    attainment_decided = fields.Integer();

    _records = [
        { id: 1, attainment_90: 2 / 3, attainment_decided: 3 },
        { id: 2, attainment_90: 0, attainment_decided: 0 },
        { id: 3, attainment_90: 0.999, attainment_decided: 1000 },
        { id: 4, attainment_90: 0, attainment_decided: 2 },
    ];
}

defineMailModels();
defineModels([CapSubscription]);

test("a share is told in words and as a bar, and nothing as nothing", async () => {
    await mountView({
        type: "list",
        resModel: "cap.subscription",
        arch: `<list><field name="attainment_90" widget="cap_attainment"/></list>`,
    });
    expect(".o_cap_attainment span:first").toHaveText("66 % of 3");
    expect(".o_cap_attainment:eq(1)").toHaveText("–");
    expect(".o_cap_attainment:eq(1) .o_cap_bar").toHaveCount(0);
    expect(".o_cap_attainment:eq(2) span").toHaveText("99 % of 1000");
    expect(".o_cap_attainment:eq(3) span").toHaveText("0 % of 2");
    expect(".o_cap_bar").toHaveCount(3);
});
