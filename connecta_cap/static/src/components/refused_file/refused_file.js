import { _t } from "@web/core/l10n/translation";
import { odooExceptionTitleMap, WarningDialog } from "@web/core/errors/error_dialogs";
import { registry } from "@web/core/registry";

// A file that the server refuses is told as any other mistake, under its own title.
export const REFUSED_FILE = "odoo.addons.connecta_cap.exceptions.RefusedFile";

registry.category("error_dialogs").add(REFUSED_FILE, WarningDialog);
odooExceptionTitleMap.set(REFUSED_FILE, _t("File not accepted"));
