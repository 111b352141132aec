import { open } from "node:fs/promises";
import { damaged } from "./handle.js";

/*
 * SQLite reads its write-ahead log up to the first frame whose checksum is wrong and takes that for the end. After a
 * crash this is right: the transaction at the end was never acknowledged. After damage in the middle it would silently
 * take back transactions that were, revocations among them. So the log is looked at before SQLite opens it.
 * Format: https://www.sqlite.org/fileformat2.html#walformat
 */

const headerSize = 32;
const frameHeaderSize = 24;
/** With what a log begins: in the order of bytes of its checksums. */
const littleEndian = 0x377f0682;
const bigEndian = 0x377f0683;

/**
 * A note for the log when a torn end is going to be dropped, `undefined` when all is well. `isEmpty`: there is no file beside the
 * log, or an empty one. SQLite begins a new database then, and throws the log away.
 * @throws StoreError `store/damaged` when finished transactions lie behind the damage, or would be thrown away
 */
export async function checkLog(path: string, isEmpty: boolean): Promise<string | undefined> {
  const file = await open(`${path}-wal`, "r").catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const header = Buffer.alloc(headerSize);
    const { bytesRead } = await file.read(header, 0, headerSize, 0);
    const { size } = await file.stat();
    if (size === 0) return undefined;
    if (bytesRead < headerSize) return tornNote(path, 0);
    if (isEmpty && size > headerSize)
      throw damaged(path, "it is empty or gone, and its write-ahead log is still there");
    const mark = header.readUInt32BE(0);
    const checksum = new Checksum(mark === bigEndian);
    checksum.add(header.subarray(0, 24));
    // The checksum of zeros is zero.
    if ((mark !== bigEndian && mark !== littleEndian) || !checksum.equals(header, 24)) {
      if (size > headerSize) throw damaged(path, "the header of its write-ahead log is unreadable");
      return tornNote(path, 0);
    }
    const salt = header.subarray(16, 24);
    const frameSize = frameHeaderSize + header.readUInt32BE(8);

    const frame = Buffer.alloc(frameSize);
    let broken = false;
    let lostCommits = 0;
    let dropped = 0;
    /** Whether the frame before was written in the present round of the log. */
    let present = true;
    /** The pages of the transaction that no commit has ended yet. */
    const pages = new Set<number>();
    for (let at = headerSize; at < size; at += frameSize) {
      frame.fill(0);
      const { bytesRead: read } = await file.read(frame, 0, frameSize, at);
      const whole = read === frameSize;
      // Behind the break it is the stored checksum of one frame that the next one goes on from.
      checksum.add(frame.subarray(0, 8));
      checksum.add(frame.subarray(frameHeaderSize));
      const follows = whole && checksum.equals(frame, 16);
      checksum.set(frame, 16);
      // Frames of an earlier round of the log have other salts: the present round ends before them. A frame whose salts
      // alone are damaged goes on from the one before it all the same.
      const salted = read >= 16 && salt.equals(frame.subarray(8, 16));
      present = salted || (follows && present);
      const page = frame.readUInt32BE(0);
      const commits = frame.readUInt32BE(4) !== 0;
      if (!broken && !(follows && salted)) {
        broken = true;
        dropped += pages.size;
      }
      // No frame is for page 0: this one was never written, or is not whole.
      if (broken && (present || page === 0 || !whole)) dropped++;
      if (!present) continue;
      // A transaction writes a page once, but for the last one of a large transaction. The same page again is the next
      // transaction: the end of the one before it has become unreadable.
      if (!commits && pages.has(page)) {
        pages.clear();
        lostCommits++;
      }
      pages.add(page);
      if (commits) {
        pages.clear();
        if (broken) lostCommits++;
      }
    }
    if (!broken) dropped = pages.size;
    // Only the last transaction can be unfinished: commits wait for the disk one after the other.
    if (lostCommits > 1) {
      throw damaged(
        path,
        `its write-ahead log is broken, and ${lostCommits} finished transactions lie behind the break`,
      );
    }
    return dropped > 0 ? tornNote(path, dropped) : undefined;
  } finally {
    await file.close();
  }
}

function tornNote(path: string, frames: number): string {
  return `the write-ahead log of \`${path}\` ends in an unfinished transaction (${frames} pages), which is dropped; a crash or a power failure leaves this behind`;
}

/** The running checksum of SQLite's write-ahead log, over 32-bit words in the byte order that the log's header names. */
class Checksum {
  readonly #bigEndian: boolean;
  #a = 0;
  #b = 0;

  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian;
  }

  add(bytes: Buffer): void {
    for (let i = 0; i + 8 <= bytes.length; i += 8) {
      const first = this.#bigEndian ? bytes.readUInt32BE(i) : bytes.readUInt32LE(i);
      const second = this.#bigEndian ? bytes.readUInt32BE(i + 4) : bytes.readUInt32LE(i + 4);
      this.#a = (this.#a + first + this.#b) >>> 0;
      this.#b = (this.#b + second + this.#a) >>> 0;
    }
  }

  /** Goes on from a checksum that is stored in the log. */
  set(bytes: Buffer, at: number): void {
    this.#a = bytes.readUInt32BE(at);
    this.#b = bytes.readUInt32BE(at + 4);
  }

  equals(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.#a && bytes.readUInt32BE(at + 4) === this.#b;
  }
}
