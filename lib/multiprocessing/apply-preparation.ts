import type { Preparation } from './launch.js';
import { logExit } from './logging/index.js';
import { changeSettings } from './settings.js';

/** In a child: takes over what its parent has set. */
export function applyPreparation({ startMethod, logLevel, logToStderr }: Preparation): void {
  changeSettings({ startMethod, logLevel, logToStderr });
  if (logLevel !== undefined || logToStderr) logExit();
}
