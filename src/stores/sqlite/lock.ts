import { readlink, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { StoreError } from "../../diagnostics/errors.js";
import { openHandle, sqliteCode } from "./handle.js";

/**
 * Makes this process, and this one store in it, the only writer of a database file. The lock is an exclusive transaction
 * on an empty database beside the file: the operating system drops it with the process, so a crash leaves no lock behind,
 * and the file itself stays readable for others, for example for backups. Network file systems do not keep such locks
 * reliably and are not supported.
 * @throws StoreError `store/locked` when somebody else has it
 */
export async function lockFile(path: string): Promise<() => void> {
  const lock = `${await canonical(path)}-lock`;
  let handle: Awaited<ReturnType<typeof openHandle>> | undefined;
  try {
    handle = await openHandle(lock);
    handle.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    handle?.close();
    if (sqliteCode(cause) === "SQLITE_BUSY") {
      throw new StoreError(
        "store/locked",
        `\`${path}\` is in use by another process or store; one process writes it at a time`,
        { cause },
      );
    }
    throw new StoreError("store/cannot-open", `the lock file \`${lock}\` cannot be opened`, { cause });
  }
  const held = handle;
  return () => {
    held.exec("ROLLBACK");
    held.close();
  };
}

/** One name per file, whichever links lead to it, also when it does not exist yet. */
async function canonical(path: string, links = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const target = links < 32 ? await readlink(path).catch(() => undefined) : undefined;
    if (target !== undefined) return canonical(resolve(dirname(path), target), links + 1);
    try {
      return join(await realpath(dirname(path)), basename(path));
    } catch {
      return path;
    }
  }
}
