import type { Source } from "../diagnostics/source.js";
import {
  asciiClass,
  DIGIT,
  isLoneSurrogate,
  NAME,
  nameCharacterLength,
  openBidirectional,
  readable,
  SPACE,
} from "./characters.js";
import { MAX_PROBLEMS, type Problem } from "./problems.js";

export type SymbolKind =
  | ("(" | ")" | "[" | "]" | "{" | "}" | "," | ";" | ":" | "." | "*" | "+" | "-" | "/")
  | ("=" | ":=" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "?=");

/**
 * `keyword` is a reserved word or `matches!`; contextual words such as `actor` are `name`s. `flag` is an `@name`.
 * `end` stands behind the last token, empty.
 */
export type TokenKind = "name" | "keyword" | "integer" | "float" | "string" | "flag" | "end" | SymbolKind;

export interface Token {
  readonly kind: TokenKind;
  /** As written; without the `@` for a flag; the value, with escapes resolved, for a string. */
  readonly text: string;
  /** Offsets in UTF-16 code units, the end exclusive. */
  readonly start: number;
  readonly end: number;
}

export interface Comment {
  readonly start: number;
  readonly end: number;
}

export interface Lexed {
  /** Never empty: the last one is of kind `end`. */
  readonly tokens: readonly Token[];
  readonly comments: readonly Comment[];
  readonly problems: readonly Problem[];
}

export interface SyntaxLimits {
  /** UTF-8 bytes of one source. @default 1048576 */
  readonly sourceBytes?: number;
  /** Open parentheses, brackets and braces. At most 500, whatever is asked for. @default 200 */
  readonly nesting?: number;
}

export const DEFAULT_SOURCE_BYTES: number = 1024 * 1024;
/** UTF-16 code units of one name, number or string. */
export const MAX_TOKEN_LENGTH = 4096;

export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  ("and or not if in matches new cut forall print debug isa type true false nil inf nan mod rem" as const).split(" "),
);
/** Reserved words that may not even be dictionary keys or member names. */
const NEVER_KEYS: ReadonlySet<string> = new Set("mod rem isa true false inf nan".split(" "));

/** Whether a reserved word may be a dictionary key, a member, a field or a relation's name. */
export function mayBeKey(word: string): boolean {
  return RESERVED_WORDS.has(word) && !NEVER_KEYS.has(word);
}

/** Signs of one character, by their code. */
const SYMBOLS: readonly (SymbolKind | undefined)[] = symbolTable("()[]{},;:.*+-/=<>", (c) => c);
/** Signs of two characters of which the second is `=`, by the code of the first. */
const ASSIGNMENT_SYMBOLS: readonly (SymbolKind | undefined)[] = symbolTable(":=!<>?", (c) => `${c}=`);

function symbolTable(characters: string, symbol: (c: string) => string): (SymbolKind | undefined)[] {
  const table: (SymbolKind | undefined)[] = Array(128).fill(undefined);
  for (const c of characters) table[c.charCodeAt(0)] = symbol(c) as SymbolKind;
  return table;
}

/** Text into tokens (Polar reference, section 1). Reports everything it meets and goes on; takes time linear in the text. */
export function lex(source: Source, limits: SyntaxLimits = {}): Lexed {
  const { text } = source;
  const maxBytes = limits.sourceBytes ?? DEFAULT_SOURCE_BYTES;
  if (exceedsBytes(text, maxBytes)) {
    const problem: Problem = {
      code: "polar/limit-exceeded",
      start: 0,
      end: 0,
      message: `the source is larger than ${maxBytes} bytes`,
      help: "split the policy into several files",
    };
    return { tokens: [{ kind: "end", text: "", start: 0, end: 0 }], comments: [], problems: [problem] };
  }
  return new Lexer(text).run();
}

/*
 * Runs of characters that need no second look. Most of a text is made of them, and a regular expression steps over a run faster than
 * a loop that has not been compiled yet: a policy is usually read once, soon after the program began.
 */
