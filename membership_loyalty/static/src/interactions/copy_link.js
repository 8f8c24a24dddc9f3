import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { _t } from "@web/core/l10n/translation";

/** The button beside the member's referral link: puts it into the clipboard and says so. */
export class CopyLink extends Interaction {
    static selector = ".o_membership_copy";
    dynamicContent = {
        _root: { "t-on-click": this.onClick },
    };

    async onClick() {
        await this.waitFor(navigator.clipboard.writeText(this.el.dataset.text));
        this.el.textContent = _t("Copied");
    }
}

registry.category("public.interactions").add("membership_loyalty.copy_link", CopyLink);
