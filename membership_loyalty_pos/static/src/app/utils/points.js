import { formatFloat } from "@web/core/utils/numbers";

/**
 * Return a number of points as people read it: the user's separators, the programme's decimals.
 *
 * @param {number} points
 * @param {number} digits decimals of a point, 0 to 2
 */
export function formatPoints(points, digits = 0) {
    return formatFloat(points || 0, { digits: [69, digits || 0] });
}
