import process from "node:process";

/** Where a command writes. `out` takes answers, `err` everything else; both add the line's end. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  readonly outPaint: Paint;
  readonly errPaint: Paint;
  /** How wide tables may be. 100 where there is no terminal. */
  readonly columns: number;
}

/** Colours of a stream; each gives the text back unchanged when the stream has none. */
export interface Paint {
  readonly enabled: boolean;
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
}

/** The process's own streams. Colours follow NO_COLOR, FORCE_COLOR and whether the stream is a terminal, in this order. */
export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    outPaint: paint(hasColour(process.stdout)),
    errPaint: paint(hasColour(process.stderr)),
    columns: process.stdout.columns ?? 100,
  };
}

function hasColour(stream: { readonly isTTY?: boolean }): boolean {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0";
  return stream.isTTY === true;
}

function paint(enabled: boolean): Paint {
  const code =
    (open: number, close: number) =>
    (text: string): string =>
      enabled ? `\x1b[${open}m${text}\x1b[${close}m` : text;
  return {
    enabled,
    bold: code(1, 22),
    dim: code(2, 22),
    green: code(32, 39),
    red: code(31, 39),
    yellow: code(33, 39),
  };
}

/** `1 test`, `2 tests` */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
