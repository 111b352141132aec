import { join } from "node:path";
import { PolicyError } from "arcturus";
import { coverage } from "arcturus/graphql";
import { createServer } from "arcturus/server";
import { openGitcloud, root } from "./gitcloud.js";
import { tabs } from "./tabs.js";

const { ARCTURUS_DB, ARCTURUS_POLICY, NODE_ENV, PORT } = process.env;

try {
  if (NODE_ENV === "production") {
    throw new Error("GitCloud logs in whoever a header names; it does not start with NODE_ENV=production");
  }
  const gitcloud = await openGitcloud(ARCTURUS_DB || join(root, ".arcturus", "gitcloud.db"));
  const server = createServer({
    ...gitcloud,
    graphiql: { title: "GitCloud", defaultHeaders: `{ "user": "paul@beatles.com" }`, tabs },
    onStop: gitcloud.close,
  });

  // The schema has been checked against GitCloud's own policy. One that replaces it may know less of it.
  if (ARCTURUS_POLICY) {
    await gitcloud.engine.setPolicy({ files: [ARCTURUS_POLICY] });
    for (const problem of coverage(gitcloud.schema, { engine: gitcloud.engine }).problems)
      console.warn(String(problem));
  }
  await server.run({ port: port(PORT) });
} catch (error) {
  if (error instanceof PolicyError) {
    for (const { source, line, column, message } of error.diagnostics) {
      console.error(`${source}:${line}:${column}: ${message}`);
    }
  } else {
    console.error(error instanceof Error ? error.message : error);
  }
  process.exit(1);
}

function port(text: string | undefined): number {
  if (!text) return 4000;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) throw new Error(`PORT is not a port: ${text}`);
  return value;
}
