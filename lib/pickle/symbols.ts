const wellKnown = new Map<symbol, string>();
for (const name of Object.getOwnPropertyNames(Symbol)) {
  const value: unknown = (Symbol as unknown as Record<string, unknown>)[name];
  if (typeof value === 'symbol') wellKnown.set(value, name);
}

/** What stands for a symbol that every thread has; undefined for any other. */
export function textOfSymbol(symbol: symbol): string | undefined {
  const registered = Symbol.keyFor(symbol);
  if (registered !== undefined) return `for ${registered}`;
  const name = wellKnown.get(symbol);
  return name && `@@ ${name}`;
}

export function symbolOfText(text: string): symbol {
  const name = text.slice(text.indexOf(' ') + 1);
  if (text.startsWith('for ')) return Symbol.for(name);
  const symbol: unknown = (Symbol as unknown as Record<string, unknown>)[name];
  if (typeof symbol !== 'symbol') throw new TypeError(`this Node has no Symbol.${name}`);
  return symbol;
}