const spaces = /[ \t\n\r]*/y;
const nameCharacters = /\w*/y;
const stringCharacters = /[^"\\\n\0\ud800-\udfff\u202a-\u2069]*/y;
const commentCharacters = /[^\n\r\0\ud800-\udfff\u202a-\u2069]*/y;

/** The offset behind the run of such characters at `at`, which may be empty. */
function runEnd(run: RegExp, text: string, at: number): number {
  run.lastIndex = at;
  run.test(text);
  return run.lastIndex;
}

function exceedsBytes(text: string, limit: number): boolean {
  if (text.length > limit) return true;
  if (text.length * 3 <= limit) return false;
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (code >= 0xd800 && code <= 0xdfff && !isLoneSurrogate(text, i)) bytes += 2;
    else bytes += 3;
  }
  return bytes > limit;
}

class Lexer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  readonly #comments: Comment[] = [];
  readonly #problems: Problem[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): Lexed {
    const text = this.#text;
    if (text.charCodeAt(0) === 0xfeff) this.#at = 1;
    while (this.#at < text.length && this.#problems.length < MAX_PROBLEMS) {
      const code = text.charCodeAt(this.#at);
      const kind = asciiClass(code);
      if (kind === SPACE) this.#at = runEnd(spaces, text, this.#at);
      else if (kind === NAME) this.#name();
      else if (kind === DIGIT) this.#number();
      else if (code === 34) this.#string();
      else if (code === 35) this.#comment();
      else if (code === 39) this.#apostrophe();
      else if (code === 64) this.#flag();
      else if (code < 128) this.#symbol();
      else if (nameCharacterLength(text, this.#at) > 0) this.#name();
      else this.#unexpected();
    }
    this.#tokens.push({ kind: "end", text: "", start: text.length, end: text.length });
    return { tokens: this.#tokens, comments: this.#comments, problems: this.#problems };
  }

  #push(kind: TokenKind, start: number, text: string): void {
    const end = this.#at;
    if (end - start > MAX_TOKEN_LENGTH) {
      this.#problem("polar/limit-exceeded", start, end, `a token of ${end - start} characters is too long`, {
        help: `the limit is ${MAX_TOKEN_LENGTH} characters`,
      });
    }
    this.#tokens.push({ kind, text, start, end });
  }

  #problem(code: string, start: number, end: number, message: string, more: Pick<Problem, "help"> = {}): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push({ code, start, end, message, ...more });
  }

  /** The offset behind the name characters (digits included) from `at` on. */
  #nameEnd(at: number): number {
    const text = this.#text;
    for (;;) {
      at = runEnd(nameCharacters, text, at);
      // The end of the text has no code, and is less than nothing.
      if (!(text.charCodeAt(at) >= 128)) return at;
      const length = nameCharacterLength(text, at);
      if (length === 0) return at;
      at += length;
    }
  }

  #startsName(at: number): boolean {
    return asciiClass(this.#text.charCodeAt(at)) === NAME || nameCharacterLength(this.#text, at) > 0;
  }

  #name(): void {
    const text = this.#text;
    const start = this.#at;
    let at = this.#nameEnd(start);
    while (text.startsWith("::", at)) {
      if (!this.#startsName(at + 2)) {
        this.#problem("polar/unexpected-character", at, at + 2, "`::` must be followed by a name");
        this.#at = at;
        this.#push("name", start, text.slice(start, at));
        this.#at = at + 2;
        return;
      }
      at = this.#nameEnd(at + 2);
    }
    if (text[at] === "?") at++;
    this.#at = at;
    const word = text.slice(start, at);
    if (word === "matches" && text[at] === "!" && text[at + 1] !== "=") {
      this.#at = at + 1;
      this.#push("keyword", start, "matches!");
    } else this.#push(RESERVED_WORDS.has(word) ? "keyword" : "name", start, word);
  }

  #number(): void {
    const text = this.#text;
    const start = this.#at;
    let at = this.#digitsEnd(start);
    let kind: "integer" | "float" = "integer";
    if (text[at] === ".") {
      kind = "float";
      at = this.#digitsEnd(at + 1);
    }
    if (text[at] === "e" || text[at] === "E") {
      const digits = text[at + 1] === "+" || text[at + 1] === "-" ? at + 2 : at + 1;
      const end = this.#digitsEnd(digits);
      if (end > digits) {
        kind = "float";
        at = end;
      }
    }
    // What touches a number belongs to it: `1e`, `0x10`, `1_000`, `1.5.5`, `3.toString`.
    const end = this.#numberTailEnd(at);
    this.#at = end;
    if (end > at) {
      const number = text.slice(start, at);
      const member = number.endsWith(".") && this.#startsName(at);
      this.#problem("polar/bad-number", start, end, `\`${readable(text.slice(start, end))}\` is not a number`, {
        help: member
          ? `write \`(${number.slice(0, -1)}).${readable(text.slice(at, end))}\` to read a member of a number`
          : "numbers are written like `42`, `1.5` or `1.5e-3`",
      });
    }
    this.#push(kind, start, text.slice(start, at));
  }

  #digitsEnd(at: number): number {
    while (asciiClass(this.#text.charCodeAt(at)) === DIGIT) at++;
    return at;
  }

  #numberTailEnd(at: number): number {
    for (;;) {
      if (this.#startsName(at)) at = this.#nameEnd(at);
      else if (this.#text[at] === "." && asciiClass(this.#text.charCodeAt(at + 1)) === DIGIT)
        at = this.#digitsEnd(at + 1);
      else return at;
    }
  }

  #string(): void {
    const text = this.#text;
    const start = this.#at;
    let value = "";
    let copied = start + 1;
    let at = runEnd(stringCharacters, text, start + 1);
    if (text.charCodeAt(at) === 34) {
      this.#at = at + 1;
      this.#push("string", start, text.slice(start + 1, at));
      return;
    }
    for (;;) {
      const code = text.charCodeAt(at);
      if (at >= text.length || code === 10) {
        this.#problem("polar/unterminated-string", start, at, 'the string has no closing `"` on its line', {
          help: at < text.length ? "write `\\n` for a line end inside a string" : undefined,
        });
        value += text.slice(copied, at);
        this.#at = at;
        break;
      }
      if (code === 34) {
        value += text.slice(copied, at);
        this.#at = at + 1;
        break;
      }
      if (code === 92 && at + 1 < text.length && text.charCodeAt(at + 1) !== 10) {
        value += text.slice(copied, at);
        const escaped = ESCAPES[text[at + 1] as string];
        if (escaped !== undefined) value += escaped;
        // Any other character stands for itself; it is copied with what follows.
        copied = escaped === undefined ? at + 1 : at + 2;
        if (escaped === undefined) this.#checkInside(at + 1);
        at += 2;
        continue;
      }
      this.#checkInside(at);
      at++;
    }
    this.#checkBidirectional(start, this.#at);
    this.#push("string", start, value);
  }

  /** What may stand neither in a string nor in a comment. */
  #checkInside(at: number): void {
    if (this.#text.charCodeAt(at) === 0) {
      this.#problem("polar/unexpected-character", at, at + 1, "unexpected character U+0000", {
        help: "write `\\0` in a string",
      });
    } else if (isLoneSurrogate(this.#text, at)) this.#loneSurrogate(at);
  }

  #loneSurrogate(at: number): void {
    const code = this.#text.charCodeAt(at).toString(16).toUpperCase();
    this.#problem("polar/unexpected-character", at, at + 1, `half of a surrogate pair, U+${code}, is not a character`);
  }

  #checkBidirectional(start: number, end: number): void {
    const at = openBidirectional(this.#text, start, end);
    if (at >= 0) {
      this.#problem(
        "polar/unexpected-character",
        at,
        at + 1,
        `the bidirectional control ${readable(this.#text.charAt(at))} is not closed`,
        { help: "it would show the text behind it in another order than it is read" },
      );
    }
  }

  #comment(): void {
    const start = this.#at;
    let at = runEnd(commentCharacters, this.#text, start);
    for (; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === 10 || code === 13) break;
      this.#checkInside(at);
    }
    this.#checkBidirectional(start, at);
    this.#comments.push({ start, end: at });
    this.#at = at;
  }

  /** `'text'`: reported once, and read as the string it was meant to be. */
  #apostrophe(): void {
    const text = this.#text;
    const start = this.#at;
    let at = start + 1;
    while (at < text.length && text[at] !== "'" && text[at] !== "\n" && text[at] !== "\r") at++;
    if (text[at] !== "'") {
      this.#unexpected();
      return;
    }
    this.#problem("polar/unexpected-character", start, start + 1, "unexpected character `'`", { help: ADVICE["'"] });
    this.#at = at + 1;
    this.#push("string", start, text.slice(start + 1, at));
  }

  #flag(): void {
    const start = this.#at;
    if (this.#startsName(start + 1)) {
      let at = this.#nameEnd(start + 1);
      while (this.#text.startsWith("::", at) && this.#startsName(at + 2)) at = this.#nameEnd(at + 2);
      this.#at = at;
      this.#push("flag", start, this.#text.slice(start + 1, at));
    } else this.#unexpected();
  }

  #symbol(): void {
    const text = this.#text;
    const start = this.#at;
    const code = text.charCodeAt(start);
    const after = text.charCodeAt(start + 1);
    const two = after === EQUALS ? ASSIGNMENT_SYMBOLS[code] : undefined;
    const symbol = two ?? SYMBOLS[code];
    if (symbol === undefined) this.#unexpected();
    else if (code === SLASH && (after === SLASH || after === STAR)) this.#foreignComment(after === SLASH ? "//" : "/*");
    else {
      this.#at += symbol.length;
      this.#push(symbol, start, symbol);
    }
  }

  /** Neither `//` nor `/*` can stand in Polar: report it once and step over what the author meant as a comment. */
  #foreignComment(opening: "//" | "/*"): void {
    const start = this.#at;
    this.#problem("polar/unexpected-token", start, start + 2, `unexpected \`${opening}\``, {
      help: "a comment begins with `#` and ends with its line",
    });
    let at = start + 2;
    if (opening === "/*") {
      const close = this.#text.indexOf("*/", at);
      at = close < 0 ? this.#text.length : close + 2;
    } else while (at < this.#text.length && !/[\r\n]/.test(this.#text.charAt(at))) at++;
    this.#at = at;
  }

  /** A run of equal characters that no token starts with. */
  #unexpected(): void {
    const text = this.#text;
    const start = this.#at;
    if (isLoneSurrogate(text, start)) {
      this.#loneSurrogate(start);
      this.#at = start + 1;
      return;
    }
    const character = String.fromCodePoint(text.codePointAt(start) as number);
    let at = start;
    while (text.startsWith(character, at)) at += character.length;
    this.#at = at;
    const shown = readable(character);
    this.#problem(
      "polar/unexpected-character",
      start,
      at,
      `unexpected character ${shown.startsWith("U+") ? shown : `\`${shown}\``}`,
      { help: ADVICE[character] },
    );
  }
}

const EQUALS = 61;
const SLASH = 47;
const STAR = 42;

const ESCAPES: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  n: "\n",
  r: "\r",
  t: "\t",
  "0": "\0",
});

const ADVICE: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  "'": "strings stand in double quotes",
  "`": "strings stand in double quotes",
  "“": "strings stand in straight double quotes",
  "”": "strings stand in straight double quotes",
  "&": "write `and`",
  "|": "write `or`",
  "!": "write `not`, or `!=` to compare",
  "%": "write `mod` or `rem`",
  "@": "a flag is written `@name`",
  "\u00a0": "this is a no-break space: use an ordinary one",
});
