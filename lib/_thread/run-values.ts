let values = new WeakMap<object, object>();

/** What belongs to the run that is under way in this Worker, by what it belongs to. */
export function runValues(): WeakMap<object, object> {
  return values;
}

/** To be called when another run begins or ends in this thread: what belonged to it goes. */
export function forgetRunValues(): void {
  values = new WeakMap();
}
