import type { NativeProcess } from '../_native/index.js';
import { logExit } from './logging/index.js';
import type { Preparation } from './preparation.js';
import { setParent } from './self.js';
import { changeSettings } from './settings.js';

/** In a child: it is what its parent says, and takes over what that has set. */
export function applyPreparation(preparation: Preparation, parent: NativeProcess): void {
  const { name, identity, daemon, parentName, startMethod, logLevel, logToStderr } = preparation;
  setParent({ native: parent, name: parentName });
  // At once: telling all threads takes some tens of microseconds.
  changeSettings({ self: { name, identity, daemon }, startMethod, logLevel, logToStderr });
  if (logLevel !== undefined || logToStderr) logExit();
}
