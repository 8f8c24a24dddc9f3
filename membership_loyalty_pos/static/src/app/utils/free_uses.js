/**
 * What a customer has free by membership, less what this order takes of it already.
 *
 * @param {object} order
 * @returns {{benefit: object, account: object, left: number, name: string}[]} those that the till can sell
 */
export function freeUsesLeft(order) {
    const taken = freeUsesTaken(order);
    return (order?.membershipAccounts || []).flatMap((account) =>
        (account.membership_free_uses || []).flatMap((use) => {
            const benefit = order.models["membership.benefit"].get(use.benefit_id);
            const left = use.left - (taken[use.benefit_id] || 0);
            return benefit?.product_id?.product_tmpl_id && left > 0
                ? [{ benefit, account, left, name: use.name }]
                : [];
        })
    );
}

/** @returns {Object<number, number>} benefit id -> how many times this order takes it */
export function freeUsesTaken(order) {
    const taken = {};
    for (const line of order?.lines || []) {
        if (line.isFreeUse) {
            const id = line.membership_benefit_id.id;
            taken[id] = (taken[id] || 0) + line.getQuantity();
        }
    }
    return taken;
}
