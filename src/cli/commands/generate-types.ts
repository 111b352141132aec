import { PolicyError } from "../../diagnostics/errors.js";
import { type GroupFlags, loadGroups } from "../policy-groups.js";
import type { Terminal } from "../terminal.js";
import { typeScriptOf } from "../typescript.js";
import { withEngine } from "../with-engine.js";

export async function generateTypes(
  files: readonly string[],
  { types }: Pick<GroupFlags, "types">,
  terminal: Terminal,
): Promise<number> {
  const declared = types === undefined ? {} : { types };
  const [group] = await loadGroups(files, { together: true, ...declared });
  if (group === undefined || group.policy === undefined) {
    throw new PolicyError(group?.diagnostics ?? [], "the policy does not load");
  }
  const metadata = await withEngine({ policy: files, db: "", ...declared }, terminal, async (engine) =>
    engine.policyMetadata(),
  );
  terminal.out(typeScriptOf(group.policy, metadata, files));
  return 0;
}
