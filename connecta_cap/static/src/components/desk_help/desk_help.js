import { Dialog } from "@web/core/dialog/dialog";
import { Component } from "@odoo/owl";

/** The keys of the desk, with what they do. */
export class DeskHelp extends Component {
    static template = "connecta_cap.DeskHelp";
    static components = { Dialog };
    static props = {
        close: Function,
        // pairs of a key and what it does
        keys: Array,
    };
}
