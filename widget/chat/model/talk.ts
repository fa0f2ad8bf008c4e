// What is fetched right after the panel is drawn: everything a conversation needs.

export { Conversation } from './conversation';
export { Outbox } from './outbox';
