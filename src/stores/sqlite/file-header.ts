import { open } from "node:fs/promises";
import { damaged } from "./handle.js";

/** "Arct", in the header of files that are the store's alone. */
export const applicationId = 0x41726374;

const headerSize = 100;

/**
 * Reads the header of a database file before SQLite does: SQLite takes some damaged headers for those of an empty
 * database, and the library may fall over files that end too early.
 * Format: https://www.sqlite.org/fileformat2.html#the_database_header
 * @returns whether the file carries the store's mark; `undefined` when there is no file yet, or an empty one
 * @throws StoreError `store/damaged`
 */
export async function readHeader(path: string): Promise<{ readonly marked: boolean } | undefined> {
  const file = await open(path, "r").catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const stat = await file.stat();
    if (!stat.isFile() || stat.size === 0) return undefined;
    const { bytesRead, buffer } = await file.read(Buffer.alloc(headerSize), 0, headerSize, 0);
    const problem = bytesRead < headerSize ? "it ends inside its header" : problemOf(buffer, stat.size);
    if (problem !== undefined) throw damaged(path, problem);
    return { marked: buffer.readUInt32BE(68) === applicationId };
  } finally {
    await file.close();
  }
}

function problemOf(header: Buffer, size: number): string | undefined {
  if (header.toString("latin1", 0, 16) !== "SQLite format 3\0") return "it is not a SQLite database";
  const stored = header.readUInt16BE(16);
  const pageSize = stored === 1 ? 65_536 : stored;
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0) return "its header names an impossible page size";
  const fixed = header[21] === 64 && header[22] === 32 && header[23] === 32;
  const format = header.readUInt32BE(44);
  const encoding = header.readUInt32BE(56);
  const blank = header.readUInt32BE(40) === 0 && format === 0 && encoding === 0;
  const versions = [1, 2];
  if (
    !fixed ||
    !versions.includes(header[18] as number) ||
    !versions.includes(header[19] as number) ||
    header.subarray(72, 92).some((byte) => byte !== 0) ||
    !(blank || (format >= 1 && format <= 4 && encoding >= 1 && encoding <= 3))
  ) {
    return "its header is unreadable";
  }
  const pages = header.readUInt32BE(28);
  // The log may hold later pages, never earlier ones.
  if (size % pageSize !== 0 || pages * pageSize > size) return `it ends too early, after ${size} bytes`;
  return undefined;
}
