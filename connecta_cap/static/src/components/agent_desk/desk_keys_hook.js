import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { useExternalListener } from "@odoo/owl";

/**
 * Lets the desk be worked with by keyboard, except while somebody types, is in a menu or
 * in a dialog.
 *
 * @param {Object<string, Function>} keys what each key does, as long as one holds it
 * @param {(priority: string) => any} assess called with the priority of a digit
 * @param {() => any} showHelp
 */
export function useDeskKeys({ keys, assess, showHelp }) {
    for (const [key, job] of Object.entries(keys)) {
        useHotkey(key, job, {
            allowRepeat: true,
            isAvailable: (target) => !target.closest?.(".o-dropdown--menu, [role=tab]"),
        });
    }
    for (const priority of ["1", "2", "3", "4"]) {
        useHotkey(priority, () => assess(priority));
    }
    // Odoo's service knows letters and digits only
    useExternalListener(window, "keydown", (event) => {
        const typing = event.target.closest?.("input, textarea, [contenteditable=true]");
        if (event.key === "?" && !typing && !document.querySelector(".modal")) {
            event.preventDefault();
            showHelp();
        }
    });
}
