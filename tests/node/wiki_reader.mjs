// Reads texts in wiki markup, as a list on standard input, with Atlassian's own reader, and writes for each what kinds
// of nodes and marks it sees and which text.
import { createRequire } from "node:module";
import { text } from "node:stream/consumers";

const { WikiMarkupTransformer } = createRequire(import.meta.url)("@atlaskit/editor-wikimarkup-transformer");
const reader = new WikiMarkupTransformer();

function read(markup) {
  const document = reader.parse(markup);
  const nodes = new Set();
  const marks = new Set();
  document.descendants((node) => {
    nodes.add(node.type.name);
    for (const { type, attrs } of node.marks) marks.add(attrs.href === undefined ? type.name : `link ${attrs.href}`);
  });
  return { nodes: [...nodes].sort(), marks: [...marks].sort(), text: document.textBetween(0, document.content.size, "\n") };
}

console.log(JSON.stringify(JSON.parse(await text(process.stdin)).map(read)));
