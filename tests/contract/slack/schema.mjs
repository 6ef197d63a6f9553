// Makes payload.schema.json out of Slack's types. Needed only when Slack changes them:
//
//     npm install --prefix build/slack @slack/types@3.2.0 ts-json-schema-generator@2.4.0 typescript
//     cp tests/contract/slack/{payload.ts,schema.mjs} build/slack && node build/slack/schema.mjs > payload.schema.json
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const folder = dirname(fileURLToPath(import.meta.url));
const schema = createGenerator({
  path: join(folder, 'payload.ts'),
  type: 'WebhookPayload',
  skipTypeCheck: true,
  additionalProperties: false,
}).createSchema('WebhookPayload');
const words = (key, value) => (key === 'description' && typeof value === 'string' ? undefined : value);
process.stdout.write(`${JSON.stringify(schema, words, 1)}\n`);
