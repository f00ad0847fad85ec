import * as nodeModule from 'node:module';
import type { Kind } from './instrument.js';
import { instrumentFile } from './own-files.js';

/** What Node's hook `load` gives. */
export interface Loaded {
  format?: string | null | undefined;
  source?: string | ArrayBuffer | NodeJS.TypedArray | null | undefined;
  shortCircuit?: boolean | undefined;
}

/** What was loaded, instrumented if it is code and Node has not left its source to others. */
export function instrumentLoaded(url: string, loaded: Loaded): Loaded {
  const { format, source } = loaded;
  const kind = /^(module|commonjs)(-typescript)?$/.exec(format ?? '')?.[1] as Kind | undefined;
  if (kind === undefined || source === null || source === undefined) return loaded;
  const text = typeof source === 'string' ? source : Buffer.from(source as Uint8Array).toString();
  const plain = kind === format ? text : withoutTypes(text);
  const result = instrumentFile(plain, url, kind);
  return result === plain ? loaded : { ...loaded, format: kind, source: result };
}

/** Node does it later otherwise. Blanks stand for the types, so that places stay as they are. */
export function withoutTypes(text: string): string {
  const { stripTypeScriptTypes } = nodeModule as {
    stripTypeScriptTypes?: (text: string) => string;
  };
  return stripTypeScriptTypes?.(text) ?? text;
}
