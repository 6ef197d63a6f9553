// Reads the artifact service's messages out of the official client's generated code and writes contract.json.
// Usage: node tests/fakes/github/contract.mjs > tests/fakes/github/contract.json
import { readFile } from "node:fs/promises";

const PACKAGE = new URL("../../node/node_modules/@actions/artifact/", import.meta.url);
const SCALARS = { 3: "int64", 5: "int32", 8: "bool", 9: "string" };
const BARE = {
  "google.protobuf.Int64Value": "int64",
  "google.protobuf.StringValue": "string",
  "google.protobuf.Timestamp": "timestamp",
};

const { version } = JSON.parse(await readFile(new URL("package.json", PACKAGE)));
const { ArtifactService } = await import(new URL("lib/generated/results/api/v1/artifact.js", PACKAGE));

function typeOf(field) {
  if (field.kind === "scalar") return SCALARS[field.T];
  const message = field.T();
  return BARE[message.typeName] ?? fieldsOf(message);
}

function fieldsOf(message) {
  return Object.fromEntries(
    message.fields.map((field) => [field.name, field.repeat ? [typeOf(field)] : typeOf(field)]),
  );
}

const methods = Object.fromEntries(
  ArtifactService.methods.map(({ name, I, O }) => [name, { request: fieldsOf(I), reply: fieldsOf(O) }]),
);
console.log(JSON.stringify({ client: version, service: ArtifactService.typeName, methods }, null, 2));
