/** One tab as the server hands it over; all three are texts of the editors. */
export interface Tab {
  readonly query: string;
  readonly variables?: string;
  readonly headers?: string;
}

/** What the server writes into the page. */
export interface Settings {
  readonly title: string;
  readonly endpoint: string;
  readonly defaultHeaders?: string;
  readonly tabs?: readonly Tab[];
}

export function readSettings(): Settings {
  return JSON.parse(document.getElementById("settings")!.textContent!) as Settings;
}
