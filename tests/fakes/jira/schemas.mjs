// Writes what Jira Cloud takes and gives, as JSON Schemas: cloud.schema.json out of the types of jira.js, and
// adf.schema.json, the schema of documents. Both packages lie in a folder of their own:
//   npm install --prefix FOLDER --ignore-scripts jira.js@6.2.0 @atlaskit/adf-schema@57.7.22
//   node tests/fakes/jira/schemas.mjs FOLDER
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const modules = path.resolve(process.argv[2], "node_modules");
const { z } = createRequire(path.join(modules, "x.js"))("zod");
const WANTED = {
  "GET myself": [null, "models/userDetails"],
  "GET mypermissions": ["parameters/getMyPermissions", "models/permissions"],
  "GET project/{key}": ["parameters/getProject", "models/project"],
  "GET status/{key}": ["parameters/getStatus", "models/statusDetails"],
  "GET user/assignable/search": ["parameters/findAssignableUsers", null],
  "GET search/jql": ["parameters/searchAndReconsileIssuesUsingJql", "models/searchAndReconcileResults"],
  "GET issue/{key}": ["parameters/getIssue", "models/issue"],
  "POST issue": ["parameters/createIssue", "models/createdIssue"],
  "PUT issue/{key}": ["parameters/editIssue", null],
  "GET issue/{key}/comment": ["parameters/getComments", "models/pageOfComments"],
  "POST issue/{key}/comment": ["parameters/addComment", "models/comment"],
  "GET issue/{key}/changelog": ["parameters/getChangeLogs", null],
  "GET issue/{key}/transitions": ["parameters/getTransitions", "models/transitions"],
  "POST issue/{key}/transitions": ["parameters/doTransition", null],
};

async function schema(name) {
  const module = await import(pathToFileURL(path.join(modules, "jira.js/dist/cloud", `${name}.js`)));
  const made = Object.entries(module).find(([key]) => key.endsWith("Schema"))[1];
  return z.toJSONSchema(made, { unrepresentable: "any", io: "input", reused: "ref" });
}

const calls = {};
for (const [call, [asked, given]] of Object.entries(WANTED)) {
  calls[call] = { asked: asked && (await schema(asked)), given: given && (await schema(given)) };
}
const here = import.meta.dirname;
const { version } = JSON.parse(readFileSync(path.join(modules, "jira.js/package.json")));
writeFileSync(path.join(here, "cloud.schema.json"), JSON.stringify({ "jira.js": version, calls }) + "\n");
const documents = JSON.parse(readFileSync(path.join(modules, "@atlaskit/adf-schema/dist/json-schema/v1/full.json")));
writeFileSync(path.join(here, "adf.schema.json"), JSON.stringify(documents) + "\n");
