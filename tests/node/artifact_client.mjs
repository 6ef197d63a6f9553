// Drives the official @actions/artifact client, as a job's step would.
// Usage: node artifact_client.mjs COMMANDS RESULTS; both are files of JSON, a list each: [["list"], ["get", "name"], ...].
import { readFile, writeFile } from "node:fs/promises";
import { DefaultArtifactClient } from "@actions/artifact";

const [commandsFile, resultsFile] = process.argv.slice(2);
const [repositoryOwner, repositoryName] = process.env.GITHUB_REPOSITORY.split("/");
const client = new DefaultArtifactClient();

function publicly(run) {
  return {
    findBy: { workflowRunId: run, repositoryOwner, repositoryName, token: process.env.GITHUB_TOKEN },
  };
}

const actions = {
  upload: (name, files, root) => client.uploadArtifact(name, files, root, { retentionDays: 5 }),
  list: () => client.listArtifacts({ latest: true }),
  get: (name) => client.getArtifact(name),
  download: (id, path, expectedHash) => client.downloadArtifact(id, { path, expectedHash }),
  "list-public": (run) => client.listArtifacts(publicly(run)),
  "download-public": (run, id, path, expectedHash) =>
    client.downloadArtifact(id, { path, expectedHash, ...publicly(run) }),
};

const results = [];
for (const [name, ...rest] of JSON.parse(await readFile(commandsFile, "utf8"))) {
  try {
    results.push({ result: await actions[name](...rest) });
  } catch (error) {
    results.push({ error: String(error) });
  }
}
await writeFile(resultsFile, JSON.stringify(results));
