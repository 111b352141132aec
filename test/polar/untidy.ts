import { Source } from "../../src/diagnostics/source.js";
import { lex } from "../../src/polar/lexer.js";
import type { Choose } from "./syntax-trees.js";

/** The text with other blanks, line ends and comments between its tokens: as untidy as an author could leave it. */
export function untidy(text: string, choose: Choose): string {
  let count = 0;
  const gaps = [
    () => " ",
    () => "\n",
    () => "",
    () => "  \t",
    () => "\n\n\n",
    () => ` # trailing ${count++}\n`,
    () => `\n  # own ${count++}  \n`,
    () => `#tight ${count++}\n# second ${count++}\n\n`,
    () => `\n\n# apart ${count++}\n\n# again ${count++}\r\n`,
  ];
  const { tokens } = lex(new Source("tidy", text));
  let result = "";
  tokens.forEach((token, i) => {
    const before = tokens[i - 1];
    // A sign that touches its number must go on touching it; words must not grow together.
    const sign = (before?.kind === "-" || before?.kind === "+") && before.end === token.start;
    if (!sign) {
      const gap = choose(4) === 0 ? (gaps[choose(gaps.length)] as () => string)() : " ";
      result += gap === "" && before !== undefined && /[^()[\]{},;]$/.test(result) ? " " : gap;
    }
    result += text.slice(token.start, token.end);
  });
  return result;
}
