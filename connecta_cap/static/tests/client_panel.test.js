import { expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mockService, mountView, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { defineTickets } from "@connecta_cap/../tests/helpers";
import { PANEL } from "@connecta_cap/../tests/desk_helpers";
import { ClientPanel } from "@connecta_cap/components/client_panel/client_panel";

defineTickets();

const mountPanel = (panel) =>
    mountWithCleanup(ClientPanel, { props: { panel, onOpen: (id) => expect.step(["open", id]) } });

test("it tells the cover, the people and what is above fair use", async () => {
    await mountPanel(PANEL);
    expect(".o_cap_panel_client").toHaveText("Acme");
    expect(".o_cap_panel_tier").toHaveText("Essential");
    expect(".o_cap_panel_usage").toHaveText("Research: 7 of 6");
    expect(".o_cap_panel_usage i").toHaveAttribute("aria-label", "Above fair use");
    expect(".o_cap_panel_health").toHaveText(/No monitoring yet/);
    expect("summary").toHaveText("What Essential gives (1)");
    expect(".o_cap_client_panel").toHaveText(/Other open tickets \(7\)/);
});

test("a ticket opens where the panel is, a subscription in its form", async () => {
    mockService("action", {
        doAction: ({ res_model: model, res_id: id }) => expect.step([model, id]),
    });
    await mountPanel(PANEL);
    await click(".o_cap_panel_ticket");
    await click(".o_cap_panel_cover");
    await click(".o_cap_panel_client");
    expect.verifySteps([
        ["open", 3],
        ["cap.subscription", 8],
        ["res.partner", 5],
    ]);
});

test("nobody is named as long as the client is not known", async () => {
    await mountPanel({
        ...PANEL,
        client: null,
        cover: null,
        tickets: { total: 0, rows: [] },
    });
    expect(".o_cap_client_panel").toHaveText(/Client not known yet/);
    expect(".o_cap_panel_ticket").toHaveCount(0);
    expect(".o_cap_panel_tier").toHaveCount(0);
});

test("a client without cover is told so", async () => {
    await mountPanel({ ...PANEL, cover: null });
    expect(".o_cap_client_panel").toHaveText(/No subscription/);
});

test("on a form it asks for the ticket that is shown", async () => {
    onRpc("cap.ticket", "get_client_panel", ({ args }) => {
        expect.step(args);
        return PANEL;
    });
    await mountView({
        type: "form",
        resModel: "cap.ticket",
        resId: 2,
        arch: `<form><field name="name"/><widget name="cap_client_panel"/></form>`,
    });
    await animationFrame();
    expect.verifySteps([[[2]]]);
    expect(".o_cap_client_panel").toHaveCount(1);
});
