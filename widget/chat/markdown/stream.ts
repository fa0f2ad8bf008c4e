// Draws a growing markdown text without touching what is already right.
//
// The text is lexed from the last stable block on; a block whose source did not change keeps its
// DOM nodes, so finished code, lists and tables neither flicker nor lose a selection while the
// rest grows.

import { blocks, type Blocks } from './lexer';
import { renderBlock, type RenderContext } from './render';

interface Drawn {
  raw: string;
  node: Node | null;
}

/** Blocks at the end that later text may still change, such as a list and the space after it. */
const openBlocks = 3;

export class MarkdownStream {
  private drawn: Drawn[] = [];
  private text = '';

  constructor(
    private readonly root: HTMLElement,
    private readonly context: RenderContext,
  ) {}

  /** Shows `text`; cheap when it only grew. `complete` lexes the whole once more, to be exact. */
  show(text: string, complete: boolean): void {
    const grown = !complete && text.startsWith(this.text);
    const keep = grown ? Math.max(0, this.drawn.length - openBlocks) : 0;
    const stable = this.drawn.slice(0, keep).reduce((sum, block) => sum + block.raw.length, 0);
    this.replace(keep, blocks(text.slice(stable)), complete);
    this.text = text;
  }

  private replace(from: number, { tokens, definesLinks }: Blocks, complete: boolean): void {
    tokens.forEach((token, offset) => {
      const at = from + offset;
      const old = this.drawn[at];
      // Where its links lead may be known only now.
      const isVague = complete && definesLinks && token.raw.includes('[');
      if (old && old.raw === token.raw && !isVague) return;
      const node = renderBlock(token, this.context);
      if (old?.node && node) this.root.replaceChild(node, old.node);
      else if (old?.node) this.root.removeChild(old.node);
      else if (node) this.root.insertBefore(node, this.nodeAfter(at));
      this.drawn[at] = { raw: token.raw, node };
    });
    for (const surplus of this.drawn.splice(from + tokens.length)) {
      if (surplus.node) this.root.removeChild(surplus.node);
    }
  }

  private nodeAfter(at: number): Node | null {
    return this.drawn.slice(at + 1).find((block) => block.node)?.node ?? null;
  }
}
