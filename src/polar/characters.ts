/** What the lexer needs to know about single characters (Polar reference, section 1; names refuse what a reader cannot see). */

/** Classes of ASCII characters. */
export const SPACE = 1;
export const DIGIT = 2;
export const NAME = 3;

const ascii = new Uint8Array(128);
for (const c of " \t\n\r") ascii[c.charCodeAt(0)] = SPACE;
for (let c = 48; c <= 57; c++) ascii[c] = DIGIT;
for (let c = 65; c <= 90; c++) ascii[c] = NAME;
for (let c = 97; c <= 122; c++) ascii[c] = NAME;
ascii[95] = NAME;

/** `SPACE`, `DIGIT`, `NAME`, or 0 for punctuation, control characters and everything beyond ASCII. */
export function asciiClass(code: number): number {
  return code < 128 ? (ascii[code] as number) : 0;
}

/*
 * Beyond ASCII a name may hold anything that shows: not white space, controls, private or unassigned code points that
 * print nothing, bidirectional marks or zero-width characters, which would make two different names look alike.
 */
const hidden = /[\p{White_Space}\p{Cc}\p{Cf}\p{Cs}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/u;
const pictograph = /\p{Extended_Pictographic}/u;
const EMOJI_STYLE = 0xfe0f;

/** The length in UTF-16 code units of the name character at `offset`, beyond ASCII; 0 when no name may hold it. */
export function nameCharacterLength(text: string, offset: number): number {
  const code = text.codePointAt(offset);
  if (code === undefined || code < 128) return 0;
  const length = code > 0xffff ? 2 : 1;
  if (code === EMOJI_STYLE) return offset > 0 && pictograph.test(characterBefore(text, offset)) ? 1 : 0;
  return hidden.test(String.fromCodePoint(code)) ? 0 : length;
}

function characterBefore(text: string, offset: number): string {
  const low = text.charCodeAt(offset - 1);
  return low >= 0xdc00 && low <= 0xdfff && offset > 1 ? text.slice(offset - 2, offset) : text.slice(offset - 1, offset);
}

/** Whether the code unit at `offset` is half a surrogate pair without its other half. */
export function isLoneSurrogate(text: string, offset: number): boolean {
  const code = text.charCodeAt(offset);
  if (code < 0xd800 || code > 0xdfff) return false;
  if (code >= 0xdc00) {
    const before = offset > 0 ? text.charCodeAt(offset - 1) : 0;
    return before < 0xd800 || before > 0xdbff;
  }
  const after = text.charCodeAt(offset + 1);
  return !(after >= 0xdc00 && after <= 0xdfff);
}

const OVERRIDES = new Set([0x202a, 0x202b, 0x202d, 0x202e]);
const ISOLATES = new Set([0x2066, 0x2067, 0x2068]);

/**
 * The offset of a bidirectional control that is opened in `text[start, end)` and not closed there, or -1. Inside a string or a
 * comment a balanced pair is data; an open one would reorder the code behind it on the reader's screen.
 */
export function openBidirectional(text: string, start: number, end: number): number {
  const open: { readonly offset: number; readonly close: number }[] = [];
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x202a || code > 0x2069) continue;
    if (OVERRIDES.has(code)) open.push({ offset: i, close: 0x202c });
    else if (ISOLATES.has(code)) open.push({ offset: i, close: 0x2069 });
    else if (open.at(-1)?.close === code) open.pop();
  }
  return open[0]?.offset ?? -1;
}

/** Text for a message: cut to a readable length, with everything that does not show written as an escape. */
export function readable(text: string): string {
  const cut = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  let result = "";
  for (const c of cut) {
    const code = c.codePointAt(0) as number;
    result += c !== " " && (code < 128 ? code < 32 || code === 127 : hidden.test(c)) ? escapeOf(code) : c;
  }
  return result;
}

function escapeOf(code: number): string {
  if (code === 10) return "\\n";
  if (code === 13) return "\\r";
  if (code === 9) return "\\t";
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
