// What is fetched right after the panel is drawn: everything a conversation needs.

export { copyText } from '../copy';
export { Conversation } from './conversation';
export { Outbox } from './outbox';
