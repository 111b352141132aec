import type { Settings } from "./settings.js";

/** The part of the browser's storage that GraphiQL uses. */
export interface PageStorage {
  readonly length: number;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  clear(): void;
}

interface StoredTab {
  readonly query: string | null;
  readonly headers: string | null;
}

/**
 * Keeps a visitor's tabs, one set per application, without their headers: those may be credentials. A tab that comes back
 * gets the headers the server proposes for its query, else the default ones, so that a reload does not log anybody out.
 */
export function pageStorage(settings: Settings, store: Storage): PageStorage {
  const prefix = `${settings.title}:`;
  const own = (): string[] => Object.keys(store).filter((key) => key.startsWith(prefix));

  function proposedHeaders(query: string | null): string | null {
    const tab = settings.tabs?.find((candidate) => candidate.query === query);
    return tab?.headers ?? settings.defaultHeaders ?? null;
  }

  return {
    get length() {
      return own().length;
    },
    getItem(key) {
      // The tabs hold these texts too; GraphiQL would compare both, headers included, and open the tab a second time.
      if (key === "graphiql:query" || key === "graphiql:variables") return null;
      const text = store.getItem(prefix + key);
      if (key !== "graphiql:tabState" || text === null) return text;
      const state = JSON.parse(text) as { readonly tabs: readonly StoredTab[] };
      const tabs = state.tabs.map((tab) => ({ ...tab, headers: proposedHeaders(tab.query) }));
      return JSON.stringify({ ...state, tabs });
    },
    setItem: (key, value) => store.setItem(prefix + key, value),
    removeItem: (key) => store.removeItem(prefix + key),
    clear() {
      for (const key of own()) store.removeItem(key);
    },
  };
}
