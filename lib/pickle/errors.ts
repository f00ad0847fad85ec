/** Something that cannot travel to another thread or process. The message names the path to it. */
export class PicklingError extends TypeError {
  override name = 'PicklingError';
  readonly code: string = 'ERR_PICKLING';
}
