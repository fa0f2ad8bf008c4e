// Which page embeds this panel. Messages are taken from that origin and window only.

/** The embedding page's exact origin; null when the panel is not framed or cannot know it. */
export function hostOrigin(win: Window): string | null {
  if (win.parent === win) return null;
  const ancestors = win.location.ancestorOrigins;
  const named = ancestors?.[0] ?? originOf(win.document.referrer);
  return named && named !== 'null' ? named : null;
}

function originOf(url: string): string | null {
  try {
    return new URL(url).origin;
  } catch {
    return null;
  }
}
