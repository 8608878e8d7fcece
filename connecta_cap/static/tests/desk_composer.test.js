import { expect, test } from "@odoo/hoot";
import {
    click,
    edit,
    manuallyDispatchProgrammaticEvent,
    press,
    queryAllTexts,
    queryFirst,
    setInputFiles,
} from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { makeServerError, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { DeskComposer } from "@connecta_cap/components/desk_composer/desk_composer";

defineMailModels();

const mountComposer = (props = {}) =>
    mountWithCleanup(DeskComposer, {
        props: {
            kind: "reply",
            ticketId: 1,
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
    expect.verifySteps([{ text: "Which order?", isNote: false, wait: true, fileIds: [] }]);
});

test("a note looks different, says so, and waits for nobody", async () => {
    await mountComposer({ kind: "note" });
    expect("form").toHaveClass("o_cap_composer_note");
    expect("label").toHaveText(/only colleagues/);
    expect(".o_cap_send").toHaveText("Save the note");
    expect(".o_cap_send_wait").toHaveCount(0);
    await edit("Inside");
    await press(["Control", "Enter"]);
    expect.verifySteps([{ text: "Inside", isNote: true, wait: false, fileIds: [] }]);
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

const file = (name) => new File(["%PDF-1.4"], name, { type: "application/pdf" });

/** Choose files as somebody does who clicked on *Attach files*. */
async function choose(...names) {
    await click(".o_cap_attach");
    await setInputFiles(names.map(file));
    await settle();
}

async function settle() {
    for (let turn = 0; turn < 6; turn++) {
        await animationFrame();
    }
}

test("files go along, one can be taken out again, and all are kept", async () => {
    let kept;
    onRpc("cap.ticket", "check_files", ({ args }) => {
        expect.step(args);
        return true;
    });
    onRpc("/mail/attachment/delete", () => {
        expect.step("deleted");
    });
    await mountComposer({ onInput: (text, files) => (kept = files) });
    await edit("Here is how.");
    await choose("guide.pdf", "wrong.pdf");
    expect(queryAllTexts(".o_cap_file")).toEqual(["guide.pdf", "wrong.pdf"]);
    const [guide, wrong] = kept.map(({ id }) => id);
    expect.verifySteps([
        [[1], [guide], false],
        [[1], [guide, wrong], false],
    ]);
    await click("[aria-label='Remove wrong.pdf']");
    await settle();
    expect(queryAllTexts(".o_cap_file")).toEqual(["guide.pdf"]);
    expect(kept).toEqual([{ id: guide, name: "guide.pdf" }]);
    expect.verifySteps(["deleted"]);
    await click(".o_cap_send");
    expect.verifySteps([{ text: "Here is how.", isNote: false, wait: false, fileIds: [guide] }]);
});

test("what was attached and not sent is still there later", async () => {
    await mountComposer({ text: "Half", files: [{ id: 9, name: "guide.pdf" }] });
    expect(queryAllTexts(".o_cap_file")).toEqual(["guide.pdf"]);
    await click(".o_cap_send");
    expect.verifySteps([{ text: "Half", isNote: false, wait: false, fileIds: [9] }]);
});

test("a file alone is an answer too", async () => {
    onRpc("cap.ticket", "check_files", () => true);
    let id;
    await mountComposer({ onInput: (text, files) => (id = files[0].id) });
    await choose("guide.pdf");
    await click(".o_cap_send");
    await animationFrame();
    expect(".o_cap_composer [role=alert]").toHaveCount(0);
    expect.verifySteps([{ text: "", isNote: false, wait: false, fileIds: [id] }]);
});

test("an answer waits for its file, and a refused file holds it back", async () => {
    let decide;
    onRpc("cap.ticket", "check_files", async () => {
        const reason = await new Promise((resolve) => (decide = resolve));
        if (reason) {
            throw makeServerError({ message: reason });
        }
        return true;
    });
    onRpc("/mail/attachment/delete", () => {});
    let id;
    await mountComposer({ onInput: (text, files) => (id = files[0]?.id) });
    await edit("Here is how.");
    await choose("guide.pdf");
    await press(["Control", "Enter"]);
    await settle();
    expect.verifySteps([]);
    expect(".o_cap_send").not.toBeEnabled();
    decide("");
    await settle();
    expect.verifySteps([{ text: "Here is how.", isNote: false, wait: false, fileIds: [id] }]);

    await choose("tool.exe");
    await press(["Control", "Enter"]);
    decide("No programs, please.");
    await settle();
    expect.verifySteps([]);
    expect(".o_cap_composer [role=alert]").toHaveText("No programs, please.");
    expect(".o_cap_send").toBeEnabled();
    // whoever has read the reason may send without it
    await click(".o_cap_send");
    await settle();
    expect.verifySteps([{ text: "Here is how.", isNote: false, wait: false, fileIds: [id] }]);
});

test("a file that is refused does not stay, and the reason is read at once", async () => {
    onRpc("cap.ticket", "check_files", () => {
        throw makeServerError({ message: "“tool.exe” is of a type that is not handed out." });
    });
    onRpc("/mail/attachment/delete", () => {
        expect.step("deleted");
    });
    await mountComposer();
    await choose("tool.exe");
    expect(".o_cap_composer [role=alert]").toHaveText(/tool.exe/);
    expect(".o_cap_file").toHaveCount(0);
    expect.verifySteps(["deleted"]);
});

test("a picture is attached by pasting it", async () => {
    onRpc("cap.ticket", "check_files", () => true);
    await mountComposer();
    const data = new window.DataTransfer();
    data.items.add(file("screen.png"));
    await manuallyDispatchProgrammaticEvent(queryFirst("textarea"), "paste", {
        clipboardData: data,
    });
    await settle();
    expect(queryAllTexts(".o_cap_file")).toEqual(["screen.png"]);
});

test("a shortcut becomes its canned response, and other words stay", async () => {
    onRpc("mail.canned.response", "search_read", () => {
        expect.step("asked");
        return [{ id: 1, source: "thanks", substitution: "Thank you for your message." }];
    });
    let kept;
    await mountComposer({ onInput: (text) => (kept = text) });
    const type = async (text) => {
        await edit(text, { instantly: true });
        await settle();
    };
    await type("Dear Tom, ::thanks ");
    expect("textarea").toHaveValue("Dear Tom, Thank you for your message. ");
    expect(kept).toBe("Dear Tom, Thank you for your message. ");
    await type("See std::thanks or ::nothing ");
    expect("textarea").toHaveValue("See std::thanks or ::nothing ");
    expect.verifySteps(["asked"]);
});
