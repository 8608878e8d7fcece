import { expect, test } from "@odoo/hoot";
import { animationFrame } from "@odoo/hoot-mock";
import { makeServerError, mountWithCleanup } from "@web/../tests/web_test_helpers";
import { MainComponentsContainer } from "@web/core/main_components_container";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { REFUSED_FILE } from "@connecta_cap/components/refused_file/refused_file";

defineMailModels();

test("a file that the server refuses is a mistake, not a crash", async () => {
    expect.errors(1);
    await mountWithCleanup(MainComponentsContainer);
    const message = "“tool.exe” is of a type that is not handed out.";
    Promise.reject(makeServerError({ errorName: REFUSED_FILE, message }));
    await animationFrame();
    await animationFrame();
    expect(".modal-title").toHaveText("File not accepted");
    expect(".modal-body").toHaveText(message);
    expect(".o_error_dialog .o_error_detail").toHaveCount(0);
    expect.verifyErrors([/tool.exe/]);
});
