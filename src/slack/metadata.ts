/** Marks our posts, by which other instances of this program know them too. */
export const deliveryEventType = 'ultronex_delivery';

/** Travels with every post, unseen: https://docs.slack.dev/messaging/message-metadata */
export function metadataOf(deliveryId: string) {
  return { event_type: deliveryEventType, event_payload: { id: deliveryId } };
}
