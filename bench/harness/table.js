import { compare } from './compare.js';
import { spread } from './statistics.js';

/** @import { RowResult, SideResult } from './rounds.js' */

const HEADINGS = ['', 'time each', 'min – max', 'a second', 'ratio', 'min – max', 'bar', ''];

/**
 * A table for people, one block a row: heddle first, then the sides that it is compared with.
 *
 * @param {RowResult[]} rows
 * @returns {string}
 */
export function table(rows) {
  /** @type {string[][]} */
  const cells = [HEADINGS];
  for (const row of rows) {
    cells.push([`${row.name} (per ${row.unit})`]);
    if (row.failed !== undefined) cells.push([`  failed: ${row.failed}`]);
    for (const side of row.sides) cells.push(sideCells(row, side));
  }
  return align(cells);
}

/**
 * @param {RowResult} row
 * @param {SideResult} side
 * @returns {string[]}
 */
function sideCells(row, side) {
  const label = `  ${side.name}${side.note ? ` [${side.note}]` : ''}`;
  if (side.skipped !== undefined) return [`${label}: skipped, ${side.skipped}`];
  if (side.rounds.length === 0) return [`${label}: not measured`];
  const time = spread(side.rounds);
  const cells = [
    label,
    duration(time.median),
    `${duration(time.min)} – ${duration(time.max)}`,
    rate(1 / time.median),
  ];
  const [heddle] = row.sides;
  if (!heddle || side === heddle) return cells;
  const result = compare(heddle, side, row.bar[side.name]);
  if (!result) return cells;
  const { ratio, bar, met } = result;
  cells.push(`${times(ratio.median)}×`, `${times(ratio.min)} – ${times(ratio.max)}`);
  if (bar)
    cells.push(`${bar.kind === 'at most' ? '≤' : '≥'} ${bar.times}×`, met ? 'met' : 'NOT MET');
  return cells;
}

/**
 * @param {string[][]} rows a row of one cell is not aligned
 * @returns {string}
 */
function align(rows) {
  const full = rows.filter((row) => row.length > 1);
  const widths = HEADINGS.map((_, column) =>
    Math.max(...full.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => {
          if (row.length === 1) return cell;
          const width = /** @type {number} */ (widths[column]);
          return column === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** @param {number} seconds */
function duration(seconds) {
  if (seconds >= 1) return `${digits(seconds)} s`;
  if (seconds >= 1e-3) return `${digits(seconds * 1e3)} ms`;
  if (seconds >= 1e-6) return `${digits(seconds * 1e6)} µs`;
  return `${digits(seconds * 1e9)} ns`;
}

/** @param {number} perSecond */
function rate(perSecond) {
  if (perSecond >= 1e6) return `${digits(perSecond / 1e6)} M`;
  if (perSecond >= 1e3) return `${digits(perSecond / 1e3)} k`;
  return digits(perSecond);
}

/** @param {number} ratio */
function times(ratio) {
  return ratio >= 1000 ? String(Math.round(ratio)) : digits(ratio);
}

/** @param {number} value */
function digits(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
