import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";
import "graphiql/style.css";
import "./page.css";
import { readSettings, type Settings } from "./settings.js";
import { pageStorage } from "./storage.js";
import { installWorkers } from "./workers.js";

function Page({ settings }: { readonly settings: Settings }) {
  return (
    <GraphiQL
      fetcher={createGraphiQLFetcher({ url: settings.endpoint })}
      storage={pageStorage(settings, localStorage)}
      defaultHeaders={settings.defaultHeaders ?? "{}"}
      {...(settings.tabs && { defaultTabs: [...settings.tabs] })}
      defaultEditorToolsVisibility="headers"
      // Headers may be credentials: not stored, and no history, which would store them.
      shouldPersistHeaders={false}
      plugins={[]}
    >
      <GraphiQL.Logo>
        <span className="arcturus-title">{settings.title}</span>
        {settings.title !== "Arcturus" && <span className="arcturus-note">guarded by Arcturus</span>}
      </GraphiQL.Logo>
    </GraphiQL>
  );
}

installWorkers();
createRoot(document.getElementById("page")!).render(<Page settings={readSettings()} />);
