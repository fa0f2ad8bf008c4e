// The button on the host page and the frame that holds the panel. Knows nothing of messages.

import type { EmbedSettings } from './settings';
import style from './launcher.css';

const svgNs = 'http://www.w3.org/2000/svg';

function icon(className: string, path: string): SVGElement {
  const svg = document.createElementNS(svgNs, 'svg');
  svg.setAttribute('class', className);
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.appendChild(document.createElementNS(svgNs, 'path')).setAttribute('d', path);
  return svg;
}

function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}

export class Launcher {
  readonly host = document.createElement('parley-widget');
  readonly frame = make('iframe', '');
  private readonly box_ = make('div', '');
  private readonly badge_ = make('span', 'n');
  private readonly button_ = make('button', 'b');
  private teaser_: HTMLElement | null = null;
  private labels_ = ['Open chat', 'Close chat', 'Dismiss'];
  onToggle: () => void = () => {};
  onTeaserDismissed: () => void = () => {};

  constructor(settings: EmbedSettings) {
    const shadow = this.host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    shadow.adoptedStyleSheets = [sheet];
    this.button_.append(icon('m', 'M4 5h16v11H9l-5 4z'), icon('d', 'M6 9l6 6 6-6'), this.badge_);
    this.button_.onclick = () => this.onToggle();
    this.box_.className = `${settings.side === 'left' ? 'l' : ''} ${settings.top ? 't' : ''}`;
    this.frame.id = 'chatbot-iframe';
    this.frame.title = settings.config.botName || 'Chat';
    this.box_.append(this.frame, this.button_);
    shadow.append(this.box_);
    // The panel soon sends the exact pair; white suits most brands until then.
    this.colour(settings.color || '#5166d6', '#fff');
    // Inline and important: no rule of the host page can hide or move the root.
    this.host.style.cssText = 'all:initial!important;display:contents!important';
    this.setOpen(false);
  }

  colour(color: string, ink: string): void {
    this.box_.style.setProperty('--c', color);
    this.box_.style.setProperty('--i', ink);
  }

  setOpen(open: boolean): void {
    this.box_.classList.toggle('o', open);
    this.button_.setAttribute('aria-expanded', String(open));
    this.label_(open);
  }

  setUnread(count: number): void {
    this.badge_.textContent = count ? String(Math.min(count, 99)) : '';
    this.label_(this.box_.classList.contains('o'));
  }

  /** Labels in the visitor's language, once the panel knows it. */
  setLabels(labels: string[], name: string): void {
    this.labels_ = labels;
    this.frame.title = name;
    this.label_(this.box_.classList.contains('o'));
  }

  showTeaser(text: string): void {
    if (!text || this.teaser_) return;
    const say = make('button', '', text);
    const close = make('button', '', '✕');
    close.setAttribute('aria-label', this.labels_[2]!);
    this.teaser_ = make('div', 's', say, close);
    say.onclick = () => this.onToggle();
    close.onclick = () => {
      this.teaser_?.remove();
      this.onTeaserDismissed();
    };
    this.box_.append(this.teaser_);
  }

  focusButton(): void {
    this.button_.focus({ preventScroll: true });
  }

  /** On phones, held either way, the frame follows the visible part of the page, above an open keyboard. */
  fit(view: VisualViewport | null, open: boolean): void {
    const phone = open && view && Math.min(innerWidth, innerHeight) <= 480;
    this.frame.style.height = phone ? `${view.height}px` : '';
    this.frame.style.transform = phone && view.offsetTop ? `translateY(${view.offsetTop}px)` : '';
  }

  private label_(open: boolean): void {
    const count = this.badge_.textContent;
    this.button_.setAttribute(
      'aria-label',
      this.labels_[open ? 1 : 0] + (count ? ` (${count})` : ''),
    );
  }
}
