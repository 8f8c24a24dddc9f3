/**
 * Who may buy an article for members, as membership_loyalty/tools/access.py decides it.
 *
 * @param {{tiers: number[], membersFrom: string|false, openFrom: string|false}} conditions days as 2027-03-01
 * @param {{day: string, tier: number|undefined, isMember: boolean}} customer
 * @returns {boolean}
 */
export function grants({ tiers, membersFrom, openFrom }, { day, tier, isMember }) {
    if (openFrom && openFrom <= day) {
        return true;
    }
    return Boolean(
        (!membersFrom || membersFrom <= day) && isMember && (!tiers.length || tiers.includes(tier))
    );
}
