import type { Environment } from "monaco-editor";

/** File names of the three workers, put in by the build. */
declare const WORKERS: { readonly editor: string; readonly json: string; readonly graphql: string };

/** Tells Monaco where its workers are: beside the page's own script. */
export function installWorkers(): void {
  const environment: Environment = {
    getWorker(_id, label) {
      const name = label === "json" || label === "graphql" ? WORKERS[label] : WORKERS.editor;
      return new Worker(new URL(name, import.meta.url));
    },
  };
  Object.assign(globalThis, { MonacoEnvironment: environment });
}
