import { expect, test } from "@odoo/hoot";
import { click, setInputFiles } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";

setupInteractionWhiteList("cap_ticket_form");

const FORM = `
    <form class="o_cap_ticket_form" data-most-files="1" data-most-bytes="4">
        <input type="file" multiple="multiple"/>
        <div class="o_cap_files_problem"></div>
        <button type="submit">Send</button>
    </form>`;

test("a file that is too large is named before it is sent", async () => {
    const { core } = await startInteractions(FORM);
    expect(core.interactions).toHaveLength(1);
    await click("input[type=file]");
    await setInputFiles([new File(["12345"], "log.txt")]);
    await animationFrame();
    expect(".o_cap_files_problem").toHaveText("“log.txt” is too large.");
});
