import { _t } from "@web/core/l10n/translation";
import { Component, useRef } from "@odoo/owl";

/** The files that go along with an answer; each can be taken out again. */
export class DeskFiles extends Component {
    static template = "connecta_cap.DeskFiles";
    static props = {
        // their id and name
        files: Array,
        onRemove: Function,
    };

    removeLabel(file) {
        return _t("Remove %s", file.name);
    }
}

/** The button that chooses files, and says while they are on their way. */
export class DeskAttach extends Component {
    static template = "connecta_cap.DeskAttach";
    static props = {
        uploading: Number,
        onPick: Function,
    };

    setup() {
        this.picker = useRef("picker");
    }

    onPick() {
        const files = [...this.picker.el.files];
        // the same file may be chosen again after it was removed
        this.picker.el.value = "";
        return this.props.onPick(files);
    }
}
