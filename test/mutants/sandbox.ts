import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Mutant, mutated } from "./mutant.js";

/** A copy of the working tree in which mistakes are made; the tree itself is never touched. */
export class Sandbox {
  readonly folder: string;

  constructor(root: string) {
    this.folder = mkdtempSync(join(tmpdir(), "arcturus-mutants-"));
    const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
    for (const file of listed.toString().split("\0").filter(Boolean)) {
      const target = join(this.folder, file);
      mkdirSync(dirname(target), { recursive: true });
      copy(join(root, file), target);
    }
    copy(join(root, "dist"), join(this.folder, "dist"));
    symlinkSync(join(root, "node_modules"), join(this.folder, "node_modules"));
  }

  /** Makes the mistake; what comes back takes it away again. */
  apply(mutant: Mutant): () => void {
    const path = join(this.folder, mutant.file);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, mutated(text, mutant));
    return () => writeFileSync(path, text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** With its times, so that what was built counts as built. A file that is deleted but not yet committed is left out. */
function copy(from: string, to: string): void {
  try {
    cpSync(from, to, { recursive: true, preserveTimestamps: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
