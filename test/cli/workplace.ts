import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { buildCommandLine, type CommandLine, type Finished, type RunOptions } from "../support/command-line.js";

export interface Workplace {
  readonly folder: string;
  /** Runs `arcturus` in the folder; the words are split at blanks unless they come as a list. */
  arcturus(words: string | readonly string[], options?: RunOptions): Promise<Finished>;
  write(name: string, text: string): void;
}

/** A folder of its own with these files, and a command line to use in it; both are gone after the file's tests. */
export function workplace(name: string, files: Readonly<Record<string, string>>): Workplace {
  const folder = mkdtempSync(join(tmpdir(), `arcturus-${name}-`));
  const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
  let cli: CommandLine | undefined;
  beforeAll(async () => {
    for (const [file, text] of Object.entries(files)) write(file, text);
    cli = await buildCommandLine(name);
  });
  afterAll(() => {
    cli?.dispose();
    rmSync(folder, { recursive: true });
  });
  return {
    folder,
    write,
    arcturus(words, options) {
      if (cli === undefined) throw new Error("the command line is not built yet");
      return cli.run(typeof words === "string" ? words.split(" ") : words, { cwd: folder, ...options });
    },
  };
}

export const policy: string = `actor User {}

global {
  roles = ["staff"];
  permissions = ["see_metrics"];

  "see_metrics" if "staff";
}

resource Organization {
  roles = ["admin", "member"];

  "member" if "admin";
}

resource Repository {
  roles = ["reader"];
  permissions = ["read", "delete"];
  relations = { organization: Organization };

  "reader" if "member" on "organization";
  "read" if "reader" or is_public(resource, true);
  "delete" if "admin" on "organization";
}
`;

export const facts: readonly string[] = [
  '["has_role",{"type":"User","id":"alice"},"admin",{"type":"Organization","id":"acme"}]',
  '["has_role",{"type":"User","id":"bob"},"member",{"type":"Organization","id":"acme"}]',
  '["has_role",{"type":"User","id":"sven"},"staff"]',
  '["has_relation",{"type":"Repository","id":"anvil"},"organization",{"type":"Organization","id":"acme"}]',
  '["has_relation",{"type":"Repository","id":"rocket"},"organization",{"type":"Organization","id":"acme"}]',
  '["is_public",{"type":"Repository","id":"open"},true]',
];
