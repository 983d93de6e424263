/** Subtypes of posts that people or apps write; the rest (joins, topics, deletions …) is Slack talking about itself. */
export const writtenSubtypes: ReadonlySet<string> = new Set([
  'file_share',
  'thread_broadcast',
  'me_message',
  'bot_message',
  // A huddle with its name and topic.
  'huddle_thread',
  'sh_room_created',
]);
