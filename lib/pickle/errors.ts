/** Something that cannot travel to another thread or process. The message names the path to it. */
export class PicklingError extends TypeError {
  override name = 'PicklingError';
  readonly code: string = 'ERR_PICKLING';
}

/** Bytes that are no value of heddle's, or one that cannot be rebuilt here. */
export class UnpicklingError extends Error {
  override name = 'UnpicklingError';
  readonly code: string = 'ERR_UNPICKLING';
}
