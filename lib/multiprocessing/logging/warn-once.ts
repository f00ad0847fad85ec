import { changeSettings, getSettings } from '../settings.js';
import { logger } from './logger.js';

/**
 * Logs a warning, which goes to standard error where nobody has attached a handler; not again in
 * this process.
 */
export function warnOnce(message: string): void {
  const { warned = [] } = getSettings();
  if (warned.includes(message)) return;
  changeSettings({ warned: [...warned, message] });
  logger.warning(message);
}
