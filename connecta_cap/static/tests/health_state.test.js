import { expect, test } from "@odoo/hoot";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { HealthState } from "@connecta_cap/components/health_state/health_state";
import { DOWN } from "./health_data";

defineMailModels();

test("a state has a word and an icon beside its colour", async () => {
    await mountWithCleanup(HealthState, { props: { health: DOWN } });
    expect(".o_cap_health[data-state=down]").toHaveText("Down");
    expect(".o_cap_health i.fa-times-circle").toHaveCount(1);
});
