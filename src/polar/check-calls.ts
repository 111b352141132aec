import type { CallSite } from "./infer.js";
import { didYouMean, editDistance, NearWords } from "./near.js";
import type { Rule } from "./policy.js";
import { arityMessage, maxFactArguments, type PredicateTable } from "./predicates.js";
import type { Report } from "./report.js";
import type { SignatureInference, Unresolved } from "./signatures.js";

/**
 * Calls that lead nowhere: `polar/undefined-rule` and `polar/wrong-arity`, and names that look misspelt.
 * @param broken rules in which a type does not exist
 */
export function checkCalls(
  result: SignatureInference,
  predicates: PredicateTable,
  broken: ReadonlySet<Rule>,
  lenient: boolean,
  report: Report,
): void {
  for (const site of result.wrongArity) reportWrongArity(site, predicates, report);
  for (const { rule, site, argument } of result.unresolved) {
    // The type that is missing may be the one that does not exist.
    if (broken.has(rule)) continue;
    reportUndefined(site, argument, [...predicates.names(), ...result.inferred.keys()], report);
  }
  checkSimilarNames(result, predicates, report);
  if (lenient) {
    for (const [name, site] of result.inferred) {
      if (site.args.every((arg) => arg.types !== undefined)) continue;
      report.warning(
        "polar/undefined-rule",
        site.call.span,
        `\`${name}\` has no rules, and not all of its arguments have a type`,
        {
          help: "facts of it may hold anything in these places",
        },
      );
    }
  }
}

/** A call in a goal, an assertion or an inline query, where nothing is inferred. Answers whether it may be evaluated. */
export function checkGoalCall(site: CallSite, predicates: PredicateTable, report: Report): boolean {
  const name = site.call.name.text;
  if (predicates.has(name, site.args.length)) return true;
  if (predicates.arities(name) !== undefined) reportWrongArity(site, predicates, report);
  else reportUndefined(site, undefined, predicates.names(), report);
  return false;
}

function reportWrongArity({ call }: CallSite, predicates: PredicateTable, report: Report): void {
  const name = call.name.text;
  report.error("polar/wrong-arity", call.span, arityMessage(name, predicates.arities(name) ?? [], call.args.length));
}

function reportUndefined(
  { call }: CallSite,
  argument: Unresolved["argument"],
  known: Iterable<string>,
  report: Report,
): void {
  const name = call.name.text;
  const near = didYouMean(name, known);
  const untyped = argument === undefined ? undefined : call.args[argument];
  // A misspelt variable has no type; that it is misspelt was said.
  if (near === undefined && untyped !== undefined && report.hasErrorAt(untyped.span)) return;
  if (call.args.length === 0 || call.args.length > maxFactArguments) {
    report.error("polar/undefined-rule", call.span, `there is no rule \`${name}\` with ${call.args.length} arguments`, {
      help: near ?? `facts have 1 to ${maxFactArguments} arguments`,
    });
    return;
  }
  if (argument === undefined) {
    report.error("polar/undefined-rule", call.span, `there is no rule and no fact \`${name}\``, { help: near });
    return;
  }
  const place = call.args.length === 1 ? "its argument" : `argument ${argument + 1}`;
  const term = call.args[argument];
  const advice =
    term?.kind === "variable"
      ? `if \`${name}\` is a fact, say what \`${term.name}\` is: \`${term.name} matches T\`, or declare \`declare ${name}(…);\``
      : `if \`${name}\` is a fact, declare it: \`declare ${name}(…);\``;
  report.error(
    "polar/undefined-rule",
    call.span,
    `there is no rule \`${name}\`, and ${place} has no type that a fact could have`,
    { help: near ?? advice },
  );
}

/** A fact predicate that is one or two letters away from a name that is known otherwise. */
function checkSimilarNames(result: SignatureInference, predicates: PredicateTable, report: Report): void {
  const known = [...predicates.names()];
  const index = known.length * result.inferred.size > fewPairs ? new NearWords(known) : undefined;
  for (const [name, site] of result.inferred) {
    const near = (index?.candidates(name) ?? known).find((other) => isSimilar(name, other));
    if (near === undefined) continue;
    report.warning(
      "polar/similar-name",
      site.call.name.span,
      `\`${name}\` is taken for a fact; did you mean \`${near}\`?`,
      {
        help: `if it is meant, write \`declare ${name}(…);\``,
      },
    );
  }
}

/** So many pairs of names are compared one by one. */
const fewPairs = 10_000;

/** Short names are similar by nature; words that differ by a letter in five are not similar by chance. */
function isSimilar(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length);
  if (length < 4) return false;
  return editDistance(a, b, length < 7 ? 1 : 2) <= (length < 7 ? 1 : 2);
}
