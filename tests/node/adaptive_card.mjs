// Parses adaptive cards with Microsoft's own library, as a client of the version that they name.
// Usage: node adaptive_card.mjs < CARDS; a list of cards as JSON. Prints for each what the library says against it, what
// it shows as text, and the card as the library understood it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { AdaptiveCard, RichTextBlock, SerializationContext, Version, Versions } = createRequire(import.meta.url)(
  "adaptivecards/dist/adaptivecards.min.js",
);

function read(json) {
  const context = new SerializationContext(Version.parse(json.version, new SerializationContext()) ?? Versions.v1_0);
  const card = new AdaptiveCard();
  card.parse(json, context);
  const said = Array.from({ length: context.eventCount }, (_, place) => context.getEventAt(place).message);
  said.push(...card.validateProperties().validationEvents.map((event) => event.message));
  const blocks = Array.from({ length: card.getItemCount() }, (_, place) => card.getItemAt(place));
  const shown = blocks.filter((block) => block instanceof RichTextBlock).map((block) => block.asString());
  return { said, shown, understood: card.toJSON() };
}

const cards = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(cards.map(read)));
