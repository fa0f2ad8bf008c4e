// Where the focus goes when the control that had it vanishes.

/** Into the composer; on touch screens, where that would open the keyboard, into the stream. */
export function focusChat(): void {
  const place = matchMedia('(pointer: coarse)').matches ? '.stream' : '#message-input';
  document.querySelector<HTMLElement>(place)?.focus({ preventScroll: true });
}
