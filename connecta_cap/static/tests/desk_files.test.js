import { expect, test } from "@odoo/hoot";
import { click, queryAllTexts, setInputFiles } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { DeskAttach, DeskFiles } from "@connecta_cap/components/desk_files/desk_files";

defineMailModels();

test("each file is named, and can be taken out", async () => {
    const files = [
        { id: 7, name: "guide.pdf" },
        { id: 8, name: "log.txt" },
    ];
    await mountWithCleanup(DeskFiles, {
        props: { files, onRemove: (id) => expect.step(id) },
    });
    expect(queryAllTexts(".o_cap_file")).toEqual(["guide.pdf", "log.txt"]);
    await click("[aria-label='Remove log.txt']");
    expect.verifySteps([8]);
});

test("without files there is no list", async () => {
    await mountWithCleanup(DeskFiles, { props: { files: [], onRemove: () => {} } });
    expect("ul").toHaveCount(0);
});

test("several files are chosen at once, and the wait is told", async () => {
    const props = {
        uploading: 1,
        onPick: (files) => expect.step(files.map(({ name }) => name)),
    };
    await mountWithCleanup(DeskAttach, { props });
    expect("[role=status]").toHaveText("Uploading…");
    await click(".o_cap_attach");
    await setInputFiles([new File(["a"], "a.pdf"), new File(["b"], "b.pdf")]);
    await animationFrame();
    expect.verifySteps([["a.pdf", "b.pdf"]]);
});
