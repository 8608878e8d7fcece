import { expect, test } from "@odoo/hoot";
import { click, edit, press, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { DeskComposer } from "@connecta_cap/components/desk_composer/desk_composer";

defineMailModels();

const mountComposer = (props = {}) =>
    mountWithCleanup(DeskComposer, {
        props: {
            kind: "reply",
            recipient: "Tom",
            mayWait: true,
            onInput: () => {},
            onSend: (message) => expect.step(message),
            onLeave: () => expect.step("leave"),
            ...props,
        },
    });

test("an answer names who gets it, and may wait for the client", async () => {
    await mountComposer();
    expect(queryFirst("textarea")).toBe(document.activeElement);
    expect("label").toHaveText("Reply to Tom");
    await edit("Which order?");
    await click(".o_cap_send_wait");
    expect.verifySteps([{ text: "Which order?", isNote: false, wait: true }]);
});

test("a note looks different, says so, and waits for nobody", async () => {
    await mountComposer({ kind: "note" });
    expect("form").toHaveClass("o_cap_composer_note");
    expect("label").toHaveText(/only colleagues/);
    expect(".o_cap_send").toHaveText("Save the note");
    expect(".o_cap_send_wait").toHaveCount(0);
    await edit("Inside");
    await press(["Control", "Enter"]);
    expect.verifySteps([{ text: "Inside", isNote: true, wait: false }]);
});

test("nothing is not sent, and escape leaves without losing anything", async () => {
    let kept = "";
    await mountComposer({ onInput: (text) => (kept = text) });
    await click(".o_cap_send");
    await animationFrame();
    expect(".o_cap_composer [role=alert]").toHaveText("Write something first.");
    await click("textarea");
    await edit("Half a");
    await press("Escape");
    expect(kept).toBe("Half a");
    expect.verifySteps(["leave"]);
});

test("what could not be sent stays, with the reason", async () => {
    await mountComposer({
        text: "Hello",
        onSend: () => Promise.reject(new Error("No contact yet")),
    });
    await click(".o_cap_send");
    await animationFrame();
    expect(".o_cap_composer [role=alert]").toHaveText("No contact yet");
    expect("textarea").toHaveValue("Hello");
    expect(".o_cap_send").toBeEnabled();
});
