import { expect, test } from "@odoo/hoot";
import { click, edit, press } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    getService,
    makeServerError,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { reactive } from "@odoo/owl";
import { WebClient } from "@web/webclient/webclient";
import { AssessDialog } from "@connecta_cap/components/assess_dialog/assess_dialog";
import { defineTickets } from "@connecta_cap/../tests/helpers";

defineTickets();

async function openDialog(props = {}) {
    await mountWithCleanup(WebClient);
    getService("dialog").add(AssessDialog, {
        ticketId: 1,
        title: "CAP-00001",
        priority: "3",
        ...props,
    });
    await animationFrame();
    await animationFrame();
}

test("Enter is enough: type and reason are filled in", async () => {
    onRpc("cap.ticket", "action_assess", ({ args }) => {
        expect.step(args);
        return true;
    });
    await openDialog({ onDone: () => expect.step("done") });
    expect("#o_cap_reason").toHaveValue("Today.");
    expect("#o_cap_type").toHaveValue("incident");
    await press("Enter");
    await animationFrame();
    expect.verifySteps([[[1], "3", "incident", "Today."], "done"]);
    expect(".o_cap_assess").toHaveCount(0);
});

test("another priority brings its own sentence, one's own words stay", async () => {
    await openDialog();
    await click("label[for=o_cap_priority_1]");
    await animationFrame();
    expect("#o_cap_reason").toHaveValue("Later.");
    await click("#o_cap_reason");
    await edit("My own words.");
    await click("label[for=o_cap_priority_4]");
    await animationFrame();
    expect("#o_cap_reason").toHaveValue("My own words.");
});

test("no reason, no assessment", async () => {
    onRpc("cap.ticket", "action_assess", () => expect.step("sent"));
    await openDialog();
    await click("#o_cap_reason");
    await edit(" ");
    await click("button[type=submit]");
    await animationFrame();
    expect(".o_cap_assess .alert").toHaveCount(1);
    expect.verifySteps([]);
});

test("a refusal of the server is shown, and nothing is lost", async () => {
    onRpc("cap.ticket", "action_assess", () => {
        throw makeServerError({ message: "assessed by Ann already" });
    });
    await openDialog();
    await click("button[type=submit]");
    await animationFrame();
    expect(".o_cap_assess .alert").toHaveText("assessed by Ann already");
    expect("#o_cap_reason").toHaveValue("Today.");
});

test("what the tier does not give is said, and nothing is blocked", async () => {
    onRpc("cap.ticket", "action_assess", ({ args }) => {
        expect.step(args[2]);
        return true;
    });
    await openDialog({ ticketType: "research", tier: { id: 1, display_name: "Essential" } });
    expect(".o_cap_missing").toHaveText(/Not part of Essential/);
    expect(".o_cap_missing").toHaveText(/Research comes with Advisor/);
    await click("button[type=submit]");
    await animationFrame();
    expect.verifySteps(["research"]);
});

test("what the tier gives, and other types, are not commented on", async () => {
    await openDialog({ ticketType: "research", tier: { id: 2, display_name: "Advisor" } });
    expect(".o_cap_missing").toHaveCount(0);
});

test("a colleague who was faster is named, and nothing is sent", async () => {
    const live = reactive({ taken: null });
    onRpc("cap.ticket", "action_assess", () => expect.step("sent"));
    await openDialog({ live });
    expect(".o_cap_taken").toHaveCount(0);
    live.taken = { by: "Ann", at: "Mon 10:42 CEST", label: "High", reason: "It blocks." };
    await animationFrame();
    expect(".o_cap_taken").toHaveText(/Ann was faster, Mon 10:42 CEST: High\./);
    expect(".modal button[type=submit]").toHaveCount(0);
    await press("Enter");
    await animationFrame();
    expect.verifySteps([]);
});
