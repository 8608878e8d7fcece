import { expect, test } from "@odoo/hoot";
import { click, queryAllTexts } from "@odoo/hoot-dom";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { getService, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { MainComponentsContainer } from "@web/core/main_components_container";
import { animationFrame } from "@odoo/hoot-mock";
import { DeskHelp } from "@connecta_cap/components/desk_help/desk_help";

defineMailModels();

test("each key stands beside what it does", async () => {
    await mountWithCleanup(MainComponentsContainer);
    const keys = [
        ["n", "The next one"],
        ["?", "This help"],
    ];
    getService("dialog").add(DeskHelp, { keys }, { onClose: () => expect.step("closed") });
    await animationFrame();
    expect(queryAllTexts(".modal th kbd")).toEqual(["n", "?"]);
    expect(queryAllTexts(".modal td")).toEqual(["The next one", "This help"]);
    await click(".modal .btn-close");
    await animationFrame();
    expect.verifySteps(["closed"]);
});
