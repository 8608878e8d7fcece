import { beforeEach, expect, test } from "@odoo/hoot";
import {
    click,
    manuallyDispatchProgrammaticEvent,
    queryAllTexts,
    queryFirst,
    setInputFiles,
} from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    clickSave,
    defineModels,
    fields,
    makeServerError,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineTickets } from "@connecta_cap/../tests/helpers";

class Reply extends models.Model {
    _name = "cap.ticket.reply";

    ticket_id = fields.Many2one({ relation: "cap.ticket" });
    body = fields.Text();
    attachment_ids = fields.Many2many({ relation: "ir.attachment" });

    _records = [{ id: 1, ticket_id: 1, body: "As prepared." }];
}

const file = (name) => new File(["%PDF-1.4"], name, { type: "application/pdf" });

beforeEach(() => {
    defineTickets();
    defineModels([Reply]);
});

async function openReply() {
    await mountView({
        type: "form",
        resModel: "cap.ticket.reply",
        resId: 1,
        arch: `<form>
            <field name="ticket_id" invisible="1" />
            <field name="body" />
            <field name="attachment_ids" widget="cap_reply_files" />
        </form>`,
    });
}

async function settle() {
    for (let turn = 0; turn < 6; turn++) {
        await animationFrame();
    }
}

async function choose(...names) {
    await click(".o_cap_attach");
    await setInputFiles(names.map(file));
    await settle();
}

test("files go along with a prepared reply, and one is taken out again", async () => {
    onRpc("cap.ticket", "check_files", ({ args }) => {
        expect.step(["checked", args[0], args[1].length, args[2]]);
        return true;
    });
    onRpc("/mail/attachment/delete", () => {
        expect.step("deleted");
    });
    onRpc("cap.ticket.reply", "web_save", ({ args }) => {
        expect.step(args[1].attachment_ids.map(([command]) => command));
    });
    await openReply();
    await choose("guide.pdf", "wrong.pdf");
    expect(queryAllTexts(".o_cap_file")).toEqual(["guide.pdf", "wrong.pdf"]);
    expect.verifySteps([
        ["checked", [1], 1, false],
        ["checked", [1], 2, false],
    ]);
    await click("[aria-label='Remove wrong.pdf']");
    await settle();
    expect(queryAllTexts(".o_cap_file")).toEqual(["guide.pdf"]);
    expect.verifySteps(["deleted"]);
    await clickSave();
    // one link: what was taken out is not mentioned
    expect.verifySteps([[4]]);
});

test("a file that is refused does not stay, and the reason is read at once", async () => {
    onRpc("cap.ticket", "check_files", () => {
        throw makeServerError({ message: "“tool.exe” is of a type that is not handed out." });
    });
    onRpc("/mail/attachment/delete", () => {
        expect.step("deleted");
    });
    await openReply();
    await choose("tool.exe");
    expect(".o_cap_reply_files [role=alert]").toHaveText(/tool.exe/);
    expect(".o_cap_file").toHaveCount(0);
    expect.verifySteps(["deleted"]);
});

test("a picture is attached by pasting it into the text, or dropping it", async () => {
    onRpc("cap.ticket", "check_files", () => true);
    await openReply();
    for (const [type, values] of [
        ["paste", "clipboardData"],
        ["drop", "dataTransfer"],
    ]) {
        const data = new window.DataTransfer();
        data.items.add(file(`${type}.png`));
        const text = queryFirst("div[name=body] textarea");
        await manuallyDispatchProgrammaticEvent(text, type, { [values]: data });
        await settle();
    }
    expect(queryAllTexts(".o_cap_file")).toEqual(["paste.png", "drop.png"]);
});

test("who sends at once sends the file that is on its way, too", async () => {
    onRpc("cap.ticket", "check_files", () => true);
    onRpc("cap.ticket.reply", "web_save", ({ args }) => {
        expect.step(args[1].attachment_ids.length);
    });
    await openReply();
    await click(".o_cap_attach");
    await setInputFiles([file("guide.pdf")]);
    await clickSave();
    await settle();
    expect.verifySteps([1]);
});
