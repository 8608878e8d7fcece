import { beforeEach, expect, test } from "@odoo/hoot";
import { click, edit, press, queryAllTexts, queryFirst, waitFor, waitUntil } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import {
    getService,
    makeMockEnv,
    mockService,
    mountWithCleanup,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";
import { assessed, defineDesk, row } from "@connecta_cap/../tests/desk_helpers";
import { AgentDesk } from "@connecta_cap/components/agent_desk/agent_desk";
import { DeskStore, isOlder } from "@connecta_cap/components/agent_desk/desk_store";

let world;

beforeEach(() => {
    mockDate("2026-03-30 07:00:00", 0);
});

async function mountDesk() {
    const desk = await mountWithCleanup(AgentDesk, {
        props: { action: {}, actionId: 1, className: "" },
    });
    await animationFrame();
    await animationFrame();
    return desk;
}

async function settle() {
    await advanceTime(500);
    await animationFrame();
    await animationFrame();
}

const selected = () => queryFirst(".o_cap_selected")?.dataset.id;

test("the lists, their counts and today's figure come in one call", async () => {
    world = defineDesk();
    await mountDesk();
    expect(world.calls).toEqual([["get_desk", "teams"]]);
    expect(queryAllTexts("[role=tab] .badge")).toEqual(["2", "1", "0", "0"]);
    expect(".o_cap_today b").toHaveText("2 of 3 in time");
    expect(".o_cap_desk_ticket").toHaveCount(2);
    expect(selected()).toBe("1");
    expect(".o_cap_desk_detail").toHaveAttribute("data-id", "1");
    expect(queryFirst(".o_cap_desk_list")).toBe(document.activeElement);
    expect(".o_cap_desk_list").toHaveAttribute("aria-activedescendant", "o_cap_row_1");
});

test("the keys go through a list and from list to list", async () => {
    world = defineDesk();
    await mountDesk();
    await press("j");
    await animationFrame();
    expect(selected()).toBe("2");
    await press("ArrowUp");
    await animationFrame();
    expect(selected()).toBe("1");
    await press("ArrowRight");
    await animationFrame();
    expect("[role=tab][aria-selected=true]").toHaveAttribute("data-tab", "mine");
    expect(selected()).toBe("3");
    await press("ArrowLeft");
    await press("ArrowLeft");
    await animationFrame();
    expect(".o_cap_desk_empty").toHaveText(/Every sender is known/);
});

test("n goes to the first that is nobody else's", async () => {
    world = defineDesk([row(1, { user: { id: 500, name: "Ben" } }), row(2), assessed(3)]);
    await mountDesk();
    await press("n");
    await animationFrame();
    expect(selected()).toBe("2");
});

test("an assessment by key leads on to the next ticket", async () => {
    world = defineDesk();
    onRpc("cap.ticket", "action_assess", ({ args }) => {
        expect.step(args);
        world.rows[1] = assessed(1, { revision: [5000, 1] });
        world.lists = { queue: [2], mine: [3] };
        return true;
    });
    await mountDesk();
    await press("3");
    await waitFor("#o_cap_reason");
    await press("Enter");
    await animationFrame();
    await animationFrame();
    await animationFrame();
    expect.verifySteps([[[1], "3", "incident", "Today."]]);
    expect(selected()).toBe("2");
    expect(".o_cap_desk_ticket").toHaveCount(1);
    expect("[aria-live=polite]").toHaveText("Next: CAP-00002 Ticket 2");
});

test("who is slower is told by whom and when, before anything is sent", async () => {
    world = defineDesk();
    const desk = await mountDesk();
    await press("3");
    await waitFor("#o_cap_reason");
    world.rows[1] = assessed(1, { revision: [5000, 1] });
    world.lists = { queue: [2], mine: [3] };
    desk.store.hear({ all: false, revisions: { 1: [5000, 1] } });
    await settle();
    expect(".o_cap_taken").toHaveText(/Ann was faster, Mon 30 Mar 10:42 CEST: High\./);
    expect(".modal button[type=submit]").toHaveCount(0);
    await press("Enter");
    expect.verifySteps([]);
});

test("who finds out by sending is told the same", async () => {
    world = defineDesk();
    onRpc("cap.ticket", "action_assess", () => {
        world.rows[1] = assessed(1, { revision: [5000, 1] });
        throw new Error("was assessed by Ann");
    });
    await mountDesk();
    await press("2");
    await waitFor("#o_cap_reason");
    await press("Enter");
    await waitFor(".o_cap_taken");
    expect(".o_cap_taken").toHaveText(/It blocks\./);
});

test("what the bus says is asked for once, and only those rows", async () => {
    world = defineDesk();
    const desk = await mountDesk();
    world.calls.length = 0;
    world.rows[4] = row(4, { is_emergency: true, is_ringing: true });
    world.lists = { queue: [4, 1, 2], mine: [3] };
    desk.store.hear({ all: false, revisions: { 4: [1004, 4] } });
    desk.store.hear({ all: false, revisions: { 2: [9000, 2] } });
    // this screen knows it already
    desk.store.hear({ all: false, revisions: { 3: [1003, 3] } });
    world.rows[2] = row(2, { name: "Renamed", revision: [9000, 2] });
    await settle();
    expect(world.calls).toEqual([["get_changes", [4, 2], "teams"]]);
    expect(".o_cap_desk_ticket:eq(0)").toHaveText(/Emergency/);
    expect(".o_cap_desk_ticket:eq(2)").toHaveText(/Renamed/);
    // the person was not thrown out of what they read
    expect(selected()).toBe("1");
    expect("[aria-live=polite]").toHaveText("New emergency: CAP-00004 Ticket 4");
});

test("a ticket that is not this person's to see any more goes", async () => {
    world = defineDesk();
    const desk = await mountDesk();
    delete world.rows[1];
    world.lists = { queue: [2], mine: [3] };
    desk.store.hear({ all: false, revisions: { 1: [9000, 1] } });
    await settle();
    expect(".o_cap_desk_ticket").toHaveCount(1);
    expect(selected()).toBe("2");
    expect(".o_cap_desk_detail").toHaveAttribute("data-id", "2");
});

test("so many changes that all is asked for", async () => {
    world = defineDesk();
    const desk = await mountDesk();
    world.calls.length = 0;
    desk.store.hear({ all: true, revisions: {} });
    await settle();
    expect(world.calls).toEqual([["get_desk", "teams"]]);
});

test("a lost connection is told, and made up for when it is back", async () => {
    world = defineDesk();
    await makeMockEnv();
    const bus = getService("bus_service");
    let connections = 0;
    bus.addEventListener("BUS:CONNECT", () => connections++);
    await mountDesk();
    // its first connection would tell that all is well
    await waitUntil(() => connections);
    await settle();
    world.calls.length = 0;
    bus.trigger("BUS:DISCONNECT");
    await animationFrame();
    expect(".o_cap_connection").toHaveText(/No connection: as of/);
    world.lists = { queue: [2], mine: [3] };
    bus.trigger("BUS:RECONNECT");
    await settle();
    expect(world.calls).toEqual([["get_desk", "teams"]]);
    expect(".o_cap_connection").toHaveText("Live");
    expect(".o_cap_desk_ticket").toHaveCount(1);
});

test("a takes the ticket on, and leaves that of a colleague alone", async () => {
    world = defineDesk([row(1), row(2, { user: { id: 500, name: "Ben" } }), assessed(3)]);
    onRpc("cap.ticket", "action_assign_to_me", ({ args }) => {
        expect.step(args);
        world.rows[1] = row(1, {
            user: { id: serverState.userId, name: "Me" },
            revision: [5000, 1],
        });
        return true;
    });
    await mountDesk();
    await press("a");
    await settle();
    expect.verifySteps([[[1]]]);
    expect(".o_cap_desk_user").toHaveText("Yours");
    await press("j");
    await animationFrame();
    await press("a");
    await animationFrame();
    expect.verifySteps([]);
    expect(".o_notification").toHaveText(/is with Ben/);
});

test("a colleague who was faster is named, and has the ticket", async () => {
    world = defineDesk();
    onRpc("cap.ticket", "action_assign_to_me", () => {
        world.rows[1] = row(1, { user: { id: 500, name: "Ben" }, revision: [5000, 1] });
        return {
            type: "ir.actions.client",
            tag: "display_notification",
            params: {
                type: "warning",
                message: "CAP-00001 is with Ben already.",
                next: { type: "ir.actions.act_window_close" },
            },
        };
    });
    await mountDesk();
    await press("a");
    await settle();
    expect(".o_notification").toHaveText(/CAP-00001 is with Ben already/);
    expect(".o_cap_desk_user").toHaveText("Ben");
    expect("[aria-live=polite]:last").not.toHaveText(/yours now/);
});

test("r and i write, and the keys are letters while one writes", async () => {
    world = defineDesk();
    onRpc("cap.ticket", "action_say", ({ args }) => {
        expect.step(args);
        return true;
    });
    await mountDesk();
    await press("r");
    await animationFrame();
    expect(".o_cap_composer_reply textarea").toBeFocused();
    await press("j");
    expect(selected()).toBe("1");
    await press("Escape");
    expect(".o_cap_desk_list").toBeFocused();
    await press("i");
    await animationFrame();
    expect(".o_cap_composer_note textarea").toBeFocused();
});

test("? and the button explain the keys", async () => {
    world = defineDesk();
    await mountDesk();
    await press("?");
    await animationFrame();
    expect(".modal kbd").toHaveCount(13);
    expect(".o_cap_legend kbd").toHaveCount(9);
});

test("an action of the server opens, and the row is asked for after it", async () => {
    world = defineDesk();
    world.details[3] = {
        actions: [{ label: "Outside CAP", icon: "sign-out", action: "connecta_cap.outside" }],
    };
    mockService("action", {
        doAction(action, { additionalContext, onClose }) {
            expect.step([action, additionalContext.active_id]);
            return onClose();
        },
    });
    await mountDesk();
    await press("ArrowRight");
    await settle();
    await click(".o_cap_desk_actions");
    await animationFrame();
    world.calls.length = 0;
    await click(".o-dropdown-item");
    await animationFrame();
    expect.verifySteps([["connecta_cap.outside", 3]]);
    expect(world.calls).toEqual([["get_changes", [3], "teams"]]);
});

test("m opens the actions, and the arrows choose one", async () => {
    world = defineDesk();
    const offer = (label) => ({ label, icon: "check", action: `connecta_cap.${label}` });
    world.details[1] = { actions: [offer("first"), offer("second")] };
    mockService("action", {
        doAction(action) {
            expect.step(action);
        },
    });
    await mountDesk();
    await press("m");
    await settle();
    expect(queryAllTexts(".o-dropdown-item")).toEqual(["first", "second"]);
    await press("ArrowDown");
    await press("ArrowDown");
    await press("Enter");
    await settle();
    expect.verifySteps(["connecta_cap.second"]);
    // the arrows were the menu's
    expect(selected()).toBe("1");
});

test("an empty composer closes by escape, one with words stays", async () => {
    world = defineDesk();
    await mountDesk();
    await press("r");
    await animationFrame();
    await press("Escape");
    await animationFrame();
    expect(".o_cap_composer").toHaveCount(0);
    expect(".o_cap_desk_list").toBeFocused();
    await press("r");
    await animationFrame();
    await edit("Half a");
    await press("Escape");
    await animationFrame();
    expect(".o_cap_composer textarea").toHaveValue("Half a");
});

test("an unknown sender is linked from the side", async () => {
    world = defineDesk([row(1, { is_unidentified: true }), row(2), assessed(3)]);
    onRpc("cap.ticket", "action_identify", ({ args }) => {
        expect.step(args);
        return true;
    });
    await mountDesk();
    await click(".o_cap_desk_identify");
    await settle();
    expect.verifySteps([[[1]]]);
});

test("the teams of the user, or all", async () => {
    world = defineDesk();
    await mountDesk();
    await click(".o_cap_desk_head .btn-group button:eq(1)");
    await settle();
    expect(world.calls.at(-1)).toEqual(["get_desk", "all"]);
});

test("a late answer does not undo a newer one", async () => {
    const answers = [];
    const store = new DeskStore({
        orm: { silent: { call: () => new Promise((resolve) => answers.push(resolve)) } },
        ticker: { sync: () => {} },
    });
    const answer = (name) => ({
        now: 0,
        today: {},
        lists: {},
        rows: [row(1, { name })],
    });
    const first = store.refresh([1]);
    const second = store.refresh([1]);
    answers[1](answer("new"));
    await second;
    answers[0](answer("old"));
    await first;
    expect(store.state.rows[1].name).toBe("new");
});

test("a server that lags behind its bus is asked again, not for ever", async () => {
    world = defineDesk();
    const desk = await mountDesk();
    world.calls.length = 0;
    desk.store.hear({ all: false, revisions: { 1: [9999, 1] } });
    for (let round = 0; round < 8; round++) {
        await settle();
    }
    expect(world.calls).toHaveLength(4);
    expect(isOlder([1, 5], [1, 5])).toBe(false);
    expect(isOlder([1, 5], [1, 6])).toBe(true);
});
