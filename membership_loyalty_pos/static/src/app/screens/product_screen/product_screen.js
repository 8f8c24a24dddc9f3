import { ProductScreen } from "@point_of_sale/app/screens/product_screen/product_screen";
import { patch } from "@web/core/utils/patch";
import "@pos_loyalty/app/screens/product_screen/product_screen"; // patched here: must come first
import { isCardCode } from "@membership_loyalty_pos/app/utils/card_number";

/**
 * Card numbers and article numbers may look alike (both can have 13 digits and a check digit): what the till knows
 * as an article is one, then cards are asked for, then the other articles.
 */
patch(ProductScreen.prototype, {
    async _barcodeProductAction(code) {
        if (await this._isMemberScan(code)) {
            return;
        }
        return super._barcodeProductAction(...arguments);
    },
    async _onCouponScan(code) {
        if (this.pos.membershipPrograms.length) {
            if (this._isKnownArticle(code)) {
                return super._barcodeProductAction(code);
            }
            if (await this._isMemberScan(code)) {
                return;
            }
            if (isCardCode(code.base_code) && (await this._findArticle(code))) {
                return super._barcodeProductAction(code);
            }
        }
        return super._onCouponScan(...arguments);
    },
    async _isMemberScan(code) {
        return (
            this.pos.membershipPrograms.length &&
            isCardCode(code.base_code) &&
            !this._isKnownArticle(code) &&
            this.pos.identifyMember(code.base_code)
        );
    },
    _isKnownArticle({ base_code }) {
        return ["product.product", "product.uom"].some((model) =>
            this.pos.models[model].getBy("barcode", base_code)
        );
    },
    async _findArticle(code) {
        let article = false;
        await this.pos.whenOnline(async () => {
            article = await this._getProductByBarcode(code);
        });
        return article;
    },
});
