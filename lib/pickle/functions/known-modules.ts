/** Where a value that stands for a whole module is found. */
export interface ModuleValue {
  /** `file:…` or `node:…`. */
  url: string;
  /** `*` for a namespace, null for what `require` gives. */
  name: string | null;
}

const known = new WeakMap<object, ModuleValue>();

/** Keeps in mind which module a value is, for when the value is sent on. */
export function rememberModule(value: object, module: ModuleValue): void {
  if (!known.has(value)) known.set(value, module);
}

/** The module that heddle loaded such a value from. */
export function rememberedModule(value: object): ModuleValue | undefined {
  return known.get(value);
}
