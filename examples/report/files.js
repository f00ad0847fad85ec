import { closeSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { breathe } from './breathe.js';

/** @typedef {{ path: string, size: number, changed: number }} File when it was last changed, in ms */
/** @typedef {{ path: string, reason: string }} Skipped */

/** Files are read in pieces of at most so many bytes. */
export const PIECE = 1 << 20;

/** Into how many tasks the files are divided: enough that no thread is left with a long one. */
const CHUNKS = 32;

/** What opening a file costs, in bytes that could be read instead. */
const OPENING = 10_000;

/**
 * Finds the files of a tree, in a fixed order. Symbolic links are not followed, and what is neither
 * file nor directory is left out.
 *
 * @param {string} directory
 * @throws what readdir throws for the directory itself
 */
export async function listFiles(directory) {
  /** @type {File[]} */
  const files = [];
  /** @type {Skipped[]} */
  const skipped = [];
  await walk(directory, readdirSync(directory, { withFileTypes: true }));
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, skipped };

  /**
   * @param {string} parent
   * @param {import('node:fs').Dirent[]} entries
   */
  async function walk(parent, entries) {
    await breathe();
    for (const entry of entries) {
      const path = join(parent, entry.name);
      try {
        if (entry.isFile()) files.push(look(path));
        else if (entry.isDirectory()) await walk(path, readdirSync(path, { withFileTypes: true }));
      } catch (error) {
        skipped.push({ path, reason: reasonOf(error) });
      }
    }
  }
}

/**
 * Reads every file once, so that the system has it in its memory when the clock runs, and leaves
 * out what cannot be read.
 *
 * @param {File[]} files
 * @param {(bytes: number) => void} onRead
 */
export async function readOnce(files, onRead) {
  const buffer = Buffer.allocUnsafe(PIECE);
  /** @type {File[]} */
  const readable = [];
  /** @type {Skipped[]} */
  const skipped = [];
  for (const file of files) {
    try {
      const fd = openSync(file.path, 'r');
      try {
        for (let read = -1; read !== 0; ) {
          read = readSync(fd, buffer);
          onRead(read);
          await breathe();
        }
      } finally {
        closeSync(fd);
      }
      readable.push(file);
    } catch (error) {
      skipped.push({ path: file.path, reason: reasonOf(error) });
    }
  }
  return { readable, skipped };
}

/**
 * Which files somebody has changed or removed since they were found.
 *
 * @param {File[]} files
 */
export function changedFiles(files) {
  return files.filter((file) => {
    try {
      return look(file.path).changed !== file.changed;
    } catch {
      return true;
    }
  });
}

/**
 * @param {string} path
 * @returns {File}
 */
function look(path) {
  const { size, mtimeMs } = lstatSync(path);
  return { path, size, changed: mtimeMs };
}

/**
 * Divides files into tasks of about the same size. The largest come first: what runs last should
 * be short.
 *
 * @param {File[]} files
 * @returns {string[][]} the paths of each task
 */
export function divide(files) {
  const chunks = Array.from({ length: Math.min(CHUNKS, files.length) }, () => ({
    cost: 0,
    paths: /** @type {string[]} */ ([]),
  }));
  for (const { path, size } of files.toSorted((a, b) => b.size - a.size)) {
    const smallest = chunks.reduce((least, chunk) => (chunk.cost < least.cost ? chunk : least));
    smallest.paths.push(path);
    smallest.cost += size + OPENING;
  }
  return chunks.sort((a, b) => b.cost - a.cost).map(({ paths }) => paths);
}

/**
 * Why a file is skipped. Only the system's errors are a reason.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function reasonOf(error) {
  if (error instanceof Error && 'syscall' in error && 'code' in error) return String(error.code);
  throw error;
}
