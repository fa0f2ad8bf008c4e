// Which links of an answer may be clicked.
//
// A model can be talked into writing a link that carries the visitor's data away. So only hosts
// that the site named, the site itself, and hosts the visitor wrote first are clickable; every
// other address is shown as text that can be copied.

export interface SafeLink {
  href: string;
  /** What a visitor must be able to see: the host, or the mail or phone number. */
  target: string;
}

/** Parses an address of an allowed scheme; null for everything else (javascript:, data:, …). */
export function parseLink(address: string): SafeLink | null {
  const clean = address.trim();
  if (/[\u0000-\u0020\u007f\\]/.test(clean)) return null;
  let url: URL;
  try {
    url = new URL(clean);
  } catch {
    return null;
  }
  if (url.protocol === 'mailto:' || url.protocol === 'tel:') {
    // Without its query: a prepared body could carry text the visitor never meant to send.
    const target = decodeSafely(url.pathname);
    return isPlain(url.protocol, target) ? { href: url.protocol + url.pathname, target } : null;
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  if (url.username || url.password || !url.hostname) return null;
  return { href: url.href, target: url.host };
}

/** No further header behind a coded line break, no code that a phone would carry out. */
function isPlain(protocol: string, target: string): boolean {
  return protocol === 'tel:' ? /^[+\d\s().-]+$/.test(target) : /^[^\s\u0000-\u001f]+$/.test(target);
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Hosts in a text the visitor wrote: from whole addresses and from bare names like example.org. */
export function hostsIn(text: string): string[] {
  const names = text.match(/(?:https?:\/\/)?[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+(?::\d+)?/giu) ?? [];
  return names.flatMap((name) => {
    const link = parseLink(/^https?:/i.test(name) ? name : `https://${name}`);
    return link ? [link.target] : [];
  });
}

export interface LinkSources {
  /** Hosts the site listed, and its own. */
  hosts: readonly string[];
  /** What the visitor wrote. */
  said: readonly string[];
}

export function allowedHosts({ hosts, said }: LinkSources): ReadonlySet<string> {
  return new Set([...hosts, ...said.flatMap(hostsIn)].map((host) => host.toLowerCase()));
}

/** True if a label already shows where the link leads, so that no host need be added to it. */
export function showsTarget(label: string, link: SafeLink): boolean {
  const words = label
    .trim()
    .toLowerCase()
    .replace(/^(https?:\/\/|mailto:|tel:)/, '');
  const target = link.target.toLowerCase();
  return words === target || words.startsWith(`${target}/`);
}

/** `allowed` holds exact hosts, or `*.example.org` for every host below one. */
export function mayClick(link: SafeLink, allowed: ReadonlySet<string>): boolean {
  if (!/^https?:/.test(link.href)) return true;
  const host = link.target.toLowerCase();
  if (allowed.has(host)) return true;
  const labels = host.split('.');
  return labels.some((_, at) => at > 0 && allowed.has(`*.${labels.slice(at).join('.')}`));
}
