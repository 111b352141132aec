/*
 * Text that knows where it may break, and the printer that decides (after Wadler and Oppen): a group stands on one line when it
 * fits, else all of its own breaks become line ends.
 */

type Piece =
  | string
  | { readonly kind: "group"; readonly pieces: readonly Piece[]; readonly broken: boolean }
  | { readonly kind: "indent"; readonly pieces: readonly Piece[] }
  /** A line end when the group is broken, else `flat`. */
  | { readonly kind: "line"; readonly flat: "" | " " }
  | { readonly kind: "hard"; readonly blank: boolean }
  /** Text only when the group is broken, e.g. the comma behind the last item. */
  | { readonly kind: "if-broken"; readonly text: string }
  /** A comment behind code: at the end of the line that the code ends up on. */
  | { readonly kind: "trailing"; readonly text: string }
  /** A comment on a line of its own. */
  | { readonly kind: "own"; readonly text: string };

/** Builds a layout from left to right. */
export class Layout {
  #pieces: Piece[] = [];
  /** Whether something that needs a line end was added, for each open group. */
  #broken: boolean[] = [false];

  text(text: string): void {
    this.#pieces.push(text);
  }

  /** A blank, or a line end when the group is broken. */
  line(): void {
    this.#pieces.push({ kind: "line", flat: " " });
  }

  /** Nothing, or a line end when the group is broken. */
  softline(): void {
    this.#pieces.push({ kind: "line", flat: "" });
  }

  /** A line end, with an empty line if `blank`. */
  hardline(blank: boolean = false): void {
    this.#pieces.push({ kind: "hard", blank });
    this.breakGroups();
  }

  ifBroken(text: string): void {
    this.#pieces.push({ kind: "if-broken", text });
  }

  trailingComment(text: string): void {
    this.#pieces.push({ kind: "trailing", text });
    this.breakGroups();
  }

  ownComment(text: string): void {
    this.#pieces.push({ kind: "own", text });
    this.breakGroups();
  }

  /** Makes every open group break its lines. */
  breakGroups(): void {
    this.#broken.fill(true);
  }

  /** What `build` adds, on one line if it fits and `broken` does not say otherwise. */
  group(build: () => void, broken: boolean = false): void {
    const outer = this.#pieces;
    this.#pieces = [];
    this.#broken.push(false);
    if (broken) this.breakGroups();
    build();
    outer.push({ kind: "group", pieces: this.#pieces, broken: this.#broken.pop() === true });
    this.#pieces = outer;
  }

  indent(build: () => void): void {
    const outer = this.#pieces;
    this.#pieces = [];
    build();
    outer.push({ kind: "indent", pieces: this.#pieces });
    this.#pieces = outer;
  }

  /** The text, in lines of at most `width` characters where the breaks allow it. Ends with one line end, unless it is empty. */
  print(width: number): string {
    return new Printer(width).print(this.#pieces);
  }
}

interface Command {
  readonly piece: Piece;
  readonly indent: number;
  readonly flat: boolean;
}

/** Deeper than half a line nothing is indented: a text of brackets only would grow with the square of its length. */
const INDENT = 2;

class Printer {
  readonly #width: number;
  readonly #out: string[] = [];
  #column = 0;
  /** The indentation that the current line gets with its first text; `undefined` when it has text. */
  #fresh: number | undefined = 0;
  #trailing: string | undefined;
  /** A comment of its own ends with its line: whatever comes next begins a new one. */
  #commentOpen = false;

  constructor(width: number) {
    this.#width = width;
  }

  print(pieces: readonly Piece[]): string {
    const stack: Command[] = [];
    pushAll(stack, pieces, 0, false);
    for (let command = stack.pop(); command !== undefined; command = stack.pop()) this.#step(command, stack);
    this.#endLine();
    const text = this.#out.join("").replace(/\n+$/, "\n");
    return text === "\n" ? "" : text;
  }

  #step({ piece, indent, flat }: Command, stack: Command[]): void {
    if (typeof piece === "string") {
      this.#write(piece, indent);
      return;
    }
    switch (piece.kind) {
      case "indent":
        pushAll(stack, piece.pieces, Math.min(indent + INDENT, this.#width / 2), flat);
        return;
      case "group": {
        const fits = !piece.broken && (flat || this.#fits(piece.pieces, stack));
        pushAll(stack, piece.pieces, indent, fits);
        return;
      }
      case "line":
        if (flat) this.#write(piece.flat, indent);
        else this.#newline(indent, false);
        return;
      case "hard":
        this.#newline(indent, piece.blank);
        return;
      case "if-broken":
        if (!flat) this.#write(piece.text, indent);
        return;
      case "trailing":
        this.#trailing = piece.text;
        return;
      case "own":
        if (this.#fresh === undefined || this.#commentOpen) this.#newline(indent, false);
        else this.#fresh = indent;
        this.#write(piece.text, indent);
        this.#commentOpen = true;
        return;
    }
  }

  #write(text: string, indent: number): void {
    if (text === "") return;
    if (this.#commentOpen) this.#newline(indent, false);
    if (this.#fresh !== undefined) {
      this.#out.push(" ".repeat(this.#fresh));
      this.#column = this.#fresh;
      this.#fresh = undefined;
    }
    this.#out.push(text);
    this.#column += text.length;
  }

  /** Ends the line if it has text; several in a row end one line only. */
  #newline(indent: number, blank: boolean): void {
    if (this.#fresh === undefined) {
      this.#endLine();
      if (blank) this.#out.push("\n");
    }
    this.#fresh = indent;
    this.#commentOpen = false;
  }

  #endLine(): void {
    this.#out.push(this.#trailing === undefined ? "\n" : ` ${this.#trailing}\n`);
    this.#trailing = undefined;
    this.#column = 0;
  }

  /** Whether the pieces, and what follows them up to the next possible line end, fit on the rest of the line. */
  #fits(pieces: readonly Piece[], following: readonly Command[]): boolean {
    let room = this.#width - (this.#fresh ?? this.#column);
    const open: { readonly pieces: readonly Piece[]; readonly flat: boolean; next: number }[] = [];
    let below = following.length - 1;
    open.push({ pieces, flat: true, next: 0 });
    while (room >= 0) {
      const top = open.at(-1);
      if (top === undefined) {
        const command = following[below--];
        if (command === undefined) return true;
        open.push({ pieces: [command.piece], flat: command.flat, next: 0 });
        continue;
      }
      const piece = top.pieces[top.next++];
      if (piece === undefined) open.pop();
      else if (typeof piece === "string") room -= piece.length;
      else if (piece.kind === "group") open.push({ pieces: piece.pieces, flat: top.flat && !piece.broken, next: 0 });
      else if (piece.kind === "indent") open.push({ pieces: piece.pieces, flat: top.flat, next: 0 });
      else if (piece.kind === "line" && top.flat) room -= piece.flat.length;
      else if (piece.kind !== "if-broken" && piece.kind !== "trailing") return true;
    }
    return false;
  }
}

function pushAll(stack: Command[], pieces: readonly Piece[], indent: number, flat: boolean): void {
  for (let i = pieces.length - 1; i >= 0; i--) stack.push({ piece: pieces[i] as Piece, indent, flat });
}
