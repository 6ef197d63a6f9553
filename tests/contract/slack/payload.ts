// What we post to a Slack incoming webhook, in Slack's own types: input of schema.mjs.
import type { ContextBlock, DividerBlock, HeaderBlock, RichTextBlock, SectionBlock } from '@slack/types';

export interface WebhookPayload {
  text?: string;
  blocks?: (ContextBlock | DividerBlock | HeaderBlock | RichTextBlock | SectionBlock)[];
  unfurl_links?: boolean;
  unfurl_media?: boolean;
}
