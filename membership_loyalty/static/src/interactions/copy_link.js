import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";

/** The button beside the member's referral link: puts it into the clipboard and says so. */
export class CopyLink extends Interaction {
    static selector = ".o_membership_copy";
    dynamicContent = {
        _root: { "t-on-click": this.onClick },
    };

    onClick() {
        // Not navigator.clipboard: that is missing where the portal is not served over TLS.
        this.el.parentElement.querySelector("input").select();
        if (document.execCommand("copy")) {
            this.el.textContent = _t("Copied");
        }
    }
}

registry.category("public.interactions").add("membership_loyalty.copy_link", CopyLink);
