import { spread } from './statistics.js';

/** @import { SideResult, RowResult } from './rounds.js' */
/** @import { Bar } from './workload.js' */

/**
 * @typedef {object} Comparison
 * @property {string} peer
 * @property {Bar} [bar]
 * @property {number[]} ratios one a round
 * @property {import('./statistics.js').Spread} ratio
 * @property {boolean} [met]
 */

/**
 * Compares heddle with a peer: the ratio of their times in each round, and the median of these.
 *
 * @param {SideResult} heddle
 * @param {SideResult} peer
 * @param {Bar} [bar]
 * @returns {Comparison | undefined} undefined if one of them was not measured
 */
export function compare(heddle, peer, bar) {
  if (heddle.rounds.length === 0 || peer.rounds.length === 0) return undefined;
  const ratios = heddle.rounds.map((own, round) => {
    const other = /** @type {number} */ (peer.rounds[round]);
    return bar?.kind === 'at most' ? own / other : other / own;
  });
  const ratio = spread(ratios);
  if (!bar) return { peer: peer.name, ratios, ratio };
  const met = bar.kind === 'at most' ? ratio.median <= bar.times : ratio.median >= bar.times;
  return { peer: peer.name, bar, ratios, ratio, met };
}

/**
 * All comparisons of a row.
 *
 * @param {RowResult} row
 * @returns {Comparison[]}
 */
export function comparisons(row) {
  const [heddle, ...peers] = row.sides;
  if (!heddle) return [];
  return peers.flatMap((peer) => compare(heddle, peer, row.bar[peer.name]) ?? []);
}
