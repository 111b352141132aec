/** What is kept of parsed documents and of errors of parsing, by their texts. */
export interface TextCache<T> {
  get(text: string): T | undefined;
  set(text: string, value: T): unknown;
}

/**
 * Keeps what was used last, as long as the texts together have no more than `characters`. A count of entries would not do: a
 * parsed document takes a hundred times its text, so a thousand of the largest ones would fill the memory.
 */
export function createTextCache<T>(characters: number): TextCache<T> {
  const entries = new Map<string, T>();
  let held = 0;
  return {
    get(text) {
      const value = entries.get(text);
      if (value !== undefined) {
        entries.delete(text);
        entries.set(text, value);
      }
      return value;
    },
    set(text, value) {
      if (text.length > characters) return;
      if (entries.delete(text)) held -= text.length;
      entries.set(text, value);
      held += text.length;
      for (const oldest of entries.keys()) {
        if (held <= characters) break;
        entries.delete(oldest);
        held -= oldest.length;
      }
    },
  };
}
